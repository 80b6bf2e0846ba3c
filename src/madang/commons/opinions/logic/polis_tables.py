"""One CSV file of a pol.is export, whatever its encoding, separator, order of columns or spelling of their names."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from madang.kernel.logic.encodings import decoded

MOST_PROBLEMS = 10


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence in both languages, with a key for machines and how often it applies."""

    key: str
    en: str
    ko: str
    count: int | None = None

    def __str__(self) -> str:
        return f"{self.ko}\n{self.en}"


class PolisError(ValueError):
    """An export that cannot be read. `problems` say in both languages which file and line, and what to do."""

    def __init__(self, *problems: Said) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


@dataclass(slots=True)
class Table:
    """A file with its columns under their usual names. `lines` are pairs of line number and fields."""

    name: str
    encoding: str
    sha256: str
    size: int
    header: list[str]
    columns: dict[str, int]
    lines: list[tuple[int, list[str]]]
    problems: list[Said] = field(default_factory=list)

    def has(self, column: str) -> bool:
        return column in self.columns

    def cell(self, row: list[str], column: str) -> str:
        """The trimmed text of a field; empty where the file has no such column or the row is too short for it."""
        at = self.columns.get(column, len(row))
        return row[at].strip() if at < len(row) else ""

    def problem(self, line: int, key: str, en: str, ko: str) -> None:
        """Notes what is wrong with a line; raises PolisError when it is enough."""
        self.problems.append(Said(key, f"{self.name}, line {line}: {en}", f"{self.name} {line}번째 줄: {ko}"))
        if len(self.problems) >= MOST_PROBLEMS:
            self.check()

    def check(self) -> None:
        """Raises PolisError if a line was wrong."""
        if self.problems:
            raise PolisError(*self.problems)


# How exports of different years, and people who edit them, spell the columns.
_SPELLINGS = {
    "comment-id": "comment-id commentid tid statement-id statementid statement comment",
    "voter-id": "voter-id voterid pid participant-id participantid participant voter user-id userid ptpt",
    "vote": "vote value choice vote-value",
    "timestamp": "timestamp time created created-at modified",
    "datetime": "datetime date date-time",
    "author-id": "author-id authorid author commenter",
    "agrees": "agrees agree agree-count agreed num-agrees n-agrees",
    "disagrees": "disagrees disagree disagree-count disagreed num-disagrees n-disagrees",
    "moderated": "moderated mod moderation moderation-status",
    "comment-body": "comment-body commentbody body txt text comment-text statement-text content comment statement",
    "participant": "participant participant-id participantid pid voter-id voterid voter user-id ptpt",
    "group-id": "group-id groupid group cluster",
    "n-votes": "n-votes nvotes votes num-votes",
    "n-agree": "n-agree nagree agrees num-agrees",
    "n-disagree": "n-disagree ndisagree disagrees num-disagrees",
}


def plain(name: str) -> str:
    """`Comment_ID ` and `comment id` are `comment-id`."""
    return re.sub(r"[\s_.-]+", "-", name.replace("\ufeff", "").strip().casefold()).strip("-")


def number_name(text: str) -> str:
    """`12.0` and ` 12` are the number 12, as spreadsheets write it; other names stay as they are."""
    text = text.strip()
    found = re.fullmatch(r"([+-]?\d+)(?:[.,]0+)?", text)
    return str(int(found[1])) if found else text


def read_table(path: Path, wanted: list[str]) -> Table:
    """The file with its columns named; `wanted` are those that are looked for.

    Raises PolisError where it cannot be opened or decoded, is empty, or its quotes do not close.
    """
    name = path.name
    try:
        data = path.read_bytes()
    except OSError as error:
        raise PolisError(
            Said(
                "unreadable",
                f"{name} cannot be read ({error.strerror}). Check that it is a file you may read.",
                f"{name} 파일을 읽을 수 없습니다({error.strerror}). 읽기 권한이 있는 파일인지 확인해 주세요.",
            )
        ) from error
    found = decoded(data)
    if found is None or "\0" in found[0]:
        raise PolisError(
            Said(
                "encoding",
                f"{name} is neither UTF-8 nor CP949 text. Save it as CSV (UTF-8) and try again.",
                f"{name} 파일이 UTF-8도 CP949도 아닙니다. CSV(UTF-8)로 저장해서 다시 시도해 주세요.",
            )
        )
    text, encoding = found[0], found[1].removesuffix("-sig")
    rows = _rows(name, text)
    header = next(rows, (0, []))[1]
    if not any(title.strip() for title in header):
        raise PolisError(
            Said(
                "empty",
                f"{name} is empty. Export the conversation again.",
                f"{name} 파일이 비어 있습니다. 대화를 다시 내보내 주세요.",
            )
        )
    lines = [(line, row) for line, row in rows if any(row)]
    return Table(
        name, encoding, hashlib.sha256(data).hexdigest(), len(data), header, _columns(header, wanted), lines
    )


def missing(table: Table, columns: list[str]) -> None:
    """Raises PolisError, naming what is there, where a column that is needed is not."""
    absent = [column for column in columns if not table.has(column)]
    if absent:
        there = ", ".join(title.strip() for title in table.header[:8])
        raise PolisError(
            Said(
                "column",
                f"{table.name}, line 1: no column {', '.join(absent)}. The columns are: {there}. "
                "Rename the column or export again.",
                f"{table.name} 1번째 줄: {', '.join(absent)} 열이 없습니다. 있는 열: {there}. "
                "열 이름을 고치거나 다시 내보내 주세요.",
            )
        )


def _columns(header: list[str], wanted: list[str]) -> dict[str, int]:
    """Where each wanted column stands. Exact names go first, so that `comment` is a body only if nothing else is."""
    names, taken, found = [plain(title) for title in header], set[int](), dict[str, int]()
    for exact in (True, False):
        for column in wanted:
            for spelling in [column] if exact else _SPELLINGS.get(column, column).split():
                at = next((at for at, name in enumerate(names) if name == spelling and at not in taken), None)
                if column not in found and at is not None:
                    found[column] = at
                    taken.add(at)
    return found


def _rows(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(10_000_000)
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 1
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise PolisError(
                Said(
                    "csv",
                    f"{name}, line {line}: not valid CSV ({error}). Check the quotation marks from this line on.",
                    f"{name} {line}번째 줄: CSV 형식이 올바르지 않습니다({error}). 이 줄부터 따옴표를 확인해 주세요.",
                )
            ) from error
        if row is None:
            return
        yield line, row
        line = reader.line_num + 1
