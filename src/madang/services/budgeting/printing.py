"""Sheets of paper as PDF: drawn where `layout` says, so that `scanning` finds the marks again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import segno
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from fpdf import FPDF

from madang.kernel.money import won
from madang.services.budgeting import layout as places
from madang.services.budgeting.domain import sheets as domain
from madang.services.budgeting.layout import Layout, Printed
from madang.services.budgeting.logic import paper as papers
from madang.services.budgeting.models import Box, Sheet
from madang.services.budgeting.web.papers import rule

FACE = "Madang"
INK, QUIET, LINE = (0, 0, 0), (70, 70, 70), (190, 190, 190)
STEP = 0.3528 * 1.32
"""From line to line in millimetres, by points."""
SMALLEST = 7.5
MISSING = "The typeface is not there. Run `make build` first."


def pdf(box: Box, sheets: Iterable[Sheet]) -> bytes:
    """The sheets, a page each, in the language of the page.

    Raises:
        RefusedError: 409, the vote is closed and receipt codes cannot be made any more.
    """
    printed = Printed.of(box.printed)
    document = FPDF(unit="mm")
    for style, weight in (("", 400), ("B", 700)):
        document.add_font(FACE, style, _typeface(weight))
    document.set_auto_page_break(False)
    document.c_margin = 0
    document.set_lang(get_language() or "ko")
    document.set_title(f"{box.pot.round.title} · {box.number}")
    for sheet in sheets:
        _Page(document, box, printed, sheet).draw()
    return bytes(document.output())


def _typeface(weight: int) -> str:
    found = finders.find(f"fonts/madang-{weight}.ttf")
    if not isinstance(found, str):
        raise FileNotFoundError(MISSING)
    return found


class _Page:
    """One sheet. Lengths are those of an A4 sheet; `scale` makes them larger on A3."""

    def __init__(self, document: FPDF, box: Box, printed: Printed, sheet: Sheet) -> None:
        self.pdf, self.box, self.printed, self.sheet = document, box, printed, sheet
        self.layout: Layout = places.layout(printed, is_large=sheet.is_large)
        self.k = self.layout.scale

    def draw(self) -> None:
        self.pdf.add_page(format="A3" if self.k > 1 else "A4")
        self.pdf.set_fill_color(*INK)
        half = places.CORNER / 2
        for x, y in places.CORNERS:
            self._block(x - half, y - half, places.CORNER, places.CORNER)
        self._code()
        self._head()
        for at, line in enumerate(self.printed.lines):
            self._project(at, line)
        self._stub()

    def _block(self, x: float, y: float, wide: float, high: float, style: str = "F") -> None:
        self.pdf.rect(x * self.k, y * self.k, wide * self.k, high * self.k, style)

    def _words(self, text: str, x: float, y: float, wide: float, size: float, **how: Any) -> float:
        """A paragraph with its top at `y`; where it ends. `most` is how many lines it may have."""
        self.pdf.set_font(FACE, "B" if how.get("bold") else "", size * self.k)
        self.pdf.set_text_color(*how.get("colour", INK))
        step = size * STEP
        lines: Any = self.pdf.multi_cell(
            wide * self.k, step * self.k, text, dry_run=True, output="LINES", align=how.get("align", "L")
        )
        most = how.get("most", 99)
        if len(lines) > most:
            lines = [*lines[: most - 1], lines[most - 1].rstrip()[:-1] + "…"]
        for line in lines:
            self.pdf.set_xy(x * self.k, y * self.k)
            self.pdf.cell(wide * self.k, step * self.k, line, align=how.get("align", "L"))
            y += step
        return y

    def _code(self) -> None:
        left, top, side = places.QR
        matrix = segno.make(self.sheet.serial, error="q", micro=False).matrix
        module = side / (len(matrix) + 8)
        for row, cells in enumerate(matrix):
            for column, is_dark in enumerate(cells):
                if is_dark:
                    # A little wider than a module: no printer leaves white hairs between them.
                    x, y = left + (column + 4) * module, top + (row + 4) * module
                    self._block(x, y, module + 0.03, module + 0.03)
        self._words(self.sheet.serial, left - 8, top + side - 1, side + 16, 8, align="C")

    def _head(self) -> None:
        wide = places.QR[0] - places.LEFT - 12
        is_large = self.sheet.is_large
        round_, pot = self.box.pot.round, self.box.pot
        y = self._words(_("Ballot"), places.LEFT, 21, wide, 11, colour=QUIET)
        y = self._words(round_.title, places.LEFT, y + 0.5, wide, 17, bold=True, most=2)
        y = self._words(f"{pot.title} · {won(self.printed.money)}", places.LEFT, y + 0.5, wide, 12, most=1)
        self._words(
            rule(self.printed.paper), places.LEFT, y + 2, wide, 14 if is_large else 12, bold=True, most=2
        )
        size = 12.5 if is_large else 10.5
        self._words(self._how(), places.LEFT, 64, places.RIGHT - places.LEFT, size, most=3)

    def _how(self) -> str:
        mistake = _("Do not write your name. If you made a mistake, ask at the table for another sheet.")
        kind = self.printed.kind
        if self.printed.fields == 0:
            do = (
                _("Write the points beside a project as a number.")
                if kind == papers.POINTS
                else _("Write the place of a project as a number: 1 is the one you want most.")
            )
        elif kind == papers.POINTS:
            do = _("In the line of a project cross the square under the number of points you give it.")
        elif kind == papers.RANKING:
            do = _(
                "In the line of a project cross the square under its place: under 1 for the one you want most."
            )
        else:
            do = _("Cross or fill the square before each project you choose.")
        needed = self.printed.paper.needed
        least = ngettext("At least %(n)s project.", "At least %(n)s projects.", needed) % {"n": needed}
        return f"{do} {least} {mistake}" if needed > 1 else f"{do} {mistake}"

    def _project(self, at: int, line: places.Line) -> None:
        here = self.layout
        middle = places.TOP + here.pitch * (at + 0.5)
        self.pdf.set_draw_color(*LINE)
        self.pdf.set_line_width(0.2 * self.k)
        bottom = (middle + here.pitch / 2) * self.k
        self.pdf.line(places.LEFT * self.k, bottom, places.RIGHT * self.k, bottom)
        self.pdf.set_draw_color(*INK)
        self.pdf.set_line_width(0.35 * self.k)
        mine = [square for square in here.squares if square.code == line.code]
        for square in mine:
            self._block(square.x - here.side / 2, square.y - here.side / 2, here.side, here.side, "D")
        left, right = places.LEFT, places.RIGHT
        if len(mine) == 1 and mine[0].x < places.WIDE / 2:
            left = mine[0].x + here.side / 2 + 4
        elif mine:
            right = mine[0].x - here.side / 2 - 3
            if at == 0:
                for square in mine:
                    self._words(
                        str(square.number), square.x - 5, places.TOP - 6, 10, 11, bold=True, align="C"
                    )
        else:
            self._block(right - 20, middle - here.pitch / 2 + 1, 20, here.pitch - 2, "D")
            right -= 24
        money = won(line.cost)
        wide = right - left
        if len(mine) <= 1:
            size, rows = self._fitting(line.title, wide - 44, min(here.text, 15.0), here.pitch)
            top = middle - size * STEP * rows / 2
            self._words(line.title, left, top, wide - 44, size, bold=True, most=rows)
            size = min(here.text, 15.0)
            self._words(money, right - 42, middle - size * STEP / 2, 42, size, align="R")
        else:
            size = min(here.text * 0.58, 12.0)
            fits, rows = self._fitting(line.title, wide, size, here.pitch - size * STEP)
            top = middle - (size + fits * rows) * STEP / 2
            end = self._words(line.title, left, top, wide, fits, bold=True, most=rows)
            self._words(money, left, end, wide, size)

    def _fitting(self, text: str, wide: float, size: float, high: float) -> tuple[float, int]:
        """The largest letters, up to `size`, in which a title is whole, and its lines; a very long one ends with dots."""
        while True:
            self.pdf.set_font(FACE, "B", size * self.k)
            found: Any = self.pdf.multi_cell(wide * self.k, 5, text, dry_run=True, output="LINES")
            lines = len(found)
            room = max(1, int((high - 0.8) / (size * STEP)))
            if lines <= room or size <= SMALLEST:
                return size, min(lines, room)
            size -= 0.5

    def _stub(self) -> None:
        k = self.k
        self.pdf.set_dash_pattern(dash=2, gap=2)
        self.pdf.line(10 * k, places.CUT * k, 200 * k, places.CUT * k)
        self.pdf.set_dash_pattern()
        find = settings.PUBLIC_URL + reverse("budget_find", args=[self.box.pot.round.slug])
        y = self._words(_("Tear this part off and keep it"), places.LEFT, places.CUT + 4, 166, 12, bold=True)
        y = self._words(
            f"{_('Receipt code')}  {domain.receipt_code(self.box.pot.round, self.sheet)}",
            places.LEFT, y + 1, 166, 15, bold=True,
        )  # fmt: skip
        words = _(
            "With this code you find your sealed ballot in the published table: that it counts, and to nobody what is on it."
        )
        y = self._words(words, places.LEFT, y + 1.5, 166, 10)
        self._words(find, places.LEFT, y + 0.5, 166, 9, colour=QUIET)
