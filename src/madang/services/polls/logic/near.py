"""Which texts are nearly the same as one before them: each is compared with the leaders it shares a band of minima with.

One walk over the texts in their order, because a text that follows a leader leads nobody. Where there are many the walk is compiled
(a few hundred thousand texts a second); the plain way gives the same leaders.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import kernels
from madang.services.polls.logic.store import BANDS, ROWS, SIGNATURE

Array = NDArray[Any]
NEAR = 0.8
LEAST_LETTERS = 12
LEAST_EQUAL = 15
"""Equal minima (of thirty) from which two texts are compared."""
MOST_COMPARED, CLOSEST = 8, 4
"""Texts of one band whose minima are compared, and those (with most equal minima) whose letters are."""
REMEMBERED = 20_000
"""Texts whose pairs of letters the plain way keeps at hand: some 80 MB."""
WORTHWHILE = 10_000
"""Texts from which loading the compiled walk takes less time than it saves."""
_SYMBOL_BITS = 14  # ten digits, 26 Latin letters and 11,172 syllables


def traces(letters: Sequence[str]) -> tuple[Array, Array]:
    """The pairs of letters of each text of twelve letters and more, as the opinions' gate takes them (`gate.grams`), as sorted
    numbers one text after the other; and how many each text has."""
    long = [at if len(text) >= LEAST_LETTERS else -1 for at, text in enumerate(letters)]
    owners = np.array([at for at in long if at >= 0], np.int64)
    joined = "".join(letters[at] for at in owners)
    codes = np.frombuffer(joined.encode("utf-32-le"), np.uint32).astype(np.int64)
    symbol = np.full(len(codes), -1, np.int64)
    for low, high, base in ((0x30, 0x39, 0), (0x61, 0x7A, 10), (0xAC00, 0xD7A3, 36)):
        inside = (codes >= low) & (codes <= high)
        symbol[inside] = codes[inside] - low + base
    owner = np.repeat(owners, [len(letters[at]) for at in owners])
    owner, symbol = owner[symbol >= 0], symbol[symbol >= 0]
    inner = owner[1:] == owner[:-1]  # the last letter of one text and the first of the next are no pair
    pair = symbol[:-1] << _SYMBOL_BITS | symbol[1:]
    keys = np.sort((owner[1:] << 2 * _SYMBOL_BITS | pair)[inner])
    sizes = np.bincount(keys >> 2 * _SYMBOL_BITS, minlength=len(letters))
    return (keys & (1 << 2 * _SYMBOL_BITS) - 1).astype(np.uint32), sizes.astype(np.int32)


def leaders(signature: Array, trace: Array, begins: Array, sizes: Array) -> Array:
    """For each text the number of the one before it that it is nearly the same as, or -1.

    Args:
        signature: texts × thirty minima.
        trace: pairs of letters of all texts; those of a text are the `sizes` ones from its place in `begins`.
    """
    boxes = _boxes(signature)
    way = _compiled() if len(signature) >= WORTHWHILE and kernels.available() else _plain
    return way(boxes, signature, trace, begins.astype(np.int64), sizes.astype(np.int64))


def _boxes(signature: Array) -> Array:
    """A number for each band of each text, the same where the band is; -1 where no other text has it."""
    boxes = np.full((len(signature), BANDS), -1, np.int32)
    base = 0
    for band in range(BANDS):
        high, low = signature[:, band * ROWS].astype(np.uint64), signature[:, band * ROWS + 1]
        _, inverse, counts = np.unique(high << np.uint64(32) | low, return_inverse=True, return_counts=True)
        shared = counts > 1
        number = np.where(shared, base + np.cumsum(shared) - 1, -1)
        boxes[:, band] = number[inverse]
        base += int(shared.sum())
    return boxes


def _plain(boxes: Array, signature: Array, trace: Array, begins: Array, sizes: Array) -> Array:
    within: dict[int, list[int]] = defaultdict(list)
    leads = np.full(len(boxes), -1, np.int64)

    @lru_cache(maxsize=REMEMBERED)
    def grams(at: int) -> Counter[int]:
        return Counter(trace[begins[at] : begins[at] + sizes[at]].tolist())

    for at in map(int, np.flatnonzero((boxes >= 0).any(axis=1))):
        mine = [box for box in boxes[at].tolist() if box >= 0]
        candidates = sorted({other for box in mine for other in within[box]})
        best = (0.0, 0)
        if candidates:
            agree = (signature[candidates] == signature[at]).sum(axis=1)
            # At a likeness of 0.8 twenty of the thirty minima are equal on average.
            close = sorted((-equal, other) for equal, other in zip(agree.tolist(), candidates, strict=True))
            for equal, other in close[:CLOSEST]:
                if -equal >= LEAST_EQUAL:
                    best = max(best, (_alike(grams(at), grams(other)), -other))
        if best[0] >= NEAR:
            leads[at] = -best[1]
        else:
            for box in mine:
                if len(within[box]) < MOST_COMPARED:
                    within[box].append(at)
    return leads


def _alike(one: Counter[int], other: Counter[int]) -> float:
    """Dice, as `gate.likeness`."""
    pairs = one.total() + other.total()
    return 2 * (one & other).total() / pairs if pairs else 0.0


@cache
def _compiled() -> Callable[[Array, Array, Array, Array, Array], Array]:
    jit = kernels.compiler()

    @jit
    def walk(boxes, room, signature, trace, begins, sizes, leads):  # type: ignore[no-untyped-def]
        members = np.empty(room[-1], np.int32)  # of each box the first leaders, from its place in `room`
        filled = np.zeros(len(room) - 1, np.int32)
        met = np.full(len(boxes), -1, np.int32)
        equals, others = np.zeros(CLOSEST, np.int64), np.zeros(CLOSEST, np.int64)
        for at in range(len(boxes)):
            close = 0
            for band in range(BANDS):
                box = boxes[at, band]
                if box < 0:
                    continue
                for place in range(room[box], room[box] + filled[box]):
                    other = members[place]
                    if met[other] == at:
                        continue
                    met[other] = at
                    equal = 0
                    for row in range(SIGNATURE):
                        equal += signature[at, row] == signature[other, row]
                    if equal < LEAST_EQUAL:
                        continue
                    # Kept are the closest few: most equal minima first, of those the earlier text.
                    slot = close
                    while slot > 0 and (
                        equals[slot - 1] < equal or (equals[slot - 1] == equal and others[slot - 1] > other)
                    ):
                        slot -= 1
                    if slot < CLOSEST:
                        close = min(close + 1, CLOSEST)
                        for later in range(close - 1, slot, -1):
                            equals[later], others[later] = equals[later - 1], others[later - 1]
                        equals[slot], others[slot] = equal, other
            best, leader = 0.0, -1
            for slot in range(close):
                other = others[slot]
                one, two, both = begins[at], begins[other], 0
                one_end, two_end = one + sizes[at], two + sizes[other]
                while one < one_end and two < two_end:
                    if trace[one] == trace[two]:
                        both += 1
                        one += 1
                        two += 1
                    elif trace[one] < trace[two]:
                        one += 1
                    else:
                        two += 1
                pairs = sizes[at] + sizes[other]
                alike = 2 * both / pairs if pairs else 0.0
                if alike > best or (alike == best and leader > other):
                    best, leader = alike, other
            if best >= NEAR:
                leads[at] = leader
                continue
            for band in range(BANDS):
                box = boxes[at, band]
                if box >= 0 and filled[box] < room[box + 1] - room[box]:
                    members[room[box] + filled[box]] = at
                    filled[box] += 1

    def run(boxes: Array, signature: Array, trace: Array, begins: Array, sizes: Array) -> Array:
        counts = np.bincount(boxes[boxes >= 0])
        room = np.concatenate(([0], np.cumsum(np.minimum(counts, MOST_COMPARED)))).astype(np.int64)
        leads = np.full(len(boxes), -1, np.int64)
        walk(boxes, room, signature, trace, begins, sizes, leads)
        return leads

    return run
