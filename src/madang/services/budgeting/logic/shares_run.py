"""One run of the Method of Equal Shares at a given share, exact.

In every round the project with the lowest price for each unit of gain is bought. What supporters have only falls, so
a price only rises: a price computed earlier is a lower bound, and a project is looked at again only when its bound
comes up.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from heapq import heapify, heappop, heappush

from madang.services.budgeting.logic.shares_purse import HAIR, INFINITE, Price, Purse
from madang.services.budgeting.logic.shares_table import Table


@dataclass(slots=True)
class Trace:
    """What was bought, in order, and at which price for each unit of gain; `ties` where several stood equal."""

    share: int
    bought: list[int]
    rates: list[Fraction]
    prices: list[Price]
    ties: list[list[int]] = field(default_factory=list)
    purse: Purse | None = None

    def cost(self, table: Table) -> int:
        return sum(table.cost[c] for c in self.bought)


class _Queue:
    """The projects not bought yet, by a lower bound of their rate (price for each unit of gain)."""

    def __init__(self, table: Table, share: int, purse: Callable[[Table, int], Purse]) -> None:
        self.table = table
        self.purse = purse(table, share)
        self.touched = 0
        self.dirty = 0
        self.about = [0.0] * len(table.cost)
        self.heap: list[tuple[float, int]] = []
        for c in table.open:
            if table.cost[c] <= share * table.heads[c] and table.units is None:
                rate = table.cost[c] / (table.amount[c] * table.gain[c])
                self.about[c] = rate
                self.heap.append((rate * (1 - HAIR), c))
            elif table.units is not None:
                self.dirty |= 1 << c
                self.touched |= 1 << c
                self.heap.append((0.0, c))
        heapify(self.heap)

    def look(self, low: float, c: int) -> float:
        """A fresh lower bound of the rate of c, whose old one is `low`. Infinite when it cannot be paid any more."""
        bit = 1 << c
        if not self.dirty & bit:
            return low
        gain = self.table.gain[c]
        price, least = self.purse.about_price(c, low * gain)
        self.dirty &= ~bit
        if least == INFINITE:
            return INFINITE
        self.about[c] = price / gain
        return max(low, least / gain * (1 - HAIR))

    def high(self, low: float, c: int) -> float:
        """An upper bound of the rate of c beside `about` and its fresh lower bound."""
        if not self.touched >> c & 1:
            return self.about[c] * (1 + 2 * HAIR)
        gain = self.table.gain[c]
        return self.purse.highest(c, self.about[c] * gain, low * gain) / gain * (1 + HAIR)

    def buy(self, c: int, price: Price) -> None:
        self.purse.pay(c, price)
        near = self.table.near[c]
        self.dirty |= near
        self.touched |= near


def run(table: Table, share: int, rank: list[int], purse_of: Callable[[Table, int], Purse] = Purse) -> Trace:
    """Buys until nobody's supporters can pay any more. `rank` decides between projects that stand exactly equal.

    `purse_of` makes what holds the money: the plain one, or one that does the same faster."""
    queue = _Queue(table, share, purse_of)
    purse, heap, about = queue.purse, queue.heap, queue.about
    trace = Trace(share, [], [], [], purse=purse)
    while True:
        best, best_high = INFINITE, INFINITE
        near: list[tuple[float, int]] = []
        while heap and heap[0][0] <= best_high:
            low, c = heappop(heap)
            low = queue.look(low, c)
            if low == INFINITE:
                continue
            if low > best_high:
                heappush(heap, (low, c))
                continue
            if about[c] < best:
                high = queue.high(low, c)
                if high == INFINITE:
                    price = purse.exact_price(c)
                    if price is None:
                        continue
                    about[c] = float(price.each) / table.gain[c]
                    low, high = about[c] * (1 - HAIR), about[c] * (1 + HAIR)
                best = about[c]
                best_high = min(best_high, high)
            near.append((low, c))
        chosen, price, rate, others = _cheapest(table, purse, near, best_high, rank)
        for low, c in near:
            if c != chosen:
                heappush(heap, (low, c))
        if chosen < 0 or price is None or rate is None:
            if not heap:
                return trace
            continue
        if others:
            trace.ties.append([chosen, *others])
        trace.bought.append(chosen)
        trace.rates.append(rate)
        trace.prices.append(price)
        queue.buy(chosen, price)


def _cheapest(
    table: Table, purse: Purse, near: list[tuple[float, int]], high: float, rank: list[int]
) -> tuple[int, Price | None, Fraction | None, list[int]]:
    """The cheapest of the projects whose bounds overlap, decided exactly, with those that stand equal with it.

    A project that turns out to be unaffordable is taken out of `near`."""
    found: list[tuple[Fraction, int, int, Price]] = []
    for low, c in list(near):
        if low > high:
            continue
        price = purse.exact_price(c)
        if price is None:
            near.remove((low, c))
        else:
            found.append((price.each / table.gain[c], rank[c], c, price))
    if not found:
        return -1, None, None, []
    rate, _, chosen, price = min(found, key=lambda one: one[:2])
    equal = sorted((place, c) for each, place, c, _ in found if each == rate and c != chosen)
    return chosen, price, rate, [c for _, c in equal]


def follow(table: Table, share: int, base: Trace, rank: list[int]) -> Trace | None:
    """The run at a larger `share`, if this and every share from the base's on buy the same.

    Along one order of buying, more money for everyone never makes anyone poorer later, and never raises a price. So a
    project that is too dear even at the larger share, against the price that the bought one had at the smaller,
    is too dear at every share between. Only projects with a common supporter have to be compared: what others buy
    does not touch a price, so that whoever is cheapest among her neighbours is bought before them, at that price, in
    whatever order the rest comes. None means only that sameness was not shown.
    """
    queue = _Queue(table, share, Purse)
    purse, about = queue.purse, queue.about
    bounds = {c: low for low, c in queue.heap}
    trace = Trace(share, [], [], [], purse=purse)
    for c, limit in zip(base.bought, base.rates, strict=True):
        bar = float(limit)
        high, sure = bar * (1 + 2 * HAIR), bar * (1 - 2.0**-30)
        bounds.pop(c, None)
        mask = table.near[c]
        over = [other for other, low in bounds.items() if low <= high and mask >> other & 1]
        for other in over:
            low = bounds[other] = queue.look(bounds[other], other)
            if low == INFINITE:
                del bounds[other]
            elif low <= high:
                if about[other] < sure:
                    return None
                exact = purse.exact_price(other)
                if exact is None:
                    del bounds[other]
                    continue
                rate = exact.each / table.gain[other]
                if rate < limit or (rate == limit and rank[other] < rank[c]):
                    return None
        price = purse.exact_price(c)
        if price is None:
            return None
        trace.bought.append(c)
        trace.rates.append(price.each / table.gain[c])
        trace.prices.append(price)
        queue.buy(c, price)
    for other in bounds:
        if purse.can_pay(other):
            return None
    return trace
