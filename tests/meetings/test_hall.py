"""The hall: moved and called off, the door, the floor, notes at tables, and everything that is forwarded later."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import pairwise
from uuid import uuid4

import hypothesis.strategies as st
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from icalendar import Calendar

from madang.commons.meetings import room
from madang.commons.meetings.domain import door, forwarding, helping, noting, planning, recording, talking
from madang.commons.meetings.logic import merging, stamps, turns
from madang.commons.meetings.models import CheckIn, HallAct, Note, NoteVersion, QuestionSupport, Speaker
from madang.commons.notices import api as notices
from madang.commons.notices.domain import delivering
from madang.commons.notices.models import Event, Notice
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Trace
from tests import factories as make
from tests.meetings.conftest import Hall, fresh, in_days
from tests.security.conftest import together

pytestmark = pytest.mark.django_db


def sent(kind: str, *, at=None, key=None, **data) -> forwarding.Sent:
    return forwarding.Sent(key or uuid4(), kind, at or clock.now(), data)


# --- moved and called off ---------------------------------------------------------------------------------


def test_a_moved_meeting_tells_everybody_once_and_the_calendar_follows(hall: Hall) -> None:
    meeting = hall.meeting(seats=1)
    seated, waiting, follower, gone = (make.UserFactory() for _ in range(4))
    first = hall.come(meeting, seated)
    hall.come(meeting, waiting)
    notices.follow(reference=meeting.reference, user=follower, why="follower")
    notices.follow(reference=meeting.reference, user=seated, why="follower")
    address = reverse("meeting_ics", args=[meeting.number])
    before = Calendar.from_ical(Client().get(address).content).walk("VEVENT")[0]

    start = in_days(20)
    planning.move(
        actor=hall.actor, meeting=meeting, starts_at=start, ends_at=start + timedelta(hours=2),
        place="구민회관", reason="대회의실 공사",
    )  # fmt: skip
    told = Notice.objects.filter(event__kind="meetings.moved")
    assert {row.user for row in told} == {seated, waiting, follower}
    assert told.count() == 3
    mail.outbox.clear()
    delivering.deliver()
    assert sorted(one.to[0] for one in mail.outbox if "바뀌었어요" in one.body) == sorted(
        person.email for person in (seated, waiting, follower)
    )
    assert "시청 3층 대회의실" in mail.outbox[0].body and "구민회관" in mail.outbox[0].body

    after = Calendar.from_ical(Client().get(address).content).walk("VEVENT")[0]
    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert (after["DTSTART"].dt, str(after["LOCATION"])) == (start, "구민회관")
    page = Client().get(reverse("meeting", args=[meeting.number])).content.decode()
    assert "대회의실 공사" in page
    assert gone not in {row.user for row in told} and fresh(first).state == "seated"


def test_a_meeting_that_is_called_off_tells_everybody_and_stays_in_calendars_as_cancelled(hall: Hall) -> None:
    meeting = hall.meeting()
    person = make.UserFactory()
    hall.come(meeting, person)
    address = reverse("meeting_ics", args=[meeting.number])
    Client().get(address)
    planning.cancel(actor=hall.actor, meeting=meeting, reason="태풍")
    assert [row.user for row in Notice.objects.filter(event__kind="meetings.cancelled")] == [person]
    entry = Calendar.from_ical(Client().get(address).content).walk("VEVENT")[0]
    assert (str(entry["STATUS"]), entry["SEQUENCE"]) == ("CANCELLED", 1)
    assert "태풍" in Client().get(reverse("meeting", args=[meeting.number])).content.decode()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": ""}, "flow.reason"),
        ({"days": -1}, "meeting.past"),
        ({"hours": -1}, "meeting.order"),
        ({"days": None}, "meeting.same"),
    ],
)
def test_a_move_that_is_none_changes_nothing_and_tells_nobody(hall: Hall, changes, code) -> None:
    meeting = hall.meeting()
    hall.come(meeting)
    start = meeting.starts_at if changes.get("days", 9) is None else in_days(changes.get("days", 9))
    end = start + timedelta(hours=changes.get("hours", 2))
    before = (Audit.objects.count(), Event.objects.count(), fresh(meeting).starts_at)
    with pytest.raises(RefusedError) as refused:
        planning.move(
            actor=hall.actor, meeting=meeting, starts_at=start, ends_at=end, place=meeting.place,
            reason=changes.get("reason", "공사"),
        )  # fmt: skip
    assert refused.value.code == code
    assert (Audit.objects.count(), Event.objects.count(), fresh(meeting).starts_at) == before


# --- the door ---------------------------------------------------------------------------------------------


def test_a_second_scan_is_calm(hall: Hall) -> None:
    meeting = hall.meeting()
    row = hall.come(meeting)
    at = clock.now()
    first = door.check_in(actor=hall.actor, meeting=meeting, ticket=row.ticket, at=at)
    again = door.check_in(
        actor=hall.actor, meeting=meeting, ticket=f"https://x.example/meetings/1/ticket/{row.ticket.lower()}/"
    )
    assert (first.again, again.again, again.at) == (False, True, at)
    assert CheckIn.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_doors_scan_one_ticket_at_once(hall: Hall) -> None:
    meeting = hall.meeting()
    row = hall.come(meeting)
    done = together(*[lambda: door.check_in(actor=hall.actor, meeting=meeting, ticket=row.ticket)] * 4)
    assert sorted(one.again for one in done) == [False, True, True, True]


def test_the_hall_takes_no_more_than_it_has_seats(hall: Hall) -> None:
    meeting = hall.meeting(seats=2)
    rows = [hall.come(meeting) for _ in range(3)]
    planning.start(actor=hall.actor, meeting=meeting)
    door.check_in(actor=hall.actor, meeting=meeting, ticket=rows[0].ticket)
    door.walk_in(actor=hall.actor, meeting=meeting)
    for act in (
        lambda: door.walk_in(actor=hall.actor, meeting=meeting),
        lambda: door.check_in(actor=hall.actor, meeting=meeting, ticket=rows[2].ticket),
    ):
        with pytest.raises(RefusedError) as refused:
            act()
        assert refused.value.code == "door.full"
    # Whoever registered and has a seat is always let in.
    assert not door.check_in(actor=hall.actor, meeting=meeting, ticket=rows[1].ticket).again
    assert CheckIn.objects.count() == 3


# --- who speaks -------------------------------------------------------------------------------------------

speakers = st.lists(
    st.tuples(st.sampled_from(["for", "against", "other"]), st.none() | st.integers(1, 5)), max_size=12
)


@given(
    line=speakers, rule=st.sampled_from(["asked", "first", "alternate"]), spoken=st.sets(st.integers(1, 5))
)
def test_every_rule_calls_everybody_once_and_keeps_its_word(line, rule, spoken) -> None:
    waiting = [turns.Waiting(place, stance, who) for place, (stance, who) in enumerate(line, start=1)]
    order = turns.ordered(list(reversed(waiting)), rule=rule, spoken=spoken)
    assert sorted(order, key=lambda one: one.place) == waiting
    if rule == "asked":
        assert order == waiting
    if rule == "first":
        flags = [one.who in spoken for one in order]
        assert flags == sorted(flags)
    if rule == "alternate":
        for earlier, later in pairwise(order):
            rest = [one for one in order if order.index(one) > order.index(earlier)]
            other = {"for": "against", "against": "for"}.get(earlier.stance)
            if other and any(one.stance == other for one in rest):
                assert later.stance == other


def test_the_database_lets_one_speak_at_a_time(hall: Hall) -> None:
    meeting = hall.meeting("running")
    for stance in ("for", "for", "against"):
        talking.line_up(meeting=meeting, registration=None, stance=stance, label="", at=clock.now())
    meeting = fresh(meeting)
    meeting.speaking_rule = "alternate"
    meeting.save()
    assert [talking.call_next(actor=hall.actor, meeting=meeting).place for _ in range(3)] == [1, 3, 2]
    assert Speaker.objects.filter(state="speaking").count() == 1
    with pytest.raises(RefusedError) as refused:
        talking.call_next(actor=hall.actor, meeting=meeting)
    assert refused.value.code == "speaker.none"
    assert room.state(meeting)["speaking"]["place"] == 2


def test_merged_questions_keep_each_supporter_once(hall: Hall) -> None:
    meeting = hall.meeting(seats=5)
    rows = [hall.come(meeting) for _ in range(3)]
    actors = [make.actor(row.person) for row in rows]
    one = talking.ask(actor=actors[0], registration=rows[0], body="신호는 언제 바뀌나요?")
    two = talking.ask(actor=actors[1], registration=rows[1], body="신호가 언제 바뀌는지요?")
    for question in (one, two):
        talking.support(actor=actors[2], registration=rows[2], question=question)
    talking.merge(actor=hall.actor, question=two, into=one)
    assert QuestionSupport.objects.filter(question=one).count() == 3
    assert [(row["place"], row["support"]) for row in room.state(meeting)["questions"]] == [(1, 3)]
    with pytest.raises(RefusedError):
        talking.support(actor=actors[0], registration=rows[0], question=fresh(two))


# --- notes at tables --------------------------------------------------------------------------------------

lines = st.lists(st.sampled_from(["가", "나", "다", "라"]), max_size=6)


@given(base=lines, ours=lines, theirs=lines)
def test_a_merge_loses_no_line_that_was_added(base, ours, theirs) -> None:
    joined = merging.merge_lines("\n".join(base), "\n".join(theirs), "\n".join(ours))
    if joined is None:
        assert base != ours and base != theirs
        return
    if ours == base:
        assert joined == "\n".join(theirs)
    if theirs == base:
        assert joined == "\n".join(ours)


def test_two_write_one_note_and_both_are_kept(hall: Hall) -> None:
    meeting = hall.meeting("running")
    table = helping.set_table(actor=hall.actor, meeting=meeting, topic="")
    key = uuid4()
    noting.write(actor=hall.actor, table=table, body="첫 줄\n가운데\n끝 줄", key=key)
    assert not noting.write(
        actor=hall.actor, table=table, body="새 첫 줄\n가운데\n끝 줄", key=key, seen=1
    ).conflict
    joined = noting.write(actor=hall.actor, table=table, body="첫 줄\n가운데\n새 끝 줄", key=key, seen=1)
    assert joined.joined and joined.note.text == "새 첫 줄\n가운데\n새 끝 줄"
    aside = noting.write(actor=hall.actor, table=table, body="다른 첫 줄\n가운데\n끝 줄", key=key, seen=1)
    assert aside.conflict and aside.note.beside.key == key
    assert set(NoteVersion.objects.values_list("text", flat=True)) >= {
        "첫 줄\n가운데\n끝 줄", "새 첫 줄\n가운데\n끝 줄", "새 첫 줄\n가운데\n새 끝 줄", "다른 첫 줄\n가운데\n끝 줄",
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_eight_write_at_one_table_at_once(hall: Hall) -> None:
    meeting = hall.meeting("running")
    table = helping.set_table(actor=hall.actor, meeting=meeting, topic="")
    done = together(
        *[lambda n=n: noting.write(actor=hall.actor, table=table, body=f"기록 {n}") for n in range(8)]
    )
    assert not [one for one in done if isinstance(one, Exception)], done
    assert sorted(Note.objects.values_list("text", flat=True)) == [f"기록 {n}" for n in range(8)]


# --- forwarded later --------------------------------------------------------------------------------------


def test_what_was_done_without_a_network_arrives_in_order_at_its_own_time_and_once(hall: Hall) -> None:
    meeting = hall.meeting("open", days=0.01)
    row = hall.come(meeting)
    item = hall.item(meeting)
    planning.start(actor=hall.actor, meeting=meeting)
    began = clock.now() - timedelta(minutes=30)
    first = sent("ask_to_speak", at=began, label="파란 카드", stance="for")
    acts = [
        sent("check_in", at=began, ticket=row.ticket),
        sent("start_item", at=began, item=str(item.pk)),
        first,
        sent("call", at=began + timedelta(minutes=1), of=str(first.key)),
        sent("finish", at=began + timedelta(minutes=4), of=str(first.key)),
        sent("end_item", at=began + timedelta(minutes=9), item=str(item.pk)),
    ]
    results = forwarding.forward(actor=hall.actor, meeting=meeting, acts=acts)
    assert [one.outcome for one in results] == ["done"] * 6
    again = forwarding.forward(actor=hall.actor, meeting=meeting, acts=acts)
    assert [(one.outcome, one.value) for one in again] == [(one.outcome, one.value) for one in results]
    assert HallAct.objects.count() == 6
    assert CheckIn.objects.get().at == began
    speaker = Speaker.objects.get()
    assert (speaker.state, speaker.ended_at - speaker.called_at) == ("spoken", timedelta(minutes=3))
    assert fresh(item).ended_at - fresh(item).started_at == timedelta(minutes=9)


def test_a_conflict_is_kept_and_shown_and_stops_no_other_act(hall: Hall, sign_in) -> None:
    meeting = hall.meeting("running")
    table = helping.set_table(actor=hall.actor, meeting=meeting, topic="")
    note = uuid4()
    noting.write(actor=hall.actor, table=table, body="원래", key=note)
    noting.write(actor=hall.actor, table=table, body="다른 사람의 글", key=note, seen=1)
    acts = [
        sent("check_in", ticket="00000000"),
        sent("note", table="1", note=str(note), seen="1", body="네트워크 없이 쓴 글"),
        sent("ask", body="카드로 받은 질문입니다"),
    ]
    results = forwarding.forward(actor=hall.actor, meeting=meeting, acts=acts)
    assert [one.outcome for one in results] == ["conflict", "conflict", "done"]
    page = sign_in(hall.officer).get(reverse("hall_run", args=[meeting.number])).content.decode()
    assert "네트워크 없이 쓴 글" in page and "00000000" in page
    kept = HallAct.objects.get(key=acts[0].key)
    with translation.override("en"):
        english = kept.refusal
    with translation.override("ko"):
        assert kept.refusal != english and kept.refusal in page
    forwarding.settle(actor=hall.actor, meeting=meeting, key=acts[0].key)
    page = sign_in(hall.officer).get(reverse("hall_run", args=[meeting.number])).content.decode()
    assert "00000000" not in page and "네트워크 없이 쓴 글" in page


@pytest.mark.parametrize("wrong", [timedelta(days=400), timedelta(days=-400)])
def test_a_wrong_clock_on_a_device_does_not_bend_the_record(hall: Hall, wrong: timedelta) -> None:
    meeting = hall.meeting("open")
    row = hall.come(meeting)
    forwarding.forward(
        actor=hall.actor, meeting=meeting, acts=[sent("check_in", at=clock.now() + wrong, ticket=row.ticket)]
    )
    assert abs(CheckIn.objects.get().at - clock.now()) < timedelta(minutes=5)


@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"acts": 1}', '{"acts": [1]}', '{"acts": [{"key": "x", "kind": "note", "at": "2026-01-01", "data": {}}]}',
     '{"acts": [{"key": "3b241101-e2bb-4255-8caf-4136c566a962", "kind": "note", "at": "2026-01-01T00:00:00", "data": {}}]}'],
)  # fmt: skip
def test_what_is_no_act_is_refused_calmly(hall: Hall, sign_in, body: str) -> None:
    meeting = hall.meeting("running")
    answer = sign_in(hall.officer).post(reverse("hall_send", args=[meeting.number]), body, "application/json")
    assert answer.status_code == 422
    assert "refused" in json.loads(answer.content)
    assert not HallAct.objects.exists()


def test_a_scribe_sends_notes_of_her_table_and_nothing_else(hall: Hall) -> None:
    meeting = hall.meeting("running")
    table = helping.set_table(actor=hall.actor, meeting=meeting, topic="")
    helping.set_table(actor=hall.actor, meeting=meeting, topic="")
    held, _code = helping.give_pass(
        actor=hall.actor, meeting=meeting, kind="scribe", label="탁자", table=table
    )
    scribe = make.actor(None, held=frozenset({held.reference}))
    acts = [
        sent("note", table="1", note=str(uuid4()), seen="0", body="여기는 됩니다"),
        sent("note", table="2", note=str(uuid4()), seen="0", body="여기는 안 됩니다"),
        sent("walk_in"), sent("ask", body="질문도 안 됩니다"), sent("call"),
    ]  # fmt: skip
    results = forwarding.forward(actor=scribe, meeting=meeting, acts=acts)
    assert [one.outcome for one in results] == ["done"] + ["refused"] * 4
    assert list(Note.objects.values_list("text", flat=True)) == ["여기는 됩니다"]
    assert HallAct.objects.count() == 1


# --- minutes ----------------------------------------------------------------------------------------------


def test_minutes_need_four_eyes_and_draw_the_arrow(hall: Hall) -> None:
    idea = make.idea()
    meeting = hall.meeting("closed", about=[idea.matter.reference])
    work = recording.draft(actor=make.actor(hall.approver), meeting=meeting)
    with pytest.raises(RefusedError) as refused:
        recording.submit(actor=hall.actor, minutes=work)
    assert refused.value.code == "minutes.empty"
    recording.add(actor=hall.actor, minutes=work, text="이야기했습니다.", reference="", second=None)
    recording.submit(actor=hall.actor, minutes=work)
    for who, code in ((hall.officer, "mandate.approver"), (hall.approver, "minutes.own")):
        with pytest.raises(RefusedError) as refused:
            recording.publish(actor=make.actor(who), minutes=fresh(work))
        assert refused.value.code == code
    assert not Trace.objects.filter(kind="discusses").exists()
    other = make.official("approver", hall.office, email="second@example.org")
    recording.publish(actor=make.actor(other), minutes=fresh(work))
    assert fresh(meeting).state == "published"
    assert Trace.objects.get(kind="discusses").target == idea.matter.reference
    again = recording.draft(actor=hall.actor, meeting=fresh(meeting))
    assert (again.version, again.paragraphs.count()) == (2, 1)


@given(seconds=st.integers(0, 99_999))
def test_a_moment_of_the_recording_is_read_as_it_is_written(seconds: int) -> None:
    assert stamps.read(stamps.written(seconds)) == seconds
    assert (
        stamps.address("https://v.example/watch?v=a&t=3#x", seconds)
        == f"https://v.example/watch?v=a&t={seconds}#x"
    )
