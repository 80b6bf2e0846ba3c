"""Floods meet a limit that is shared by pages and API, known by account or address, and never in the way of calm use."""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
import threading
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import redis
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from madang.commons.matters.models import Matter
from madang.kernel import clock
from madang.kernel.errors import TooManyError
from madang.kernel.web import addresses, caches, limits, once
from madang.services.square.models import Comment, Support
from tests.factories import UserFactory, idea, process

REDIS = os.environ.get("TEST_REDIS_URL", "redis://127.0.0.1:6379/5")
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=clock.SEOUL)
FEW = limits.Limit("few", 3, 60)


@pytest.fixture
def request_of(rf: Any) -> Any:
    def make(address: str = "192.0.2.1", forwarded: str = "", user: Any = None) -> Any:
        extra = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
        made = rf.post("/", REMOTE_ADDR=address, **extra)
        made.user = user or AnonymousUser()
        return made

    return make


def used_up(request: Any, limit: limits.Limit, at: datetime) -> int:
    """Seconds to wait; 0 when there was room."""
    with clock.at(at):
        try:
            limits.spend(request, limit)
        except TooManyError as error:
            return error.retry_after
    return 0


def test_the_window_slides_and_says_when_to_come_back(request_of: Any) -> None:
    one = request_of()
    late = NOON + timedelta(seconds=50)
    assert [used_up(one, FEW, late) for _ in range(3)] == [0, 0, 0]
    # Ten seconds on a new minute begins, and most of the old one still counts.
    assert used_up(one, FEW, NOON + timedelta(seconds=61)) > 0
    wait = used_up(one, FEW, NOON + timedelta(seconds=62))
    assert 0 < wait <= 120
    assert used_up(one, FEW, NOON + timedelta(seconds=62 + wait)) == 0
    assert used_up(request_of("192.0.2.2"), FEW, late) == 0


@pytest.mark.parametrize("tries", range(4, 40, 5))
def test_whoever_waits_as_long_as_told_gets_in(request_of: Any, tries: int) -> None:
    one = request_of()
    moment = NOON + timedelta(seconds=tries)
    wait = [used_up(one, FEW, moment) for _ in range(tries)][-1]
    assert wait > 0
    assert used_up(one, FEW, moment + timedelta(seconds=wait)) == 0


@pytest.mark.django_db
def test_an_account_counts_wherever_it_is_and_an_address_for_all_behind_it(request_of: Any) -> None:
    user = UserFactory()
    for address in ("192.0.2.1", "192.0.2.2", "2001:db8::1"):
        assert used_up(request_of(address, user=user), FEW, NOON) == 0
    assert used_up(request_of("192.0.2.3", user=user), FEW, NOON) > 0
    assert used_up(request_of("192.0.2.1"), FEW, NOON) == 0


def test_one_household_of_ipv6_is_one(request_of: Any) -> None:
    who = [limits.who(request_of(address)) for address in ("2001:db8:1:2::5", "2001:db8:1:2:ffff::9")]
    assert who[0] == who[1] != limits.who(request_of("2001:db8:1:3::5"))
    assert limits.who(request_of("::ffff:192.0.2.1")) == limits.who(request_of("192.0.2.1"))
    assert limits.who(request_of("")) == "address:unknown"


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "client"),
    [
        ("", "192.0.2.1", "203.0.113.9", "192.0.2.1"),  # nobody is believed
        ("1", "10.0.0.1", "203.0.113.9", "203.0.113.9"),
        ("1", "10.0.0.1", "6.6.6.6, 203.0.113.9", "203.0.113.9"),  # the client's own line is to the left
        ("2", "10.0.0.1", "6.6.6.6, 203.0.113.9, 10.0.0.2", "203.0.113.9"),
        ("2", "10.0.0.1", "203.0.113.9", "10.0.0.1"),  # did not pass both proxies
        ("10.0.0.0/8", "10.0.0.1", "6.6.6.6, 203.0.113.9, 10.9.9.9", "203.0.113.9"),
        ("10.0.0.0/8", "192.0.2.1", "203.0.113.9", "192.0.2.1"),  # past the proxy
        ("10.0.0.0/8, ::1", "::1", "203.0.113.9", "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.0/8", "10.0.0.1", "203.0.113.9:4711", "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.1", "[2001:db8::7]:443", "2001:db8::7"),
        ("1", "", "203.0.113.9", "203.0.113.9"),  # a socket file has no address
    ],
)
def test_only_our_own_proxies_are_believed(
    request_of: Any, settings: Any, trusted: str, peer: str, forwarded: str, client: str
) -> None:
    settings.TRUSTED_PROXIES = trusted
    assert str(addresses.client_address(request_of(peer, forwarded))) == client


