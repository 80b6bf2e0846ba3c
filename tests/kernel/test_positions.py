"""Positions that people type, names of districts that they misspell, and the shapes an installation may load."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from madang.kernel import boundaries, placenames, places
from madang.kernel.logic import coordinates, nearnames

PALACE = (37.57041, 126.99219)
pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "typed",
    [
        "37.57041, 126.99219",
        "37.57041 126.99219",
        "３７.57041，126.99219",
        "N37.57041 E126.99219",
        "126.99219E 37.57041N",
        "37.57041°, 126.99219°",
        "위도 37.57041 경도 126.99219",
        "lat: 37.57041, long: 126.99219",
        "geo:37.57041,126.99219",
        "https://www.google.com/maps/@37.57041,126.99219,17z",
        "https://map.kakao.com/link/map/here,37.57041,126.99219",
        "37,57041 126,99219",
    ],
)
def test_a_position_is_read_however_it_is_written(typed: str) -> None:
    assert coordinates.read(typed) == coordinates.Reading(PALACE)


@pytest.mark.parametrize("typed", ["37°34'14\"N 126°59'32\"E", "북위 37도 34분 14초 동경 126도 59분 32초"])
def test_minutes_and_seconds_are_read(typed: str) -> None:
    assert coordinates.read(typed).point == (37.57056, 126.99222)


@pytest.mark.parametrize(
    "typed", ["here", "37.5", "1e5, 3", "37.57041126.99219", "37°74' 126°59'", "1 2 3", "nan, nan", "٣٧, x"]
)
def test_what_is_no_position_is_not_guessed(typed: str) -> None:
    assert coordinates.read(typed).problem == "unread"


@pytest.mark.parametrize(
    "typed",
    ["0,0", "91, 500", "35.68, 139.69", "39.03, 125.75", "37.97, 126.55", "34.68, 129.44", "-37.57, -126.99", "33.6, 130.4"],
)  # fmt: skip
def test_other_countries_are_outside(typed: str) -> None:
    """Nowhere, Tokyo, Pyongyang, Kaesong, Tsushima, Fukuoka."""
    assert coordinates.read(typed).problem == "outside"


@pytest.mark.parametrize("typed", ["37.2414, 131.8675", "37.97, 124.72", "33.11, 126.27", "37.956, 126.677"])
def test_the_far_islands_and_the_line_are_inside(typed: str) -> None:
    """Dokdo, Baengnyeong, Marado, Panmunjom."""
    assert coordinates.read(typed).point is not None


def test_the_wrong_order_is_offered_and_never_taken() -> None:
    drawn = random.Random(7)
    tried = 0
    while tried < 300:
        point = (round(drawn.uniform(33, 39), 5), round(drawn.uniform(124, 132), 5))
        if not coordinates.is_in_country(point):
            continue
        tried += 1
        assert coordinates.read(coordinates.written(point)).point == point
        found = coordinates.read(coordinates.written((point[1], point[0])))
        assert (found.point, found.problem, found.offer) == (None, "swapped", point)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("종노구", "종로구"), ("강난구", "강남구"), ("춘쳔시", "춘천시"), ("영등푀구", "영등포구"), ("성뷱구", "성북구"),
     ("Jongro-gu", "종로구"), ("Gangnum-gu", "강남구"), ("구로 구 디지탈로", "구로구"), ("송타구", "송파구")],
)  # fmt: skip
def test_a_misspelt_district_is_suggested(written: str, meant: str) -> None:
    found = placenames.find(f"{written} 사직로 8")
    named = [found.exact] if found.exact else list(found.suggested)
    assert meant in [one.name_ko for one in named]
    if written.replace(" ", "").find(meant) < 0:
        assert found.exact is None and found.written == written.split()[0]


def test_what_is_written_rightly_is_known_with_its_province() -> None:
    assert placenames.find("서울 중구 세종대로 110").exact == places.district("11020")
    assert len(placenames.find("중구 세종대로 110").suggested) > 1
    assert placenames.find("경기도 광주시").exact == next(
        one for one in places.districts().values() if one.name_ko == "광주시"
    )
    split = placenames.find("수원시 장안구 정조로").exact
    assert split is not None and split.name_ko == "수원시장안구"


@pytest.mark.parametrize(
    "address", ["", "지하철 3번 출구", "하수구가 막혔어요", "서울시청 앞", "다시 도시 친구"]
)
def test_words_that_only_end_alike_ask_nothing(address: str) -> None:
    found = placenames.find(address)
    assert found.exact is None and not found.suggested and not found.unknown


def test_the_distance_of_names_is_a_distance() -> None:
    names = [one.name_ko for one in places.districts().values()][:60]
    for one in names[:20]:
        assert nearnames.distance(one, one) == 0
        for other in names:
            assert nearnames.distance(one, other, 9) == nearnames.distance(other, one, 9)
            assert (nearnames.distance(one, other, 9) == 0) == (one == other)


# --- shapes ---------------------------------------------------------------------------------------------------


@pytest.fixture
def home(tmp_path: Path, settings: object) -> Iterator[Path]:
    settings.HOME = tmp_path  # type: ignore[attr-defined]
    yield tmp_path


def _square_districts(folder: Path, *codes: str) -> Path:
    """Squares of half a degree beside each other, from 37 north and 126 east, as TopoJSON."""
    arcs, shapes = [], []
    for n, code in enumerate(codes):
        x = n * 50
        arcs.append([[x, 0], [50, 0], [0, 50], [-50, 0], [0, -50]])
        shapes.append({"type": "Polygon", "arcs": [[n]], "properties": {"code": code, "name": code}})
    topology = {
        "type": "Topology",
        "transform": {"scale": [0.01, 0.01], "translate": [126.0, 37.0]},
        "objects": {"all": {"type": "GeometryCollection", "geometries": shapes}},
        "arcs": arcs,
    }
    path = folder / "municipalities-topo.json"
    path.write_text(json.dumps(topology))
    return path


def test_shapes_are_loaded_and_say_where_a_point_lies(home: Path) -> None:
    assert boundaries.shapes() is None
    file = _square_districts(home, "11010", "11020")
    call_command("import", "boundaries", str(file))
    found = boundaries.shapes()
    assert found is not None
    assert found.at((37.25, 126.25)) == places.district("11010")
    assert found.at((37.25, 126.75)) == places.district("11020")
    assert found.at((36.9, 126.25)) is None


def test_loading_again_changes_nothing_and_a_bad_file_neither(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _square_districts(home, "11010", "99999")
    call_command("import", "boundaries", str(home))
    assert "99999" in capsys.readouterr().out
    kept, changed = boundaries.store().read_bytes(), boundaries.store().stat().st_mtime_ns
    call_command("import", "boundaries", str(file))
    bad = home / "bad.json"
    for content in (
        "[]",
        "{",
        '{"objects": {}, "arcs": [], "transform": {"scale": [1, 1], "translate": [0, 0]}}',
    ):
        bad.write_text(content)
        with pytest.raises(CommandError):
            call_command("import", "boundaries", str(bad))
    with pytest.raises(CommandError):
        call_command("import", "boundaries", str(home / "nothing.json"))
    assert (boundaries.store().read_bytes(), boundaries.store().stat().st_mtime_ns) == (kept, changed)


@pytest.mark.realdata
def test_the_real_shapes_lie_in_the_country_and_hold_their_middles(home: Path) -> None:
    import os

    folder = Path(os.environ.get("MADANG_SHARED_DATA", "../shared/data")) / "geo"
    if not folder.is_dir():
        pytest.skip(f"there is no {folder}")
    call_command("import", "boundaries", str(folder))
    found = boundaries.shapes()
    assert found is not None and len(found.rings) == len(places.districts())
    corners = [corner for rings in found.rings.values() for ring in rings for corner in ring]
    assert all(coordinates.is_in_country(corner) for corner in corners)
    off = [one.label for one in places.districts().values() if found.at((one.latitude, one.longitude)) != one]
    assert len(off) <= 2, off
    assert boundaries.store().stat().st_size < 300_000
