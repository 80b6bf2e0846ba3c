"""Labelled texts from a file of rows: which column holds the text, which the label, which who wrote it."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import NamedTuple

from madang.kernel.logic.encodings import decoded
from madang.services.casework.logic.labeller import Text

MOST_BYTES = 200 * 1024 * 1024
_SEPARATORS = ",;\t|"


class Labelled(NamedTuple):
    """What a file holds. `left_out`: rows without a text or without a label; `groups` is None where no column names them."""

    texts: list[Text]
    labels: list[str]
    groups: list[str] | None
    left_out: int
    encoding: str


class LabelledError(ValueError):
    """The file cannot be used. `code`: `encoding`, `empty`, `columns`, `broken`, `large`; `found` says more."""

    def __init__(self, code: str, found: str = "") -> None:
        super().__init__(code)
        self.code, self.found = code, found


def read(data: bytes, text: Sequence[str], label: str, group: str | None = None) -> Labelled:
    """The labelled texts of a CSV file with a row of names first.

    Commas, semicolons, tabs or bars stand between cells; UTF-8, UTF-16 or CP949. Of several `text` columns the first is
    the title, the others follow as body.

    Raises:
        LabelledError: see there.
    """
    if len(data) > MOST_BYTES:
        raise LabelledError("large")
    found = decoded(data)
    if found is None:
        raise LabelledError("encoding")
    words, encoding = found
    first = next((line for line in words.splitlines() if line.strip()), "")
    if not first:
        raise LabelledError("empty")
    between = max(_SEPARATORS, key=lambda sign: (first.count(sign), -_SEPARATORS.index(sign)))
    csv.field_size_limit(MOST_BYTES)
    rows = csv.reader(io.StringIO(words.replace("\0", ""), newline=""), delimiter=between)
    try:
        return _read(rows, text, label, group, encoding)
    except csv.Error as error:
        raise LabelledError("broken", f"{rows.line_num}: {error}") from error


def _read(
    rows: csv._reader,  # type: ignore[name-defined]
    text: Sequence[str],
    label: str,
    group: str | None,
    encoding: str,
) -> Labelled:
    names = [name.strip() for name in next((row for row in rows if any(row)), [])]
    wanted = [*text, label, *([group] if group else [])]
    missing = [name for name in wanted if name not in names]
    if missing:
        raise LabelledError("columns", f"{', '.join(missing)} ∉ {', '.join(names)}")
    places = [names.index(name) for name in text]
    at_label, at_group = names.index(label), names.index(group) if group else None
    held = Labelled([], [], [] if group else None, 0, encoding)
    left_out = 0
    for row in rows:
        if not any(row):
            continue
        cells = [*row, *[""] * (len(names) - len(row))]
        title, *others = [cells[at].strip() for at in places]
        said = Text(title, "\n".join(one for one in others if one))
        if not (said.title or said.body) or not cells[at_label].strip():
            left_out += 1
            continue
        held.texts.append(said)
        held.labels.append(cells[at_label].strip())
        if held.groups is not None and at_group is not None:
            # Whoever is not named is nobody else's group.
            held.groups.append(cells[at_group].strip() or f"row {rows.line_num}")
    if not held.texts:
        raise LabelledError("empty")
    return held._replace(left_out=left_out)