def test_a_wrong_setting_is_named_and_a_forgotten_one_is_warned_of(
    request_of: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ImproperlyConfigured, match="MADANG_TRUSTED_PROXIES"):
        addresses.proxies("my-proxy.example")
    addresses._warn.cache_clear()
    with caplog.at_level(logging.WARNING, "madang.web"):
        addresses.client_address(request_of("127.0.0.1", "203.0.113.9"))
        addresses.client_address(request_of("127.0.0.1", "203.0.113.9"))
    assert caplog.text.count("MADANG_TRUSTED_PROXIES") == 1


def test_what_one_address_is_refused_does_not_use_up_what_is_everybodys(request_of: Any) -> None:
    narrow, wide = limits.Limit("n", 2, 60, "address"), limits.Limit("w", 5, 60, "site")
    with clock.at(NOON):
        for _ in range(50):
            try:
                limits.spend(request_of("192.0.2.1"), narrow, wide)
            except TooManyError:
                continue
        for n in range(3):
            limits.spend(request_of(f"192.0.2.{n + 2}"), narrow, wide)
        with pytest.raises(TooManyError):
            limits.spend(request_of("192.0.2.9"), narrow, wide)


def test_no_address_stands_in_the_store_in_the_clear() -> None:
    key = limits._key(FEW, "address:192.0.2.1", 1)
    assert "192.0.2" not in key
    assert key != limits._key(FEW, "address:192.0.2.2", 1)


# --- pages ----------------------------------------------------------------------------------------------


@pytest.fixture
def signed_in(db: None) -> Client:
    client = Client()
    client.force_login(UserFactory())
    return client


def ticket() -> str:
    with clock.at(clock.now() - timedelta(minutes=1)):
        return once.ticket()


@pytest.mark.django_db
def test_filing_beyond_the_limit_keeps_every_word(monkeypatch: pytest.MonkeyPatch) -> None:
    process()
    monkeypatch.setattr(limits, "FILE", limits.Limit("file", 1, 3600))
    words = {
        "title": "골목 가로등을 고쳐 주세요", "origin": "individual",
        "body": "밤에 골목이 어두워서 걷기가 무섭습니다. 등을 고쳐 주세요.",
    }  # fmt: skip
    assert Client().post("/ideas/new/test/", {**words, "ticket": ticket()}).status_code == 302
    words["body"] = "다른 골목도 어둡습니다. 여기도 함께 살펴 주시면 좋겠습니다."
    words["title"] = "시장 옆 길도 살펴 주세요"
    for address, said in (("/ideas/new/test/", "잠시 뒤에"), ("/en/ideas/new/test/", "Wait a little")):
        refused = Client().post(address, {**words, "ticket": ticket()})
        page = refused.content.decode()
        assert refused.status_code == 429
        assert int(refused["Retry-After"]) > 0
        assert said in page
        assert words["body"] in page
        assert words["title"] in page
    assert Matter.objects.count() == 1


def test_commenting_supporting_and_searching_have_their_limits(
    signed_in: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = idea()
    page = f"/ideas/{made.matter.number}/"
    monkeypatch.setattr(limits, "COMMENT", limits.Limit("comment", 0.5, 600))  # type: ignore[arg-type]
    refused = signed_in.post(f"{page}comments/", {"stance": "for", "body": "함께해요", "ticket": ticket()})
    assert (refused.status_code, Comment.objects.count()) == (429, 0)
    assert "함께해요" in refused.content.decode()
    monkeypatch.setattr(limits, "SUPPORT", limits.Limit("support", 0.5, 600))  # type: ignore[arg-type]
    refused = signed_in.post(f"{page}support/")
    assert (refused.status_code, Support.objects.count()) == (429, 0)
    assert int(refused["Retry-After"]) > 0
    monkeypatch.setattr(limits, "SEARCH", limits.Limit("search", 1, 60))
    assert Client().get("/search/?q=가로등").status_code == 200
    for address, word in (("/search/?q=가로등", "잠시 쉬어"), ("/en/search/?q=lamp", "A short rest")):
        slow = Client().get(address)
        assert slow.status_code == 429
        assert word in slow.content.decode()


@pytest.mark.django_db
def test_tokens_cannot_be_tried_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "BAD_TOKEN", limits.Limit("api.token", 3, 600, "address"))
    said = [
        Client().get("/api/v1/me", headers={"Authorization": "Bearer mdg_x"}).status_code for _ in range(5)
    ]
    assert said == [401, 401, 401, 429, 429]


