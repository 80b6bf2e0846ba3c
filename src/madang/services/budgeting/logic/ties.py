"""The order in which projects that stand exactly equal are taken. It is stated before the vote and on every result."""

from __future__ import annotations

from madang.services.budgeting.logic.election import Election

ORDERS = ("id", "cost", "votes", "file")
WORDS = {
    "id": (
        "the project_id that comes first as text",
        "글자 순서로 앞선 사업 번호",
    ),
    "cost": (
        "lower cost, then the project_id that comes first as text",
        "비용이 적은 사업, 그다음 글자 순서로 앞선 사업 번호",
    ),
    "votes": (
        "more votes, then lower cost, then the project_id that comes first as text",
        "표가 많은 사업, 그다음 비용이 적은 사업, 그다음 글자 순서로 앞선 사업 번호",
    ),
    "file": ("the place in the file", "파일에 적힌 순서"),
}


def ranks(election: Election, order: str) -> list[int]:
    """For each project its place in the tie order, 0 first; no two are the same."""
    projects, votes = election.projects, election.votes() if order == "votes" else []
    keys = {
        "id": lambda at: (projects[at].id,),
        "cost": lambda at: (projects[at].cost, projects[at].id),
        "votes": lambda at: (-votes[at], projects[at].cost, projects[at].id),
        "file": lambda at: (at,),
    }
    placed = [0] * len(projects)
    for rank, at in enumerate(sorted(range(len(projects)), key=keys[order])):
        placed[at] = rank
    return placed
