"""Reading an exported pol.is conversation: any of its files that suffice.

`comments.csv` are the statements, `votes.csv` the log of votes, `participants-votes.csv` the final votes of each person
and pol.is's own groups, `summary.csv` what the conversation is about. The log or the final votes must be there.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from madang.commons.opinions.logic import polis_checks, polis_values
from madang.commons.opinions.logic.polis_tables import (
    PolisError,
    Said,
    Table,
    missing,
    number_name,
    read_table,
)
from madang.kernel.logic import cells

_ENDINGS = {
    "comments": ("comments.csv", "statements.csv"),
    "participants": ("participants-votes.csv", "participant-votes.csv"),
    "votes": ("votes.csv",),
    "summary": ("summary.csv",),
}


@dataclass(slots=True)
class Statement:
    """`moderated`: 1 accepted, 0 not looked at, -1 rejected. `agrees`, `disagrees`: as the file counts them."""

    text: str = ""
    author: str = ""
    moderated: int = 0
    agrees: int | None = None
    disagrees: int | None = None


@dataclass(slots=True)
class Conversation:
    """What an export holds. `votes` are (person, statement, value) as cast, oldest first, 1 for agree; ids are those
    of the files. `groups`: pol.is's own, of those who have one. `notes`: what was noticed and how it was taken."""

    people: list[str] = field(default_factory=list)
    statements: dict[str, Statement] = field(default_factory=dict)
    votes: list[tuple[str, str, int]] = field(default_factory=list)
    groups: dict[str, str] = field(default_factory=dict)
    summary: dict[str, str] = field(default_factory=dict)
    files: list[Table] = field(default_factory=list)
    signs: list[polis_checks.Sign] = field(default_factory=list)
    notes: list[Said] = field(default_factory=list)


def read_folder(folder: Path) -> Conversation:
    """The conversation in `folder`. Raises PolisError, which says what is wrong where and what to do."""
    paths = _found(folder)
    made = Conversation()
    if "summary" in paths:
        _read_summary(made, paths["summary"])
    if "comments" in paths:
        _read_comments(made, paths["comments"])
    known = set(made.statements)
    matrix = _read_participants(made, paths["participants"]) if "participants" in paths else None
    log = _read_votes(made, paths["votes"]) if "votes" in paths else None
    for name, votes in (("participants-votes.csv", matrix), ("votes.csv", log)):
        if votes is not None:
            polis_checks.turn(made, name, votes, other=matrix if votes is log else None)
    made.votes = log if log is not None else matrix or []
    if not made.votes:
        raise PolisError(
            Said(
                "no-votes",
                "There is no vote in the folder. Export the conversation again once people have voted.",
                "폴더에 투표가 하나도 없습니다. 투표가 있은 다음 대화를 다시 내보내 주세요.",
            )
        )
    polis_checks.compare(made, log, matrix, known if "comments" in paths else None)
    made.people = sorted({person for person, _, _ in made.votes} | set(made.people), key=in_order)
    for _, statement, _ in made.votes:
        made.statements.setdefault(statement, Statement())
    made.statements = {name: made.statements[name] for name in sorted(made.statements, key=in_order)}
    return made


def in_order(name: str) -> tuple[int, int, str]:
    """Numbers by size and before other names, so that the order is the same everywhere."""
    return (0, int(name), "") if re.fullmatch(r"-?\d+", name) else (1, 0, name)


