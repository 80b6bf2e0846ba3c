"""Two requests at the same moment, with a connection each: on a copy of the SQLite file, or on PostgreSQL."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, connections
from django.test import Client

from madang.commons.matters.models import Matter
from madang.kernel import clock
from madang.kernel.sessions import SessionStore
from madang.kernel.web import once
from madang.services.square.domain import ideas
from madang.services.square.models import Comment, Idea, Support
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


def together(
    path: Path, acts: list[Callable[[], object]], after: Callable[[], object]
) -> tuple[list[object], object]:
    """Run the acts at once, each in its own thread and connection; then `after` on what they left behind."""
    options = dict(connection.settings_dict)
    if connection.vendor == "sqlite":
        with sqlite3.connect(path) as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
        copy.close()
        options["NAME"] = str(path)
    gate = threading.Barrier(len(acts))
    results: list[object] = []

    def run(act: Callable[[], object], wait: bool) -> None:
        own = type(connections["default"])(options, alias="default")
        connections["default"] = own  # the connections of a thread are its own
        try:
            if wait:
                gate.wait(timeout=10)
            results.append(act())
        except Exception as error:  # noqa: BLE001 - a failed act is a result of the race
            results.append(error)
        finally:
            own.close()

    threads = [threading.Thread(target=run, args=(act, True)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    done = list(results)
    last = threading.Thread(target=run, args=(after, False))
    last.start()
    last.join(timeout=30)
    return done, results[-1]


def test_one_person_supports_once_from_four_tabs(tmp_path: Path) -> None:
    idea, person = factories.idea(factories.process()), factories.UserFactory()

    def support() -> bool:
        return ideas.support(actor=factories.actor(person), idea=Idea.objects.get(pk=idea.pk))

    done, left = together(tmp_path / "race.sqlite3", [support] * 4, Support.objects.count)
    assert sorted(map(str, done)) == ["False", "False", "False", "True"]
    assert left == 1


def session_of(user: object = None) -> str:
    store = SessionStore()
    if user is not None:
        store[SESSION_KEY] = str(user.pk)
        store[BACKEND_SESSION_KEY] = django_settings.AUTHENTICATION_BACKENDS[0]
        store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store["seen"] = True
    store.create()
    return str(store.session_key)


def with_session(key: str) -> Client:
    client = Client()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = key
    return client


def form(**fields: str) -> dict[str, str]:
    with clock.at(clock.now() - timedelta(minutes=1)):
        return {"ticket": once.ticket(), **fields}


def test_double_click_files_once(tmp_path: Path) -> None:
    factories.process()
    key = session_of()
    typed = form(
        title="같은 순간에 두 번 눌렀어요",
        body="단추를 빠르게 두 번 눌러도 한 번만 접수됩니다.",
        origin="individual",
    )

    def click() -> tuple[int, str]:
        answer = with_session(key).post("/ideas/new/test/", typed)
        return answer.status_code, answer.headers.get("Location", "")

    def left() -> tuple[int, list[int]]:
        held = SessionStore(key)
        return Matter.objects.count(), held.get("receipts", [])

    done, after = together(tmp_path / "race.sqlite3", [click] * 3, left)
    assert after[0] == 1, done
    assert len(after[1]) == 1  # the session knows the one idea it filed
    # Late clicks lead to the receipt, or, seeing the first as the same text, to the page that asks.
    assert {code for code, _where in done} <= {200, 302} and (302, "/ideas/filed/") in done


def test_double_click_comments_once(tmp_path: Path) -> None:
    idea, person = factories.idea(factories.process()), factories.UserFactory()
    key, typed = session_of(person), form(stance="for", body="두 번 눌렀어요.")

    def click() -> int:
        return with_session(key).post(f"/ideas/{idea.matter.number}/comments/", typed).status_code

    done, left = together(tmp_path / "race.sqlite3", [click] * 3, Comment.objects.count)
    assert (done, left) == ([302, 302, 302], 1)


def test_one_ticket_in_three_sessions_serves_once(tmp_path: Path) -> None:
    idea, people = factories.idea(factories.process()), factories.UserFactory.create_batch(3)
    keys = iter([session_of(person) for person in people])
    typed = form(stance="for", body="한 장이면 됩니다.")

    def send() -> int:
        return with_session(next(keys)).post(f"/ideas/{idea.matter.number}/comments/", typed).status_code

    done, left = together(tmp_path / "race.sqlite3", [send] * 3, Comment.objects.count)
    assert (sorted(done), left) == ([302, 422, 422], 1)
