"""What is written and read on the wire: XML and JSON of one answer, moments, spans, parameters, places."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jsonschema_rs
import pytest
from defusedxml import ElementTree
from hypothesis import given
from hypothesis import strategies as st

from madang.services.casework.open311.logic import asked, place, questions, times, written
from madang.services.casework.open311.logic.asked import Asked
from madang.services.casework.open311.logic.faults import FaultError
from madang.services.casework.open311.logic.questions import Question
from madang.services.casework.open311.logic.written import Answer

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2026, 11, 29, 15, 0, tzinfo=SEOUL)


def sent(**values: str | list[str]) -> Asked:
    return Asked.of((name, value if isinstance(value, list) else [value]) for name, value in values.items())


def faults(**values: str) -> list[str]:
    return [one.kind for one in place.read(sent(**values))[1]]


# --- writing ----------------------------------------------------------------------------------------------


def test_a_list_is_named_in_xml_and_bare_in_json() -> None:
    answer = Answer("services", "service", [{"service_code": "001", "metadata": True, "description": None}])
    assert written.write(answer, "xml").splitlines()[1] == (
        "<services><service><service_code>001</service_code><metadata>true</metadata><description/></service></services>"
    )
    assert written.write(answer, "json") == '[{"service_code": "001", "metadata": true}]'


def test_an_empty_list_is_still_an_answer() -> None:
    answer = Answer("service_requests", "request", [])
    assert written.write(answer, "xml").endswith("<service_requests></service_requests>\n")
    assert written.write(answer, "json") == "[]"


def test_a_definition_keeps_its_lists_inside() -> None:
    row = questions.described(
        Question("A", "singlevaluelist", "무엇", True, choices=(("1", "가"), ("2", "나 & 다")))
    )
    answer = Answer("service_definition", "", [{"service_code": "001", "attributes": [row]}], is_one=True)
    tree = ElementTree.fromstring(written.write(answer, "xml"))
    assert tree.tag == "service_definition"
    assert [one.findtext("name") for one in tree.iterfind("attributes/attribute/values/value")] == [
        "가",
        "나 & 다",
    ]
    assert json.loads(written.write(answer, "json"))["attributes"][0]["values"][1] == {
        "key": "2",
        "name": "나 & 다",
    }


@given(st.text())
def test_whatever_people_write_is_well_formed(text: str) -> None:
    answer = Answer("errors", "error", [{"code": 400, "description": text}])
    tree = ElementTree.fromstring(written.write(answer, "xml").encode("utf-8", "strict"))
    held = tree.findtext("error/description") or ""
    said = json.loads(written.write(answer, "json"))[0]["description"]
    assert said.replace("\r\n", "\n").replace("\r", "\n") == held
    assert len(said) >= len(text) - sum(ord(sign) < 32 or ord(sign) > 0xD7FF for sign in text)


def rows_of(file: Path) -> list[dict[str, str | None]]:
    return [{part.tag: part.text for part in row} for row in ElementTree.parse(file).getroot()]


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("name", "root", "item"),
    [("dc-services.xml", "services", "service"), ("requests_many.xml", "service_requests", "request")],
)
def test_answers_of_real_cities_are_written_back_the_same(
    shared_data: Path, name: str, root: str, item: str
) -> None:
    file = shared_data / "open311" / name
    if not file.is_file():
        pytest.skip(f"{file} is not here")
    rows = rows_of(file)
    assert rows
    again = ElementTree.fromstring(written.write(Answer(root, item, rows), "xml"))
    assert again.tag == root == ElementTree.parse(file).getroot().tag
    assert [{part.tag: part.text for part in row} for row in again] == rows


def schema(shared_data: Path, name: str) -> Any:
    file = shared_data / "open311" / name
    if not file.is_file():
        pytest.skip(f"{file} is not here")
    return json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.realdata
def test_a_definition_in_json_holds_against_its_schema(shared_data: Path) -> None:
    rows = [
        questions.described(Question(kind, kind, "말", choices=(("1", "가"),)))
        for kind in questions.DATATYPES
    ]
    answer = Answer("service_definition", "", [{"service_code": "001", "attributes": rows}], is_one=True)
    jsonschema_rs.validate(
        schema(shared_data, "service-definition.json"), json.loads(written.write(answer, "json"))
    )


# --- moments ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-29T00:00:00Z", datetime(2026, 11, 29, tzinfo=UTC)),
        ("2026-11-29T00:00:00.000Z", datetime(2026, 11, 29, tzinfo=UTC)),
        ("2026-11-29T09:00:00+09:00", datetime(2026, 11, 29, tzinfo=UTC)),
        ("2026-11-29T09:00:00 09:00", datetime(2026, 11, 29, tzinfo=UTC)),  # a plus sign that was not escaped
        ("2026-11-28T19:00-0500", datetime(2026, 11, 29, tzinfo=UTC)),
        ("2026-11-29T09:00:00", datetime(2026, 11, 29, tzinfo=UTC)),
        ("2026-11-29", datetime(2026, 11, 28, 15, tzinfo=UTC)),
        ("2026-11", datetime(2026, 10, 31, 15, tzinfo=UTC)),
        ("2026", datetime(2025, 12, 31, 15, tzinfo=UTC)),
    ],
)
def test_moments_are_read_as_clients_write_them(text: str, moment: datetime) -> None:
    assert times.read(text, SEOUL) == moment


@pytest.mark.parametrize(
    "text",
    ["", "어제", "2026-13-01", "2026-02-30", "2026-11-29T25:00:00Z", "11/29/2026", "2026-11-29T10:00+25:00", "0000",
     "２０２６-11-29", "2026-11-29T"],
)  # fmt: skip
def test_what_is_no_moment_is_none(text: str) -> None:
    assert times.read(text, SEOUL) is None


def test_a_day_alone_is_meant_whole() -> None:
    assert times.read("2026-11-29", SEOUL, is_end=True) == datetime(
        2026, 11, 29, 23, 59, 59, 999999, tzinfo=SEOUL
    )
    assert times.read("2026-12", SEOUL, is_end=True) == datetime(
        2026, 12, 31, 23, 59, 59, 999999, tzinfo=SEOUL
    )


@given(st.datetimes(min_value=datetime(1970, 1, 1), max_value=datetime(2200, 1, 1)))
def test_what_is_written_is_read_again(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert times.read(times.write(moment, SEOUL), UTC) == moment


@given(st.none() | st.datetimes(timezones=st.just(UTC)), st.none() | st.datetimes(timezones=st.just(UTC)))
def test_no_list_covers_more_than_ninety_days(start: datetime | None, end: datetime | None) -> None:
    found = times.span(start, end, NOW)
    if isinstance(found, str):
        assert start is not None
        assert end is not None
        assert (end < start) == (found == "order")
    else:
        assert found.start <= found.end
        assert found.end - found.start <= timedelta(days=90)
        assert end is None or found.end == end
        assert start is None or found.start == start


def test_nothing_said_means_the_last_ninety_days() -> None:
    assert times.span(None, None, NOW) == times.Span(NOW - timedelta(days=90), NOW)


# --- parameters -------------------------------------------------------------------------------------------


def test_an_empty_parameter_is_an_absent_one() -> None:
    found = sent(status="", service_code="  ", page="")
    assert asked.statuses(found) == []
    assert found.many("service_code") == []
    assert asked.page(found) == (1, 1000)


def test_lists_are_divided_by_commas_or_sent_several_times() -> None:
    assert sent(service_code=["001, 002", "002,,003"]).many("service_code") == ["001", "002", "003"]
    assert asked.statuses(sent(STATUS="Open,CLOSED,open")) == ["open", "closed"]


@pytest.mark.parametrize("word", ["opened", "진행중", "open;closed"])
def test_only_two_states_are_known(word: str) -> None:
    with pytest.raises(FaultError) as refusal:
        asked.statuses(sent(status=word))
    assert refusal.value.status == 400


@pytest.mark.parametrize("value", ["0", "-1", "zwei", "1.5", "１"])
def test_pages_are_whole_numbers(value: str) -> None:
    with pytest.raises(FaultError):
        asked.page(sent(page=value))


def test_a_page_never_holds_more_than_a_thousand() -> None:
    assert asked.page(sent(page="3", page_size="999999")) == (3, 1000)


def test_attributes_come_one_or_several() -> None:
    found = Asked.of(
        [("attribute[Kind]", ["1"]), ("attribute[All][]", ["a", "b"]), ("attribute[None]", [""])]
    )
    assert found.attributes() == {"Kind": ["1"], "All": ["a", "b"]}


def test_bytes_that_are_no_utf_8_are_named() -> None:
    with pytest.raises(FaultError) as refusal:
        sent(description="\ufffd\ufffd")
    assert refusal.value.faults[0].values == {"name": "description"}


# --- places and questions ---------------------------------------------------------------------------------


def test_a_place_in_the_country_or_words_will_do() -> None:
    assert place.read(sent(lat="37.5665", long="126.9780")) == (place.Place(37.5665, 126.978), [])
    assert place.read(sent(address_string="해담시 중앙로 1")) == (place.Place(address="해담시 중앙로 1"), [])


@pytest.mark.parametrize(
    ("values", "kinds"),
    [
        ({}, ["no_place"]),
        ({"address_id": "7"}, ["address_id"]),
        ({"lat": "37.5"}, ["half_place"]),
        ({"lat": "37,5", "long": "127"}, ["degrees"]),
        ({"lat": "nan", "long": "inf"}, ["degrees", "degrees"]),
        ({"lat": "127", "long": "37.5"}, ["swapped"]),
        ({"lat": "0", "long": "0"}, ["abroad"]),
        ({"lat": "35.6812", "long": "139.7671"}, ["abroad"]),  # Tokyo
        ({"lat": "999", "long": "127"}, ["abroad"]),
    ],
)
def test_a_place_that_cannot_be_meant_is_named(values: dict[str, str], kinds: list[str]) -> None:
    assert faults(**values) == kinds


@pytest.mark.parametrize(
    ("lat", "long"),
    [(33.11, 126.27), (38.61, 128.35), (37.97, 124.66), (37.24, 131.87), (35.18, 129.08)],
)
def test_the_ends_of_the_country_are_in_it(lat: float, long: float) -> None:
    assert place.is_inside(lat, long)
