"""Official answers are found by their own words, and never when their matter is hidden."""

from __future__ import annotations

import pytest
from django.test import Client

from madang.commons.matters.domain import answers, handling
from madang.commons.matters.models import Matter
from madang.commons.search import api as search
from madang.kernel.models import Role
from tests import factories
from tests.factories import actor

pytestmark = pytest.mark.django_db
WORD = "하천구역점용허가"


def answered() -> Matter:
    idea = factories.idea()
    factories.supporters(idea, 3)
    host = idea.matter.host
    office = factories.OrganisationFactory()
    triage, officer, approver = (
        actor(factories.official(role, where))
        for role, where in ((Role.TRIAGE, host), (Role.OFFICER, office), (Role.APPROVER, office))
    )
    matter = handling.assign(actor=triage, matter=Matter.objects.get(pk=idea.pk), office=office)
    draft = answers.save(
        actor=officer,
        matter=matter,
        disposition="rejected",
        reason=f"{WORD} 없이 시설을 둘 수 없습니다. 다른 곳을 알려 드립니다.",
    )
    assert search.find(WORD).total == 0
    answers.publish(actor=approver, answer=answers.submit(actor=officer, answer=draft))
    return Matter.objects.get(pk=idea.pk)


def test_found_only_once_published_and_gone_when_hidden(client: Client) -> None:
    matter = answered()
    found = search.find(WORD, kinds=["answer"])
    assert [hit.reference for hit in found.hits] == [f"answer:{matter.number}:1"]
    page = client.get("/search/", {"q": WORD}).content.decode()
    assert f"/ideas/{matter.number}/" in page
    moderator = actor(factories.official(Role.MODERATOR, matter.host))
    handling.hide(actor=moderator, matter=matter, reason_code="unlawful", reason="시험")
    assert search.find(WORD).total == 0
    assert matter.number not in client.get("/search/", {"q": WORD}).content.decode()


def test_a_rebuilt_index_holds_them_too() -> None:
    matter = answered()
    search.rebuild()
    assert [hit.reference for hit in search.find(WORD).hits] == [f"answer:{matter.number}:1"]


def test_an_answer_does_not_make_its_idea_less_like_itself() -> None:
    matter = answered()
    assert search.similar(matter.title, matter.body)[0].score == 1
