"""The database is away: a calm answer soon, no page that waits for a minute, and back as soon as it is back."""

from __future__ import annotations

import copy
import socket
import threading
import time
from contextlib import closing

import pytest
from django.core.cache import cache
from django.db import DatabaseError, OperationalError, connection
from django.test import Client

from madang.conf.postgresql import base
from madang.kernel.connections import Connection, has_word
from madang.portal.web import health
from tests import factories as make

WORDS = "횡단보도 신호를 길게 해 주세요"


def away(*question: object) -> None:
    raise OperationalError("the server is gone")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/ideas/", "/en/ideas/", "/my/", "/search/?q=x", "/no/such/page"])
@pytest.mark.parametrize("is_signed_in", [False, True])
def test_every_page_is_calm_and_so_is_its_shell(path, is_signed_in):
    client = Client(raise_request_exception=False)
    if is_signed_in:
        client.force_login(make.UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    cache.clear()  # what the shell of every page remembers for a while
    with connection.execute_wrapper(away):
        answer = client.get(path)
    page = answer.content.decode()
    # Two pages ask nothing about somebody who is not signed in; everything else says that it is busy.
    asks_nothing = {"/my/": 200, "/no/such/page": 404} if not is_signed_in else {}
    assert answer.status_code == asks_nothing.get(path, 503), page[:300]
    assert '<html lang="en"' in page if path.startswith("/en/") else '<html lang="ko"' in page
    assert "<h1>" in page


@pytest.mark.django_db
def test_what_was_typed_is_shown_again():
    client = Client(raise_request_exception=False)
    with connection.execute_wrapper(away):
        answer = client.post("/ideas/new/ideas/", {"title": WORDS, "body": "아침마다 위험합니다."})
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert WORDS in answer.content.decode()


@pytest.mark.django_db
def test_health_asks_a_lost_database_once():
    asked = []

    def count(*question: object) -> None:
        asked.append(question[1])
        away()

    with connection.execute_wrapper(count):
        answer = Client().get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "degraded",
        "database": "down",
        "worker": "unknown",
        "ledger": "unknown",
        "witnesses": "ok",
    }
    assert len(asked) == 1
    assert health._database() == "ok"


class Line:
    """A line to the server that can be cut and put back."""

    def __init__(self, host: str, port: int) -> None:
        self.there = (host, port)
        with closing(socket.create_server(("127.0.0.1", 0))) as probe:
            self.port = probe.getsockname()[1]
        self.server: socket.socket | None = None

    def restore(self) -> None:
        self.server = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._accept, args=(self.server,), daemon=True).start()

    def _accept(self, server: socket.socket) -> None:
        while True:
            try:
                here, _where = server.accept()
            except OSError:
                return
            there = socket.create_connection(self.there)
            for one, other in ((here, there), (there, here)):
                threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        with closing(other):
            try:
                while data := one.recv(65536):
                    other.sendall(data)
            except OSError:
                return

    def close(self) -> None:
        if self.server is not None:
            self.server.close()


@pytest.mark.django_db
def test_one_wait_and_not_one_for_every_question(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")
    own = base.DatabaseWrapper
    for name, value in {"PAUSE": 0.6, "SHORT": 0.3}.items():
        monkeypatch.setattr(base, name, value)
    for name, plain in {"_away_until": 0.0, "_patience": None, "_connection_pools": {}}.items():
        monkeypatch.setattr(own, name, plain, raising=False)
    told = copy.deepcopy(connection.settings_dict)
    line = Line(told["HOST"] or "127.0.0.1", int(told["PORT"] or 5432))
    told |= {"HOST": "127.0.0.1", "PORT": line.port, "CONN_HEALTH_CHECKS": True}
    told["OPTIONS"] = {"pool": {"min_size": 1, "max_size": 2, "timeout": 1.0, "reconnect_timeout": 0.5}}
    site = own(told, alias="away")
    try:
        took = []
        for _question in range(4):
            began = time.monotonic()
            with pytest.raises(OperationalError):
                site.ensure_connection()
            took.append(time.monotonic() - began)
        assert took[0] >= 0.9
        assert max(took[1:]) < 0.2  # told at once, without another wait
        line.restore()
        until = time.monotonic() + 8
        while True:
            try:
                site.ensure_connection()
                break
            except OperationalError:
                assert time.monotonic() < until, "it never came back"
                time.sleep(0.1)
        with site.cursor() as cursor:
            cursor.execute("SELECT 1")
            assert cursor.fetchone() == (1,)
        assert site.pool.timeout == 1.0
    finally:
        site.close()
        site.close_pool()
        line.close()


@pytest.fixture
def staying(monkeypatch):
    """The wrapper of a thread that serves pages, with a pool of its own."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")
    for name, plain in {"_away_until": 0.0, "_patience": None, "_connection_pools": {}}.items():
        monkeypatch.setattr(base.DatabaseWrapper, name, plain, raising=False)
    told = copy.deepcopy(connection.settings_dict) | {"CONN_HEALTH_CHECKS": True}
    pool = {"min_size": 1, "max_size": 2, "timeout": 5.0, "connection_class": Connection}
    told["OPTIONS"] = {"pool": pool}
    site = base.DatabaseWrapper(told, alias="staying")
    site.stays = True
    yield site
    site.close()
    site.close_pool()


def _asked(site) -> int:
    """The server's process that answers."""
    with site.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_a_thread_of_pages_keeps_its_connection_until_it_is_old(staying, monkeypatch):
    first, held = _asked(staying), staying.connection
    staying.close_if_unusable_or_obsolete()
    assert staying.connection is held
    assert _asked(staying) == first
    monkeypatch.setattr(staying, "_stays_until", time.monotonic())
    staying.close_if_unusable_or_obsolete()
    assert staying.connection is None
    _asked(staying)
    staying.stays = False
    staying.close_if_unusable_or_obsolete()
    assert staying.connection is None


@pytest.mark.django_db
def test_a_connection_that_the_server_ended_is_replaced_before_the_next_request(staying):
    first = _asked(staying)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [first])
    until = time.monotonic() + 5
    while not has_word(staying.connection.pgconn.socket):
        assert time.monotonic() < until
        time.sleep(0.01)
    staying.close_if_unusable_or_obsolete()
    assert staying.connection is None
    assert _asked(staying) != first


@pytest.mark.django_db
def test_a_connection_is_given_back_after_an_error(staying):
    with pytest.raises(DatabaseError), staying.cursor() as cursor:
        cursor.execute("SELECT nothing")
    staying.close_if_unusable_or_obsolete()
    assert staying.connection is None
    assert _asked(staying)
