"""Small elections for tests: a Pabulib text from plain lists, and hypothesis strategies for random ones."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from madang.services.budgeting.logic.election import Election
from madang.services.budgeting.logic.pabulib import read


def text(
    costs: Sequence[object],
    ballots: Sequence[Sequence[int]],
    budget: object,
    vote_type: str = "approval",
    points: Sequence[Sequence[object]] | None = None,
    meta: dict[str, str] | None = None,
    columns: dict[str, Sequence[object]] | None = None,
) -> str:
    """Projects are p0, p1, …; a ballot lists their numbers."""
    known = {
        "num_projects": str(len(costs)),
        "num_votes": str(len(ballots)),
        "budget": str(budget),
        "vote_type": vote_type,
        "rule": "greedy",
        **(meta or {}),
    }
    extra = columns or {}
    lines = ["META", "key;value", *(f"{key};{value}" for key, value in known.items())]
    lines += ["PROJECTS", ";".join(["project_id", "cost", "name", *extra])]
    for at, cost in enumerate(costs):
        lines.append(";".join([f"p{at}", str(cost), f"Name {at}", *(str(row[at]) for row in extra.values())]))
    lines += ["VOTES", "voter_id;vote" + (";points" if points else "")]
    for voter, ballot in enumerate(ballots):
        line = f"v{voter};" + ",".join(f"p{c}" for c in ballot)
        lines.append(line + (";" + ",".join(str(one) for one in points[voter]) if points else ""))
    return "\n".join(lines) + "\n"


def election(*args: object, **named: object) -> Election:
    return read(text(*args, **named).encode())  # type: ignore[arg-type]


@st.composite
def elections(draw: st.DrawFn, most_cost: int = 30, with_points: bool = False) -> Election:
    """At most six projects and nine voters: small enough that ties and exact fits are common."""
    many = draw(st.integers(1, 6))
    costs = draw(st.lists(st.integers(0, most_cost), min_size=many, max_size=many))
    ballots = draw(
        st.lists(st.lists(st.integers(0, many - 1), unique=True, max_size=many), min_size=1, max_size=9)
    )
    budget = draw(st.integers(1, 3 * most_cost))
    if not with_points:
        return election(costs, ballots, budget)
    points = [[draw(st.integers(0, 4)) for _ in ballot] for ballot in ballots]
    return election(costs, ballots, budget, "cumulative", points)


def ids(found: Election, positions: Sequence[int]) -> list[str]:
    return [found.projects[c].id for c in positions]
