"""Where everything stands on a printed ballot, in millimetres: the printer draws by it, the reader looks by it. Plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from madang.services.budgeting.logic import paper as papers
from madang.services.budgeting.logic.paper import Paper

WIDE, HIGH = 210.0, 297.0
CORNER = 7.0
CORNERS = ((13.0, 13.0), (197.0, 13.0), (197.0, 243.0), (13.0, 243.0))
"""Centres of the four black squares, clockwise from the top left. Below them is the stub that a voter tears off."""
CUT = 252.0
QR = (158.0, 20.0, 30.0)
"""Left, top and side of the code, with its quiet margin."""
TOP, BOTTOM = 92.0, 236.0
"""Between them stand the projects."""
LEFT, RIGHT = 22.0, 188.0
MOST_FIELDS = 10
"""Places or points that are ticked; more are written as a number, which only people read."""
NORMAL, LARGE = (6.0, 13.0), (14.0, 22.0)
"""Least and most height of a line."""
A3 = 2**0.5


class FullError(ValueError):
    """More projects than one sheet holds; `most` is how many it holds."""

    def __init__(self, most: int) -> None:
        super().__init__(most)
        self.most = most


@dataclass(frozen=True, slots=True)
class Line:
    """A project as it is printed; `cost` in won."""

    code: str
    cost: int
    title: str


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands on the sheets of a box and does not change any more, whatever happens to the ballot afterwards."""

    kind: str
    least: int
    most: int
    points: int
    money: int
    lines: tuple[Line, ...]

    @property
    def paper(self) -> Paper:
        """The ballot paper as its voters saw it."""
        costs = {line.code: line.cost for line in self.lines}
        return Paper(self.kind, costs, self.least, self.most, self.points, self.money)

    @property
    def fields(self) -> int:
        """Squares beside each project; 0 where a number is written."""
        if self.kind in (papers.APPROVAL, papers.KNAPSACK):
            return 1
        most = self.points if self.kind == papers.POINTS else self.paper.allowed
        return most if most <= MOST_FIELDS else 0

    def plain(self) -> dict[str, Any]:
        lines = [[line.code, line.cost, line.title] for line in self.lines]
        return {name: getattr(self, name) for name in ("kind", "least", "most", "points", "money")} | {
            "lines": lines
        }

    @staticmethod
    def of(plain: Mapping[str, Any]) -> Printed:
        return Printed(**{**plain, "lines": tuple(Line(*line) for line in plain["lines"])})


@dataclass(frozen=True, slots=True)
class Square:
    """Where one mark is made: the project, what the mark means, its centre."""

    code: str
    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Layout:
    """One sheet. `scale` is 1 for A4; large print that does not fit goes on A3, everything √2 times as large."""

    pitch: float
    side: float
    squares: tuple[Square, ...]
    scale: float = 1.0

    @property
    def text(self) -> float:
        """Size of the letters of a project in points."""
        return min(self.pitch * 1.45, 20.0)


def layout(printed: Printed, *, is_large: bool) -> Layout:
    """Where the squares stand.

    Raises:
        FullError: more projects than a sheet holds.
    """
    many = len(printed.lines)
    room = BOTTOM - TOP
    least, most = LARGE if is_large else NORMAL
    if many * least > room:
        if is_large:
            found = layout(printed, is_large=False)
            return Layout(found.pitch, found.side, found.squares, A3)
        raise FullError(int(room // least))
    pitch = min(most, room / max(many, 1))
    side = min(pitch - 1.6, 8.0 if is_large else 5.5)
    squares = []
    for at, line in enumerate(printed.lines):
        y = TOP + pitch * (at + 0.5)
        if printed.fields == 1 and printed.kind in (papers.APPROVAL, papers.KNAPSACK):
            squares.append(Square(line.code, 1, LEFT + side / 2, y))
        else:
            for number in range(1, printed.fields + 1):
                squares.append(Square(line.code, number, column(printed, side, number), y))
    return Layout(pitch, side, tuple(squares))


def column(printed: Printed, side: float, number: int) -> float:
    """Where the squares for a place or a number of points stand, in a column at the right."""
    step = max(side + 1.5, 7.5)
    return RIGHT - side / 2 - step * (printed.fields - number)
