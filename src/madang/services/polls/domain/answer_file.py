"""A CSV file with answers that were given elsewhere, looked at row by row before anything is written."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, text
from madang.kernel.errors import RefusedError
from madang.kernel.ids import CROCKFORD
from madang.kernel.imports import BadRow, read_csv
from madang.services.polls.domain import polls
from madang.services.polls.logic import form

LONGEST = 20_000
"""Letters of one answer; longer cells are a sign that quotes are missing somewhere."""


class FileError(RefusedError):
    """Rows that cannot be taken; nothing was imported. `bad` names each with its line."""

    def __init__(self, bad: Sequence[BadRow]) -> None:
        super().__init__(
            ngettext(
                "%(many)s row cannot be taken, so nothing was imported. The first: line %(line)s, %(reason)s",
                "%(many)s rows cannot be taken, so nothing was imported. The first: line %(line)s, %(reason)s",
                len(bad),
            )
            % {"many": f"{len(bad):,}", "line": bad[0].line, "reason": bad[0].reason},
            "import.rows",
            status=422,
        )
        self.bad = tuple(bad)


@dataclass(frozen=True, slots=True)
class Wish:
    """What of a file becomes what. `groups` are columns with few different values: what people or answers are grouped by."""

    column: str
    groups: tuple[str, ...] = ()
    day: str = ""
    title_ko: str = ""
    title_en: str = ""
    question_ko: str = ""
    question_en: str = ""
    source: str = ""
    distinct: bool = False
    may_quote: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for name in (self.column, self.day, *self.groups) if name))


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    words: str
    day: date
    groups: tuple[str, ...]


@dataclass
class Read:
    """A file that was read: its answers, and how many rows had none or said what another had said."""

    rows: list[Row] = field(default_factory=list)
    read: int = 0
    empty: int = 0
    repeated: int = 0
    distinct: int = 0


def code_of(path: Path, wish: Wish) -> str:
    """The same file read in the same way gets the same code, so that it is imported once."""
    digest = hashlib.sha256(path.read_bytes())
    digest.update(repr((wish.column, wish.groups, wish.day, wish.distinct)).encode())
    number = int.from_bytes(digest.digest()[:8], "big")
    return "".join(CROCKFORD[(number >> (5 * place)) & 31] for place in range(polls.SIZE))


def read(path: Path, wish: Wish) -> Read:
    """Look at every row before anything is written.

    Raises:
        RefusedError: 422, no text file, or a column is missing; the message names those that are there.
        FileError: 422, with every row that cannot be taken.
    """
    if not wish.column:
        raise RefusedError(_("Say which column holds the answers."), "import.column", status=422)
    found, bad, seen = Read(), [], set()
    for line, cells in read_csv(path, wish.columns):
        found.read += 1
        if cells is None:
            bad.append(
                BadRow(
                    line,
                    gettext(
                        "the row does not have as many cells as the first line. Is a quote or a comma missing?"
                    ),
                )
            )
            continue
        row = _row(line, cells, wish)
        if isinstance(row, BadRow):
            bad.append(row)
        elif not row.words:
            found.empty += 1
        else:
            # As the file has it: what differs only in spaces is the business of the analysis, which cleans.
            said = cells[wish.column].strip()
            if said in seen:
                found.repeated += 1
            if said not in seen or not wish.distinct:
                found.rows.append(row)
            seen.add(said)
    found.distinct = len(seen)
    for place, name in enumerate(wish.groups):
        values = {row.groups[place] for row in found.rows if row.groups[place]}
        if len(values) > form.MOST_OPTIONS:
            bad.insert(
                0,
                BadRow(
                    1,
                    gettext(
                        "column “%(column)s” has %(many)s different values; to group by it has at most %(most)s"
                    )
                    % {"column": name, "many": f"{len(values):,}", "most": form.MOST_OPTIONS},
                ),
            )
    if bad:
        raise FileError(bad)
    if not found.rows:
        raise RefusedError(
            _("Column “%(column)s” holds no answer at all.") % {"column": wish.column},
            "import.empty",
            status=422,
        )
    return found


def _row(line: int, cells: dict[str, str], wish: Wish) -> Row | BadRow:
    words = text.clean(cells[wish.column])
    if len(words) > LONGEST:
        return BadRow(
            line,
            gettext(
                "column “%(column)s”: %(have)s characters, at most %(most)s. Is a quote missing before it?"
            )
            % {"column": wish.column, "have": f"{len(words):,}", "most": f"{LONGEST:,}"},
        )
    day = clock.today()
    if wish.day:
        try:
            day = date.fromisoformat(cells[wish.day].strip()[:10])
        except ValueError:
            return BadRow(
                line,
                gettext("column “%(column)s”: “%(cell)s” is no day like 2018-03-05")
                % {"column": wish.day, "cell": cells[wish.day][:20]},
            )
    groups = tuple(text.clean_line(cells[name]) for name in wish.groups)
    for name, value in zip(wish.groups, groups, strict=True):
        if len(value) > 100:
            return BadRow(
                line,
                gettext("column “%(column)s”: a group has at most 100 characters") % {"column": name},
            )
    return Row(line, words, day, groups)
