"""What the marks on a sheet of paper mean: a ballot, or the reason why it is none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from madang.services.budgeting.logic import paper as papers
from madang.services.budgeting.logic.paper import Chosen, Finding, Paper

Marks = dict[str, list[int]]
"""By the code of a project what is marked beside it: 1 for a tick, else the points or the place; several contradict each other."""
WHY = {"few": "under", "many": "over", "dear": "over", "points_over": "over"}


def tidy(marks: Mapping[str, Sequence[int]]) -> Marks:
    """The one way to write the same marks."""
    return {code: sorted(set(marks[code])) for code in sorted(marks) if marks[code]}


def judge(paper: Paper, marks: Marks) -> tuple[Chosen, str]:
    """What is chosen, and why it cannot be cast (`blank`, `over`, `under`, `conflict`); "" when it can.

    Nobody asks a sheet of paper to think again: what a page would have put right is spoiled here, by the same limits.
    """
    if not any(marks.values()):
        return [], "blank"
    if any(len(numbers) > 1 for numbers in marks.values()):
        return [], "conflict"
    numbers = {code: each[0] for code, each in marks.items() if each}
    given: object
    before: tuple[Finding, ...] = ()
    if paper.kind == papers.POINTS:
        given = numbers
        if not any(numbers.values()):
            return [], "blank"
    elif paper.kind == papers.RANKING:
        given, before = papers.by_place(numbers)
    else:
        given = list(numbers)
    chosen, findings = papers.read(paper, given)
    found = [*before, *findings]
    return chosen, WHY.get(found[0].key, "conflict") if found else ""
