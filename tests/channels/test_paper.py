"""Paper: a sheet is entered once, typed twice where drawn, and every sheet is accounted for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.commons.channels.domain import paper
from madang.commons.channels.logic import reconciliation
from madang.commons.channels.models import Entry, Form, Typing
from madang.commons.matters.models import Contact, Matter
from madang.kernel import clock, ids
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Mandate
from tests import factories as make
from tests.channels.conftest import WORDS

pytestmark = pytest.mark.django_db


def state_of(form: Form) -> str:
    return Form.objects.get(pk=form.pk).state


def test_a_form_becomes_an_idea_like_any_other(hall):
    form = hall.batch().forms.first()
    operator = make.actor(hall.operators[0])
    moved, taken = paper.enter(actor=operator, form=form, words=replace(WORDS, email="grandma@example.org"))
    matter = Matter.objects.get(number=taken.number)
    assert (matter.channel, matter.author, matter.author_label) == ("paper", None, "김어르신")
    assert (matter.title, matter.body) == (WORDS.title, WORDS.body)
    assert (moved.state, moved.filed_as) == ("entered", matter.reference)
    # The same receipt and the same question to the address as for everybody without an account.
    assert matter.code_hash == ids.code_hash(taken.code)
    assert Contact.objects.get(matter=matter).confirmed_at is None
    # Who filed is somebody without an account; who typed is known to the office alone.
    filing = Audit.objects.get(target=matter.reference, action="matters.matter.file")
    assert (filing.actor, filing.actor_kind, filing.channel, filing.is_public) == (
        None,
        "anonymous",
        "paper",
        True,
    )
    typing = Audit.objects.get(target=matter.reference, action="channels.entry.take")
    assert (typing.actor, typing.actor_kind, typing.is_public) == (hall.operators[0], "official", False)
    assert Entry.objects.get().operator == hall.operators[0]
    assert not Typing.objects.exists()


def test_a_form_is_entered_once(hall):
    form = hall.batch().forms.first()
    paper.enter(actor=make.actor(hall.operators[0]), form=form, words=WORDS)
    with pytest.raises(RefusedError) as refused:
        paper.enter(
            actor=make.actor(hall.operators[1]), form=form, words=replace(WORDS, title="다른 제목입니다")
        )
    assert (refused.value.status, refused.value.code) == (409, "form.settled")
    assert Matter.objects.count() == Entry.objects.count() == 1


@pytest.mark.parametrize("who", ["stranger", "former", "resident"])
def test_nobody_without_a_mandate_of_this_office_enters(hall, who):
    form = hall.batch().forms.first()
    person = hall.operators[0]
    if who == "stranger":
        person = hall.stranger
    elif who == "resident":
        person = make.UserFactory()
    else:
        Mandate.objects.filter(user=person).update(valid_to=clock.now() - timedelta(seconds=1))
    with pytest.raises(RefusedError) as refused:
        paper.enter(actor=make.actor(person), form=form, words=WORDS)
    assert refused.value.code == "mandate.operator"
    assert not Matter.objects.exists()
    assert state_of(form) == "out"


def test_after_the_phase_has_closed_nothing_is_filed_and_the_reason_is_told(hall):
    form = hall.batch().forms.first()
    hall.process.cells.update(can_file=False)
    with pytest.raises(RefusedError) as refused:
        paper.enter(actor=make.actor(hall.operators[0]), form=form, words=WORDS)
    assert refused.value.code == "phase.closed"
    assert not Matter.objects.exists()
    assert not Typing.objects.exists()
    assert state_of(form) == "out"
    spoiled = paper.spoil(actor=make.actor(hall.operators[0]), form=form, why="late")
    assert (spoiled.state, spoiled.spoiled_why) == ("spoiled", "late")


def test_drawn_forms_are_typed_by_two_people_who_agree(hall):
    form = hall.batch(sample=100).forms.first()
    first, second, _third = (make.actor(user) for user in hall.operators)
    moved, taken = paper.enter(actor=first, form=form, words=WORDS)
    assert (moved.state, taken) == ("typed", None)
    with pytest.raises(RefusedError) as refused:
        paper.enter(actor=first, form=form, words=WORDS)
    assert refused.value.code == "form.same_hands"
    # Spaces are nobody's words.
    moved, taken = paper.enter(actor=second, form=form, words=replace(WORDS, title=WORDS.title + " "))
    assert moved.state == "entered"
    assert Matter.objects.get(number=taken.number).title.strip() == WORDS.title
    assert Audit.objects.get(action="channels.entry.take").payload["data"]["typed"] == 2


def test_when_two_read_differently_a_third_decides(hall):
    form = hall.batch(sample=100).forms.first()
    first, second, third = (make.actor(user) for user in hall.operators)
    other = replace(WORDS, title="버스 정류장에 의지를 놓아 주세요")
    paper.enter(actor=first, form=form, words=WORDS)
    moved, taken = paper.enter(actor=second, form=form, words=other)
    assert (moved.state, taken) == ("disputed", None)
    assert not Matter.objects.exists()
    assert paper.second_look(moved) == [{"name": "title", "first": WORDS.title, "second": other.title}]
    for again in (first, second):
        with pytest.raises(RefusedError):
            paper.enter(actor=again, form=form, words=WORDS)
    moved, taken = paper.enter(actor=third, form=form, words=WORDS)
    assert moved.state == "entered"
    assert Audit.objects.get(action="channels.entry.take").payload["data"]["differing"] == ["title"]


def test_the_share_that_is_typed_twice_is_drawn(hall):
    assert hall.batch(size=40, sample=10).forms.filter(is_sampled=True).count() == 4
    assert hall.batch(size=3, sample=1).forms.filter(is_sampled=True).count() == 1


def test_serial_numbers_catch_a_slip_of_the_finger(hall):
    serials = list(hall.batch(size=12).forms.values_list("serial", flat=True))
    assert len(set(serials)) == 12
    for serial in serials:
        assert ids.read_number(serial.lower().replace("-", " ")) == serial
        wrong = serial[:-1] + ("A" if serial[-1] != "A" else "B")
        assert ids.read_number(wrong) is None


def test_a_batch_closes_only_when_every_sheet_is_accounted_for(hall):
    batch = hall.batch(size=5)
    triage, operator = make.actor(hall.triage), make.actor(hall.operators[0])
    forms = list(batch.forms.all())
    paper.enter(actor=operator, form=forms[0], words=WORDS)
    paper.spoil(actor=operator, form=forms[1], why="empty")
    assert paper.give_back(actor=operator, batch=batch, first=1, last=3) == 1  # others are settled already
    piles = {"entered": 1, "spoiled": 1, "unused": 1}
    with pytest.raises(RefusedError) as refused:
        paper.close(actor=triage, batch=batch, counted=piles)
    assert (refused.value.status, refused.value.code) == (409, "batch.unsettled")
    assert paper.lose(actor=operator, batch=batch) == 2
    with pytest.raises(RefusedError) as refused:
        paper.close(actor=operator, batch=batch, counted=piles)
    assert refused.value.code == "mandate.triage"
    with pytest.raises(RefusedError) as refused:
        paper.close(actor=triage, batch=batch, counted=piles | {"unused": 2})
    assert refused.value.code == "batch.difference"
    closed = paper.close(
        actor=triage, batch=batch, counted=piles | {"unused": 2}, difference="한 장을 더 찾았습니다."
    )
    assert (closed.state, closed.difference) == ("closed", "한 장을 더 찾았습니다.")
    act = Audit.objects.get(action="channels.batch.close")
    assert act.is_public
    assert act.outbox.leaf
    data = act.payload["data"]
    assert data["issued"] == data["entered"] + data["spoiled"] + data["unused"] == 5
    assert (data["missing"], data["apart"]) == (2, {"unused": 1})
    with pytest.raises(RefusedError) as refused:
        paper.recall(actor=operator, form=forms[1], reason="착오")
    assert refused.value.code == "batch.closed"


def test_a_mistake_is_taken_back_while_the_batch_is_open(hall):
    form = hall.batch().forms.first()
    operator = make.actor(hall.operators[0])
    paper.spoil(actor=operator, form=form, why="unreadable")
    assert paper.recall(actor=operator, form=form, reason="착오").state == "out"
    assert paper.enter(actor=operator, form=form, words=WORDS)[0].state == "entered"


STEPS = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from(["enter", "other", "spoil", "back", "recall", "lose"])),
    max_size=12,
)


# Each example issues a batch of its own; nothing of the one before matters.
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, sample=st.sampled_from([0, 50, 100]))
def test_whatever_happens_the_sheets_add_up(hall, steps, sample):
    batch = hall.batch(size=4, sample=sample)
    forms = list(batch.forms.all())
    filed = Matter.objects.count()
    for turn, (place, act) in enumerate(steps):
        actor = make.actor(hall.operators[turn % 3])
        form = forms[place]
        try:
            if act in ("enter", "other"):
                paper.enter(actor=actor, form=form, words=replace(WORDS, name=act))
            elif act == "spoil":
                paper.spoil(actor=actor, form=form, why="damaged")
            elif act == "back":
                paper.give_back(actor=actor, batch=batch, first=place + 1, last=place + 1)
            elif act == "recall":
                paper.recall(actor=actor, form=form, reason="착오")
            else:
                paper.lose(actor=actor, batch=batch)
        except RefusedError:
            pass
        count = paper.count_of(batch)
        assert count.difference == 0
        assert count.issued == 4
        assert count.entered == Matter.objects.count() - filed


@given(
    st.lists(
        st.sampled_from(["out", "typed", "disputed", "entered", "spoiled", "unused"]), min_size=1, max_size=30
    ),
    st.integers(0, 3),
)
def test_a_sheet_too_many_or_too_few_shows(states, lost):
    count = reconciliation.count(len(states) + lost, [(state, "") for state in states])
    assert count.difference == lost
    settled = lost == 0 and not set(states) & {"out", "typed", "disputed"}
    assert count.is_settled is settled
    assert reconciliation.total([count, count]).difference == 2 * lost
