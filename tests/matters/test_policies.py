"""Who may do what: every step against every role, as an exact set."""

from __future__ import annotations

import pytest

from madang.commons.matters.models import Answer, Effect, Matter
from madang.kernel import policy
from madang.kernel.actors import Actor, system
from tests import factories as make

pytestmark = pytest.mark.django_db

ROLES = ("triage", "officer", "approver", "stranger", "arbiter", "moderator", "author", "anonymous", "system")

MATTER = {
    "view": set(ROLES),  # a public one
    "desk": {"triage", "officer", "approver"},
    "qualify": {"triage", "system"},
    "close": {"triage", "system"},
    "absorb": {"triage", "system"},
    "assign": {"triage", "system"},
    "merge": {"triage", "system"},
    "retype_owed": {"triage", "officer", "approver"},
    "retype_idea": {"triage", "officer", "approver"},
    "seclude": set(),  # once an answer is owed to many; before, see tests/security/test_officials.py
    "reclassify": {"triage", "officer", "approver"},
    "transfer": {"officer", "approver"},
    "arbitrate": {"officer", "approver"},
    "pause": {"officer", "approver"},
    "resume": {"officer", "approver", "system"},
    "hand_over": {"system"},
    "mature": {"system"},
    "let_go": {"system"},
    "reword": {"author"},
    "extend": {"officer", "approver", "system"},  # the site where the author agreed
    "send_back": set(),  # an idea is answered; a complaint: tests/matters/test_supplements.py
    "close_undelivered": set(),
    "settle": {"arbiter"},
    "answer": {"approver"},
    "object": {"author"},
    "withdraw": {"author", "system"},
    "contact": {"author"},
    "follow": {"system"},
    "answer_with": {"system"},
    "fall_back": {"system"},
    "succeed": {"system"},
    "cover": {"triage", "officer", "approver", "moderator"},
    "reconsider": {"arbiter"},
    "hide": {"moderator"},
    "restore": {"moderator"},
}
ANSWER = {
    "save": {"officer", "approver"},
    "submit": {"officer", "approver"},
    "give_back": {"approver"},
    "publish": {"approver"},
}
EFFECT = {step: {"officer", "approver"} for step in ("begin", "report", "finish", "stop")} | {
    "reopen": {"arbiter"}
}


def actors(city) -> dict[str, Actor]:
    found = {role: make.actor(getattr(city, role)) for role in ROLES if hasattr(city, role)}
    return found | {"anonymous": make.actor(None), "system": system("rule")}


def allowed(city, action, subject) -> set[str]:
    return {role for role, actor in actors(city).items() if policy.can(action, actor, subject)}


@pytest.mark.parametrize("step", MATTER)
def test_matter_steps(city, step):
    assert allowed(city, f"matters.matter.{step}", city.matter("assigned")) == MATTER[step]


@pytest.mark.parametrize("step", ANSWER)
def test_answer_steps(city, step):
    answer = city.submitted(city.matter("assigned"))
    assert allowed(city, f"matters.answer.{step}", answer) == ANSWER[step]


@pytest.mark.parametrize("step", EFFECT)
def test_effect_steps(city, step):
    effect = Effect(matter=city.matter("open"), owner=city.office)
    assert allowed(city, f"matters.effect.{step}", effect) == EFFECT[step]


def test_every_step_of_the_flows_is_in_the_matrix():
    for flow, matrix in ((Matter.flow, MATTER), (Answer.flow, ANSWER), (Effect.flow, EFFECT)):
        assert {step.name for step in flow.steps} <= set(matrix)


def test_private_matters_are_seen_by_those_concerned_alone(city):
    matter = city.matter("arbitration")
    Matter.objects.filter(pk=matter.pk).update(disclosure="private")
    matter.refresh_from_db()
    seen = allowed(city, "matters.matter.view", matter)
    assert seen == {"triage", "officer", "approver", "arbiter", "moderator", "author", "system"}


def test_a_refusal_says_why(city):
    verdict = policy.can("matters.matter.assign", make.actor(city.officer), city.matter("triage"))
    assert not verdict
    assert str(verdict.reason)
    assert verdict.code == "mandate.triage"


def test_unknown_acts_are_refused(city):
    assert not policy.can("matters.matter.explode", system("rule"), city.matter("open"))
