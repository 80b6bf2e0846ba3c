"""The tables by what people said of themselves, as the PDF sets them. What the page hides is hidden here: both draw `charts.groups`.

Columns share the width of the sheet; where there are too many, the rest stand in a second table below with the names of its rows again.
"""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.services.polls.sheets import COLOURS, FACE, INK, LINE, MARGIN, QUIET, WIDTH, Sheet

Part = dict[str, Any]
NAMES = 58.0
LEAST = 16.0
"""Millimetres of a column at least."""
MOST = int((WIDTH - NAMES) // LEAST)
STEP, AIR = 5.4, 1.0


def across(sheet: Sheet, group: Part) -> None:
    """One table; where it was withheld, that it was."""
    sheet.room(50)
    sheet.words(_("By “%(name)s”") % {"name": group["name"]}, 15, bold=True, air=8)
    if group["withheld"]:
        sheet.words(
            _("Too few people for this table: it would tell who said what."), 9.5, colour=QUIET, air=1
        )
        return
    sheet.words(
        _(
            "Unit: one answer; per cent of each column. What fewer than %(least)s people said is hidden (·), and as much more as is needed so that it cannot be subtracted out."
        )
        % {"least": group["least"]},
        8.5,
        colour=QUIET,
    )
    for at in range(0, len(group["columns"]), MOST):
        _table(sheet, group, slice(at, at + MOST))
    for note in _notes(group):
        sheet.words(note, 8.5, colour=QUIET, air=1)


def _table(sheet: Sheet, group: Part, part: slice) -> None:
    columns = group["columns"][part]
    wide = min((WIDTH - NAMES) / len(columns), 26.0)
    sheet.ln(2)
    _head(sheet, columns, wide)
    for row in group["rows"]:
        _row(sheet, row, row["cells"][part], wide, columns)


def _head(sheet: Sheet, columns: list[Part], wide: float) -> None:
    """Names of the columns, as many lines as they need, and of how many each is."""
    sheet.set_font(FACE, "B", 8)
    heights = [sheet.lines(one["name"], wide - 2 * AIR) for one in columns]
    sheet.room(3.9 * max(heights) + 4 + 2 * STEP)
    top, low = sheet.get_y(), sheet.get_y() + 3.9 * max(heights)
    for at, (one, lines) in enumerate(zip(columns, heights, strict=True)):
        left = MARGIN + NAMES + at * wide
        sheet.set_font(FACE, "B", 8)
        sheet.set_text_color(*INK)
        sheet.set_xy(left + AIR, top + 3.9 * (max(heights) - lines))
        sheet.multi_cell(wide - 2 * AIR, 3.9, one["name"], align="R")
        sheet.set_font(FACE, "", 8)
        sheet.set_text_color(*QUIET)
        sheet.set_xy(left, low)
        sheet.cell(wide - AIR, 4, f"n={one['of']:,}", align="R")
    sheet.set_xy(MARGIN, low + 4.6)


def _row(sheet: Sheet, row: Part, cells: list[Part], wide: float, columns: list[Part]) -> None:
    weight = "B" if row["is_group"] else ""
    sheet.set_font(FACE, weight, 9)
    height = 4.6 * sheet.lines(row["name"], NAMES) + (STEP - 4.6)
    if sheet.will_page_break(height):
        sheet.add_page()
        _head(sheet, columns, wide)
        sheet.set_font(FACE, weight, 9)
    top = sheet.get_y()
    for at, cell in enumerate(cells):
        if cell["shade"]:
            # The darker, the more: a step for each tenth of its column, as on the page.
            sheet.set_fill_color(*(255 - (255 - one) * cell["shade"] // 16 for one in COLOURS["blue"]))
            sheet.rect(MARGIN + NAMES + at * wide, top - 0.3, wide, height, style="F")
    sheet.set_text_color(*INK)
    sheet.set_xy(MARGIN, top)
    sheet.multi_cell(NAMES, 4.6, row["name"], align="L")
    sheet.set_xy(MARGIN + NAMES, top)
    for cell in cells:
        sheet.cell(wide - AIR, 4.6, "·" if cell["hidden"] else cell["percent"], align="R")
        sheet.cell(AIR, 4.6, "")
    sheet.set_draw_color(*LINE)
    sheet.set_line_width(0.1)
    sheet.line(MARGIN, top + height - 0.3, MARGIN + NAMES + wide * len(cells), top + height - 0.3)
    sheet.set_xy(MARGIN, top + height)


def _notes(group: Part) -> list[str]:
    """Which keywords are not listed and why, and which small groups stand together."""
    found = []
    if group["away"]:
        found.append(
            ngettext(
                "%(n)s keyword is not listed: every cell of it would be hidden.",
                "%(n)s keywords are not listed: every cell of them would be hidden.",
                group["away"],
            )
            % {"n": group["away"]}
        )
    if group["unnamed"]:
        found.append(
            ngettext(
                "%(n)s keyword is not listed: nobody named it.",
                "%(n)s keywords are not listed: nobody named them.",
                group["unnamed"],
            )
            % {"n": group["unnamed"]}
        )
    return found + [f"{one['name']}: {one['joined']}" for one in group["columns"] if one["joined"]]
