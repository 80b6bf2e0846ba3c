"""Opinions: the matter stays, its clock runs on, and nobody reads more than was shared."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from madang.commons.matters.models import Clock, Matter
from madang.kernel import actors, clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from madang.services.casework.domain import consulting
from madang.services.casework.models import Consultation
from tests.casework import made

QUESTION = "이 가로수를 베어도 되는지 의견을 주십시오."


@pytest.fixture
def work(db):
    office, officer, _approver = made.office("lights")
    parks, gardener, _other = made.office("parks")
    town = made.center()
    made.route(town, office)
    return made.case(town), officer, parks, gardener


def ask(work, **fields):
    case, officer, parks, _gardener = work
    known = {
        "actor": officer,
        "matter": case.matter,
        "question": QUESTION,
        "office": parks,
        "due_on": clock.today(),
    }
    return consulting.ask(**(known | fields))


def test_asking_moves_neither_matter_nor_clock(work):
    case = work[0]
    before = Matter.objects.values().get(pk=case.pk), list(Clock.objects.values())
    row = ask(work)
    assert (Matter.objects.values().get(pk=case.pk), list(Clock.objects.values())) == before
    consulting.answer(actor=work[3], row=row, opinion="보호수가 아니므로 베어도 됩니다.")
    row.refresh_from_db()
    assert (row.state, row.answered_by) == ("answered", work[3].user)


def test_what_is_asked_does_not_stand_in_the_log(work):
    ask(work)
    act = Audit.objects.get(action="casework.matter.consult")
    assert QUESTION not in str(act.payload) and not act.is_public


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"question": "짧다"}, "consultation.length"),
        ({"office": None}, "consultation.whom"),
        ({"expert": "김박사"}, "consultation.whom"),
        ({"due_on": "yesterday"}, "consultation.due"),
        ({"office": "own"}, "consultation.self"),
        ({"actor": "stranger"}, "mandate.office"),
    ],
)
def test_refusals_change_nothing(work, fields, code):
    case, _officer, _parks, gardener = work
    given = dict(fields)
    if given.get("due_on") == "yesterday":
        given["due_on"] = clock.today() - timedelta(days=1)
    if given.get("office") == "own":
        given["office"] = case.matter.responsible
    if given.get("actor") == "stranger":
        given["actor"] = gardener
    before = Audit.objects.count()
    with pytest.raises(RefusedError) as refused:
        ask(work, **given)
    assert refused.value.code == code
    assert (Consultation.objects.count(), Audit.objects.count()) == (0, before)


def test_only_the_asked_office_answers_and_an_expert_is_written_down_by_the_asking_one(work):
    row = ask(work)
    with pytest.raises(RefusedError) as refused:
        consulting.answer(actor=work[1], row=row, opinion="우리가 대신 씁니다. 정말로.")
    assert refused.value.code == "mandate.asked"
    spoken = ask(work, office=None, expert="나무 의사 이○○")
    with pytest.raises(RefusedError):
        consulting.answer(actor=work[3], row=spoken, opinion="다른 부서가 씁니다. 정말로.")
    assert consulting.answer(actor=work[1], row=spoken, opinion="전화로 들은 의견입니다.").state == "answered"
    with pytest.raises(RefusedError):
        consulting.answer(actor=work[1], row=spoken, opinion="두 번째로 씁니다. 정말로.")


def test_taken_back_needs_a_reason(work):
    row = ask(work)
    with pytest.raises(RefusedError):
        consulting.take_back(actor=work[1], row=row, reason=" ")
    assert consulting.take_back(actor=work[1], row=row, reason="이미 알게 됨").state == "taken_back"


def test_the_database_wants_one_who_is_asked(work):
    row = ask(work)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.filter(pk=row.pk).update(expert="둘 다")


def test_a_stranger_does_not_ask(work):
    with pytest.raises(RefusedError):
        ask(work, actor=actors.person(None))
