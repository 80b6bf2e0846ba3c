"""Refusals for programs have one shape wherever they come from; marked text stays text."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.http import HttpResponse
from django.test import RequestFactory
from django.utils import translation

from madang.kernel import clock, text
from madang.kernel.errors import RefusedError
from madang.kernel.web import problems
from madang.kernel.web.middleware import CalmErrors

SHAPE = {"type", "title", "status", "detail", "code", "errors"}


def calm(error: Exception) -> HttpResponse:
    answer = CalmErrors(lambda _request: HttpResponse()).process_exception(
        RequestFactory().get("/api/v1/x"), error
    )
    assert answer is not None
    return answer


def test_refusals_outside_the_api_have_the_shape_of_those_inside():
    with translation.override("en"):
        refused = calm(RefusedError("Not now.", "flow", status=409))
        busy = calm(OperationalError())
        inside = problems.response(404, "idea.unknown", "There is none.")
    for answer, status in ((refused, 409), (busy, 503), (inside, 404)):
        said = json.loads(answer.content)
        assert set(said) == SHAPE
        assert (answer.status_code, said["status"]) == (status, status)
        assert answer["Content-Type"] == "application/problem+json" and answer["Cache-Control"] == "no-store"
    assert json.loads(refused.content)["detail"] == "Not now."
    assert busy["Retry-After"] == "10"


def test_titles_are_said_in_both_languages():
    with translation.override("ko"):
        assert json.loads(problems.busy().content)["title"] == "지금은 바쁨"
    with translation.override("en"):
        assert json.loads(problems.busy().content)["title"] == "Busy at the moment"


def test_marked_text_is_escaped_outside_and_inside_the_marks():
    assert text.marked("a <b> & 가로등", [(2, 5), (8, 10)]) == (
        "a <mark>&lt;b&gt;</mark> &amp; <mark>가로</mark>등"
    )
    assert text.marked("<i>", ()) == "&lt;i&gt;"


@pytest.mark.django_db
def test_sessions_that_have_run_out_are_deleted_and_others_stay():
    from madang.portal.jobs import clear_sessions

    now = clock.now()
    Session.objects.create(session_key="old", session_data="", expire_date=now - timedelta(seconds=1))
    Session.objects.create(session_key="new", session_data="", expire_date=now + timedelta(hours=1))
    assert clear_sessions() == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == ["new"]
