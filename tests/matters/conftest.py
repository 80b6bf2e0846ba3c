"""A small government for the tests of matters: two offices, a host, and one person in each role."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from madang.commons.matters.domain import answers, handling
from madang.commons.matters.models import Answer, Clock, ClockEvent, Matter
from madang.kernel import clock
from madang.kernel.models import Audit, Organisation, Outbox, User
from tests import factories as make

REASON = "현장을 확인했고 보행 신호를 먼저 켜는 것이 안전하다고 판단했습니다."


@dataclass
class City:
    """Who is who."""

    host: Organisation
    office: Organisation
    other: Organisation
    triage: User
    officer: User
    approver: User
    stranger: User  # officer of the other office
    arbiter: User
    moderator: User
    author: User

    def matter(self, state: str = "triage", **fields: object) -> Matter:
        """A matter brought to a state by the acts that lead there."""
        idea = make.idea(author=self.author, **fields)
        if state == "open":
            return idea.matter
        make.supporters(idea, 3)
        matter = Matter.objects.get(pk=idea.pk)
        if state == "triage":
            return matter
        matter = handling.assign(actor=make.actor(self.triage), matter=matter, office=self.office)
        if state == "arbitration":
            for office in (self.other, self.office, self.other):
                who = self.officer if matter.responsible_id == self.office.pk else self.stranger
                matter = handling.transfer(
                    actor=make.actor(who),
                    matter=matter,
                    office=office,
                    reason_code="other",
                    reason="소관이 다릅니다.",
                )
        if state == "answered":
            answers.publish(actor=make.actor(self.approver), answer=self.submitted(matter))
        return Matter.objects.get(pk=matter.pk)

    def submitted(self, matter: Matter, **fields: object) -> Answer:
        draft = {"disposition": "rejected", "reason": REASON} | fields
        answer = answers.save(actor=make.actor(self.officer), matter=matter, **draft)
        return answers.submit(actor=make.actor(self.officer), answer=answer)


@pytest.fixture
def city(db: None) -> City:
    cache.clear()
    host = make.OrganisationFactory(code="host", name_ko="소통과", name_en="Open City Desk")
    office = make.OrganisationFactory(code="roads", name_ko="교통과", name_en="Roads")
    other = make.OrganisationFactory(code="parks", name_ko="공원과", name_en="Parks")
    made = City(
        host=host,
        office=office,
        other=other,
        triage=make.official("triage", host),
        officer=make.official("officer", office, name="김담당"),
        approver=make.official("approver", office),
        stranger=make.official("officer", other),
        arbiter=make.official("arbiter", host),
        moderator=make.official("moderator", host),
        author=make.UserFactory(),
    )
    make.process(host=host)
    return made


@pytest.fixture
def sign_in():
    """A client signed in as a person."""

    def sign(user: User | None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return sign


def whole(matter: Matter) -> tuple[object, ...]:
    """Everything a refused act must leave as it was: rows and the numbers of audit, outbox and clock rows."""
    return (
        Matter.objects.filter(pk=matter.pk).values().get(),
        list(Answer.objects.filter(matter=matter).values()),
        list(Clock.objects.filter(matter=matter).values()),
        list(matter.assignments.values()),
        list(matter.effects.values()),
        ClockEvent.objects.count(),
        Audit.objects.count(),
        Outbox.objects.count(),
    )


def in_days(days: float):
    return clock.at(clock.now() + timedelta(days=days))
