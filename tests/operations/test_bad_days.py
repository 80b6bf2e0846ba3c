"""A full disk and a database that ends its connections: a calm page, nothing half written, and on it goes."""

from __future__ import annotations

import errno

import pytest
from django.db import close_old_connections, connection
from django.test import Client, RequestFactory

from madang.kernel.models import Audit, Outbox
from madang.kernel.web.middleware import CalmErrors
from madang.services.square.models import Comment
from tests import factories as make
from tests.square.test_web_items import say


@pytest.mark.django_db(transaction=True)
def test_a_full_database_disk_writes_nothing_and_keeps_what_was_typed(settings):
    settings.LIMITS_TIMES = 0  # as many comments as it takes
    if connection.vendor != "sqlite":
        pytest.skip("SQLite can be given a limit of its own")
    number = make.idea().matter.number
    client = Client()
    client.force_login(make.UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    before = Audit.objects.count(), Outbox.objects.count(), Comment.objects.count()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")  # earlier tests leave free pages: room that the limit does not count
        pages = cursor.execute("PRAGMA page_count").fetchone()[0]
        cursor.execute(f"PRAGMA max_page_count = {pages}")
    words = "아주 긴 의견입니다. " * 60
    try:
        answers = []
        while not answers or (answers[-1].status_code == 302 and len(answers) < 50):
            answers.append(client.post(f"/ideas/{number}/comments/", say(body=words)))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert answers[-1].status_code == 503
    assert words.strip() in answers[-1].content.decode()
    written = len(answers) - 1
    assert Comment.objects.count() == before[2] + written
    assert (Audit.objects.count(), Outbox.objects.count()) == before[:2]
    assert client.post(f"/ideas/{number}/comments/", say(body=words)).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_no_room_for_a_file_is_a_calm_page(number):
    request = RequestFactory().post("/ideas/new/", {"body": "길게 쓴 글"})
    answer = CalmErrors(lambda request: None).process_exception(request, OSError(number, "full"))
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert "길게 쓴 글" in answer.content.decode()
    assert CalmErrors(lambda request: None).process_exception(request, OSError(errno.EACCES, "no")) is None


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_the_database_ended_costs_one_calm_answer_at_most():
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")
    number = make.idea().matter.number
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    finally:
        other.close()
    assert Client().get(f"/ideas/{number}/").status_code == 503
    close_old_connections()  # what every request of a real server begins with
    assert Client().get(f"/ideas/{number}/").status_code == 200
