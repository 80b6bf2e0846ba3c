"""Four eyes, whole answers, objections."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from madang.commons.matters import desk_queries, path
from madang.commons.matters.domain import answers, effects
from madang.commons.matters.models import Answer, Effect, Matter
from madang.kernel import clock
from madang.kernel.models import Mandate, Post
from tests import factories as make
from tests.matters.conftest import REASON, in_days
from tests.matters.test_handling import refused

pytestmark = pytest.mark.django_db


def test_who_drafted_does_not_approve(city):
    matter = city.matter("assigned")
    post = Post.objects.get(organisation=city.office, role="approver")
    Mandate.objects.create(user=city.officer, post=post, valid_from=make.START)
    answer = city.submitted(matter)
    refusal = refused(matter, lambda: answers.publish(actor=make.actor(city.officer), answer=answer))
    assert refusal.code == "four_eyes"
    refused(matter, lambda: answers.give_back(actor=make.actor(city.officer), answer=answer, reason="다시"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Answer.objects.filter(pk=answer.pk).update(approved_by=city.officer)


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        ({"disposition": "", "reason": REASON}, {"disposition"}),
        ({"disposition": "nonsense", "reason": REASON}, {"disposition"}),
        ({"disposition": "rejected", "reason": "짧음"}, {"reason"}),
        ({"disposition": "adopted", "reason": REASON}, {"owner", "promised_on"}),
        ({"disposition": "partly", "reason": ""}, {"reason", "owner", "promised_on"}),
    ],
)
def test_incomplete_answers_are_not_handed_in(city, fields, missing):
    matter = city.matter("assigned")
    draft = answers.save(actor=make.actor(city.officer), matter=matter, **fields)
    assert set(answers.problems(draft)) == missing
    assert (
        refused(matter, lambda: answers.submit(actor=make.actor(city.officer), answer=draft)).code
        == "answer.incomplete"
    )


def test_a_promise_lies_ahead(city):
    matter = city.matter("assigned")
    yesterday = clock.today() - timedelta(days=1)
    draft = answers.save(
        actor=make.actor(city.officer), matter=matter, disposition="adopted", reason=REASON, owner=city.office,
        promised_on=yesterday,
    )  # fmt: skip
    assert set(answers.problems(draft)) == {"promised_on"}
    draft.promised_on = clock.today()
    assert not answers.problems(draft)


def test_nobody_edits_what_the_approver_reads(city):
    matter = city.matter("assigned")
    city.submitted(matter)
    refusal = refused(
        matter, lambda: answers.save(actor=make.actor(city.officer), matter=matter, reason="몰래 고친 글")
    )
    assert (refusal.code, refusal.status) == ("answer.submitted", 409)


def test_the_returned_words_are_kept_for_comparison(city):
    matter = city.matter("assigned")
    answer = city.submitted(matter)
    answers.give_back(actor=make.actor(city.approver), answer=answer, reason="기한을 밝히십시오.")
    again = city.submitted(matter, reason=REASON + " 올해 안에 합니다.")
    act = desk_queries.returned(again)
    assert act is not None
    assert act.reason == "기한을 밝히십시오."
    assert desk_queries.returned_words(act)["reason"] == REASON
    assert not act.is_public


def test_publishing_stops_the_clock_and_makes_the_promise(city):
    matter = city.matter("assigned")
    day = clock.today() + timedelta(days=30)
    answer = city.submitted(
        matter, disposition="adopted", owner=city.other, promised_on=day, next_step="신호를 놓습니다."
    )
    answers.publish(actor=make.actor(city.approver), answer=answer)
    fresh = Matter.objects.get(pk=matter.pk)
    assert (fresh.state, fresh.disposition, fresh.due_at) == ("answered", "adopted", None)
    assert fresh.clocks.get().state == "stopped"
    effect = Effect.objects.get(matter=matter)
    assert (effect.owner, effect.promised_on, effect.what) == (city.other, day, "신호를 놓습니다.")


def test_objection_once_and_in_time(city):
    matter = city.matter("answered")
    with in_days(16):
        late = refused(
            matter,
            lambda: answers.object_to(actor=make.actor(city.author), matter=matter, reason="다시 봐 주세요."),
        )
    assert late.code == "objection.over"
    refused(
        matter,
        lambda: answers.object_to(actor=make.actor(city.stranger), matter=matter, reason="다시 봐 주세요."),
    )
    with in_days(15):
        again = answers.object_to(actor=make.actor(city.author), matter=matter, reason="다시 봐 주세요.")
        assert (again.state, again.responsible) == ("assigned", city.office)
        assert again.clocks.filter(stopped_at__isnull=True).count() == 1
        answers.publish(actor=make.actor(city.approver), answer=city.submitted(again))
    final = Matter.objects.get(pk=matter.pk)
    second = refused(
        final, lambda: answers.object_to(actor=make.actor(city.author), matter=final, reason="또 봐 주세요.")
    )
    assert second.code == "objection.over"


def test_done_needs_evidence_and_the_owner(city):
    matter = city.matter("assigned")
    answer = city.submitted(matter, disposition="adopted", owner=city.other, promised_on=clock.today())
    answers.publish(actor=make.actor(city.approver), answer=answer)
    effect = Effect.objects.get()
    owner = make.actor(city.stranger)
    assert (
        refused(matter, lambda: effects.report(actor=owner, effect=effect, state="done", text="끝")).code
        == "effect.evidence"
    )
    refused(
        matter,
        lambda: effects.report(
            actor=make.actor(city.officer),
            effect=effect,
            state="done",
            text="끝",
            evidence_url="https://example.org",
        ),
    )
    done = effects.report(
        actor=owner, effect=effect, state="done", text="놓았습니다.", evidence_url="https://example.org"
    )
    assert (done.state, done.reports.get().evidence_url) == ("done", "https://example.org")


@pytest.mark.parametrize(
    ("kind", "disposition", "is_open"),
    [
        ("complaint", "done", True),
        ("question", "informed", True),
        ("idea", "done", False),
        ("idea", "informed", False),
        ("complaint", "informed", False),
        ("question", "done", False),
        ("question", "withdrawn", False),
    ],
)
def test_each_kind_has_its_own_answers(city, kind, disposition, is_open):
    """What was asked for may be done already, a question is told; neither is a promise, so nobody has to be named."""
    matter = city.matter("assigned")
    Matter.objects.filter(pk=matter.pk).update(kind=kind)
    matter = Matter.objects.get(pk=matter.pk)
    draft = answers.save(
        actor=make.actor(city.officer), matter=matter, disposition=disposition, reason=REASON
    )
    assert set(answers.problems(draft)) == (set() if is_open else {"disposition"})
    if not is_open:
        refused(matter, lambda: answers.submit(actor=make.actor(city.officer), answer=draft))
        return
    draft = answers.submit(actor=make.actor(city.officer), answer=draft)
    answers.publish(actor=make.actor(city.approver), answer=draft)
    answered = Matter.objects.get(pk=matter.pk)
    assert (answered.state, answered.disposition) == ("answered", disposition)
    assert not Effect.objects.filter(answer__matter=matter).exists()
    assert path.steps(answered)[-1].state == ("done" if disposition == "done" else "skipped")
