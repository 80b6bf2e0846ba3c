"""Who runs a hall without planning it; minutes as files."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from madang.commons.meetings.domain import planning, talking
from madang.commons.meetings.models import Paragraph, Question
from madang.kernel import policy
from madang.kernel.errors import RefusedError
from tests import factories as make
from tests.meetings.conftest import Hall, fresh, held

pytestmark = pytest.mark.django_db


def test_a_facilitator_of_the_host_runs_the_meeting_and_plans_nothing(hall: Hall, sign_in) -> None:
    meeting = hall.meeting("open")
    facilitator = make.official("facilitator", hall.office)
    actor, client = make.actor(facilitator), sign_in(facilitator)
    page = client.get(reverse("meeting", args=[meeting.number])).content.decode()
    assert reverse("hall_run", args=[meeting.number]) in page
    assert reverse("desk_meeting", args=[meeting.number]) not in page
    assert client.get(reverse("hall_run", args=[meeting.number])).status_code == 200
    assert planning.start(actor=actor, meeting=meeting).state == "running"
    for name in ("desk_meeting", "desk_registrations", "desk_minutes", "desk_meeting_move"):
        assert client.get(reverse(name, args=[meeting.number])).status_code == 403
    with pytest.raises(RefusedError):
        planning.close(actor=actor, meeting=fresh(meeting))
    with pytest.raises(RefusedError):
        planning.cancel(actor=actor, meeting=fresh(meeting), reason="아무 이유")
    assert fresh(meeting).state == "running"


def test_a_facilitator_of_another_office_or_with_a_token_runs_nothing(hall: Hall, sign_in) -> None:
    meeting = hall.meeting("open")
    stranger = make.official("facilitator", make.OrganisationFactory(code="elsewhere"))
    client = sign_in(stranger)
    assert client.get(reverse("hall_run", args=[meeting.number])).status_code == 403
    assert (
        reverse("hall_run", args=[meeting.number])
        not in client.get(reverse("meeting", args=[meeting.number])).content.decode()
    )
    with pytest.raises(RefusedError):
        planning.start(actor=make.actor(stranger), meeting=meeting)
    assert fresh(meeting).state == "open"
    assert not policy.can("meetings.meeting.door", make.actor(stranger), meeting)


def test_minutes_are_taken_along_as_a_table_and_as_json() -> None:
    meeting = held()
    page = Client().get(reverse("meeting_minutes", args=[meeting.number])).content.decode()
    for kind in ("csv", "json"):
        assert reverse(f"meeting_minutes_{kind}", args=[meeting.number]) in page
    answer = Client().get(reverse("meeting_minutes_csv", args=[meeting.number]))
    assert answer["Content-Disposition"].endswith(f'minutes-{meeting.number}-v1.csv"')
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0][:2] == ["place", "item"]
    assert rows[1][1] == "여는 말"
    assert rows[1][-1] == "1:02"
    assert rows[2][4] == "'=1+1은 식이 아니라 글입니다.", "a spreadsheet computes nothing from it"
    told = Client().get(reverse("meeting_minutes_json", args=[meeting.number])).json()
    assert told["minutes"]["paragraphs"][1]["text"] == "=1+1은 식이 아니라 글입니다."
    assert told["agenda"][0]["title"] == "여는 말"


def test_a_question_that_was_taken_down_is_in_no_minutes(hall: Hall) -> None:
    meeting = held()
    paragraph = Paragraph.objects.filter(minutes__meeting=meeting).first()
    assert paragraph is not None
    asked = Question.objects.create(
        meeting=meeting, place=1, body="이름을 부르는 질문", language="ko", at=meeting.made_at
    )
    Paragraph.objects.filter(pk=paragraph.pk).update(question=asked)
    addresses = [reverse(f"meeting_minutes{kind}", args=[meeting.number]) for kind in ("", "_csv", "_json")]
    assert all("이름을 부르는" in Client().get(one).content.decode() for one in addresses)
    talking.hide(
        actor=make.actor(make.official("officer", meeting.host)),
        question=asked,
        code="personal",
        reason="Names a person.",
    )
    assert not any("이름을 부르는" in Client().get(one).content.decode() for one in addresses)