def _found(folder: Path) -> dict[str, Path]:
    """The files by what they hold. Exports may have the number of a report before the usual name."""
    if not folder.is_dir():
        raise PolisError(
            Said(
                "folder",
                f"{folder} is not a folder. Name the folder with the exported files (votes.csv and others).",
                f"{folder}은(는) 폴더가 아닙니다. 내보낸 파일(votes.csv 등)이 있는 폴더를 적어 주세요.",
            )
        )
    files = sorted(path for path in folder.iterdir() if path.is_file())
    paths: dict[str, Path] = {}
    taken: set[Path] = set()
    for kind, endings in _ENDINGS.items():
        fit = [path for path in files if _named(path).endswith(endings) and path not in taken]
        exact = [path for path in fit if _named(path) in endings]
        if len(exact or fit) > 1:
            names = ", ".join(path.name for path in exact or fit)
            raise PolisError(
                Said(
                    "several",
                    f"Several files could be {endings[0]}: {names}. Leave one of them in the folder.",
                    f"{endings[0]}일 수 있는 파일이 여럿입니다: {names}. 하나만 폴더에 남겨 주세요.",
                )
            )
        if exact or fit:
            paths[kind] = (exact or fit)[0]
            taken.update(fit)
    if not {"votes", "participants"} & set(paths):
        there = ", ".join(path.name for path in files[:8]) or "-"
        raise PolisError(
            Said(
                "no-votes-file",
                f"The folder needs votes.csv or participants-votes.csv. It has: {there}.",
                f"폴더에 votes.csv 또는 participants-votes.csv가 있어야 합니다. 지금 있는 파일: {there}.",
            )
        )
    return paths


def _named(path: Path) -> str:
    return path.name.casefold().replace("_", "-").replace(" ", "-")


def _read_summary(made: Conversation, path: Path) -> None:
    table = read_table(path, [])
    made.files.append(table)
    for _, row in [(1, table.header), *table.lines]:
        if len(row) >= 2:
            made.summary.setdefault(row[0].strip(), row[1].strip())


def _read_comments(made: Conversation, path: Path) -> None:
    wanted = [
        "comment-id",
        "comment-body",
        "author-id",
        "agrees",
        "disagrees",
        "moderated",
        "timestamp",
        "datetime",
    ]
    table = read_table(path, wanted)
    missing(table, ["comment-id"])
    made.files.append(table)
    repeated = 0
    for line, row in table.lines:
        name = number_name(table.cell(row, "comment-id"))
        if not name:
            table.problem(line, "comment-id", "no comment-id.", "comment-id가 없습니다.")
            continue
        state = polis_values.moderation(table.cell(row, "moderated"))
        if state is None:
            table.problem(
                line,
                "moderated",
                f"moderated is “{table.cell(row, 'moderated')[:40]}”; it must be 1, 0 or -1.",
                f"moderated 값이 “{table.cell(row, 'moderated')[:40]}”입니다. 1, 0, -1 중 하나여야 합니다.",
            )
            continue
        repeated += name in made.statements
        made.statements[name] = Statement(
            cells.read(table.cell(row, "comment-body")),
            number_name(table.cell(row, "author-id")),
            state,
            _count(table.cell(row, "agrees")),
            _count(table.cell(row, "disagrees")),
        )
    table.check()
    if repeated:
        made.notes.append(
            Said(
                "repeated-statements",
                f"{table.name}: {repeated} statements stand there again; the last line of each counts.",
                f"{table.name}: 문장 {repeated}건이 다시 나옵니다. 각각 마지막 줄을 따랐습니다.",
                repeated,
            )
        )


