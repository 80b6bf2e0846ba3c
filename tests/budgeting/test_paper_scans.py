"""What is printed where, and what the scanner sees of it."""

from __future__ import annotations

import io

import pikepdf
import pytest

from madang.kernel import ids
from madang.services.budgeting import layout as places
from madang.services.budgeting import printing, scanning
from madang.services.budgeting.layout import Line, Printed
from madang.services.budgeting.models import Sheet
from tests.budgeting import paper_made as p
from tests.budgeting import sheet_drawn as d
from tests.factories import START

SERIAL = ids.number("BS", START, 123456789)


def printed(kind: str = "approval", many: int = 8, **more: int) -> Printed:
    lines = tuple(Line(f"P{at}", at * 1_000_000, f"사업 {at}") for at in range(1, many + 1))
    return Printed(kind, more.get("least", 1), more.get("most", 5), more.get("points", 0), 10**8, lines)


KINDS = {
    "approval": (printed(), {"P1": [1], "P4": [1], "P8": [1]}),
    "full": (printed(many=24), {"P2": [1], "P23": [1], "P24": [1]}),
    "points": (printed("points", 10, points=10), {"P1": [10], "P3": [2, 7], "P10": [1]}),
    "ranking": (printed("ranking", 6, most=4), {"P2": [1], "P6": [2], "P1": [4]}),
    "blank": (printed("knapsack", 12), {}),
}
SEEN = {
    "straight": {},
    "upside down": {"turned": 180},
    "lying": {"turned": 92, "shade": True},
    "from an angle": {"turned": -4, "slant": 0.08, "shade": True},
}


@pytest.mark.parametrize(
    ("kind", "how"),
    [
        ("approval", "straight"),
        ("full", "upside down"),
        ("points", "from an angle"),
        ("ranking", "lying"),
        ("blank", "lying"),
    ],
)
def test_marks_are_read_however_a_sheet_lies(kind, how):
    paper, marks = KINDS[kind]
    pen = {"straight": d.cross, "upside down": d.fill}.get(how, d.tick)
    seen = scanning.look(d.photographed(d.drawn(paper, SERIAL, marks, pen), **SEEN[how]))
    assert seen.serial == SERIAL
    found = scanning.marks(seen, paper, is_large=False)
    assert found.is_plain
    assert found.marks == marks


def test_a_slip_of_the_pen_and_a_hidden_corner_go_to_people():
    paper, marks = KINDS["approval"]
    slip = d.drawn(paper, SERIAL, marks, d.faint)
    found = scanning.marks(scanning.look(d.photographed(slip)), paper, is_large=False)
    assert found.is_flat
    assert not found.is_plain
    assert {square.code for square in found.unsure} == set(marks)
    torn = d.drawn(paper, SERIAL, marks)
    torn.paste("white", (0, int(200 * d.K), int(60 * d.K), int(places.CUT * d.K)))
    found = scanning.marks(scanning.look(d.jpeg(torn)), paper, is_large=False)
    assert not found.is_flat
    assert not found.is_plain
    # Read by the measures of large print nothing plain comes out of a sheet in normal print.
    other = scanning.marks(scanning.look(d.jpeg(d.drawn(paper, SERIAL, marks))), paper, is_large=True)
    assert other.marks != marks or not other.is_plain


def test_no_code_no_serial_and_a_number_of_another_kind_is_none():
    blank = d.drawn(printed(), SERIAL, {})
    blank.paste("white", (int(150 * d.K), 0, int(192 * d.K), int(60 * d.K)))
    assert scanning.look(d.jpeg(blank)).serial == ""
    assert scanning.serial_of(f" {SERIAL.lower()} ") == SERIAL
    assert scanning.serial_of(ids.number("PF", START, 1001)) == ""
    assert scanning.serial_of(SERIAL[:-1] + ("0" if SERIAL[-1] != "0" else "1")) == ""


def test_a_scanner_sends_many_pages_in_one_file():
    paper, marks = KINDS["approval"]
    file = d.pdf([d.drawn(paper, SERIAL, marks), d.drawn(paper, SERIAL, {}).rotate(180)])
    pages = list(scanning.pictures(file, "application/pdf"))
    assert [scanning.marks(scanning.look(page), paper, is_large=False).marks for page in pages] == [marks, {}]


@pytest.mark.parametrize("many", [1, 9, 24])
def test_every_square_has_its_own_place_on_the_sheet(many):
    for paper in (printed(many=many), printed("points", many, points=10), printed("ranking", many, most=5)):
        here = places.layout(paper, is_large=False)
        assert len(here.squares) == many * max(1, paper.fields)
        spots = [(square.x, square.y) for square in here.squares]
        for at, (x, y) in enumerate(spots):
            assert x - here.side / 2 >= places.LEFT
            assert x + here.side / 2 <= places.RIGHT + 0.01
            assert places.TOP <= y - here.side / 2 < y + here.side / 2 <= places.BOTTOM + 0.01
            assert all(max(abs(x - a), abs(y - b)) > here.side + 0.9 for a, b in spots[:at])


def test_more_projects_than_a_sheet_holds_and_numbers_that_are_written():
    with pytest.raises(places.FullError) as full:
        places.layout(printed(many=25), is_large=False)
    assert full.value.most == 24
    written = printed("points", 5, points=100)
    assert places.layout(written, is_large=False).squares == ()
    assert not scanning.marks(scanning.Seen(SERIAL, b""), written, is_large=False).is_plain
    assert Printed.of(written.plain()) == written


def _squares(page: pikepdf.Page, side: float) -> list[tuple[float, float]]:
    """Centres of squares of this side on a page of A4, in millimetres."""
    mm, high = 72 / 25.4, float(page.mediabox[3])
    found = []
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "re":
            x, y, wide, tall = (float(one) for one in operands)
            if abs(wide / mm - side) < 0.02 and abs(abs(tall) / mm - side) < 0.02:
                found.append(((x + wide / 2) / mm, (high - y - tall / 2) / mm))
    return found


def _same(found: list[tuple[float, float]], wanted: list[tuple[float, float]]) -> bool:
    def rows(spots: list[tuple[float, float]]) -> list[tuple[float, float]]:
        return sorted(spots, key=lambda one: (round(one[1]), one[0]))

    pairs = zip(rows(found), rows(wanted), strict=True)
    return all(max(abs(x - a), abs(y - b)) < 0.05 for (x, y), (a, b) in pairs)


@pytest.mark.django_db
@pytest.mark.parametrize("large", [False, True])
def test_the_printer_puts_every_square_where_the_reader_looks(large):
    at = p.booth(size=2, large=2 if large else 0)
    data = printing.pdf(at.fresh, Sheet.objects.filter(box=at.box))
    paper = Printed.of(at.box.printed)
    here = places.layout(paper, is_large=large)
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 2
        for page in pdf.pages:
            assert _same(_squares(page, places.CORNER), list(places.CORNERS))
            assert _same(_squares(page, here.side), [(one.x, one.y) for one in here.squares])


def test_large_print_that_does_not_fit_is_the_same_sheet_on_a3():
    paper = printed(many=20)
    assert places.layout(paper, is_large=True).scale == pytest.approx(2**0.5)
    assert places.layout(paper, is_large=True).squares == places.layout(paper, is_large=False).squares
    assert places.layout(printed(many=8), is_large=True).scale == 1
