"""Writing a conversation in the form in which pol.is exports it, so that other tools can read it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from madang.kernel.logic import cells


@dataclass(frozen=True, slots=True)
class WrittenStatement:
    """`at`: milliseconds since 1970. `moderated`: 1, 0 or -1."""

    name: str
    text: str
    author: str
    moderated: int
    at: int


@dataclass(frozen=True, slots=True)
class WrittenVote:
    """`value`: 1 agree, 0 pass, -1 disagree; `at`: milliseconds since 1970."""

    person: str
    statement: str
    value: int
    at: int


def files_of(
    statements: Sequence[WrittenStatement],
    votes: Iterable[WrittenVote],
    *,
    groups: Mapping[str, int | str] | None = None,
    summary: Mapping[str, object] | None = None,
) -> dict[str, str]:
    """The four files by name, in UTF-8. `votes` are all that were cast, oldest first; the last of each counts.

    Texts are written as they are. Whoever opens the file in a spreadsheet is on their own with a text that begins with
    `=`, as with every export of pol.is; reading it back must give the same text.
    """
    cast = list(votes)
    final: dict[str, dict[str, int]] = {}
    for vote in cast:
        final.setdefault(vote.person, {})[vote.statement] = vote.value
    named, written = groups or {}, [one.name for one in statements]
    counts = {name: [0, 0] for name in written}
    for mine in final.values():
        for statement, value in mine.items():
            if value:
                counts[statement][value < 0] += 1
    authored = [one.author for one in statements]
    return {
        "comments.csv": _csv(
            ["timestamp", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body"],
            (
                [one.at, one.name, one.author, *counts[one.name], one.moderated, one.text]
                for one in statements
            ),
        ),
        "votes.csv": _csv(
            ["timestamp", "comment-id", "voter-id", "vote"],
            ([vote.at, vote.statement, vote.person, vote.value] for vote in cast),
        ),
        "participants-votes.csv": _csv(
            ["participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", *written],
            (
                [
                    person,
                    named.get(person, ""),
                    authored.count(person),
                    len(mine),
                    sum(value > 0 for value in mine.values()),
                    sum(value < 0 for value in mine.values()),
                    *(mine.get(name, "") for name in written),
                ]
                for person, mine in final.items()
            ),
        ),
        "summary.csv": _csv(
            ["voters", len(final)],
            [["comments", len(written)], *([name, value] for name, value in (summary or {}).items())],
        ),
    }


def _csv(header: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows([*map(cells.safe, row)] for row in rows)
    return out.getvalue()
