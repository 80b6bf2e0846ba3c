"""Cells of tables for spreadsheets: what people wrote must not run as a formula when somebody opens the file.

Spreadsheets take a cell that begins with one of a few signs for a formula (some also when they are wide, as Korean keyboards type them), whatever quotes stand around it in the file.
Such a cell gets an apostrophe in front, which spreadsheets do not show; `read` takes it off again.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

_BEGINS = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?%?\Z", re.ASCII)
_MARKED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
MARK = "'"
UTF_8 = "\ufeff"
"""At the start of a file, without which a spreadsheet reads Korean as something else."""


def safe(cell: object) -> object:
    """The cell as it may stand in a table. Numbers stay numbers; what `read` would change is marked too."""
    if not isinstance(cell, str) or _NUMBER.match(cell):
        return cell
    # A cell that was written with the mark by somebody gets one more, so that reading gives back what she wrote.
    return MARK + cell if _BEGINS.match(cell) or _MARKED.match(cell) else cell


def read(cell: str) -> str:
    """The cell as it was before `safe`."""
    return cell[len(MARK) :] if _MARKED.match(cell) else cell


def written(rows: Iterable[Iterable[object]]) -> str:
    """The rows as CSV that spreadsheets in Korea open readably; every cell is `safe`, nothing is an empty one."""
    out = io.StringIO()
    out.write(UTF_8)
    csv.writer(out).writerows(["" if cell is None else safe(cell) for cell in row] for row in rows)
    return out.getvalue()
