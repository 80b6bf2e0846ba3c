"""A private matter and a thing that never was: nobody can tell the one from the other, by whatever route."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.commons.matters import guessing
from madang.commons.matters.models import Answer
from madang.kernel import ids
from tests import factories as make
from tests.security import addresses
from tests.security.conftest import City
from tests.security.test_visibility import everything, put_away, read, scene

DRAFT = "비밀답변표식 아직 결재되지 않은 문장입니다."
NEVER = "ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ"
NOBODY_PK = 987_654_321


def plain(answer: Any, *keys: object) -> tuple[object, ...]:
    """Status, body and headers without what differs between any two requests, and without the keys asked for."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", body.decode("utf-8", "replace"))
    # When a page ends is when it was made: two requests may stand on both sides of a second.
    varies = ("Content-Length", "Expires")
    headers = str(sorted((name, value) for name, value in answer.headers.items() if name not in varies))
    # A short key stands in many a figure: it is taken out where it stands in an address, and as a whole value. The keys
    # of both sides are taken out of each, so that it is no matter which figure equals one by chance.
    for key in filter(None, map(str, keys)):
        odd = rf"(?:(?<=[/\">=])|(?<=%2F)){key}(?=[/\"<&]|%2F)" if key.isdecimal() else re.escape(key)
        text, headers = re.sub(odd, "·", text), re.sub(odd, "·", headers)
    return answer.status_code, text, headers


@pytest.mark.parametrize("method", ["get", "head", "post", "options", "put", "delete"])
def test_private_is_like_never_filed_on_every_address(method: str, city: City, sign_in: Any) -> None:
    """Every pattern of the resolver that takes a number or a key: a new one is swept without being named here."""
    seen = scene(city)
    put_away(city, "private", seen.matter)
    number = str(seen.matter.number or "")
    absent = ids.number("ID", seen.matter.filed_at, 77_777)
    swept = 0
    for user in (None, make.UserFactory(), city.stranger):
        client = sign_in(user)
        for pattern, name in addresses.walk():
            has_key = "<str:number>" in pattern or "<number>" in pattern or "<int:pk>" in pattern
            if not has_key or "account/" in pattern or "projects" in pattern:
                continue
            pk = {"file": seen.attachment.pk, "comment_form": seen.comment.pk}.get(name, seen.matter.pk)
            told = []
            for here, key in ((number, pk), (absent, NOBODY_PK)):
                url = addresses.filled(pattern, number=here, pk=key, place=1, slug="x", path="x", token="x")
                told.append(plain(getattr(client, method)(url, follow=False), number, absent, pk, NOBODY_PK))
            assert told[0] == told[1], (method, pattern, user)
            swept += 1
    assert swept > 60


def test_a_draft_of_an_answer_shows_on_no_route(city: City, sign_in: Any) -> None:
    seen = scene(city)
    matter = city.matter("assigned")
    city.submitted(matter, reason=DRAFT)
    assert Answer.objects.get(matter=matter).reason == DRAFT
    seen.matter = matter
    for user in (None, city.stranger):
        client = sign_in(user)
        for url, _name in everything(seen):
            if user is None or not url.startswith("/en/"):
                assert "비밀답변표식" not in read(client, url), (user, url)
    assert "비밀답변표식" in read(sign_in(city.approver), f"/desk/{matter.pk}/")


@pytest.mark.parametrize("level", ["hidden", "private"])
def test_counts_and_tags_are_those_of_a_site_without_it(level: str, city: City) -> None:
    """Everything anyone can read is byte for byte what it was before the thing was filed."""
    make.idea()
    lists = [
        "/ideas/", "/ideas/feed/", "/search/?q=은행나무", "/api/v1/ideas", "/api/v1/search?q=은행나무", "/figures/",
        "/api/v1/figures/by-origin", "/late/", "/late.csv", "/plan/projects/7/", "/",
        *(f"/figures/{slug}.csv" for slug in ("by-origin", "by-channel", "answers-on-time", "transfers")),
    ]  # fmt: skip

    def all_lists() -> dict[str, tuple[object, ...]]:
        told = {}
        for url in lists:
            answer = Client().get(url)
            status, text, _headers = plain(answer)
            # The minute of the request stands on some; only digits of a clock are taken out.
            text = re.sub(r"\d{1,2}:\d{2}(:\d{2}(\.\d+)?Z?)?", "", str(text))
            # A tag over a body that tells its second changes with it.
            told[url] = (status, text, "" if url.endswith("by-origin") else answer.headers.get("ETag"))
        return told

    before = all_lists()
    seen = scene(city)
    assert all_lists() != before
    put_away(city, level, seen.matter)
    after = all_lists()
    assert [url for url in lists if after[url] != before[url]] == []


def test_wrong_unknown_and_mistyped_codes_take_the_same_way(city: City) -> None:
    """Counted in queries, not in seconds: a clock in a test lies, and what differs in work differs here."""
    Client().get("/receipt/")  # what a process looks up once
    ways = []
    for code in (NEVER, "ZZZZ-ZZZZ", "한글", "0000-0000-0000-0000-000U"):
        with CaptureQueriesContext(connection) as asked:
            answer = Client().post("/receipt/", {"code": code})
        ways.append((answer.status_code, [re.sub(r"'[^']*'", "?", query["sql"]) for query in asked]))
    assert all(way == ways[0] for way in ways[1:]), ways


@pytest.mark.parametrize("end", ["hidden", "private"])
def test_a_code_opens_alike_whatever_became_of_the_matter(end: str, city: City) -> None:
    """An answer that differs by state would tell a finder of half a code how the matter stands."""
    made = make.idea()
    open_still = Client().post("/receipt/", {"code": made.code})
    put_away(city, end, made.matter)
    gone = Client().post("/receipt/", {"code": made.code})
    assert (open_still.status_code, open_still["Location"]) == (gone.status_code, gone["Location"])


def test_many_guessers_share_one_bound_and_a_holder_still_gets_in(city: City, monkeypatch: Any) -> None:
    made = make.idea()
    monkeypatch.setattr(guessing, "MISSES", 5)
    for place in range(6):
        Client(REMOTE_ADDR=f"203.0.113.{place}").post("/receipt/", {"code": NEVER})
    assert guessing.is_flood()
    fresh = Client(REMOTE_ADDR="203.0.113.200")
    said = [fresh.post("/receipt/", {"code": NEVER}).status_code for _try in range(5)]
    assert said == [422, 422, 422, 429, 429]
    told = fresh.post("/api/v1/receipt", {"code": made.code}, content_type="application/json")
    assert told.status_code == 429 and made.matter.title not in told.content.decode()
    holder = Client(REMOTE_ADDR="203.0.113.201")
    assert holder.post("/receipt/", {"code": made.code}).status_code == 302
