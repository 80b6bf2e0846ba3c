"""What a migration makes of rows of before: the turnout of open votes, and which proposals an office had taken further."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from madang.kernel import clock
from madang.services.budgeting.models import Arrival, Pot, Proposal
from tests.budgeting import proposals_made as m
from tests.budgeting import voting_made as made

pytestmark = pytest.mark.django_db
before = import_module("madang.services.budgeting.migrations.0009_what_was_before")
EDITOR = SimpleNamespace(connection=connection)


def test_an_open_vote_begins_with_every_ballot() -> None:
    pot, over = made.opened(), made.opened("over", votes_until=clock.now() + timedelta(days=1))
    made.closed(over, [["A1"]])
    for project in ("A1", "A2"):
        made.cast(pot, [project])
    Arrival.objects.all().delete()  # cast by the version before
    before.count(apps, EDITOR)
    assert [one.turnout for one in Pot.objects.order_by("pk")] == [2, 1]


def test_a_proposal_remembers_whether_an_office_had_taken_it_further() -> None:
    round_ = m.a_round()
    accepted = m.accepted(round_, title="받아들인 제안입니다")
    ended = m.accepted(round_, title="받아들였다가 접은 제안입니다")
    m.turned_down(ended)
    never = m.assigned(m.proposed(round_, title="바로 접은 제안입니다"))
    m.turned_down(never)
    assert m.fresh(ended).state == m.fresh(never).state == "dropped"
    Proposal.objects.update(was_eligible=False)
    before.look_back(apps, EDITOR)
    assert [m.fresh(one).was_eligible for one in (accepted, ended, never)] == [True, True, False]
