"""Reading files that other systems wrote: encodings found out, bad rows named, good rows kept."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from django.utils.functional import Promise, lazy
from django.utils.translation import gettext_lazy as _

from madang.kernel.errors import RefusedError
from madang.kernel.logic.encodings import decoded

MAX_BYTES = 200_000_000


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out: where it stands in the file and what is wrong with it."""

    line: int
    reason: str | Promise


@dataclass
class Report:
    """What an import did. `lines` are sentences to print, in order."""

    read: int = 0
    kept: int = 0
    already: int = 0
    bad: list[BadRow] = field(default_factory=list)
    lines: list[str | Promise] = field(default_factory=list)


class Progress(Protocol):
    def __call__(self, done: int, total: int) -> None: ...


Importer = Callable[..., Report]
"""Called with the file, the progress, and what was given for its options, by name."""


@dataclass(frozen=True, slots=True)
class Option:
    """An option of one importer, `--name VALUE`. `is_list`: may be given several times; `is_flag`: has no value."""

    name: str
    help: str
    is_list: bool = False
    is_flag: bool = False


_importers: dict[str, Importer] = {}
_options: dict[str, tuple[Option, ...]] = {}


def importer(name: str, *options: Option) -> Callable[[Importer], Importer]:
    """Register what `madang import NAME FILE` runs."""

    def register(run: Importer) -> Importer:
        _importers[name], _options[name] = run, options
        return run

    return register


def importers() -> dict[str, Importer]:
    return dict(_importers)


def options_of(name: str) -> tuple[Option, ...]:
    return _options[name]


SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""How files of spreadsheet programs begin, the new ones and the old ones."""


def decode(data: bytes) -> tuple[str, str]:
    """Text and encoding of a file: UTF-8 (with or without mark), UTF-16 with mark, else CP949.

    Raises:
        RefusedError: none fits.
    """
    if data.startswith(SPREADSHEETS):
        raise RefusedError(
            _("This is a spreadsheet or an archive, not CSV. Open it, save it as CSV (UTF-8) and try again."),
            "import.encoding",
            status=422,
        )
    found = decoded(data)
    if found is not None:
        return found
    raise RefusedError(
        _("The file is neither UTF-8 nor CP949 text. Save it as CSV (UTF-8) and try again."),
        "import.encoding",
        status=422,
    )


def no_file(path: Path) -> RefusedError:
    """The refusal of a file that is not there, in the language of whoever reads it."""
    words = lazy(lambda: str(_("There is no file at %(path)s.")) % {"path": path}, str)
    return RefusedError(words(), "import.missing", status=422)


def read_csv(path: Path, columns: tuple[str, ...]) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Rows of a CSV file with the line each begins on; None for a row with too few or too many cells.

    Raises:
        RefusedError: no such file, too large, not text, or a column is missing or there twice.
    """
    if not path.is_file():
        raise no_file(path)
    if path.stat().st_size > MAX_BYTES:
        raise RefusedError(_("The file is larger than 200 MB. Split it."), "import.too_large", status=422)
    text, _encoding = decode(path.read_bytes())
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(text, newline=""))
    header = next(reader, [])
    names = [name.strip() for name in header]
    missing = [column for column in columns if column not in names]
    if missing and len(names) == 1 and any(mark in names[0] for mark in (";", "\t")):
        raise RefusedError(
            _(
                "The cells of this file seem to be separated by semicolons or tabs. Save it as CSV with commas between the cells and "
                "try again."
            ),
            "import.columns",
            status=422,
        )
    if missing:
        raise RefusedError(
            _("The file lacks the columns %(columns)s. Its first line reads: %(header)s")
            % {"columns": ", ".join(missing), "header": ", ".join(names)[:200]},
            "import.columns",
            status=422,
        )
    double = [column for column in columns if names.count(column) > 1]
    if double:
        raise RefusedError(
            _("More than one column is called %(columns)s. Give each a name of its own and try again.")
            % {"columns": ", ".join(double)},
            "import.columns",
            status=422,
        )
    line = reader.line_num + 1
    for cells in reader:
        if cells:
            yield line, dict(zip(names, cells, strict=True)) if len(cells) == len(names) else None
        line = reader.line_num + 1
