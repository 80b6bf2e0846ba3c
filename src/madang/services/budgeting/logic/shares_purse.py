"""What everyone has left, exactly. People who paid for the same projects have the same money and are one class.

Money is a whole number over a common denominator. A floating-point copy, rounded once from the exact value, serves
to sort out what is clear; whatever is not clear is decided by `exact_price` and `left`.
"""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from operator import mul

from madang.services.budgeting.logic.shares_table import Table

HAIR = 2.0**-50
"""Relative error of one floating-point step, generously."""
INFINITE = float("inf")


class Price:
    """What a supporter pays for each unit: `each` = `missing` / (`rich` times the bottom of the purse then).

    `counts` says how many supporters each (class, units) has, `full` how many of them can pay in full."""

    __slots__ = ("counts", "each", "full", "missing", "rich")

    def __init__(
        self, each: Fraction, missing: int, rich: int, counts: dict[tuple[int, int], int], full: int
    ) -> None:
        self.each = each
        self.full = full
        self.missing = missing
        self.rich = rich
        self.counts = counts


class Purse:
    """Money of all kinds of ballots; at first everyone has `share` (in the units of the table)."""

    def __init__(self, table: Table, share: int) -> None:
        self.table = table
        self.share = share
        self.bottom = 1
        self.exact = [share, 0]
        self.scale = [1, 1]
        self.kind = [0] * len(table.weights)
        self.about = [float(share)] * len(table.weights)

    def value(self, one: int) -> int:
        """The money of a class as a whole number over `bottom`."""
        number, at = self.exact[one], self.scale[one]
        return number if at == self.bottom else number * (self.bottom // at)

    def about_price(self, project: int, least: float) -> tuple[float, float]:
        """Roughly the price for each unit, which is known to be `least` or more, and a lower bound of the true one.

        Infinite when the supporters certainly cannot pay together. It may be finite when they just cannot.
        """
        table = self.table
        row = table.supporters[project]
        cost, many = float(table.cost[project]), table.amount[project]
        slack = cost * HAIR * (len(row) + 8)
        moneys = table.pick[project](self.about)
        weights = table.heavy[project]
        if sum(map(mul, moneys, weights)) < cost - slack:
            return INFINITE, INFINITE
        price = max(least, cost / many)
        wide = slack / many
        before = -1
        while True:
            rich, poor = many, 0.0
            if table.units is None:
                for money, weight in zip(moneys, weights, strict=True):
                    if money < price:
                        rich -= weight
                        poor += weight * money
            else:
                for money, weight, unit in zip(moneys, weights, table.units[project], strict=True):
                    if money < price * unit:
                        rich -= weight * unit
                        poor += weight * money
            if rich <= 0 or rich == before:
                break
            before = rich
            wide = slack / rich
            price = max(price, (cost - poor) / rich)
        return price, price - wide - price * HAIR

    def highest(self, project: int, price: float, low: float) -> float:
        """An upper bound of the true price beside `about_price`; infinite where none is sure."""
        table = self.table
        wide = price - low
        high = price + 4 * wide
        moneys, weights = table.pick[project](self.about), table.heavy[project]
        if table.units is None:
            left = sum([weight for money, weight in zip(moneys, weights, strict=True) if money >= high])
        else:
            left = sum(
                weight * unit
                for money, weight, unit in zip(moneys, weights, table.units[project], strict=True)
                if money >= high * unit
            )
        slack = float(table.cost[project]) * HAIR * (len(weights) + 8)
        return high if left * 3 * wide > slack else INFINITE

    def classes(self, project: int) -> dict[tuple[int, int], int]:
        """How many supporters of a project there are in each class and with each number of units."""
        table = self.table
        kinds, weights = table.pick[project](self.kind), table.heavy[project]
        if table.units is None:
            plain: dict[int, int] = {}
            for one, weight in zip(kinds, weights, strict=True):
                plain[one] = plain.get(one, 0) + weight
            return {(one, 1): many for one, many in plain.items()}
        found: dict[tuple[int, int], int] = {}
        for one, weight, unit in zip(kinds, weights, table.units[project], strict=True):
            key = one, unit
            found[key] = found.get(key, 0) + weight
        return found

    def exact_price(self, project: int) -> Price | None:
        """The exact price for each unit, or None when all supporters together cannot pay."""
        counts = self.classes(project)
        entries: list[tuple[Fraction | int, int, int, int]] = []
        for (one, unit), many in counts.items():
            money = self.value(one)
            entries.append((Fraction(money, unit) if unit > 1 else money, money, unit, many))
        entries.sort()
        missing = self.table.cost[project] * self.bottom
        rich, full = self.table.amount[project], self.table.heads[project]
        for ratio, money, unit, many in entries:
            if ratio * rich >= missing:
                common = gcd(missing, rich)
                each = Fraction(missing, rich * self.bottom)
                return Price(each, missing // common, rich // common, counts, full)
            missing -= money * many
            rich -= unit * many
            full -= many
        return None

    def left(self, project: int) -> Fraction:
        """What the supporters of a project have together."""
        together = sum(self.value(one) * many for (one, _), many in self.classes(project).items())
        return Fraction(together, self.bottom)

    def can_pay(self, project: int) -> bool:
        """Whether the supporters together have the cost, decided exactly."""
        table = self.table
        cost, weights = float(table.cost[project]), table.heavy[project]
        have = sum(map(mul, table.pick[project](self.about), weights))
        slack = HAIR * (len(weights) + 8)
        if have < cost * (1 - slack):
            return False
        if have > cost * (1 + 2 * slack):
            return True
        return self.left(project) >= table.cost[project]

    def pay(self, project: int, price: Price) -> None:
        """Every supporter pays `price` for each unit, or all she has."""
        rich, missing = price.rich, price.missing
        grown = self.bottom * rich
        exact, scale = self.exact, self.scale
        changed: dict[tuple[int, int], tuple[int, float]] = {}
        for one, unit in price.counts:
            rest = self.value(one) * rich - missing * unit
            if rest <= 0:
                changed[one, unit] = 1, 0.0
            else:
                changed[one, unit] = len(exact), rest / grown
                exact.append(rest)
                scale.append(grown)
        self.bottom = grown
        self._move(project, changed)

    def _move(self, project: int, changed: dict[tuple[int, int], tuple[int, float]]) -> None:
        """Supporters of a class, with so many units, are of another class from now on and have about so much."""
        table, kind, about = self.table, self.kind, self.about
        if table.units is None:
            plain = {one: target for (one, _), target in changed.items()}
            for t in table.supporters[project]:
                kind[t], about[t] = plain[kind[t]]
        else:
            for t, unit in zip(table.supporters[project], table.units[project], strict=True):
                kind[t], about[t] = changed[kind[t], unit]
