"""A round in a frame on another site: the one page of a round that may be framed; it sets no cookie."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from madang.kernel import clock
from madang.services.budgeting.domain import casting
from tests.budgeting import rounds_support as s
from tests.budgeting import voting_made as made

pytestmark = pytest.mark.django_db
PAGE = "/en/budget/rounds/2027/embed/"


def test_it_says_how_the_vote_stands_and_only_it_may_be_framed() -> None:
    pot = made.opened()
    made.cast(pot, ["A1"])
    casting.count_turnout()
    answer = Client().get(PAGE)
    page = answer.content.decode()
    assert "frame-ancestors *" in answer["Content-Security-Policy"] and "X-Frame-Options" not in answer
    assert not answer.cookies
    assert re.search(r"data-turnout-count>1<", page) and "Vote until" in page and "/vote/" in page
    assert "csrf" not in page and "<form" not in page
    overview = Client().get("/en/budget/rounds/2027/")
    assert "frame-ancestors 'none'" in overview["Content-Security-Policy"]
    assert overview["X-Frame-Options"] == "DENY"
    assert "&lt;iframe src=" in overview.content.decode() and PAGE in overview.content.decode()
    with clock.at(pot.round.votes_until):
        page = Client().get(PAGE).content.decode()
    assert "Vote until" not in page and "data-turnout=" not in page and "Result by" in page


def test_a_draft_has_none() -> None:
    s.draft()
    assert Client().get("/budget/rounds/next/embed/").status_code == 404