def _read_participants(made: Conversation, path: Path) -> list[tuple[str, str, int]]:
    table = read_table(path, ["participant", "group-id", "n-votes", "n-agree", "n-disagree"])
    missing(table, ["participant"])
    made.files.append(table)
    fixed = set(table.columns.values())
    columns = []
    for at, title in enumerate(table.header):
        name = number_name(title)
        if at not in fixed and (name in made.statements or re.fullmatch(r"\d+", name)):
            columns.append((at, name))
            made.statements.setdefault(name, Statement())
    if len({name for _, name in columns}) < len(columns) or not columns:
        raise PolisError(
            Said(
                "statement-columns",
                f"{table.name}, line 1: there must be one column for each statement, named with its number, none twice.",
                f"{table.name} 1번째 줄: 문장마다 번호가 이름인 열이 하나씩 있어야 하고, 두 번 나오면 안 됩니다.",
            )
        )
    votes: list[tuple[str, str, int]] = []
    rows: dict[str, list[tuple[str, str, int]]] = {}
    for line, row in table.lines:
        person = number_name(table.cell(row, "participant"))
        if not person:
            table.problem(line, "participant", "no participant.", "participant가 없습니다.")
            continue
        if len(row) > len(table.header) and any(row[len(table.header) :]):
            table.problem(
                line,
                "too-long",
                f"{len(row)} fields under {len(table.header)} columns. Check the separators.",
                f"열은 {len(table.header)}개인데 칸이 {len(row)}개입니다. 구분 기호를 확인해 주세요.",
            )
            continue
        mine = []
        for at, name in columns:
            text = row[at].strip() if at < len(row) else ""
            if text:
                value = polis_values.vote(text)
                if value is None:
                    _no_vote(table, line, f"statement {name}", f"문장 {name}", text)
                else:
                    mine.append((person, name, value))
        rows[person] = mine
        group = number_name(table.cell(row, "group-id"))
        if group and group.casefold() not in {"nan", "none", "null", "-1"}:
            made.groups[person] = group
        polis_checks.count_row(made, table, row, mine)
    table.check()
    if len(rows) < len(table.lines):
        again = len(table.lines) - len(rows)
        made.notes.append(
            Said(
                "repeated-people",
                f"{table.name}: {again} people stand there again; the last line of each counts.",
                f"{table.name}: 참여자 {again}명이 다시 나옵니다. 각각 마지막 줄을 따랐습니다.",
                again,
            )
        )
    made.people = list(rows)
    for mine in rows.values():
        votes += mine
    return votes


def _read_votes(made: Conversation, path: Path) -> list[tuple[str, str, int]]:
    table = read_table(path, ["comment-id", "voter-id", "vote", "timestamp", "datetime"])
    missing(table, ["comment-id", "voter-id", "vote"])
    made.files.append(table)
    clock = "timestamp" if table.has("timestamp") else "datetime" if table.has("datetime") else None
    cast: list[tuple[float | None, str, str, int]] = []
    for line, row in table.lines:
        person, statement = (
            number_name(table.cell(row, "voter-id")),
            number_name(table.cell(row, "comment-id")),
        )
        text = table.cell(row, "vote")
        value = polis_values.vote(text)
        if not person or not statement:
            table.problem(
                line,
                "incomplete",
                f"voter-id “{person}”, comment-id “{statement}”: both are needed. The file may have been cut off.",
                f"voter-id “{person}”, comment-id “{statement}”: 둘 다 있어야 합니다. 파일이 잘렸는지 확인해 주세요.",
            )
        elif value is None:
            _no_vote(table, line, "vote", "vote", text)
        else:
            cast.append(
                (polis_values.moment(table.cell(row, clock)) if clock else None, person, statement, value)
            )
    table.check()
    timed = [when for when, *_ in cast if when is not None]
    if len(timed) == len(cast):
        # Equal times stay in the order of the file.
        cast.sort(key=lambda one: one[0] or 0.0)
    else:
        without = len(cast) - len(timed)
        made.notes.append(
            Said(
                "no-times",
                f"{table.name}: {without} votes have no readable time; the order of the lines decides which is later.",
                f"{table.name}: 투표 {without}건의 시각을 읽을 수 없어, 줄 순서를 투표 순서로 보았습니다.",
                without,
            )
        )
    return [(person, statement, value) for _, person, statement, value in cast]


def _no_vote(table: Table, line: int, en: str, ko: str, text: str) -> None:
    shown = text[:40]
    table.problem(
        line,
        "vote",
        f"{en} is “{shown}”; a vote is 1 (agree), 0 (pass) or -1 (disagree).",
        f"{ko} 값이 “{shown}”입니다. 투표는 1(찬성), 0(통과), -1(반대) 중 하나여야 합니다.",
    )


def _count(text: str) -> int | None:
    found = polis_values.number(text)
    return None if found is None or found < 0 else int(found)
