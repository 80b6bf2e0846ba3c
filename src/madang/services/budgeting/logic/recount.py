"""A second, independent count of an election in Pabulib format: `python recount.py FILE.pb --rule equal-shares`.

One file, standard library only, no code in common with the first program, other ways through the arithmetic: people with
the same money are one class, whose money is a whole number over one bottom; nothing is estimated, steps of add1 are left out only where one
look at both ends shows that they change nothing. Slower, and simple enough to be read in a quarter of an hour. With
`--against RESULT.json` it compares winners and digest with what `madang count` wrote; the exit code is 0 when both agree,
1 when they do not, 2 for a file that will not do.
한국어: 첫 번째 프로그램과 코드를 나누지 않는 두 번째 집계 프로그램이에요. `--against 결과.json`으로 견줄 수 있어요.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
from collections.abc import Callable, Collection, Iterator
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm
from typing import Any

RULES = ["greedy", "equal-shares", "phragmen", "composite", "knapsack"]
COMPLETIONS = ["none", "add1", "add1-until-exhaustive", "utilitarian", "add1-utilitarian"]
SEOUL = {
    "seoul-2015": "committee=45,evote=45,survey=10",
    "seoul-2018": "evote=50,committee=40,school=10",
}

Order = Callable[[int], Any]
"""What equal projects are sorted by."""


class Vote:
    """An election: `cost`, `ids`, `rows` by project; `kinds` maps (projects, points) to how many cast that ballot."""

    def __init__(self, data: bytes) -> None:
        for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp949"):
            try:
                lines = data.decode(encoding).splitlines()
                break
            except UnicodeDecodeError:
                continue
        else:
            raise WontDo("The file is not text. 글 파일이 아니에요.")
        self.sha = hashlib.sha256(data).hexdigest()
        self.meta: dict[str, str] = {}
        self.rows: list[dict[str, str]] = []
        self.kinds: dict[tuple[str, str], int] = {}
        self.voters = 0
        part: str = ""
        head: list[str] = []
        reader = csv.reader(lines, delimiter=";")
        csv.field_size_limit(1 << 24)
        for row in reader:
            if not row or (len(row) == 1 and not row[0].strip()):
                continue
            word = row[0].strip().upper()
            if len(row) == 1 and word in ("META", "PROJECTS", "VOTES"):
                part, head = word, [cell.strip().lower() for cell in next(reader)]
            elif part == "META":
                self.meta[row[0].strip().lower()] = row[1].strip()
            elif part == "PROJECTS":
                self.rows.append({name: cell.strip() for name, cell in zip(head, row, strict=False)})
            elif part == "VOTES":
                cells = dict(zip(head, row, strict=False))
                kind = (cells["vote"], cells.get("points", "") if self.pointed else "")
                self.kinds[kind] = self.kinds.get(kind, 0) + 1
                self.voters += 1
        self.ids = [row["project_id"] for row in self.rows]
        self.cost = [amount(row["cost"]) for row in self.rows]
        self.budget = amount(self.meta["budget"])
        if not self.voters or not self.ids or self.budget <= 0:
            raise WontDo("The file lacks votes, projects or a budget. 표, 사업 또는 예산이 없어요.")
        self.ballots = list(self.read_ballots())

    @property
    def pointed(self) -> bool:
        return self.meta["vote_type"].lower() in ("cumulative", "scoring")

    def read_ballots(self) -> Iterator[tuple[int, list[int], list[Fraction], list[Fraction]]]:
        where = {name: at for at, name in enumerate(self.ids)}
        limit = self.meta.get("max_length", "")
        longest = int(limit) if limit.isdecimal() and int(limit) else len(self.ids)
        for (vote, points), many in self.kinds.items():
            names = [name.strip() for name in vote.split(",") if name.strip()]
            if [name.lower() for name in names] == ["none"] and names[0] not in where:
                names = []
            chosen = [where[name] for name in names]
            if self.pointed:
                worth = [Fraction(point) for point in points.split(",")] if chosen else []
                greedy = worth
            elif self.meta["vote_type"].lower() == "ordinal":
                worth = [Fraction(max(longest - at, 1)) for at in range(len(chosen))]
                greedy = [Fraction(max(longest - at, 0)) for at in range(len(chosen))]
            else:
                greedy = worth = [Fraction(1)] * len(chosen)
            yield many, chosen, worth, greedy

    def scores(self) -> list[Fraction]:
        total = [Fraction(0)] * len(self.ids)
        for many, chosen, _, greedy in self.ballots:
            for c, worth in zip(chosen, greedy, strict=True):
                total[c] += many * worth
        return total

    def supporters(self) -> list[dict[int, Fraction]]:
        """By project: {kind of ballot: worth}, for those with more than 0 points."""
        found: list[dict[int, Fraction]] = [{} for _ in self.ids]
        for kind, (_, chosen, worth, _) in enumerate(self.ballots):
            for c, one in zip(chosen, worth, strict=True):
                if one > 0:
                    found[c][kind] = one
        return found

    def order(self, name: str) -> Order:
        votes = [sum(self.ballots[kind][0] for kind in row) for row in self.supporters()]
        keys: dict[str, Order] = {
            "id": lambda c: self.ids[c],
            "cost": lambda c: (self.cost[c], self.ids[c]),
            "votes": lambda c: (-votes[c], self.cost[c], self.ids[c]),
            "file": lambda c: c,
        }
        return keys[name]


class WontDo(Exception):  # noqa: N818 - says what it is
    """A file or option that will not do."""


def amount(text: str) -> Fraction:
    return Fraction(text.replace(",", "."))


def greedy(
    vote: Vote,
    order: Order,
    scores: list[Fraction],
    budget: Fraction,
    skip: bool = True,
    threshold: int = 0,
    out: Collection[int] = (),
) -> list[int]:
    """Takes the best one left, again and again."""
    left = {c for c in range(len(scores)) if scores[c] > 0 and scores[c] >= threshold and c not in out}
    won = []
    while left:
        most = max(scores[c] for c in left)
        c = min((c for c in left if scores[c] == most), key=order)
        left.discard(c)
        if vote.cost[c] <= budget:
            won.append(c)
            budget -= vote.cost[c]
        elif not skip:
            break
    return won


Bought = list[tuple[int, Fraction]]
"""Projects in the order in which they were bought, each with its rate: the price for what it gives."""


class Purses:
    """What everybody has left: whole numbers over one bottom, `base` times `grown`, so that nothing is rounded.

    People with the same money are of one class: `has` is what each of a class has, `of` the class of a ballot kind, 0 for those
    with nothing left. Costs are whole numbers over `base`. `fans` says for each project (kind, its people, units they pay for).
    """

    def __init__(self, vote: Vote, utility: str, step: Fraction) -> None:
        self.uneven = utility == "points"
        rows = vote.supporters()
        parts = lcm(*(worth.denominator for row in rows for worth in row.values())) if self.uneven else 1
        self.fans = [
            [(t, vote.ballots[t][0], int(worth * parts) if self.uneven else 1) for t, worth in row.items()]
            for row in rows
        ]
        self.kinds = len(vote.ballots)
        first = vote.budget / vote.voters
        self.base = lcm(first.denominator, step.denominator, *(cost.denominator for cost in vote.cost))
        self.cost = [int(cost * self.base) for cost in vote.cost]
        self.gain = self.cost if utility == "cost" else [1] * len(self.cost)

    def fill(self, share: Fraction) -> None:
        """Everyone has `share`."""
        self.grown, self.last = 1, 1
        self.has = {1: int(share * self.base)}
        self.of = [1] * self.kinds

    def supporters(self, c: int) -> dict[tuple[int, int], int]:
        """How many people who have something left pay for a project, by class and units."""
        of = self.of
        if self.uneven:
            found: dict[tuple[int, int], int] = {}
            for t, many, unit in self.fans[c]:
                if of[t]:
                    found[of[t], unit] = found.get((of[t], unit), 0) + many
            return found
        counts = [0] * (self.last + 1)
        for t, many, _ in self.fans[c]:
            counts[of[t]] += many
        counts[0] = 0
        return {(one, 1): many for one, many in enumerate(counts) if many}

    def price(self, c: int) -> tuple[int, int] | None:
        """What is missing after the poor gave all, and for how many units the rich pay it: from the richest down.

        None where all together cannot pay."""
        has, cost = self.has, self.cost[c] * self.grown
        row = [(has[one], many, unit) for (one, unit), many in self.supporters(c).items()]
        total, rich = sum(have * many for have, many, _ in row), 0
        if total < cost:
            return None
        row.sort(key=(lambda one: Fraction(one[0], one[2])) if self.uneven else None, reverse=True)
        for (have, many, unit), (low, _, below) in pairwise([*row, (0, 0, 1)]):
            rich += many * unit
            total -= many * have
            if total * below + rich * low < cost * below:
                break  # at the next lower level they cannot pay: the price is above it
        return cost - total, rich

    def rate(self, c: int, price: tuple[int, int]) -> Fraction:
        """The price of a unit for what it gives."""
        return Fraction(price[0], price[1] * self.grown * self.gain[c])

    def pay(self, c: int, price: tuple[int, int]) -> None:
        """Supporters pay the price for each unit, or all that they have."""
        common = gcd(*price)
        missing, rich = price[0] // common, price[1] // common
        self.grown *= rich
        moved: dict[tuple[int, int], int] = {}
        fresh: dict[int, int] = {}
        of = self.of
        for t, _, unit in self.fans[c]:
            one = of[t]
            if not one:
                continue
            after = moved.get((one, unit))
            if after is None:
                left = self.has[one] * rich - missing * unit
                if left > 0:
                    self.last += 1
                    fresh[self.last] = left
                after = moved[one, unit] = self.last if left > 0 else 0
            of[t] = after
        still = set(of)
        self.has = {one: have * rich for one, have in self.has.items() if one in still} | fresh


def shares(order: Order, purses: Purses, share: Fraction, like: Bought | None = None) -> Bought | None:
    """Equal Shares when everyone starts with `share`.

    With `like`, what a smaller share bought: None unless every share between the two buys the same in the same order.
    Along one order of buying, more money for everyone makes nobody poorer later and raises no price. So a project that is
    dearer here than the bought one was there is dearer than it at every share between.
    """
    purses.fill(share)
    open_ = {c for c, row in enumerate(purses.fans) if row}
    won: Bought = [(c, Fraction(0)) for c in sorted((c for c in open_ if not purses.cost[c]), key=order)]
    known: dict[int, Fraction] = dict.fromkeys(open_, Fraction(0))
    open_ -= {c for c, _ in won}
    while True:
        expected = like[len(won)] if like is not None and len(won) < len(like) else None
        best: tuple[Fraction, Any, int, tuple[int, int]] | None = None
        for c in sorted(open_, key=known.__getitem__):
            if best is not None and known[c] > best[0]:
                break  # a rate never falls
            price = purses.price(c)
            if price is None:
                open_.discard(c)
                continue
            known[c] = purses.rate(c, price)
            if best is None or (known[c], order(c)) < best[:2]:
                best = known[c], order(c), c, price
        if like is not None:
            if best is None and expected is None:
                return won
            if best is None or expected is None or best[2] != expected[0]:
                return None
            if not steadily(order, purses, expected, open_, known):
                return None
        if best is None:
            return won
        purses.pay(best[2], best[3])
        won.append((best[2], best[0]))
        open_.discard(best[2])


def steadily(
    order: Order, purses: Purses, bought: tuple[int, Fraction], open_: set[int], known: dict[int, Fraction]
) -> bool:
    """Whether, with this money, everything else is dearer than what was bought with less."""
    first = bought[1], order(bought[0])
    for c in open_ - {bought[0]}:
        if known[c] <= bought[1]:
            price = purses.price(c)
            if price is not None:
                known[c] = purses.rate(c, price)
                if (known[c], order(c)) < first:
                    return False
    return True


def raised(vote: Vote, order: Order, utility: str, completion: str, step: Fraction) -> list[int]:
    """Equal Shares with its completion."""
    share = vote.budget / vote.voters
    purses = Purses(vote, utility, step)
    bought = shares(order, purses, share) or []
    won = [c for c, _ in bought]
    if completion.startswith("add1"):
        able = {c for c, row in enumerate(purses.fans) if row}
        leap = 1
        while set(won) != able:
            rest = vote.budget - sum(vote.cost[c] for c in won)
            if completion == "add1-until-exhaustive" and all(vote.cost[c] > rest for c in able - set(won)):
                break
            further = shares(order, purses, share + leap * step, bought) if leap > 1 else None
            if further is not None:
                bought, share, leap = further, share + leap * step, leap * 2
                continue
            if leap > 1:
                leap //= 2
                continue
            share += step
            after = shares(order, purses, share) or []
            if sum(vote.cost[c] for c, _ in after) > vote.budget:
                break
            leap = 2 if [c for c, _ in after] == won else 1
            bought, won = after, [c for c, _ in after]
    if completion.endswith("utilitarian"):
        rest = vote.budget - sum(vote.cost[c] for c in won)
        won += greedy(vote, order, vote.scores(), rest, out=won)
    return won


def phragmen(vote: Vote, order: Order) -> list[int]:
    """Everyone earns 1 in a unit of time; the next project is the one whose supporters have its cost soonest."""
    people = [many for many, *_ in vote.ballots]
    fans = vote.supporters()
    since = [Fraction(0)] * len(people)
    left = {c for c in range(len(fans)) if fans[c] and vote.cost[c] <= vote.budget}
    rest = vote.budget
    won: list[int] = []
    while left:
        when = {
            c: (vote.cost[c] + sum(people[t] * since[t] for t in fans[c])) / sum(people[t] for t in fans[c])
            for c in left
        }
        now = min(when.values())
        equal = [c for c in left if when[c] == now]
        if any(vote.cost[c] > rest for c in equal):
            break
        c = min(equal, key=order)
        for t in fans[c]:
            since[t] = now
        rest -= vote.cost[c]
        won.append(c)
        left.discard(c)
    return won


def knapsack(vote: Vote, order: Order, utility: str) -> list[int]:
    """Depth first, the best rate first, given up where even a cut project could not reach the best set so far."""
    scores = vote.scores()
    worth = [
        score * (cost if utility == "cost" else 1) for score, cost in zip(scores, vote.cost, strict=True)
    ]
    able = sorted(
        (c for c in range(len(worth)) if worth[c] > 0 and 0 < vote.cost[c] <= vote.budget), key=order
    )
    free = [c for c in range(len(worth)) if scores[c] > 0 and not vote.cost[c]]
    value = {c: (worth[c], 1 << (len(able) - at)) for at, c in enumerate(able)}
    items = sorted(able, key=lambda c: (-worth[c] / vote.cost[c], order(c)))
    best: tuple[Fraction, int, tuple[int, ...]] = (Fraction(-1), 0, ())

    def bound(at: int, room: Fraction) -> Fraction:
        total = Fraction(0)
        for c in items[at:]:
            if vote.cost[c] > room:
                return total + worth[c] * room / vote.cost[c]
            room -= vote.cost[c]
            total += worth[c]
        return total

    stack: list[tuple[int, Fraction, Fraction, int, tuple[int, ...]]] = [(0, vote.budget, Fraction(0), 0, ())]
    while stack:
        at, room, have, mark, taken = stack.pop()
        if (have, mark) > (best[0], best[1]):
            best = have, mark, taken
        if at == len(items) or have + bound(at, room) < best[0]:
            continue
        c = items[at]
        stack.append((at + 1, room, have, mark, taken))
        if vote.cost[c] <= room:
            stack.append((at + 1, room - vote.cost[c], have + value[c][0], mark + value[c][1], (*taken, c)))
    return [*best[2], *free]


def composite(vote: Vote, order: Order, weights: str) -> list[int]:
    total = [Fraction(0)] * len(vote.ids)
    for piece in SEOUL.get(weights, weights).split(","):
        name, share = piece.split("=")
        try:
            column = vote.scores() if name == "evote" else [amount(row[name]) for row in vote.rows]
        except (KeyError, ValueError) as error:
            raise WontDo(f"The part {name} is missing. {name} 열이 없어요.") from error
        for c, votes in enumerate(column):
            total[c] += amount(share) * votes / sum(column)
    return greedy(vote, order, total, vote.budget)


def counted(vote: Vote, options: argparse.Namespace) -> list[int]:
    order = vote.order(options.ties)
    if options.rule == "equal-shares":
        return raised(vote, order, options.utility, options.completion, Fraction(options.increment))
    if options.rule == "phragmen":
        return phragmen(vote, order)
    if options.rule == "knapsack":
        return knapsack(vote, order, options.utility)
    if options.rule == "composite":
        return composite(vote, order, options.weights)
    theirs = vote.meta.get("rule", "").lower()
    written = vote.meta.get("min_project_score_threshold", "") if "threshold" in theirs else ""
    least = int(written) if written.isdecimal() else 0
    return greedy(vote, order, vote.scores(), vote.budget, "no-skip" not in theirs, least)


def digest(vote: Vote, options: argparse.Namespace, winners: list[str]) -> str:
    """The digest that `madang count` writes."""
    equal = options.rule == "equal-shares"
    lines = [
        "madang-count/1",
        vote.sha,
        f"rule={options.rule}",
        f"utility={options.utility if equal or options.rule == 'knapsack' else '-'}",
        f"completion={options.completion if equal else '-'}",
        f"increment={Fraction(options.increment) if equal and options.completion.startswith('add1') else '-'}",
        f"ties={options.ties}",
        f"weights={options.weights if options.rule == 'composite' else '-'}",
        *sorted(winners),
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="recount", description=__doc__)
    parser.add_argument("file")
    parser.add_argument("--rule", choices=RULES, default="greedy")
    parser.add_argument("--utility", choices=["cost", "cardinality", "points"], default="cost")
    parser.add_argument("--completion", choices=COMPLETIONS, default="add1")
    parser.add_argument("--increment", default="1")
    parser.add_argument("--ties", choices=["id", "cost", "votes", "file"], default="id")
    parser.add_argument("--weights", default="seoul-2018")
    parser.add_argument(
        "--against", metavar="RESULT.json", help="take settings from a result and compare with it"
    )
    options = parser.parse_args(arguments)
    result = None
    try:
        if options.against:
            with open(options.against, encoding="utf-8") as file:
                result = json.load(file)
            for name in ("rule", "utility", "completion", "increment", "ties", "weights"):
                if result["settings"][name] != "-":
                    setattr(options, name, result["settings"][name])
        with open(options.file, "rb") as file:
            vote = Vote(file.read())
        winners = [vote.ids[c] for c in counted(vote, options)]
    except (OSError, WontDo, KeyError, IndexError, ValueError, StopIteration) as error:
        sys.stderr.write(f"The file cannot be counted. 셀 수 없는 파일이에요: {error!r}\n")
        return 2
    sys.stdout.write(f"winners {' '.join(sorted(winners))}\ndigest {digest(vote, options, winners)}\n")
    if result is None:
        return 0
    same = sorted(result["winners"]) == sorted(winners) and result["digest"] == digest(vote, options, winners)
    sys.stdout.write(
        "both counts agree 두 집계가 같아요\n" if same else "THE COUNTS DIFFER 두 집계가 달라요\n"
    )
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
