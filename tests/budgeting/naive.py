"""Equal Shares and Phragmén as the textbook has them: every voter a fraction, every project in every round."""

from __future__ import annotations

from fractions import Fraction

from madang.services.budgeting.logic.election import Election


def voters(election: Election, points: bool = False) -> list[dict[int, int]]:
    """For every single voter what each project is worth to her."""
    found = []
    for ballot in election.ballots:
        worth = ballot.points or (1,) * len(ballot.projects)
        one = {c: (many if points else 1) for c, many in zip(ballot.projects, worth, strict=True) if many > 0}
        found += [one] * ballot.count
    return found


def shares(election: Election, rank: list[int], utility: str, share: Fraction) -> list[int]:
    people = voters(election, utility == "points")
    money = [share] * len(people)
    costs = [project.cost for project in election.projects]
    liked = {c for one in people for c in one}
    won = sorted((c for c in liked if not costs[c]), key=lambda c: rank[c])
    while True:
        best: tuple[Fraction, int, int, Fraction] | None = None
        for c in liked - set(won):
            fans = [i for i, one in enumerate(people) if c in one]
            if sum(money[i] for i in fans) < costs[c]:
                continue
            # The price is the least rho at which all together pay the cost: try each way of splitting the fans.
            fans.sort(key=lambda i: money[i] / people[i][c])
            for poor in range(len(fans)):
                missing = costs[c] - sum(money[i] for i in fans[:poor])
                rho = missing / Fraction(sum(people[i][c] for i in fans[poor:]))
                if rho * people[fans[poor]][c] <= money[fans[poor]]:
                    break
            rate = rho / (costs[c] if utility == "cost" else 1)
            if best is None or (rate, rank[c]) < best[:2]:
                best = rate, rank[c], c, rho
        if best is None:
            return won
        _, _, c, rho = best
        for i, one in enumerate(people):
            if c in one:
                money[i] -= min(money[i], rho * one[c])
        won.append(c)


def add1(
    election: Election, rank: list[int], utility: str, step: int, until_exhaustive: bool
) -> tuple[list[int], int]:
    """Every step of the share is tried: (winners, steps)."""
    liked = {c for one in voters(election) for c in one}
    share, steps = Fraction(election.budget, election.voters), 0
    won = shares(election, rank, utility, share)
    costs = [project.cost for project in election.projects]
    while set(won) != liked:
        rest = election.budget - sum(costs[c] for c in won)
        if until_exhaustive and all(costs[c] > rest for c in liked - set(won)):
            break
        share += step
        after = shares(election, rank, utility, share)
        if sum(costs[c] for c in after) > election.budget:
            break
        won, steps = after, steps + 1
    return won, steps


def phragmen(election: Election, rank: list[int]) -> list[int]:
    people = voters(election)
    load = [Fraction(0)] * len(people)
    costs = [project.cost for project in election.projects]
    left = {c for one in people for c in one if costs[c] <= election.budget}
    rest, won = election.budget, []
    while left:
        when = {}
        for c in left:
            fans = [i for i, one in enumerate(people) if c in one]
            when[c] = (costs[c] + sum(load[i] for i in fans)) / Fraction(len(fans))
        now = min(when.values())
        equal = [c for c in left if when[c] == now]
        if any(costs[c] > rest for c in equal):
            break
        c = min(equal, key=lambda c: rank[c])
        for i, one in enumerate(people):
            if c in one:
                load[i] = now
        rest -= costs[c]
        won.append(c)
        left.discard(c)
    return won