# --- the store ------------------------------------------------------------------------------------------


@pytest.fixture(params=["file", "redis"])
def store(request: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A shared store, patient: on a loaded machine a slow answer must not look like a lost count."""
    monkeypatch.setattr(caches, "REDIS_SECONDS", 30)
    monkeypatch.setattr(caches, "FILE_SECONDS", 30)
    params = {"KEY_PREFIX": uuid.uuid4().hex}
    if request.param == "redis":
        try:
            redis.Redis.from_url(REDIS, socket_connect_timeout=1).ping()
        except redis.RedisError:
            pytest.skip(f"no Redis at {REDIS} (set TEST_REDIS_URL)")
        caches.SteadyRedis.away_until = 0.0
        return caches.SteadyRedis(REDIS, params)
    caches.SteadyFile.away_until = 0.0
    return caches.SteadyFile(str(tmp_path / "cache.sqlite3"), params)


def test_a_store_does_what_a_cache_does(store: Any) -> None:
    assert store.get("a", "none") == "none"
    store.set("a", {"b": [1.5, "가"]}, 60)
    assert store.get("a") == {"b": [1.5, "가"]}
    assert store.add("a", 1, 60) is False
    assert store.add("n", 1, 60) is True
    assert (store.incr("n"), store.incr("n", 3), store.get("n")) == (2, 5, 5)
    with pytest.raises(ValueError, match="not found"):
        store.incr("missing")
    store.set("gone", 1, 0.001 if isinstance(store, caches.SteadyFile) else 0)
    threading.Event().wait(0.01)
    assert store.get("gone") is None
    assert store.touch("a", 60) is True
    assert store.delete("a") is True
    assert store.get("a") is None
    assert caches.count_up(store, "k", "j", 60) == (1, 0)
    assert caches.count_up(store, "k", "j", 60) == (2, 0)
    assert caches.count_up(store, "m", "k", 60) == (1, 2)


def test_no_count_is_lost_between_threads(store: Any) -> None:
    found: list[int] = []

    def many() -> None:
        found.extend(caches.count_up(store, "all", "none", 60)[0] for _ in range(50))

    threads = [threading.Thread(target=many) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == list(range(1, 201))


def test_processes_share_one_count(tmp_path: Path) -> None:
    place = str(tmp_path / "cache.sqlite3")
    count = (
        "import sys; from django.conf import settings; settings.configure();"
        "from madang.kernel.web import caches; caches.FILE_SECONDS = 30;"
        f"store = caches.FileStore({place!r}, {{}});"
        "print(max(store.tick('k', 'j', 60)[0] for _ in range(100)))"
    )
    running = [
        subprocess.Popen([sys.executable, "-c", count], stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    ends = [int(one.communicate(timeout=60)[0]) for one in running]
    assert max(ends) == 200


@pytest.mark.django_db
def test_a_store_that_is_away_brings_no_page_down(
    settings: Any, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    settings.CACHES = {
        "default": {
            "BACKEND": "madang.kernel.web.caches.SteadyRedis",
            "LOCATION": f"redis://127.0.0.1:{port}/0",
        }
    }
    monkeypatch.setattr(caches.SteadyRedis, "away_until", 0.0)
    monkeypatch.setattr(limits, "SEARCH", limits.Limit(f"search.{port}", 2, 60))
    with caplog.at_level(logging.WARNING, "madang.web"), clock.at(NOON):
        said = [Client().get("/search/?q=가로등").status_code for _ in range(4)]
    # Counted on in this process alone.
    assert said == [200, 200, 429, 429]
    assert caplog.text.count("shared cache unavailable") == 1
    cache.clear()


def test_a_store_that_hangs_is_given_up_and_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        made = caches.SteadyRedis(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", {})
        monkeypatch.setattr(caches.SteadyRedis, "away_until", 0.0)
        made.set("a", 1, 60)
        assert caches.SteadyRedis.away_until > 0
        assert made.get("a") == 1  # from the memory behind it, at once


def test_a_damaged_file_is_thrown_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "cache.sqlite3"
    place.write_bytes(b"no database at all, but long enough to look like one" * 100)
    made = caches.SteadyFile(str(place), {})
    monkeypatch.setattr(caches.SteadyFile, "away_until", 0.0)
    made.set("a", 1, 60)
    assert made.get("a") == 1
    monkeypatch.setattr(caches.SteadyFile, "away_until", 0.0)
    made.set("b", 2, 60)
    assert caches.FileStore(str(place), {}).get("b") == 2
    assert place.stat().st_mode & 0o077 == 0
