"""A hall: one office that holds meetings, its people, and meetings in the state a test needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from madang.commons.meetings.domain import agenda, planning, recording, registering
from madang.commons.meetings.models import AgendaItem, Meeting, Registration
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.models import Organisation, User
from tests import factories as make


def in_days(days: float) -> datetime:
    return (clock.now() + timedelta(days=days)).replace(second=0, microsecond=0)


@dataclass
class Hall:
    """The office, its officer and approver, and somebody of another office."""

    office: Organisation
    officer: User
    approver: User
    stranger: User
    meetings: list[Meeting] = field(default_factory=list)

    @property
    def actor(self) -> Actor:
        return make.actor(self.officer)

    def meeting(
        self, state: str = "open", *, seats: int | None = 2, days: float = 7, **details: Any
    ) -> Meeting:
        """A meeting led to this state through its own steps."""
        details.setdefault("title_ko", "보행 신호를 함께 보는 날")
        details.setdefault("mode", "on_site")
        if details["mode"] != "online":
            details.setdefault("place", "시청 3층 대회의실")
        start = in_days(days)
        made = planning.plan(
            actor=self.actor,
            host=self.office,
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            seats=seats if details["mode"] != "online" else None,
            **details,
        )
        steps = {
            "open": planning.open_registration,
            "running": planning.start,
            "closed": planning.close,
        }
        for name, step in steps.items():
            if state == "planned":
                break
            made = step(actor=self.actor, meeting=made)
            if name == state:
                break
        self.meetings.append(made)
        return made

    def come(self, meeting: Meeting, person: User | None = None, **more: Any) -> Registration:
        more.setdefault("attending", "on_site")
        person = person or make.UserFactory()
        return registering.register(actor=make.actor(person), meeting=meeting, **more).registration

    def item(self, meeting: Meeting, title: str = "여는 말", **more: Any) -> AgendaItem:
        return agenda.add(
            actor=self.actor,
            meeting=meeting,
            **{"title": title, "minutes": 10, "note": "", "reference": ""} | more,
        )


def held(**details: Any) -> Meeting:
    """A meeting with an agenda and published minutes of two paragraphs."""
    here = hall_of()
    meeting = here.meeting("running", **details)
    item = here.item(meeting)
    work = recording.draft(actor=here.actor, meeting=meeting)
    for text, second in (("보행 신호를 5초 늘리기로 했습니다.", 62), ("=1+1은 식이 아니라 글입니다.", None)):
        recording.add(
            actor=here.actor, minutes=work, text=text, item_id=item.pk, question_id=None,
            reference="", second=second,
        )  # fmt: skip
    planning.close(actor=here.actor, meeting=fresh(meeting))
    recording.submit(actor=here.actor, minutes=fresh(work))
    recording.publish(actor=make.actor(here.approver), minutes=fresh(work))
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def hall(db: None) -> Hall:
    return hall_of()


def hall_of() -> Hall:
    office = make.OrganisationFactory(code="walk", name_ko="보행정책과", name_en="Walking Division")
    return Hall(
        office=office,
        officer=make.official("officer", office),
        approver=make.official("approver", office),
        stranger=make.official("officer", make.OrganisationFactory(code="other")),
    )


@pytest.fixture
def sign_in():
    def as_user(user: User | None = None) -> Client:
        client = Client()
        if user is not None:
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return as_user


def fresh(row: Any) -> Any:
    return type(row).objects.get(pk=row.pk)
