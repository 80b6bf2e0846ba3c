"""Steps of add1 in compiled code: what is clear in floating point with sure error bounds is decided here.

Money of each kind of ballot is a number with a bound of its error; prices are bounded from both sides by direct
evaluation. Whatever the bounds do not settle is left to the exact run. Importing this loads numba: see `fast`.
"""

from __future__ import annotations

from typing import Any

from madang.commons.opinions.logic.kernels import compiler

jit = compiler()

HAIR = 2.0**-50
INFINITE = 1e300
EXACT = 2.0**53
"""Whole numbers below it are exact."""
DONE, OVERSPENT, EXHAUSTIVE, UNCLEAR, CALM = 0, 1, 2, 3, 4


@jit
def _spent(idx: Any, weights: Any, money: Any, error: Any, start: int, end: int, price: float, sign: float) -> float:  # fmt: skip
    """What supporters pay at a price if everyone has as much (sign 1) or as little (sign -1) as is possible."""
    total = 0.0
    for at in range(start, end):
        t = idx[at]
        have = money[t] + sign * error[t]
        if have > price:
            have = price
        if have > 0.0:
            total += weights[t] * have
    return total


@jit
def _price(
    idx: Any,
    weights: Any,
    money: Any,
    error: Any,
    start: int,
    end: int,
    cost: float,
    heads: float,
    least: float,
) -> tuple[float, float, float]:
    """Price, lower and upper bound. (inf, inf, inf): surely unaffordable. (-1, -1, -1): not clear."""
    slack = cost * HAIR * (end - start + 8)
    most = 0.0
    for at in range(start, end):
        t = idx[at]
        most += weights[t] * (money[t] + error[t])
    if most < cost - slack:
        return INFINITE, INFINITE, INFINITE
    price = cost / heads
    if least > price:
        price = least
    before = -1.0
    wide = 0.0
    while True:
        rich, poor, doubt = heads, 0.0, 0.0
        for at in range(start, end):
            t = idx[at]
            if money[t] < price:
                rich -= weights[t]
                poor += weights[t] * money[t]
                doubt += weights[t] * error[t]
        if rich <= 0.0:
            return -1.0, -1.0, -1.0
        wide = (doubt + slack) / rich + price * HAIR
        if rich == before:
            break
        before = rich
        raised = (cost - poor) / rich
        if raised > price:
            price = raised
    low, high = price - wide, price + 2.0 * wide
    for _ in range(6):
        if _spent(idx, weights, money, error, start, end, high, -1.0) >= cost + slack:
            break
        wide *= 4.0
        high = price + wide
    else:
        return -1.0, -1.0, -1.0
    if _spent(idx, weights, money, error, start, end, low, 1.0) > cost - slack:
        low = price - 4.0 * wide
        if _spent(idx, weights, money, error, start, end, low, 1.0) > cost - slack:
            return -1.0, -1.0, -1.0
    return price, low, high


@jit
def _look(
    c: int, ptr: Any, idx: Any, weights: Any, money: Any, error: Any, cost: Any, gain: Any, heads: Any,
    low: Any, high: Any, price: Any, reach: Any, state: Any, flat: Any,
) -> bool:  # fmt: skip
    """Bounds of the rate of c anew; False where they cannot be found."""
    got, under, over = _price(
        idx, weights, money, error, ptr[c], ptr[c + 1], cost[c], heads[c], low[c] * gain[c] * (1.0 - HAIR)
    )
    if got < 0.0:
        return False
    if got >= INFINITE:
        state[c] = 2
        return True
    flat[c] = heads[c]  # those who can pay in full, if it is sure that all others have nothing at all
    for at in range(ptr[c], ptr[c + 1]):
        t = idx[at]
        if money[t] - error[t] < over:
            if money[t] > 0.0 or error[t] > 0.0:
                flat[c] = 0.0
                break
            flat[c] -= weights[t]
    price[c] = got
    reach[c] = max(over - got, got - under)
    fresh = under / gain[c] * (1.0 - 2.0 * HAIR)
    if fresh > low[c]:
        low[c] = fresh
    high[c] = over / gain[c] * (1.0 + 2.0 * HAIR)
    state[c] = 0
    return True


