"""What every page passes: the shell, the policy on scripts, calm errors that keep what was typed."""

from __future__ import annotations

import re
import sqlite3
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from madang.kernel import clock
from madang.kernel.models import Heartbeat
from tests import factories

pytestmark = pytest.mark.django_db

TYPED = {"title": "통학로 신호를 바꿔 주세요", "body": "아침마다 위험합니다. 보행 신호를 먼저 켜 주세요."}


@pytest.fixture(autouse=True)
def _square() -> None:
    factories.process()
    cache.clear()


def test_pages_speak_korean_first_and_english_one_click_away(client: Client) -> None:
    korean = client.get("/ideas/").content.decode()
    assert '<html lang="ko"' in korean
    assert 'href="/en/ideas/"' in korean
    english = client.get("/en/ideas/").content.decode()
    assert '<html lang="en"' in english
    assert 'href="/ideas/"' in english


def test_the_security_policy_allows_no_inline_script(client: Client) -> None:
    answer = client.get("/ideas/")
    policy = answer["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("path", "word"), [("/nowhere/", "없어요"), ("/en/nowhere/", "no page here")])
def test_a_missing_page_says_so_in_its_language(client: Client, path: str, word: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert word in answer.content.decode()


def test_a_form_whose_protection_ran_out_comes_back_with_its_words() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/ideas/new/test/", TYPED)
    assert answer.status_code == 403
    page = answer.content.decode()
    for words in TYPED.values():
        assert words in page
    assert "/ideas/new/test/" in page


def test_kept_words_never_include_a_password() -> None:
    strict = Client(enforce_csrf_checks=True)
    page = strict.post(
        "/account/login/", {"login": "a@example.org", "password": "very-secret-1"}
    ).content.decode()
    assert "very-secret-1" not in page


@pytest.mark.django_db(transaction=True)
def test_a_locked_database_shows_a_calm_page_and_keeps_the_words(client: Client) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL has no lock on the whole database")
    with clock.at(clock.now() - timedelta(minutes=1)):  # a form that comes back at once is a program's
        form = client.get("/ideas/new/test/").content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(ticket|category)" value="([^"]+)"', form))
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout=50")
    other = sqlite3.connect(str(connection.settings_dict["NAME"]), isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        answer: Any = client.post("/ideas/new/test/", {**TYPED, **hidden, "origin": "individual"})
    finally:
        other.execute("ROLLBACK")
        other.close()
        connection.close()
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert TYPED["body"] in answer.content.decode()


def test_a_silent_worker_is_said_and_pages_go_on(client: Client) -> None:
    Heartbeat.objects.create(name="worker", at=clock.now() - timedelta(minutes=5))
    answer = client.get("/ideas/")
    assert answer.status_code == 200
    assert "data-delayed" in answer.content.decode()
    cache.clear()
    Heartbeat.objects.update(at=clock.now())
    assert "data-delayed" not in client.get("/ideas/").content.decode()


def test_health_tells_which_part_is_not_well(client: Client) -> None:
    told = client.get("/healthz")
    assert (told.status_code, told.json()["worker"]) == (503, "not seen yet")
    Heartbeat.objects.create(name="worker", at=clock.now())
    told = client.get("/healthz")
    assert (told.json()["database"], told.json()["worker"]) == ("ok", "ok")
    Heartbeat.objects.update(at=clock.now() - timedelta(minutes=2))
    assert client.get("/healthz").json()["worker"] == "silent"
