"""Which sign means agreement in a file, and whether the files of an export say the same."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from madang.commons.opinions.logic import polis_values
from madang.commons.opinions.logic.polis_tables import Said, Table

if TYPE_CHECKING:
    from madang.commons.opinions.logic.polis_files import Conversation

Votes = list[tuple[str, str, int]]


@dataclass(slots=True)
class Sign:
    """`agree`: the number that means agreement in `file`, 1 or -1. `evidence`: what it was compared with, `none` if
    there was nothing; `fits` and `fits_reversed` count what fits one way only and the other way only."""

    file: str
    agree: int
    evidence: str
    fits: int
    fits_reversed: int


def count_row(made: Conversation, table: Table, row: list[str], votes: Votes) -> None:
    """Compares a row of participants-votes.csv with its own counts of agreement and disagreement."""
    said = [polis_values.number(table.cell(row, column)) for column in ("n-agree", "n-disagree")]
    counted = [sum(value == sign for _, _, value in votes) for sign in (1, -1)]
    if None in said or counted[0] == counted[1]:
        return
    if not made.signs:
        made.signs.append(Sign("participants-votes.csv", 1, "n-agree, n-disagree", 0, 0))
    made.signs[0].fits += said == counted
    made.signs[0].fits_reversed += said == counted[::-1]


def turn(made: Conversation, name: str, votes: Votes, other: Votes | None) -> None:
    """Finds out what the signs of a file mean and turns `votes` so that 1 is agreement, noting it.

    The evidence is, in this order: the file's own counts, the other file of votes, the counts in comments.csv. Without
    any, 1 is taken for agreement, as in the exports of today.
    """
    sign = next((one for one in made.signs if one.file == name), None)
    if sign is None or not (sign.fits or sign.fits_reversed):
        made.signs = [one for one in made.signs if one is not sign]
        sign = _against_votes(name, votes, other) if other else None
        if sign is None or not (sign.fits or sign.fits_reversed):
            sign = _against_comments(made, name, votes)
        made.signs.append(sign)
    if sign.fits_reversed > sign.fits:
        sign.agree = -1
        votes[:] = [(person, statement, -value) for person, statement, value in votes]
        made.notes.append(
            Said(
                "reversed-sign",
                f"{name} writes agreement as -1, as {sign.evidence} shows; it was turned.",
                f"{name}에서는 찬성이 -1입니다({sign.evidence} 기준). 부호를 바꾸어 읽었습니다.",
                sign.fits_reversed,
            )
        )
    elif sign.evidence == "none" or sign.fits == sign.fits_reversed:
        made.notes.append(
            Said(
                "assumed-sign",
                f"{name}: nothing shows whether 1 means agree or disagree; agree was assumed.",
                f"{name}: 1이 찬성인지 반대인지 확인할 자료가 없어 찬성으로 보았습니다.",
            )
        )


def _against_votes(name: str, votes: Votes, other: Votes) -> Sign:
    mine = {(person, statement): value for person, statement, value in votes}
    fits = against = 0
    for person, statement, value in other:
        if value and mine.get((person, statement)):
            fits += mine[person, statement] == value
            against += mine[person, statement] == -value
    return Sign(name, 1, "participants-votes.csv", fits, against)


def _against_comments(made: Conversation, name: str, votes: Votes) -> Sign:
    final = {(person, statement): value for person, statement, value in votes}
    counts = Counter((statement, value) for (_, statement), value in final.items())
    fits = against = 0
    for statement, one in made.statements.items():
        if one.agrees is not None and one.disagrees is not None:
            plus, minus = counts[statement, 1], counts[statement, -1]
            straight = abs(plus - one.agrees) + abs(minus - one.disagrees)
            turned = abs(minus - one.agrees) + abs(plus - one.disagrees)
            fits += straight < turned
            against += turned < straight
    return Sign(name, 1, "comments.csv" if fits or against else "none", fits, against)


def compare(made: Conversation, log: Votes | None, matrix: Votes | None, known: set[str] | None) -> None:
    """Notes what the files do not agree on. The log of votes is followed."""
    if log is not None:
        repeated = len(log) - len({vote[:2] for vote in log})
        if repeated:
            made.notes.append(
                Said(
                    "repeated-votes",
                    f"votes.csv: {repeated} votes were cast again by the same person on the same statement; "
                    "the latest counts.",
                    f"votes.csv: 같은 사람이 같은 문장에 다시 한 투표가 {repeated}건 있습니다. 마지막 투표를 셌습니다.",
                    repeated,
                )
            )
    if known is not None:
        strange = {statement for _, statement, _ in made.votes} - known
        if strange:
            made.notes.append(
                Said(
                    "unknown-statements",
                    f"{len(strange)} statements have votes but are not in comments.csv; they count, without text: "
                    f"{_some(strange)}.",
                    f"투표는 있지만 comments.csv에 없는 문장이 {len(strange)}건 있습니다. 본문 없이 셌습니다: "
                    f"{_some(strange)}.",
                    len(strange),
                )
            )
    if log is None or matrix is None:
        return
    mine, theirs = ({vote[:2]: vote[2] for vote in votes} for votes in (log, matrix))
    lacking = sum(cell not in mine for cell in theirs)
    extra = sum(cell not in theirs for cell in mine)
    other = sum(cell in mine and mine[cell] != value for cell, value in theirs.items())
    strange = {person for person, _, _ in log} - set(made.people)
    if strange:
        made.notes.append(
            Said(
                "unknown-people",
                f"{len(strange)} people vote in votes.csv but are not in participants-votes.csv; they count.",
                f"votes.csv에는 있지만 participants-votes.csv에 없는 참여자가 {len(strange)}명 있습니다. 함께 셌습니다.",
                len(strange),
            )
        )
    if lacking or extra or other:
        made.notes.append(
            Said(
                "files-differ",
                f"votes.csv lacks {lacking} of the votes in participants-votes.csv, has {extra} that are not there, and "
                f"{other} differ; votes.csv was followed. Export again if it should be whole.",
                f"participants-votes.csv에 있는 투표 가운데 {lacking}건이 votes.csv에 없고, {extra}건은 votes.csv에만 있으며, "
                f"{other}건은 값이 다릅니다. votes.csv를 따랐습니다. 전체 자료가 필요하면 다시 내보내 주세요.",
                lacking + extra + other,
            )
        )


def _some(names: set[str]) -> str:
    listed = sorted(names, key=lambda name: (len(name), name))
    return ", ".join(listed[:5]) + (" …" if len(listed) > 5 else "")
