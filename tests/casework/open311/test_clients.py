"""Clients that others wrote complete all their calls at a live server; what they get holds against the schemas."""

from __future__ import annotations

import builtins
import itertools
import threading
from typing import Any

import httpx
import pytest
from georeport import GeoReport

from madang.services.casework.models import Case
from tests.casework.open311.support import (
    HOLE,
    LEAFLET,
    LIGHT,
    case,
    center,
    holds,
    holds_swagger,
    key,
    picture,
    report,
)

# `three` is code of Python 2 that asks for one name that is gone.
itertools.ifilter = builtins.filter  # type: ignore[attr-defined]
three = pytest.importorskip("three")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def root(live_server: Any, settings: Any) -> str:
    settings.PUBLIC_URL = live_server.url
    return f"{live_server.url}/open311/v2"


@pytest.mark.parametrize("jurisdiction", [None, "haedam"])
def test_georeport_in_both_forms(root: str, jurisdiction: str | None) -> None:
    where = center()
    numbers = [case(where, title=f"곳 {place}").case.ref for place in range(2)]
    json_, xml = (GeoReport(root, jurisdiction=jurisdiction, output_format=form) for form in ("json", "xml"))
    services = json_.get_service_list()
    holds("services.json", services)
    assert [row["service_code"] for row in xml.get_service_list()] == [
        row["service_code"] for row in services
    ]
    definition = json_.get_service_definition(LIGHT)
    holds("service-definition.json", definition)
    assert (
        xml.get_service_definition(LIGHT)["attributes"]["attribute"][0]["code"]
        == definition["attributes"][0]["code"]
    )
    rows = json_.get_service_requests(status="open", service_code=HOLE)
    holds("requests.json", rows)
    assert sorted(row["service_request_id"] for row in rows) == sorted(numbers)
    assert sorted(row["service_request_id"] for row in xml.get_service_requests(status="open")) == sorted(
        numbers
    )
    one = json_.get_service_request(numbers[0])
    holds_swagger("Request", one)
    assert xml.get_service_request(numbers[0])["service_request_id"] == one["service_request_id"]
    assert [row["service_request_id"] for row in json_.get_service_requests(",".join(numbers))] == numbers[
        ::-1
    ]


def test_three_reads_files_and_follows_a_token(root: str) -> None:
    where = center()
    numbers = [case(where, title=f"곳 {place}").case.ref for place in range(2)]
    client = three.Three(root, api_key=key(), discovery=f"{root}/discovery.json")
    assert client.discovery()["endpoints"][0]["url"] == root
    assert len(client.services()) == 3
    holds("service-definition.json", client.services(LIGHT))
    holds("requests.json", client.requests())
    assert [row["service_request_id"] for row in client.requests(HOLE, count=1)] == [numbers[1]]
    assert client.request(numbers[0])[0]["service_request_id"] == numbers[0]
    assert client.requests(start="01-01-2026", end="02-01-2026") == []
    filed = client.post(LIGHT, address="해담시 중앙로 1", description="가로등이 꺼졌어요", name="길동 홍",
                        **{"attribute[STATE]": "off"})  # fmt: skip
    holds_swagger("RequestResponse", filed[0])
    assert client.request(filed[0]["service_request_id"])[0]["description"] == "가로등이 꺼졌어요"
    private = client.post(LEAFLET, address="없음", description="전입신고는 어디서 하나요")
    number = client.token(private[0]["token"])[0]["service_request_id"]
    assert client.request(number)[0]["status"] == "open"
    assert client.post("NOTHING", address="x", description="무엇인가요")[0]["code"] == 404
    with_media = client.post(
        HOLE,
        address="해담시 중앙로 2",
        description="사진과 함께 보내요",
        media=("a.jpg", picture(), "image/jpeg"),
    )
    assert client.request(with_media[0]["service_request_id"])[0]["media_url"].startswith(
        root.partition("/open311")[0]
    )


def test_without_cookies_accept_or_agent_it_works_all_the_same(root: str) -> None:
    center()
    with httpx.Client(headers={}) as bare:
        for name in ("accept", "user-agent", "accept-encoding"):
            bare.headers.pop(name, None)
        assert bare.get(f"{root}/services.XML/").headers["content-type"] == "text/xml; charset=utf-8"
        assert bare.head(f"{root}/requests.json").status_code == 200
        sent = bare.post(f"{root}/requests.xml", data={"api_key": key(), **report()})
        assert sent.status_code == 200
        assert "set-cookie" not in sent.headers
        assert bare.request("DELETE", f"{root}/requests.json").status_code == 405
        nul = bare.get(f"{root}/requests.json?status=%00")
        assert (nul.status_code, nul.json()[0]["code"]) == (400, 400)
        lone = bare.get(
            f"{root}/requests.json?start_date=2026-11-01T00:00:00+09:00"
        )  # its plus arrives as a space
        assert lone.status_code == 200


def test_twelve_tries_at_the_same_moment_file_once(root: str) -> None:
    center()
    held = key("cases:relay")
    answers: list[httpx.Response] = []

    def send() -> None:
        for _again in range(5):  # as clients do while the database is busy
            found = httpx.post(f"{root}/requests.json", data={"api_key": held, **report()}, timeout=60)
            if found.status_code != 503:
                break
        answers.append(found)

    threads = [threading.Thread(target=send) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    assert Case.objects.count() == 1