@jit
def one_run(
    share: float,
    ptr: Any,
    idx: Any,
    weights: Any,
    cost: Any,
    gain: Any,
    heads: Any,
    near: Any,
    first: Any,
    bare: Any,
    bought: Any,
) -> int:
    """Fills `bought` with the order of buying and returns its length, or -1 where the bounds do not settle it."""
    many = len(cost)
    money = weights * 0.0 + share
    error = weights * 0.0
    low = cost * 0.0
    high = cost * 0.0
    price = cost * 0.0
    reach = cost * 0.0
    state = first * 0  # 0 fresh, 1 to be looked at, 2 gone
    flat = heads * 1.0
    for c in range(many):
        whole = share * heads[c]
        if cost[c] > whole * (1.0 + HAIR) or (cost[c] > whole and whole < EXACT):
            state[c] = 2
            continue
        if cost[c] > whole * (1.0 - HAIR) and whole >= EXACT:
            return -1
        price[c] = cost[c] / heads[c]
        reach[c] = price[c] * HAIR
        low[c] = price[c] / gain[c] * (1.0 - 2.0 * HAIR)
        high[c] = price[c] / gain[c] * (1.0 + 2.0 * HAIR)
    count = 0
    while True:
        best = -1
        for c in range(many):
            if state[c] != 2 and (best < 0 or low[c] < low[best]):
                best = c
        if best < 0:
            return count
        again = False
        if state[best] == 1:
            again = _look(
                best, ptr, idx, weights, money, error, cost, gain, heads, low, high, price, reach, state, flat
            )
            if not again:
                return -1
            continue
        for c in range(many):
            if c == best or state[c] == 2 or low[c] > high[best]:
                continue
            if state[c] == 1:
                if not _look(
                    c,
                    ptr,
                    idx,
                    weights,
                    money,
                    error,
                    cost,
                    gain,
                    heads,
                    low,
                    high,
                    price,
                    reach,
                    state,
                    flat,
                ):
                    return -1
                again = True
                break
            # The rate of c is bare[c] / flat[c], a fraction of whole numbers, where flat[c] is known.
            one, other = bare[c] * flat[best], bare[best] * flat[c]
            if not (flat[c] and flat[best]) or one >= EXACT or other >= EXACT:
                return -1
            if one < other or (one == other and first[c] < first[best]):
                best = c
        if again:
            continue
        pay, wide = price[best], reach[best]
        for at in range(ptr[best], ptr[best + 1]):
            t = idx[at]
            left = money[t] - pay
            if left + error[t] + wide + share * HAIR < 0.0:  # surely nothing left
                money[t] = 0.0
                error[t] = 0.0
            else:
                money[t] = max(0.0, left)
                error[t] += wide + share * HAIR
        state[best] = 2
        bought[count] = best
        count += 1
        for c in range(many):
            if near[best, c] and state[c] == 0:
                state[c] = 1


@jit
def steps(
    share: float, step: float, limit: float, most: int, exhaustive: bool, patience: int, every: int, dear: Any, ceiling: float,
    ptr: Any, idx: Any, weights: Any, cost: Any, gain: Any, heads: Any, near: Any, first: Any, bare: Any,
) -> tuple[int, int]:  # fmt: skip
    """Runs at share + step, share + 2 step, …: (how many of them keep to the budget and go on, why it ended).

    `dear` are costs of supported projects outside of the table; `every` is how many supported projects there are.
    """
    many = len(cost)
    bought = first * 0
    before = first * 0
    held = -1
    same = 0
    for done in range(most):
        now = share + step * (done + 1)
        if now > ceiling:
            return done, CALM
        count = one_run(now, ptr, idx, weights, cost, gain, heads, near, first, bare, bought)
        if count < 0:
            return done, UNCLEAR
        total = 0.0
        for at in range(count):
            total += cost[bought[at]]
        if total > limit:
            return done, OVERSPENT
        alike = count == held
        for at in range(count):
            if alike and bought[at] != before[at]:
                alike = False
            before[at] = bought[at]
        held = count
        same = same + 1 if alike else 0
        if count == every:
            return done + 1, EXHAUSTIVE
        if exhaustive:
            rest = limit - total
            taken = first * 0
            for at in range(count):
                taken[bought[at]] = 1
            fits = False
            for c in range(many):
                if not taken[c] and cost[c] <= rest:
                    fits = True
            for at in range(len(dear)):
                if dear[at] <= rest:
                    fits = True
            if not fits:
                return done + 1, EXHAUSTIVE
        if same >= patience:
            return done + 1, CALM
    return most, DONE
