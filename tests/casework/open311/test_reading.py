"""What Open311 gives out: everything holds against the published schemas and the Swagger description, in both forms; only
what is public is listed; every wrong parameter is answered with a reason."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.commons.matters.domain import handling
from madang.kernel import actors, clock
from madang.kernel.models import Role
from tests.casework.open311.support import (
    BASE,
    HOLE,
    LEAFLET,
    LIGHT,
    as_rows,
    case,
    center,
    get,
    holds,
    holds_swagger,
    parsed,
    picture,
)  # fmt: skip
from tests.factories import official

pytestmark = pytest.mark.django_db


def test_discovery_is_the_same_in_both_forms_and_names_the_endpoint() -> None:
    center(phone="02-120")
    found, tree = get("/discovery.json"), get("/discovery.xml")
    assert tree.tag == "discovery"
    assert found["contact"] == tree.findtext("contact")
    assert "02-120" in found["contact"]
    endpoint = found["endpoints"][0]
    assert endpoint["formats"] == ["text/xml", "application/json"]
    assert [one.text for one in tree.iterfind("endpoints/endpoint/formats/format")] == endpoint["formats"]
    assert endpoint["url"].endswith("/open311/v2")
    assert endpoint["type"] in ("production", "test")
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    assert parsed(Client().get("/open311/discovery.json")) == found


def test_services_hold_against_their_schemas() -> None:
    center()
    rows = get("/services.json")
    holds("services.json", rows)
    for row in rows:
        holds_swagger("Service", row)
    assert [(row["service_code"], row["metadata"], row["type"]) for row in rows] == [
        (HOLE, False, "realtime"), (LEAFLET, False, "realtime"), (LIGHT, True, "realtime"),
    ]  # fmt: skip
    assert rows[0]["group"] == "도로"
    tree = get("/services.xml")
    assert (tree.tag, tree[0].tag) == ("services", "service")
    assert [one.findtext("service_name") for one in tree] == [row["service_name"] for row in rows]
    assert get("/services.json", headers={"Accept-Language": "en"})[0]["service_name"] == "Hole in the road"


def test_an_inactive_service_is_not_offered() -> None:
    where = center()
    where.categories.filter(code=HOLE).update(is_active=False)
    assert HOLE not in [row["service_code"] for row in get("/services.json")]
    get(f"/services/{HOLE}.json", expect=404)


@pytest.mark.parametrize("code", [HOLE, LIGHT])
def test_definitions_hold_against_their_schemas(code: str) -> None:
    center()
    row = get(f"/services/{code}.json")
    holds("service-definition.json", row)
    holds_swagger("ServiceDefinition", row)
    tree = get(f"/services/{code}.xml")
    assert tree.tag == "service_definition"
    assert tree.findtext("service_code") == code == row["service_code"]
    codes = [one["code"] for one in row["attributes"]]
    assert codes == (["STATE", "MANY", "POLE"] if code == LIGHT else [])
    assert [one.findtext("code") for one in tree.iterfind("attributes/attribute")] == codes


def test_requests_hold_against_their_schemas_and_say_the_same_in_both_forms() -> None:
    where = center()
    case(where)
    case(where, title="가로등", code=LIGHT, answers={"STATE": "off"}, address="", point=(33.11, 126.27))
    rows = get("/requests.json")
    holds("requests.json", rows)
    for row in rows:
        holds_swagger("Request", row)
    flat = as_rows(get("/requests.xml"))
    assert flat == [{name: str(value) for name, value in row.items()} for row in rows]
    assert rows[1]["status"] == "open"
    assert rows[1]["agency_responsible"] == "도로과"
    assert rows[1]["lat"] == 37.5665
    assert rows[1]["expected_datetime"].endswith("+09:00")


def test_one_request_is_a_list_of_one_and_bare_where_the_swagger_has_it() -> None:
    number = case(center()).case.ref
    rows = get(f"/requests/{number}.json")
    holds("requests.json", rows)
    assert [row["service_request_id"] for row in rows] == [number]
    tree = get(f"/requests/{number}.xml")
    assert (tree.tag, tree[0].tag, len(tree)) == ("service_requests", "request", 1)
    bare = get(f"/request/{number}.json")
    holds("request.json", bare)
    holds_swagger("Request", bare)
    assert bare == rows[0]


def test_only_what_is_public_is_listed() -> None:
    where = center()
    public, private = case(where), case(where, title="비밀", is_public=False)
    hidden = case(where, title="내려간 것")
    type(hidden.case.matter).objects.filter(pk=hidden.case.pk).update(disclosure="hidden")
    assert [row["service_request_id"] for row in get("/requests.json")] == [public.case.ref]
    for ref in (private.case.ref, hidden.case.matter.number, private.case.matter.code_hash):
        get(f"/requests/{ref}.json", expect=404)
        get(f"/tokens/{ref}.json", expect=404)
        assert get("/requests.json", service_request_id=ref) == []
    assert "비밀" not in Client().get(f"{BASE}/requests.csv").getvalue().decode()


def test_a_closed_request_says_when_and_how() -> None:
    where = center()
    made = case(where)
    triage = official(Role.TRIAGE, where.host)
    twin = case(where, title="같은 것")
    handling.merge(
        actor=actors.person(triage), matter=twin.case.matter, into=made.case.matter, reason="같은 곳"
    )
    row = get(f"/requests/{twin.case.ref}.json")[0]
    twin.case.matter.refresh_from_db()
    assert row["status"] == "closed"
    assert row["updated_datetime"] == clock.seoul(twin.case.matter.ended_at).isoformat(timespec="seconds")
    assert numbers(status="open") == [made.case.ref]
    assert numbers(status="closed") == [twin.case.ref]


def numbers(**asked: Any) -> list[str]:
    return [row["service_request_id"] for row in get("/requests.json", **asked)]


def test_the_list_is_narrowed_by_state_service_number_and_time() -> None:
    where = center()
    now = clock.now()
    with clock.at(now - timedelta(days=100)):
        old = case(where, title="오래된 것").case
    with clock.at(now - timedelta(days=10)):
        lamp = case(where, title="가로등", code=LIGHT, answers={"STATE": "off"}).case
    hole = case(where).case
    assert numbers() == [hole.ref, lamp.ref]
    assert numbers(service_code=HOLE) == [hole.ref]
    assert numbers(service_code=f"{LIGHT},{HOLE}") == [hole.ref, lamp.ref]
    assert numbers(service_request_id=f"{old.ref},{hole.ref}", service_code=LIGHT, status="closed") == [
        hole.ref,
        old.ref,
    ]
    assert numbers(end_date=(now - timedelta(days=5)).isoformat()) == [lamp.ref]
    assert numbers(start_date=(now - timedelta(days=5)).isoformat()) == [hole.ref]
    assert numbers(start_date=(now - timedelta(days=120)).isoformat()) == [old.ref]
    day = clock.seoul(lamp.matter.filed_at).date().isoformat()
    assert numbers(start_date=day, end_date=day) == [lamp.ref]
    assert numbers(status="open") == [hole.ref, lamp.ref]
    assert numbers(status="closed") == []
    assert numbers(status="open,closed", page="2", page_size="1") == [lamp.ref]
    assert numbers(status="", service_code="", start_date="", jurisdiction_id="") == [hole.ref, lamp.ref]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"status": "fixed"}, 400),
        ({"start_date": "gestern"}, 400),
        ({"start_date": "2026-01-01", "end_date": "2025-12-01"}, 400),
        ({"start_date": "2026-01-01", "end_date": "2026-06-01"}, 400),
        ({"service_code": "NOTHING"}, 404),
        ({"jurisdiction_id": "chicago.gov"}, 404),
        ({"page": "0"}, 400),
        ({"page_size": "many"}, 400),
        ({"status": "open\0"}, 400),
    ],
)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_what_cannot_be_answered_says_why(asked: dict[str, str], status: int, language: str) -> None:
    center()
    headers = {"Accept-Language": language}
    rows = get("/requests.json", expect=status, headers=headers, **asked)
    assert rows[0]["code"] == status
    assert rows[0]["description"]
    tree = get("/requests.xml", expect=status, headers=headers, **asked)
    assert (tree.tag, tree[0].tag) == ("errors", "error")
    assert tree.findtext("error/code") == str(status)
    assert tree.findtext("error/description") == rows[0]["description"]
    has_hangul = any("가" <= sign <= "힣" for sign in rows[0]["description"])
    assert has_hangul == (language == "ko")


@pytest.mark.parametrize(
    "path", ["/services/NO.xml", "/requests/NO.xml", "/tokens/NO.xml", "/nothing.xml", "/x/y/z"]
)
def test_what_does_not_exist_is_404_with_a_body(path: str) -> None:
    center()
    tree = get(path, expect=404)
    assert tree.findtext("error/code") == "404"


def test_a_server_for_several_asks_which() -> None:
    first, second = center("haedam"), center("dalmaru")
    case(first)
    get("/services.json", expect=400)
    get("/requests.json", expect=400)
    assert len(get("/requests.json", jurisdiction_id="HAEDAM")) == 1
    assert get("/requests.json", jurisdiction_id=second.code) == []


def test_extensions_show_public_answers_and_the_way_and_still_hold() -> None:
    where = center()
    made = case(where, code=LIGHT, answers={"STATE": "off", "POLE": "12"})
    row = get(f"/requests/{made.case.ref}.json", extensions="true")[0]
    holds("request.json", row)
    assert row["attributes"] == [{"code": "STATE", "name": "어떤 상태인가요", "value": "꺼짐"}]
    assert row["notes"][0]["type"] == "matter.file"
    assert row["extended_attributes"]["title"] == "파인 도로"
    tree = get("/requests.xml", extensions="true")
    assert tree.findtext("request/attributes/attribute/value") == "꺼짐"
    assert "POLE" not in str(row)


def test_a_list_needs_the_same_queries_for_one_and_for_thirty() -> None:
    where = center()
    counts = []
    for many in (1, 29):
        for place in range(many):
            case(where, title=f"파인 도로 {place}", code=LIGHT, answers={"STATE": "off"})
        with CaptureQueriesContext(connection) as found:
            get("/requests.json", extensions="true")
        counts.append(len(found))
        with CaptureQueriesContext(connection) as found:
            Client().get(f"{BASE}/requests.csv").getvalue()
        counts.append(len(found))
        with CaptureQueriesContext(connection) as found:
            get("/servicerequestupdates.json")
        counts.append(len(found))
    assert counts[:3] == counts[3:]


def test_a_picture_of_a_public_case_has_an_address() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    made = case(center(), uploads=(SimpleUploadedFile("a.jpg", picture(), "image/jpeg"),))
    address = get(f"/requests/{made.case.ref}.json")[0]["media_url"]
    response = Client().get(
        address.partition("://")[2].partition("/")[1] + address.partition("://")[2].partition("/")[2]
    )
    assert response.status_code == 200
    assert response["Content-Type"] == "image/jpeg"
    response.close()


# --- other ways to ask -------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/services.JSON", "/services.json/", "/services.Json/"])
def test_case_of_the_ending_and_a_slash_do_not_matter(path: str) -> None:
    center()
    assert len(get(path)) == 3


def test_without_an_ending_the_accept_header_decides_and_xml_is_usual() -> None:
    center()
    assert len(get("/services", headers={"Accept": "application/json"})) == 3
    assert get("/services").tag == "services"
    assert get("/services", headers={"Accept": "*/*"}).tag == "services"


def test_head_is_get_without_a_body_and_options_says_what_goes() -> None:
    center()
    response = Client().head(f"{BASE}/services.json")
    assert (response.status_code, response.content) == (200, b"")
    assert Client().options(f"{BASE}/requests.json")["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert Client().get(f"{BASE}/services.json")["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused_in_form(method: str) -> None:
    center()
    response = getattr(Client(), method)(f"{BASE}/requests.json")
    assert parsed(response, 405)[0]["code"] == 405
    assert response["Allow"] == "GET, POST, HEAD, OPTIONS"
    assert parsed(Client().post(f"{BASE}/services.json"), 405)


def test_bulk_is_a_table_that_no_spreadsheet_runs() -> None:
    where = center()
    case(where, title="=cmd()", body='=HYPERLINK("http://x") 이라고 적힌 표지판이 있어요')
    with clock.at(clock.now() - timedelta(days=200)):
        case(where, title="오래된 것")
    response = Client().get(f"{BASE}/requests.csv", {"jurisdiction_id": "haedam"})
    rows = list(csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"))))
    assert list(rows[0])[:4] == [
        "service_request_id",
        "requested_datetime",
        "updated_datetime",
        "closed_date",
    ]
    assert len(rows) == 2
    assert rows[0]["description"].startswith("'=HYPERLINK")
    assert rows[0]["status_description"] == "open"
    assert (rows[0]["lat"], rows[0]["long"]) == ("37.5665", "126.978")
    parsed(Client().get(f"{BASE}/requests.csv", {"start_date": "no"}), 400)


def test_updates_tell_the_public_way_of_public_cases() -> None:
    where = center()
    made, private = case(where), case(where, is_public=False)
    rows = get("/servicerequestupdates.json")
    assert {row["service_request_id"] for row in rows} == {made.case.ref}
    assert [row["status"] for row in rows] == ["OPEN", "INVESTIGATING"]
    assert len({row["update_id"] for row in rows}) == 2
    tree = get("/servicerequestupdates.xml", start_date=clock.today().isoformat())
    assert (tree.tag, tree[0].tag) == ("service_requests_updates", "request_update")
    assert tree[0].findtext("update_id") == rows[0]["update_id"]
    assert private.case.ref not in str(rows)
