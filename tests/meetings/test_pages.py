"""The pages: what anybody sees, what people who come see, what only the office sees; in two languages, by forms alone."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import segno
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from madang.commons.meetings.domain import door, helping, planning, recording, registering, talking
from madang.commons.meetings.models import AccessNeed, Meeting, Registration
from madang.kernel import clock
from tests import factories as make
from tests.meetings.conftest import Hall, fresh

pytestmark = pytest.mark.django_db


def words(response) -> str:
    return response.content.decode()


def test_the_list_needs_as_many_queries_for_thirty_as_for_one(hall: Hall) -> None:
    hall.come(hall.meeting())
    client = Client()
    client.get(reverse("meetings"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("meetings"))
    for place in range(18):
        made = hall.meeting(mode="both", days=place + 1)
        hall.come(made)
    with CaptureQueriesContext(connection) as many:
        assert client.get(reverse("meetings")).status_code == 200
    assert len(many) == len(one)


@pytest.mark.parametrize("state", ["planned", "open"])
def test_what_nobody_said_began_is_not_to_come_once_its_day_is_past(hall: Hall, state: str) -> None:
    made, client = hall.meeting(state), Client()
    link = reverse("meeting", args=[made.number])
    assert link in words(client.get(reverse("meetings")))
    with clock.at(made.ends_at):
        assert link not in words(client.get(reverse("meetings")))
        past = words(client.get(reverse("meetings"), {"tab": "past"}))
    assert link in past and "날짜가 지났고 기록이 없음" in past


def test_the_desk_needs_as_many_queries_for_thirty_as_for_one(hall: Hall, sign_in) -> None:
    client = sign_in(hall.officer)
    hall.meeting()
    client.get(reverse("desk_meetings"))
    with CaptureQueriesContext(connection) as one:
        client.get(reverse("desk_meetings"))
    for _ in range(12):
        hall.meeting()
    with CaptureQueriesContext(connection) as many:
        client.get(reverse("desk_meetings"))
    assert len(many) == len(one)


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("state", ["planned", "open", "running", "closed"])
def test_every_page_opens_in_every_state_and_language(hall: Hall, sign_in, state: str, language: str) -> None:
    meeting = hall.meeting(state, mode="both", stream_url="https://stream.example/1")
    hall.item(meeting)
    helping.set_table(actor=hall.actor, meeting=meeting, topic="횡단보도")
    client = sign_in(hall.officer)
    names = [
        "meeting", "meeting_ics", "hall_room", "hall_live", "hall_run", "hall_door", "hall_worker", "desk_meeting",
        "desk_meeting_edit", "desk_meeting_move", "desk_meeting_cancel", "desk_agenda", "desk_registrations",
        "desk_tables", "desk_pack", "desk_minutes", "hall_register",
    ]  # fmt: skip
    pages = [reverse(name, args=[meeting.number]) for name in names]
    pages += [reverse("hall_table", args=[meeting.number, 1])]
    pages += [
        reverse(name)
        for name in (
            "meetings",
            "meetings_ics",
            "hall_open",
            "hall_pass",
            "desk_meetings",
            "desk_meeting_new",
        )
    ]
    for page in pages:
        assert client.get(language + page).status_code == 200, page


def test_registering_with_an_account_is_one_form_and_the_code_is_shown_then(hall: Hall, sign_in) -> None:
    meeting = hall.meeting(mode="both")
    person = make.UserFactory()
    client = sign_in(person)
    page = words(client.get(reverse("hall_register", args=[meeting.number])))
    assert 'name="email"' not in page
    answer = client.post(
        reverse("hall_register", args=[meeting.number]),
        {"attending": "on_site", "needs": ["captions"], "need_words": "잘 들리는 자리"},
        follow=True,
    )
    page = words(answer)
    code = re.search(r"receipt-code\">([0-9A-Z-]{24})<", page)[1]
    assert "<svg" in page
    assert Registration.objects.get().person == person
    need = AccessNeed.objects.get()
    assert (need.listed, need.words) == (["captions"], "잘 들리는 자리")
    # The same code opens it in another browser, and a wrong one does not say why.
    other = Client()
    assert other.get(reverse("hall_mine", args=[meeting.number])).status_code == 302
    wrong = other.post(reverse("hall_open"), {"code": "0000-0000-0000-0000-0000"})
    assert wrong.status_code == 422
    opened = other.post(reverse("hall_open"), {"code": code.lower()}, follow=True)
    assert meeting.title_ko in words(opened)
    assert code not in words(opened)


def test_without_an_account_what_was_typed_is_kept_and_the_error_says_what_to_do(hall: Hall) -> None:
    meeting = hall.meeting()
    client = Client()
    answer = client.post(
        reverse("hall_register", args=[meeting.number]),
        {"attending": "on_site", "email": "not an address", "need_words": "경사로가 필요해요"},
    )
    assert answer.status_code == 422
    assert "경사로가 필요해요" in words(answer)
    assert "name@example.org" in words(answer)
    assert not Registration.objects.exists()


def test_a_stranger_opens_nothing_of_the_office(hall: Hall, sign_in) -> None:
    meeting = hall.meeting("running")
    helping.set_table(actor=hall.actor, meeting=meeting, topic="")
    inside = [
        "hall_run",
        "hall_door",
        "desk_meeting",
        "desk_agenda",
        "desk_registrations",
        "desk_tables",
        "desk_pack",
    ]
    for user in (None, make.UserFactory(), hall.stranger):
        client = sign_in(user)
        for name in [
            *inside,
            "desk_minutes",
            "desk_meeting_edit",
            "desk_meeting_move",
            "desk_meeting_cancel",
        ]:
            answer = client.get(reverse(name, args=[meeting.number]))
            assert answer.status_code in (302, 403), (user, name)
            assert answer.status_code == 403 or "/login/" in answer.url
        assert client.get(reverse("hall_table", args=[meeting.number, 1])).status_code == 403
        assert (
            client.post(reverse("hall_send", args=[meeting.number]), "{}", "application/json").status_code
            == 403
        )
        for name in ("desk_meeting_act", "hall_begin", "hall_steer"):
            assert client.post(reverse(name, args=[meeting.number]), {"step": "close"}).status_code in (
                302,
                403,
            )
    assert fresh(meeting).state == "running"


def test_planning_by_the_form(hall: Hall, sign_in) -> None:
    idea = make.idea()
    client = sign_in(hall.officer)
    day = (clock.today() + timedelta(days=10)).isoformat()
    typed = {
        "host": hall.office.pk, "title_ko": "신호를 보는 날", "day": day, "start": "14:00", "end": "13:00",
        "mode": "on_site", "place": "", "level": "contact", "speaking_rule": "first", "speaking_minutes": "3",
        "about": f"{idea.matter.number.lower()}, ID-0000",
    }  # fmt: skip
    answer = client.post(reverse("desk_meeting_new"), typed)
    assert answer.status_code == 422
    assert {"end", "place"} <= set(answer.context["form"].errors)
    assert not Meeting.objects.exists()
    typed |= {"end": "16:00", "place": "시청"}
    answer = client.post(reverse("desk_meeting_new"), typed)
    assert answer.status_code == 422
    assert "ID-0000" in words(answer)
    typed["about"] = idea.matter.number.lower()
    answer = client.post(reverse("desk_meeting_new"), typed)
    made = Meeting.objects.get()
    assert answer.url == reverse("desk_meeting", args=[made.number])
    assert [one.reference for one in made.about.all()] == [idea.matter.reference]
    assert clock.seoul(made.starts_at).strftime("%H:%M") == "14:00"


def test_two_facilitators_edit_one_item_and_nothing_is_lost(hall: Hall, sign_in) -> None:
    meeting = hall.meeting()
    item = hall.item(meeting, "신호 시간", note="첫 줄")
    address = reverse("desk_agenda_item", args=[meeting.number, item.pk])
    first, second = sign_in(hall.officer), sign_in(hall.approver)
    seen = {"seen": "1", "title": "신호 시간", "minutes": "10", "note": "첫 줄", "reference": ""}
    assert first.post(address, seen | {"title": "보행 신호 시간"}).status_code == 302
    # Another field: joined by itself.
    assert second.post(address, seen | {"minutes": "20"}).status_code == 302
    assert (fresh(item).title, fresh(item).minutes, fresh(item).version) == ("보행 신호 시간", 20, 3)
    # The same field: both are shown, nothing is written, her words are in the field.
    answer = second.post(address, seen | {"title": "신호등 시간"})
    assert answer.status_code == 409
    page = words(answer)
    assert 'value="신호등 시간"' in page
    assert "보행" in page
    assert fresh(item).title == "보행 신호 시간"
    again = answer.context["form"].initial
    assert second.post(address, {**again, "reference": ""}).status_code == 302
    assert fresh(item).title == "신호등 시간"
    assert list(item.versions.values_list("title", flat=True)) == [
        "신호 시간", "보행 신호 시간", "보행 신호 시간", "신호등 시간",
    ]  # fmt: skip


def test_questions_from_a_phone_rank_once_each_and_name_nobody(hall: Hall, sign_in) -> None:
    meeting = hall.meeting("open", seats=10)
    people = [make.UserFactory(name=f"이름{n}") for n in range(3)]
    for person in people:
        hall.come(meeting, person)
    planning.start(actor=hall.actor, meeting=meeting)
    room = reverse("hall_room", args=[meeting.number])
    asker, other, third = (sign_in(person) for person in people)
    assert (
        asker.post(reverse("hall_ask", args=[meeting.number]), {"body": "신호는 언제 바뀌나요?"}).status_code
        == 302
    )
    assert (
        other.post(reverse("hall_ask", args=[meeting.number]), {"body": "예산은 얼마인가요?"}).status_code
        == 302
    )
    for client in (third, third, asker):
        assert client.post(reverse("hall_support", args=[meeting.number, 2])).status_code == 302
    page = words(Client().get(room))
    assert page.index("예산은") < page.index("신호는")
    assert "<strong data-count>3</strong>" in page
    assert not any(person.name in page for person in people)
    refused = Client().post(reverse("hall_ask", args=[meeting.number]), {"body": "아무나 물어봐도 되나요?"})
    assert refused.status_code == 403
    assert "아무나 물어봐도 되나요?" in words(refused), "what was typed is given back"
    short = asker.post(reverse("hall_ask", args=[meeting.number]), {"body": "왜"})
    assert short.status_code == 422


def test_a_ticket_from_the_door_takes_part_and_one_from_the_list_does_not(hall: Hall) -> None:
    meeting = hall.meeting("open")
    registered = hall.come(meeting)
    planning.start(actor=hall.actor, meeting=meeting)
    walked = door.walk_in(actor=hall.actor, meeting=meeting).registration
    client = Client()
    join = reverse("hall_join", args=[meeting.number])
    assert client.post(join, {"ticket": registered.ticket}).status_code == 422
    assert client.post(join, {"ticket": "zzzz-zzzz"}).status_code == 422
    assert (
        client.post(join, {"ticket": f"{walked.ticket[:4]} {walked.ticket[4:]}".lower()}).status_code == 302
    )
    assert (
        client.post(reverse("hall_ask", args=[meeting.number]), {"body": "저도 물어볼게요."}).status_code
        == 302
    )


def test_a_pass_opens_its_own_page_alone_and_ends(hall: Hall, sign_in) -> None:
    meeting = hall.meeting("running")
    table = helping.set_table(actor=hall.actor, meeting=meeting, topic="")
    other = helping.set_table(actor=hall.actor, meeting=meeting, topic="")
    held, code = helping.give_pass(
        actor=hall.actor, meeting=meeting, kind="scribe", label="1번 탁자", table=table
    )
    client = Client()
    assert client.post(reverse("hall_pass"), {"code": code}).url == reverse(
        "hall_table", args=[meeting.number, 1]
    )
    typed = {
        "kind": "note",
        "table": "1",
        "on": "1",
        "note": "3b241101-e2bb-4255-8caf-4136c566a962",
        "seen": "0",
    }
    assert (
        client.post(reverse("hall_act", args=[meeting.number]), typed | {"body": "빗물이 고여요"}).status_code
        == 302
    )
    assert "빗물이 고여요" in words(client.get(reverse("hall_table", args=[meeting.number, 1])))
    assert client.get(reverse("hall_table", args=[meeting.number, other.place])).status_code == 403
    assert client.get(reverse("hall_door", args=[meeting.number])).status_code == 403
    assert client.get(reverse("hall_run", args=[meeting.number])).status_code == 302
    helping.revoke(actor=hall.actor, held=held)
    assert client.get(reverse("hall_table", args=[meeting.number, 1])).status_code == 403
    assert Client().post(reverse("hall_pass"), {"code": code}).status_code == 422
    late_held, late = helping.give_pass(actor=hall.actor, meeting=meeting, kind="door", label="문")
    with clock.at(late_held.until + timedelta(seconds=1)):
        assert Client().post(reverse("hall_pass"), {"code": late}).status_code == 422


def test_minutes_lead_to_the_second_and_to_the_idea_and_back(hall: Hall, sign_in) -> None:
    idea = make.idea()
    meeting = hall.meeting(
        "closed", about=[idea.matter.reference], recording_url="https://video.example/watch?v=abc"
    )
    work = recording.draft(actor=hall.actor, meeting=meeting)
    client = sign_in(hall.officer)
    address = reverse("desk_minutes", args=[meeting.number])
    bad = client.post(address, {"what": "add", "text": "말", "second": "1:75:00", "reference": "ID-9999"})
    assert bad.status_code == 422
    assert "second" in bad.context["form"].errors
    good = {
        "what": "add",
        "text": "보행 신호를 5초 늘리기로 했습니다.",
        "second": "1:02:05",
        "reference": idea.matter.number,
    }
    assert client.post(address, good).status_code == 302
    assert Client().get(reverse("meeting_minutes", args=[meeting.number])).status_code == 404
    recording.submit(actor=hall.actor, minutes=work)
    assert sign_in(hall.approver).post(address, {"what": "publish"}).status_code == 302
    page = words(Client().get(reverse("meeting_minutes", args=[meeting.number])))
    assert "https://video.example/watch?v=abc&amp;t=3725" in page
    assert reverse("item", args=[idea.matter.number]) in page
    there = words(Client().get(reverse("item", args=[idea.matter.number])))
    assert reverse("meeting", args=[meeting.number]) in there


def test_the_pack_tells_no_whole_ticket(hall: Hall, sign_in) -> None:
    meeting = hall.meeting()
    rows = [hall.come(meeting) for _ in range(3)]
    page = words(sign_in(hall.officer).get(reverse("desk_pack", args=[meeting.number])))
    for row in rows:
        assert row.ticket[:4] in page
        assert row.ticket not in page and row.ticket[4:] not in page
        assert row.person.name not in page


def test_a_ticket_on_somebody_elses_phone_says_nothing(hall: Hall, sign_in) -> None:
    meeting = hall.meeting()
    row = hall.come(meeting)
    address = reverse("hall_ticket", args=[meeting.number, row.ticket])
    for ticket in (row.ticket, "00000000"):
        answer = Client().get(reverse("hall_ticket", args=[meeting.number, ticket]))
        assert answer.status_code == 200
    known, unknown = (
        re.search(
            r"(?s)<main.*</main>", words(Client().get(reverse("hall_ticket", args=[meeting.number, one])))
        )[0]
        for one in (row.ticket, "00000000")
    )
    assert known == unknown
    helper = sign_in(hall.officer).get(address)
    assert helper.url.endswith(f"?ticket={row.ticket}")


def test_speakers_by_the_rule_without_a_name_that_nobody_agreed_to(hall: Hall, sign_in) -> None:
    meeting = hall.meeting("open", speaking_rule="first")
    shy, proud = make.UserFactory(name="조용한 사람"), make.UserFactory(name="자랑스런 사람")
    for person in (shy, proud):
        hall.come(meeting, person)
    planning.start(actor=hall.actor, meeting=meeting)
    address = reverse("hall_speak", args=[meeting.number])
    sign_in(shy).post(address, {"stance": "for", "label": "조용한 사람"})
    sign_in(proud).post(address, {"stance": "against", "label": "자랑스런 사람", "agreed": "on"})
    again = sign_in(proud).post(address, {"stance": "against"}, follow=True)
    assert "이미 발언 순서에" in words(again), "a second press or tab is told, and changes nothing"
    assert meeting.speakers.count() == 2
    page = words(Client().get(reverse("hall_live", args=[meeting.number])))
    assert "자랑스런 사람" in page and "조용한 사람" not in page
    assert talking.call_next(actor=hall.actor, meeting=meeting).place == 1


def test_registration_codes_are_not_guessed_at_speed(hall: Hall) -> None:
    client = Client()
    answers = [
        client.post(reverse("hall_open"), {"code": registering.ids.new_code()}).status_code for _ in range(12)
    ]
    assert answers[0] == 422 and answers[-1] == 429


def test_a_meeting_is_found_in_each_language_without_the_other(hall: Hall) -> None:
    meeting = hall.meeting(
        title_en="A day at the crossing",
        summary_ko="횡단보도를 함께 걸어요.",
        summary_en="We walk the crossing.",
    )
    korean = words(Client().get("/search/?q=횡단보도"))
    assert meeting.number in korean
    assert "crossing" not in korean
    english = words(Client().get("/en/search/?q=crossing"))
    assert re.search(r'<p class="row-summary" lang="en">[^가-힣]*</p>', english)


@pytest.mark.parametrize("language", ["", "/en"])
def test_what_is_typed_in_the_hall_comes_back_when_it_is_not_taken(
    hall: Hall, sign_in, language: str
) -> None:
    meeting, person = hall.meeting(), make.UserFactory()
    hall.come(meeting, person)
    planning.start(actor=hall.actor, meeting=meeting)
    client = sign_in(person)
    speak, ask = (language + reverse(name, args=[meeting.number]) for name in ("hall_speak", "hall_ask"))
    page = client.post(speak, {"stance": "", "label": "파란 카드", "agreed": "on"})
    assert page.status_code == 422
    assert "파란 카드" in words(page)
    assert 'class="error-summary"' in words(page)
    assert not meeting.speakers.exists()
    planning.close(actor=hall.actor, meeting=meeting)
    asked = "그늘은 <언제> 생기나요?"
    page = client.post(ask, {"body": asked})
    assert page.status_code in (403, 409)
    assert "그늘은 &lt;언제&gt; 생기나요?" in words(page)
    assert not meeting.questions.exists()


def test_a_helpers_camera_is_read_by_the_site_and_by_nobody_else(hall: Hall, sign_in) -> None:
    """Browsers that read no codes send single pictures: small JPEGs of whoever may check in, and nothing is kept."""
    meeting = hall.meeting("running")
    address = reverse("hall_read", args=[meeting.number])
    code = io.BytesIO()
    segno.make("https://madang.example/ticket/9A0S-AMJF/", error="m").save(
        code, kind="png", scale=6, border=4
    )
    frame = io.BytesIO()
    Image.open(code).convert("L").rotate(12, expand=True, fillcolor=255).save(frame, "JPEG", quality=80)
    client = sign_in(hall.officer)

    def read(body: bytes) -> str:
        answer = client.post(address, body, content_type="image/jpeg")
        assert answer.status_code == 200
        return str(answer.json()["text"])

    for other in (Client(), sign_in(hall.stranger)):
        assert other.post(address, frame.getvalue(), content_type="image/jpeg").status_code == 403
    assert read(frame.getvalue()) == "https://madang.example/ticket/9A0S-AMJF/"
    huge = io.BytesIO()
    Image.new("L", (1700, 20)).save(huge, "JPEG")
    for nonsense in (
        b"",
        b"no picture",
        code.getvalue(),
        frame.getvalue()[:900],
        huge.getvalue(),
        b"\xff\xd8" + bytes(300_000),
    ):
        assert read(nonsense) == ""
