"""Metrics, health, and holding still."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from madang.conf.operations import maintenance, metrics_folder
from madang.kernel import clock
from madang.kernel.models import Audit, Heartbeat
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_metrics_are_readable_and_name_nobody(settings):
    idea = make.idea(author=make.UserFactory(email="secret-person@example.org"))
    client = Client()
    client.get(f"/ideas/{idea.matter.number}/")
    client.get("/no/such/secret-address")
    text = client.get("/metrics").content.decode()
    found = {family.name: family for family in text_string_to_metric_families(text)}
    routes = {sample.labels.get("route") for sample in found["madang_http_request_duration_seconds"].samples}
    assert {"ideas/<str:number>/", "none"} <= routes
    assert found["madang_log_waiting"].samples[0].value >= 1
    assert found["madang_database_up"].samples[0].value == 1
    assert {"madang_jobs", "madang_jobs_oldest_seconds", "madang_mails", "madang_clocks_overdue"} <= set(
        found
    )
    for word in ("secret", idea.matter.number, "example.org", idea.matter.title):
        assert word not in text


@pytest.mark.parametrize(
    ("meta", "status"),
    [
        ({}, 200),
        ({"REMOTE_ADDR": "10.1.2.3"}, 403),
        ({"REMOTE_ADDR": "::1"}, 200),
        ({"REMOTE_ADDR": "10.1.2.3", "HTTP_AUTHORIZATION": "Bearer token-1"}, 200),
        ({"REMOTE_ADDR": "10.1.2.3", "HTTP_AUTHORIZATION": "Bearer token-2"}, 403),
        ({"REMOTE_ADDR": "10.1.2.3", "HTTP_AUTHORIZATION": "Bearer "}, 403),
        ({"HTTP_X_FORWARDED_FOR": "127.0.0.1"}, 403),
        ({"HTTP_FORWARDED": "for=127.0.0.1"}, 403),
        ({"REMOTE_ADDR": "unix"}, 403),
    ],
)
def test_who_may_read_metrics(settings, meta, status):
    settings.METRICS_TOKEN = "token-1"
    assert Client().get("/metrics", **meta).status_code == status


def test_without_a_token_an_empty_bearer_opens_nothing():
    assert Client().get("/metrics", REMOTE_ADDR="10.1.2.3", HTTP_AUTHORIZATION="Bearer ").status_code == 403


def test_live_and_ready_are_two_questions():
    assert Client().get("/livez").content == b"ok\n"
    assert Client().get("/readyz").json() == {"status": "ok", "database": "ok"}
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'matters'")
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert "madang migrate" in answer.json()["database"]


def test_a_sign_of_life_from_the_future_is_none():
    now = clock.now()
    for ahead, said in ((-40, "silent"), (-10, "ok"), (10, "ok"), (3600, "its clock is ahead")):
        Heartbeat.objects.update_or_create(name="worker", defaults={"at": now + timedelta(seconds=ahead)})
        with clock.at(now):
            assert Client().get("/healthz").json()["worker"] == said


def test_the_folder_of_measurements_is_ours_and_forgets_the_dead(tmp_path, monkeypatch):
    monkeypatch.setenv(metrics_folder.VARIABLE, "")  # so that it is put back afterwards
    monkeypatch.delenv(metrics_folder.VARIABLE)
    metrics_folder.choose(tmp_path)
    assert str(os.getuid()) in os.environ[metrics_folder.VARIABLE]
    monkeypatch.setenv(metrics_folder.VARIABLE, str(tmp_path / "m"))
    metrics_folder.make()
    gone, old, own = (
        tmp_path / "m" / name
        for name in ("gauge_liveall_4194305.db", "counter_4194305.db", f"gauge_liveall_{os.getpid()}.db")
    )
    for path in (gone, old, own):
        path.touch()
    metrics_folder.forget_dead(tmp_path / "m")
    assert (gone.exists(), old.exists(), own.exists()) == (False, True, True)
    os.utime(old, (0, 0))
    metrics_folder.forget_dead(tmp_path / "m")
    assert not old.exists()


@pytest.fixture
def held(settings):
    connection.ensure_connection()
    maintenance.attach(None, connection)
    (settings.HOME / maintenance.NAME).write_text("restore\n")


def test_held_still_pages_go_on_and_acts_wait_with_what_was_typed(held):
    before = Audit.objects.count()
    assert Client().get("/about/").status_code == 200
    answer = Client().post(
        "/ideas/new/", {"title": "보행 신호를 놓아 주세요", "body": "아침마다 위험합니다."}
    )
    assert answer.status_code == 503
    assert answer["Retry-After"] == "120"
    page = answer.content.decode()
    assert "보행 신호를 놓아 주세요" in page
    assert "<h1>" in page
    english = Client().post("/en/ideas/new/", {"title": "x"}).content.decode()
    assert "Closed for maintenance" in english
    problem = Client().post("/api/v1/ideas", "{}", content_type="application/json")
    assert problem.json()["code"] == "site.maintenance"
    with pytest.raises(OperationalError), transaction.atomic():
        make.UserFactory()
    assert Audit.objects.count() == before


def test_the_one_who_holds_it_may_write_and_the_moved_one_is_free_elsewhere(settings):
    connection.ensure_connection()
    maintenance.attach(None, connection)
    with maintenance.on(settings.HOME, "move", after="moved"):
        make.UserFactory()
    assert maintenance.reason() == "moved"
    assert maintenance.concerns("sqlite")
    assert not maintenance.concerns("postgresql")
    (settings.HOME / maintenance.NAME).unlink()
    with pytest.raises(KeyError), maintenance.on(settings.HOME, "restore"):
        raise KeyError
    assert maintenance.reason() == ""
