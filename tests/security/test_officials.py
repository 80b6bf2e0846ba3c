"""Officials who would rather not answer: what takes a promise, a page or a proof away is refused, or shows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from madang.commons.matters.domain import answers, handling
from madang.commons.matters.enums import Disclosure, State
from madang.commons.matters.models import Clock, Matter
from madang.kernel import clock, policy
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Outbox, User
from madang.services.square.domain import ideas
from tests import factories as make
from tests.matters.conftest import whole
from tests.security.conftest import City

pytestmark = pytest.mark.django_db


def refused(act: Any, *matters: Matter) -> str:
    before = [whole(matter) for matter in matters]
    with pytest.raises(RefusedError) as caught:
        act()
    assert [whole(matter) for matter in matters] == before
    return caught.value.code


@pytest.mark.parametrize("ends", ["open", "closed", "answered"])
def test_nobody_merges_away_an_answer_that_is_owed(ends: str, city: City) -> None:
    owed = city.matter("assigned")
    target = city.matter("answered") if ends == "answered" else city.matter("open")
    if ends == "closed":
        with clock.at(clock.now() + timedelta(days=61)):
            ideas.close_ended()
    target = Matter.objects.get(pk=target.pk)
    assert target.state == ends

    def merge() -> object:
        return handling.merge(
            actor=make.actor(city.triage), matter=owed, into=target, reason="같은 제안입니다."
        )

    assert refused(merge, owed, target) in {"merge.owed", "merge.ended"}


def test_a_merge_never_puts_an_answer_off(city: City) -> None:
    """Into what is due later, or stands still, it is refused; the other way round it goes."""
    early = city.matter("assigned")
    with clock.at(clock.now() + timedelta(days=5)):
        late = city.matter("assigned")
        assert early.due_at is not None and late.due_at is not None and late.due_at > early.due_at

        def merge(one: Matter, into: Matter) -> Matter:
            return handling.merge(
                actor=make.actor(city.triage), matter=one, into=into, reason="같은 제안입니다."
            )

        assert refused(lambda: merge(early, late), early, late) == "merge.owed"
        assert merge(late, early).state == "merged"
    assert Clock.objects.get(matter=early).state == "running"


def test_changing_the_kind_twice_ends_no_promise(city: City) -> None:
    """An idea that became a question and an idea again is owed its answer from the day its threshold was reached."""
    matter = city.matter("assigned")
    due, reached = matter.due_at, matter.clocks.get().started_at
    with clock.at(clock.now() + timedelta(days=3)):
        asked = handling.retype(
            actor=make.actor(city.officer), matter=matter, kind="question", reason="물음으로 봅니다."
        )
        back = handling.retype(
            actor=make.actor(city.triage), matter=asked, kind="idea", reason="다시 보니 제안입니다."
        )
    assert (back.kind, back.state, back.due_at) == ("idea", State.TRIAGE, due)
    assert back.clocks.get(stopped_at__isnull=True).started_at == reached


def test_what_many_stand_behind_is_not_made_private(city: City) -> None:
    """Not at once, and not by way of another kind."""
    matter = city.matter("assigned")

    def seclude(one: Matter, who: User) -> Matter:
        return handling.retype(
            actor=make.actor(who), matter=one, kind="complaint", reason="개인 민원입니다.", private=True
        )

    for who in (city.officer, city.triage):
        assert refused(lambda who=who: seclude(matter, who), matter) == "seclude.supported"
    asked = handling.retype(
        actor=make.actor(city.officer), matter=matter, kind="question", reason="물음으로 봅니다."
    )
    assert refused(lambda: seclude(asked, city.triage), asked) == "seclude.supported"
    assert Matter.objects.get(pk=matter.pk).disclosure == Disclosure.PUBLIC


def test_what_an_office_makes_private_stands_in_the_public_log(city: City) -> None:
    idea = make.idea(title="우리 집 앞 은행나무를 베어 주세요")
    handling.retype(
        actor=make.actor(city.triage), matter=idea.matter, kind="complaint", reason="개인 민원입니다.",
        private=True,
    )  # fmt: skip
    act = Audit.objects.get(action="matters.matter.seclude")
    assert act.is_public and act.reason_code == "own_affairs"
    leaf = bytes(Outbox.objects.get(audit=act).leaf).decode()
    assert f'"obj":"matter:{idea.matter.number}"' in leaf
    # What it said, and why the office thinks so, stay between author and office.
    hidden = Audit.objects.get(action="matters.matter.retype_owed")
    assert not hidden.is_public and '"private"' in bytes(Outbox.objects.get(audit=hidden).leaf).decode()
    page = Client().get("/moderation/").content.decode()
    assert str(idea.matter.number) in page
    assert "은행나무" not in page and "개인 민원입니다." not in page
    assert Client().get(f"/ideas/{idea.matter.number}/").status_code == 404


def test_what_was_taken_down_can_still_become_private(city: City) -> None:
    """And then no moderator puts it back for everybody to read."""
    idea = make.idea()
    handling.hide(
        actor=make.actor(city.moderator), matter=idea.matter, reason_code="privacy", reason="개인 정보"
    )
    hidden = Matter.objects.get(pk=idea.pk)
    handling.retype(
        actor=make.actor(city.triage),
        matter=hidden,
        kind="complaint",
        reason="개인 민원입니다.",
        private=True,
    )
    matter = Matter.objects.get(pk=idea.pk)
    assert matter.disclosure == Disclosure.PRIVATE

    def restore() -> Matter:
        return handling.restore(actor=make.actor(city.moderator), matter=matter, reason="괜찮습니다.")

    assert refused(restore, matter) == "restore.not_hidden"


def test_a_moderator_leaves_her_own_idea_to_others(city: City, sign_in: Any) -> None:
    mine = make.idea(author=city.moderator)
    other = make.official("moderator", city.host)
    handling.hide(
        actor=make.actor(other), matter=mine.matter, reason_code="privacy", reason="개인 정보가 있습니다."
    )
    matter = Matter.objects.get(pk=mine.pk)

    def restore() -> Matter:
        return handling.restore(actor=make.actor(city.moderator), matter=matter, reason="괜찮습니다.")

    assert refused(restore, matter) == "moderator.own"
    answer = sign_in(city.moderator).post(
        "/desk/moderation/", {"decision": "restore", "reason": "괜찮습니다.", "thing": f"idea:{mine.pk}"}
    )
    assert answer.status_code < 500
    assert Matter.objects.get(pk=mine.pk).disclosure == Disclosure.HIDDEN
    handling.restore(actor=make.actor(other), matter=matter, reason="확인했습니다.")
    verdict = policy.can("matters.matter.hide", make.actor(city.moderator), Matter.objects.get(pk=mine.pk))
    assert verdict.code == "moderator.own"


def test_nobody_approves_the_answer_to_her_own_idea(city: City) -> None:
    matter = city.matter("assigned")
    Matter.objects.filter(pk=matter.pk).update(author=city.approver)
    draft = city.submitted(Matter.objects.get(pk=matter.pk))

    def publish() -> object:
        return answers.publish(actor=make.actor(city.approver), answer=draft)

    assert refused(publish, matter) == "four_eyes"
