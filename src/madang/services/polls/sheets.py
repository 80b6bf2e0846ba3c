"""The sheet on which a report is printed: typeface, margins, colours, and the foot of each page."""

from __future__ import annotations

from django.contrib.staticfiles import finders
from fpdf import FPDF, XPos, YPos

FACE = "Madang"
MARGIN, WIDTH = 20.0, 170.0
INK, QUIET, LINE = (19, 28, 43), (94, 106, 126), (228, 223, 211)
COLOURS = {
    "blue": (11, 80, 208),
    "jade": (15, 111, 92),
    "ochre": (138, 90, 0),
    "plum": (107, 58, 160),
    "persimmon": (185, 61, 11),
    "none": (104, 98, 84),
}
MISSING = "The typeface is not there. Run `make build` first."


def _typeface(weight: int) -> str:
    found = finders.find(f"fonts/madang-{weight}.ttf")
    if not isinstance(found, str):
        raise FileNotFoundError(MISSING)
    return found


class Sheet(FPDF):
    """An A4 sheet in our typeface, with the source and the page at the foot."""

    def __init__(self, foot: str) -> None:
        super().__init__(format="A4")
        self.foot = foot
        self.add_font(FACE, "", _typeface(400))
        self.add_font(FACE, "B", _typeface(700))
        self.set_margin(MARGIN)
        self.c_margin = 0
        self.set_auto_page_break(True, 22)

    def footer(self) -> None:
        self.set_y(-16)
        self.words(self.foot, 8, colour=QUIET, beside=True)
        self.set_y(-16)
        self.set_font(FACE, size=8)
        self.cell(WIDTH, 5, str(self.page_no()), align="R")

    def words(
        self,
        text: str,
        size: float,
        *,
        bold: bool = False,
        colour: tuple[int, int, int] = INK,
        beside: bool = False,
        air: float = 0,
    ) -> None:
        """A paragraph; `beside` keeps the line."""
        if air:
            self.ln(air)
        self.set_font(FACE, "B" if bold else "", size)
        self.set_text_color(*colour)
        new_x, new_y = (XPos.RIGHT, YPos.TOP) if beside else (XPos.LMARGIN, YPos.NEXT)
        self.multi_cell(WIDTH, size * 0.52, text, align="L", new_x=new_x, new_y=new_y)

    def lines(self, text: str, width: float) -> int:
        """How many lines a text takes in the type that is set."""
        found = self.multi_cell(width, 1, text, dry_run=True, output="LINES")
        return max(len(found), 1) if isinstance(found, list) else 1

    def room(self, height: float) -> None:
        """Begin a new page when what follows does not fit."""
        if self.will_page_break(height):
            self.add_page()
