"""Answers from a CSV file, whatever its encoding (UTF-8, UTF-16, CP949), separator or order of columns."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from madang.commons.opinions.logic.polis_tables import PolisError as FileError
from madang.commons.opinions.logic.polis_tables import Said, Table, missing, plain, read_table
from madang.kernel.logic import cells
from madang.services.polls.logic.analysis import Answer

__all__ = ["FileError", "Said", "read_answers"]


def read_answers(
    path: Path,
    columns: Sequence[str],
    *,
    person: str | None = None,
    group: str | None = None,
    key: str | None = None,
    quote: bool = True,
) -> list[Answer]:
    """One answer a row; the texts of several columns stand on lines of their own. Without `key` it is the number of the row.

    Raises:
        FileError: no such file or column, no text file, quotes that do not close, rows with too many or too few cells. It says in
            Korean and English where and what to do.
    """
    wanted = list(dict.fromkeys(plain(name) for name in (*columns, person, group, key) if name))
    if path.is_file() and not path.read_bytes().strip():
        raise FileError(
            Said(
                "empty",
                f"{path.name} is empty. Choose the file with the answers.",
                f"{path.name} 파일이 비어 있습니다. 답변이 든 파일을 골라 주세요.",
            )
        )
    table = read_table(path, wanted)
    missing(table, wanted)
    answers = []
    for number, (line, row) in enumerate(table.lines, 1):
        if len(row) != len(table.header):
            table.problem(
                line,
                "cells",
                f"{len(row)} cells under {len(table.header)} columns. Check the separators and the quotation marks.",
                f"열은 {len(table.header)}개인데 칸이 {len(row)}개입니다. 구분 기호와 따옴표를 확인해 주세요.",
            )
            continue
        answers.append(
            Answer(
                key=_cell(table, row, key) if key else str(number),
                text="\n".join(_cell(table, row, name) for name in columns),
                person=_cell(table, row, person) if person else "",
                group=_cell(table, row, group) if group else "",
                quote=quote,
            )
        )
    table.check()
    if not answers:
        raise FileError(
            Said(
                "no-rows",
                f"{path.name} has a first line and no answers. Export the answers again.",
                f"{path.name} 파일에 첫 줄만 있고 답변이 없습니다. 답변을 다시 내려받아 주세요.",
            )
        )
    return answers


def _cell(table: Table, row: Sequence[str], name: str) -> str:
    return cells.read(row[table.columns[plain(name)]])
