"""The classic knapsack: of all sets that fit the budget, the one with the largest sum.

Utility "cardinality": the sum of votes (every vote for a chosen project counts 1). Utility "cost": the sum of votes
times cost, which is the money that voters see spent on what they chose. Among sets with the same largest sum, the one
that holds the earliest project of the tie order is taken, then the next earliest, and so on.
"""

from __future__ import annotations

from madang.services.budgeting.logic.election import Election, Outcome


def knapsack(election: Election, rank: list[int], utility: str) -> Outcome:
    """The best set, found exactly by keeping only sets that no cheaper set beats and that can still become best."""
    scores = election.scores()
    worth = [score * (project.cost if utility == "cost" else 1) for score, project in zip(scores, election.projects, strict=True)]  # fmt: skip
    able = [
        c for c, project in enumerate(election.projects) if worth[c] > 0 and project.cost <= election.budget
    ]
    free = [c for c in range(len(worth)) if worth[c] <= 0 < scores[c] and not election.projects[c].cost]
    first = _best(election, able, worth, rank)
    last = _best(election, able, worth, [-place for place in rank])
    chosen = sorted([*first, *free], key=lambda c: rank[c])
    total = sum(worth[c] for c in chosen)
    rest = election.budget - sum(election.projects[c].cost for c in chosen)
    ties = [sorted(first ^ last, key=lambda c: rank[c])] if first != last else []
    why = []
    for c, project in enumerate(election.projects):
        won = c in first or c in free
        reason = "won" if won else "no_votes" if scores[c] <= 0 else "too_dear" if project.cost > election.budget else "other_set"  # fmt: skip
        entry = {"reason": reason, "score": scores[c], "worth": worth[c], "cost": project.cost}
        if reason == "other_set" and project.cost > rest:
            entry["wins_at_cost"] = rest  # it would be added to the chosen set
        elif reason == "too_dear":
            entry["wins_at_cost"] = rest
        why.append(entry)
    return Outcome(chosen, why, ties, {"sum": total, "left": rest})


def _best(election: Election, able: list[int], worth: list[int], rank: list[int]) -> set[int]:
    costs = [project.cost for project in election.projects]
    size = len(able)
    places = {c: at for at, c in enumerate(sorted(able, key=lambda c: rank[c]))}
    # One number holds the sum and, below it, which set comes first in the tie order.
    value = {c: (worth[c] << size) + (1 << (size - 1 - places[c])) for c in able}
    order = sorted((c for c in able if costs[c]), key=lambda c: -value[c] / costs[c])
    kept = {c for c in able if not costs[c]}
    suffix = _Bounds([costs[c] for c in order], [value[c] for c in order])
    least = suffix.greedy(0, election.budget)
    # Each entry: cost, value, bit set of what was taken; costs and values both rise.
    states: list[tuple[int, int, int]] = [(0, 0, 0)]
    for at, c in enumerate(order):
        cost, gain, bit = costs[c], value[c], 1 << at
        taken = [(spent + cost, have + gain, bits | bit) for spent, have, bits in states if spent + cost <= election.budget]  # fmt: skip
        states = _merged(states, taken)
        for spent, have, _ in states[-50:]:
            least = max(least, have + suffix.greedy(at + 1, election.budget - spent))
        states = [one for one in states if one[1] + suffix.bound(at + 1, election.budget - one[0]) >= least]
    best = max(states, key=lambda one: one[1])
    return kept | {c for at, c in enumerate(order) if best[2] >> at & 1}


def _merged(one: list[tuple[int, int, int]], two: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Both lists by cost, without entries that a cheaper or equal one beats."""
    out: list[tuple[int, int, int]] = []
    for entry in sorted(one + two, key=lambda e: (e[0], -e[1])):
        if not out or entry[1] > out[-1][1]:
            out.append(entry)
    return out


class _Bounds:
    """What the projects from a place on can still add: at least (greedily) and at most (with one of them cut)."""

    def __init__(self, costs: list[int], values: list[int]) -> None:
        self.costs, self.values = costs, values
        self.cost_sum, self.value_sum = [0], [0]
        for cost, value in zip(costs, values, strict=True):
            self.cost_sum.append(self.cost_sum[-1] + cost)
            self.value_sum.append(self.value_sum[-1] + value)

    def bound(self, at: int, room: int) -> int:
        low, high = at, len(self.costs)
        goal = self.cost_sum[at] + room
        while low < high:  # the last place up to which everything fits
            middle = (low + high + 1) // 2
            if self.cost_sum[middle] <= goal:
                low = middle
            else:
                high = middle - 1
        whole = self.value_sum[low] - self.value_sum[at]
        if low == len(self.costs):
            return whole
        rest = goal - self.cost_sum[low]
        return whole + -(-self.values[low] * rest // self.costs[low])

    def greedy(self, at: int, room: int) -> int:
        total = 0
        for cost, value in zip(self.costs[at:], self.values[at:], strict=True):
            if cost <= room:
                room -= cost
                total += value
        return total
