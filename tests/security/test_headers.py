"""What every answer says to browsers, caches and other sites."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests import factories as make
from tests.security import addresses
from tests.security.conftest import City


def every_page(number: str, pk: int) -> list[str]:
    return [
        addresses.filled(pattern, number=1 if "<int:number>" in pattern else number, pk=pk, place=1, slug="by-origin", token="x", path="0/000")
        for pattern, name in addresses.web()
    ]  # fmt: skip


@pytest.mark.once
def test_every_page_is_protected(city: City, sign_in: Any) -> None:
    matter = city.matter("assigned")
    odd = [
        "/nothing/here/",
        "/ideas/ID-0000-00000-0/",
        "/%00",
        "/search/?q=%00",
        "/account/login/",
        "/account/signup/",
    ]
    for user in (None, city.triage, city.author):
        client = sign_in(user)
        for url in (*every_page(matter.number, matter.pk), *odd):
            for answer in (client.get(url), client.post(url)):
                kind = answer.headers.get("Content-Type", "")
                assert answer.status_code < 500 or url == "/healthz", url
                if "html" in kind:
                    policy = answer["Content-Security-Policy"]
                    assert "'unsafe" not in policy and "default-src 'none'" in policy, url
                    assert "frame-ancestors 'none'" in policy, url
                    assert answer["X-Frame-Options"] == "DENY", url
                    assert answer["Referrer-Policy"] == "same-origin", url
                    assert "microphone=()" in answer["Permissions-Policy"], url
                if kind and answer.status_code != 400:
                    assert answer["X-Content-Type-Options"] == "nosniff", (url, answer.status_code)
                assert "Access-Control-Allow-Credentials" not in answer.headers, url


def test_an_error_of_ours_is_protected_too(monkeypatch: Any, db: None) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise ValueError("a fault")

    monkeypatch.setattr("madang.portal.web.home.headline", fail)
    answer = Client(raise_request_exception=False).get("/")
    assert answer.status_code == 500
    assert "default-src 'none'" in answer["Content-Security-Policy"] and answer["X-Frame-Options"] == "DENY"
    assert "a fault" not in answer.content.decode() and "Traceback" not in answer.content.decode()


def test_nothing_personal_is_kept_by_a_cache(city: City, sign_in: Any) -> None:
    matter = city.matter("assigned")
    for user in (city.triage, city.author):
        client = sign_in(user)
        for url in every_page(matter.number, matter.pk):
            answer = client.get(url)
            if answer.status_code == 200 and "html" in answer["Content-Type"]:
                assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"], url
    holder = Client()
    holder.post("/receipt/", {"code": make.idea(author=city.author).code})
    for url in ("/receipt/", "/receipt/show/1/", "/my/", f"/ideas/{matter.number}/", "/ideas/"):
        assert "no-store" in holder.get(url)["Cache-Control"], url


def test_a_page_for_everyone_stays_plain(city: City) -> None:
    assert "Cache-Control" not in Client().get("/about/").headers


@pytest.mark.parametrize("method", ["get", "post", "put", "delete", "options"])
def test_other_sites_read_the_api_without_credentials(method: str, city: City, sign_in: Any) -> None:
    client = sign_in(city.triage)
    for url in (
        "/api/v1/ideas",
        "/api/v1/search?q=a",
        "/api/v1/nothing",
        "/api/v1/receipt",
        "/api/v1/processes",
    ):
        answer = getattr(client, method)(url, headers={"Origin": "https://evil.example"})
        assert "Access-Control-Allow-Credentials" not in answer.headers, url
        allowed = answer.headers.get("Access-Control-Allow-Origin")
        assert allowed in (None, "*"), url
        if method in ("post", "put", "delete"):
            assert allowed is None, url
        assert "X-CSRFToken" not in answer.headers.get("Access-Control-Allow-Headers", "")
