"""Equal Shares in compiled code: what is clear in floating point with sure error bounds is decided here.

Money of each kind of ballot is a number with a bound of its error, and exactly 0 where surely nothing is left; prices
are bounded from both sides. Whatever the bounds do not settle is left to the exact run. Importing this loads numba: see
`fast`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from madang.commons.opinions.logic.kernels import compiler

jit = compiler()

HAIR = 2.0**-50
INFINITE = 1e300
EXACT = 2.0**53
"""Whole numbers below it are exact."""
CRUMB = 1e-280
"""Stands for money that may be 0 or not."""
GONE, KNOWN, OLD = 2, 0, 1
"""States of a project: cannot be paid any more; its bounds hold; its supporters paid since."""
OVERSPENT, EXHAUSTIVE, UNCLEAR = 0, 1, 2


@jit
def _look(
    c: int, ptr: Any, idx: Any, weights: Any, purse: Any, cost: Any, gain: Any, low: Any, high: Any, price: Any, reach: Any,
    state: Any, flat: Any, have: Any, doubts: Any, many: Any,
) -> bool:  # fmt: skip
    """Bounds of the rate of c anew; False where they cannot be found. `have`, `doubts`, `many` are room to work in.

    Supporters are sorted out from below: whoever has less than a price that is known to be too low gives all she has."""
    size = 0
    total, blur, rich = 0.0, 0.0, 0.0
    for at in range(ptr[c], ptr[c + 1]):
        t = idx[at]
        mine = purse[t, 0]
        if mine > 0.0:
            weight = weights[t]
            have[size], doubts[size], many[size] = mine, purse[t, 1], weight
            total += weight * mine
            blur += weight * purse[t, 1]
            rich += weight
            size += 1
    slack = cost[c] * HAIR * (ptr[c + 1] - ptr[c] + 8)
    if total + blur < cost[c] - slack:
        state[c] = GONE
        return True
    if total - blur < cost[c] + slack:
        return False
    least = low[c] * gain[c] * (1.0 - HAIR)
    now = max(least, cost[c] / rich)
    poor, doubt, before, fans = 0.0, 0.0, -1.0, rich
    while rich != before:
        before, kept = rich, 0
        for at in range(size):
            mine, weight = have[at], many[at]
            error = doubts[at]
            if mine < now:
                rich -= weight
                poor += weight * mine
                doubt += weight * error
            else:
                have[kept], doubts[kept], many[kept] = mine, error, weight
                kept += 1
        size = kept
        if rich <= 0.0:
            return False
        now = max(now, (cost[c] - poor) / rich)
    # Below now - wide they surely pay too little together. Above, those count who surely have more than `over`.
    wide = (doubt + 2.0 * slack) / rich + now * HAIR
    over, spread = now, wide
    for _ in range(6):
        spread *= 4.0
        over = now + spread
        far, middle = 0.0, 0.0
        for at in range(size):
            if have[at] - doubts[at] >= over:
                far += many[at]
            else:
                middle += many[at] * doubts[at]
        if far * spread >= 2.0 * (doubt + middle + 2.0 * slack):
            break
    else:
        return False
    flat[c] = rich if rich == fans and far == rich else 0.0  # all pay in full, or surely have nothing at all
    price[c] = now
    reach[c] = spread
    low[c] = max(low[c], (now - wide) / gain[c] * (1.0 - 2.0 * HAIR))
    high[c] = over / gain[c] * (1.0 + 2.0 * HAIR)
    state[c] = KNOWN
    return True


@jit
def _open(
    share: float, ptr: Any, cost: Any, gain: Any, heads: Any, low: Any, high: Any, price: Any, reach: Any, state: Any, flat: Any
) -> bool:  # fmt: skip
    """Where all still have the whole share."""
    for c in range(len(cost)):
        whole = share * heads[c]
        flat[c] = heads[c]
        state[c] = KNOWN
        if cost[c] > whole * (1.0 + HAIR) or (cost[c] > whole and whole < EXACT):
            state[c] = GONE
        elif cost[c] > whole * (1.0 - HAIR) and whole >= EXACT:
            return False
        price[c] = cost[c] / heads[c]
        reach[c] = price[c] * HAIR
        low[c] = price[c] / gain[c] * (1.0 - 2.0 * HAIR)
        high[c] = price[c] / gain[c] * (1.0 + 2.0 * HAIR)
    return True


@jit
def _buy(
    c: int, share: float, ptr: Any, idx: Any, purse: Any, price: Any, reach: Any, state: Any, near: Any
) -> None:
    pay, more = price[c], reach[c] + share * HAIR
    for at in range(ptr[c], ptr[c + 1]):
        t = idx[at]
        mine = purse[t, 0]
        if mine > 0.0:
            left, error = mine - pay, purse[t, 1] + more
            if left + error < 0.0:
                purse[t, 0] = 0.0
                purse[t, 1] = 0.0
            else:
                purse[t, 0] = max(CRUMB, left)
                purse[t, 1] = error
    state[c] = GONE
    for other in range(len(state)):
        if near[c, other] and state[other] == KNOWN:
            state[other] = OLD


@jit
def one_run(
    share: float, ptr: Any, idx: Any, weights: Any, cost: Any, gain: Any, heads: Any, near: Any, first: Any, twin: Any, bare: Any,
    purse: Any, low: Any, high: Any, price: Any, reach: Any, state: Any, flat: Any, have: Any, doubts: Any, many: Any,
    bought: Any, tops: Any, flats: Any,
) -> int:  # fmt: skip
    """Fills `bought` with the order of buying and returns its length, or -1 where the bounds do not settle it.

    `tops` are upper bounds of the rates then; where all paid in full, `flats` says how many they were (0: not all)."""
    purse[:, 0] = share
    purse[:, 1] = 0.0
    if not _open(share, ptr, cost, gain, heads, low, high, price, reach, state, flat):
        return -1
    count = 0
    while True:
        best = -1
        for c in range(len(cost)):
            if state[c] != GONE and (best < 0 or low[c] < low[best]):
                best = c
        if best < 0:
            return count
        doubtful = best if state[best] == OLD else -1
        if doubtful < 0:
            for c in range(len(cost)):
                if c == best or state[c] == GONE or low[c] > high[best]:
                    continue
                if state[c] == OLD:
                    doubtful = c
                    break
                if twin[c] == twin[best]:  # the same supporters and cost: equal as long as neither is bought
                    if first[c] < first[best]:
                        best = c
                    continue
                # The rate of c is bare[c] / flat[c], a fraction of whole numbers, where flat[c] is known.
                one, other = bare[c] * flat[best], bare[best] * flat[c]
                if not (flat[c] and flat[best]) or one >= EXACT or other >= EXACT:
                    return -1
                if one < other or (one == other and first[c] < first[best]):
                    best = c
        if doubtful >= 0:
            if not _look(
                doubtful, ptr, idx, weights, purse, cost, gain, low, high, price, reach, state, flat, have, doubts, many
            ):  # fmt: skip
                return -1
            continue
        bought[count], tops[count], flats[count] = best, high[best], flat[best]
        count += 1
        _buy(best, share, ptr, idx, purse, price, reach, state, near)


@jit
def follow(
    share: float, ptr: Any, idx: Any, weights: Any, cost: Any, gain: Any, heads: Any, near: Any, first: Any, twin: Any, bare: Any,
    purse: Any, low: Any, high: Any, price: Any, reach: Any, state: Any, flat: Any, have: Any, doubts: Any, many: Any,
    bought: Any, tops: Any, flats: Any, count: int, new_tops: Any, new_flats: Any,
) -> bool:  # fmt: skip
    """Whether `share` and every share down to the one at which this was bought surely buy it too (see `shares_run.follow`).

    If so, `new_tops` and `new_flats` are those of `share`."""
    purse[:, 0] = share
    purse[:, 1] = 0.0
    if not _open(share, ptr, cost, gain, heads, low, high, price, reach, state, flat):
        return False
    for place in range(count):
        c = bought[place]
        for other in range(len(cost)):
            if other == c or not near[c, other] or state[other] == GONE or low[other] > tops[place]:
                continue
            if twin[other] == twin[c] and first[c] < first[other]:
                continue
            if state[other] == OLD:
                if not _look(
                    other, ptr, idx, weights, purse, cost, gain, low, high, price, reach, state, flat, have, doubts, many
                ):  # fmt: skip
                    return False
                if state[other] == GONE or low[other] > tops[place]:
                    continue
            one, two = bare[other] * flats[place], bare[c] * flat[other]
            if not (flat[other] and flats[place]) or one >= EXACT or two >= EXACT:
                return False
            if one < two or (one == two and first[other] < first[c]):
                return False
        if state[c] == OLD and not _look(
            c, ptr, idx, weights, purse, cost, gain, low, high, price, reach, state, flat, have, doubts, many
        ):  # fmt: skip
            return False
        if state[c] == GONE:
            return False
        new_tops[place], new_flats[place] = high[c], flat[c]
        _buy(c, share, ptr, idx, purse, price, reach, state, near)
    for other in range(len(cost)):
        if state[other] == OLD and not _look(
            other, ptr, idx, weights, purse, cost, gain, low, high, price, reach, state, flat, have, doubts, many
        ):  # fmt: skip
            return False
        if state[other] != GONE:
            return False
    return True


@jit
def climb(
    share: float, step: float, limit: float, exhaustive: bool, every: int,
    ptr: Any, idx: Any, weights: Any, cost: Any, gain: Any, heads: Any, near: Any, first: Any, twin: Any, bare: Any,
) -> tuple[int, int, int]:  # fmt: skip
    """From `share` up in steps: how many of them keep to the budget and go on, why it ended there, and how many runs it took.

    Steps are left out where `follow` shows that they change nothing: the next share that matters is found by doubling
    and halving. `every` is how many projects can be bought at all.
    """
    purse = np.zeros((len(weights), 2))
    low, high, price, reach, flat = cost * 0.0, cost * 0.0, cost * 0.0, cost * 0.0, cost * 0.0
    longest = 0
    for c in range(len(cost)):
        longest = max(longest, ptr[c + 1] - ptr[c])
    have, doubts, many = np.zeros(longest), np.zeros(longest), np.zeros(longest)
    state, bought = first * 0, first * 0
    tops, flats, new_tops, new_flats = cost * 0.0, cost * 0.0, cost * 0.0, cost * 0.0
    taken, runs = 0, 1
    count = one_run(
        share, ptr, idx, weights, cost, gain, heads, near, first, twin, bare, purse, low, high, price, reach, state, flat,
        have, doubts, many, bought, tops, flats,
    )  # fmt: skip
    if count < 0:
        return 0, UNCLEAR, runs
    jump, grows, pause, wait = 1, True, 0, 1
    while True:
        if pause > 0:
            pause -= 1
        else:
            found = False
            while jump > 0:
                runs += 1
                if follow(
                    share + jump * step, ptr, idx, weights, cost, gain, heads, near, first, twin, bare, purse, low, high, price,
                    reach, state, flat, have, doubts, many, bought, tops, flats, count, new_tops, new_flats,
                ):  # fmt: skip
                    tops[:] = new_tops
                    flats[:] = new_flats
                    share += jump * step
                    taken += jump
                    found = True
                else:
                    grows = False
                jump = jump * 2 if grows else jump // 2
            wait = 1 if found else min(2 * wait, 32)
            pause = 0 if found else wait
        runs += 1
        count = one_run(
            share + step, ptr, idx, weights, cost, gain, heads, near, first, twin, bare, purse, low, high, price, reach, state, flat,
            have, doubts, many, bought, tops, flats,
        )  # fmt: skip
        if count < 0:
            return taken, UNCLEAR, runs
        total = 0.0
        for at in range(count):
            total += cost[bought[at]]
        if total > limit:
            return taken, OVERSPENT, runs
        share += step
        taken += 1
        jump, grows = 1, True
        if count == every:
            return taken, EXHAUSTIVE, runs
        if exhaustive:
            rest = limit - total
            state[:] = 0
            for at in range(count):
                state[bought[at]] = 1
            fits = False
            for c in range(len(cost)):
                if state[c] == 0 and cost[c] <= rest:
                    fits = True
            if not fits:
                return taken, EXHAUSTIVE, runs
