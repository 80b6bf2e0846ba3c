"""Seats, the waiting list, confirmed addresses: one person one place, and everybody concerned told once."""

from __future__ import annotations

import re
from datetime import timedelta

import hypothesis.strategies as st
import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given, settings
from hypothesis.extra.django import TransactionTestCase

from madang.commons.meetings import queries
from madang.commons.meetings.domain import contacts, forgetting, planning, registering
from madang.commons.meetings.logic import seats as counting
from madang.commons.meetings.models import AccessNeed, Contact, Registration
from madang.commons.notices.domain import delivering
from madang.commons.notices.models import Event, Follow, Notice
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from tests import factories as make
from tests.meetings.conftest import Hall, fresh
from tests.security.conftest import together

pytestmark = pytest.mark.django_db


def states(meeting) -> list[str]:
    return list(meeting.registrations.order_by("turn").values_list("state", flat=True))


def test_seats_then_a_line_and_whoever_cancels_lets_exactly_the_next_one_in(hall: Hall) -> None:
    meeting = hall.meeting(seats=2)
    first, second, third, fourth = (hall.come(meeting) for _ in range(4))
    assert [row.state for row in (first, second, third, fourth)] == ["seated", "seated", "waiting", "waiting"]
    assert [queries.position(row) for row in (third, fourth)] == [1, 2]

    registering.cancel(actor=make.actor(first.person), registration=first)
    assert states(meeting) == ["cancelled", "seated", "seated", "waiting"]
    assert queries.position(fresh(fourth)) == 1
    told = Notice.objects.filter(event__kind="meetings.seat")
    assert [row.user for row in told] == [third.person]
    assert Event.objects.filter(kind="meetings.seat").count() == 1


def test_nobody_passes_those_who_wait(hall: Hall) -> None:
    meeting = hall.meeting(seats=1)
    holder, waiting = hall.come(meeting), hall.come(meeting)
    # A seat that is free while somebody waits goes to her: here it is free inside the same transaction only.
    with transaction.atomic():
        Registration.objects.filter(pk=holder.pk).update(state="cancelled", seat=None)
        late = hall.come(meeting)
        assert late.state == "waiting"
        assert fresh(waiting).state == "waiting"


def test_more_seats_let_the_line_in_and_fewer_than_taken_are_refused(hall: Hall) -> None:
    meeting = hall.meeting(seats=1)
    rows = [hall.come(meeting) for _ in range(4)]
    planning.change(actor=hall.actor, meeting=meeting, seats=3)
    assert states(meeting) == ["seated", "seated", "seated", "waiting"]
    with pytest.raises(RefusedError) as refused:
        planning.change(actor=hall.actor, meeting=meeting, seats=2)
    assert refused.value.code == "meeting.seats_taken"
    assert fresh(meeting).seats == 3
    registering.cancel(actor=make.actor(rows[0].person), registration=rows[0])
    registering.cancel(actor=make.actor(rows[1].person), registration=fresh(rows[1]))
    planning.change(actor=hall.actor, meeting=meeting, seats=2)
    assert sorted(meeting.registrations.filter(seat__isnull=False).values_list("seat", flat=True)) == [1, 2]


@given(
    seats=st.integers(min_value=1, max_value=4),
    acts=st.lists(st.tuples(st.sampled_from(["come", "go", "more"]), st.integers(0, 30)), max_size=25),
)
def test_the_counting_never_gives_more_seats_than_there_are_and_keeps_the_order(seats: int, acts) -> None:
    """The rule as plain Python against a list that does the same by hand."""
    taken: dict[int, int] = {}
    waiting: list[int] = []
    moved: list[int] = []
    for who, (act, pick) in enumerate(acts):
        if act == "come":
            seat = None if waiting else counting.free_seat(list(taken.values()), seats)
            if seat is None:
                waiting.append(who)
            else:
                taken[who] = seat
        elif act == "go" and taken:
            del taken[sorted(taken)[pick % len(taken)]]
        elif act == "more":
            seats += pick % 2
        for mover in counting.movers(waiting, len(taken), seats):
            seat = counting.free_seat(list(taken.values()), seats)
            assert seat is not None
            taken[mover] = seat
            moved.append(mover)
            waiting = waiting[1:]
        assert len(taken) <= seats
        assert len(set(taken.values())) == len(taken)
        assert max(taken.values(), default=0) <= seats
        assert not (waiting and len(taken) < seats), "a seat is free while somebody waits"
    assert moved == sorted(moved), "first come, first served"


@given(taken=st.sets(st.integers(1, 60), max_size=20), seats=st.integers(0, 60))
def test_a_smaller_hall_renumbers_and_loses_nobody(taken: set[int], seats: int) -> None:
    if len(taken) > seats:
        with pytest.raises(ValueError):
            counting.renumbered(sorted(taken), seats)
        return
    new = counting.renumbered(sorted(taken), seats)
    after = {new.get(one, one) for one in taken}
    assert len(after) == len(taken)
    assert all(1 <= one <= seats for one in after)


class WaitingListTests(TransactionTestCase):
    """The same through the whole domain and a real database."""

    @settings(max_examples=12)
    @given(acts=st.lists(st.tuples(st.booleans(), st.integers(0, 30)), min_size=3, max_size=14))
    def test_seats_are_never_exceeded_and_the_order_is_kept(self, acts) -> None:
        office = make.OrganisationFactory()
        hall = Hall(
            office, make.official("officer", office), make.official("approver", office), make.UserFactory()
        )
        meeting = hall.meeting(seats=2)
        for comes, pick in acts:
            live = list(meeting.registrations.exclude(state="cancelled"))
            if comes or not live:
                hall.come(meeting)
            else:
                gone = live[pick % len(live)]
                registering.cancel(actor=make.actor(gone.person), registration=gone)
            rows = meeting.registrations.order_by("turn")
            seated = [row.turn for row in rows if row.state == "seated"]
            waiting = [row.turn for row in rows if row.state == "waiting"]
            assert len(seated) <= 2
            assert not waiting or len(seated) == 2
            assert not waiting or max(seated) < min(waiting)


@pytest.mark.django_db(transaction=True)
def test_eight_people_race_for_the_last_seat(hall: Hall) -> None:
    meeting = hall.meeting(seats=1)
    people = [make.UserFactory() for _ in range(8)]
    done = together(*[lambda who=who: hall.come(meeting, who) for who in people])
    assert not [one for one in done if isinstance(one, Exception)], done
    assert sorted(row.state for row in done) == ["seated"] + ["waiting"] * 7
    assert sorted(meeting.registrations.values_list("turn", flat=True)) == list(range(1, 9))


@pytest.mark.django_db(transaction=True)
def test_one_person_eight_times_is_on_the_list_once(hall: Hall) -> None:
    meeting, person = hall.meeting(seats=5), make.UserFactory()
    done = together(*[lambda: hall.come(meeting, person)] * 8)
    assert sum(isinstance(one, RefusedError) for one in done) == 7
    assert meeting.registrations.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_cancel_at_once_let_two_in(hall: Hall) -> None:
    meeting = hall.meeting(seats=2)
    rows = [hall.come(meeting) for _ in range(5)]
    done = together(
        *[
            lambda row=row: registering.cancel(actor=make.actor(row.person), registration=row)
            for row in rows[:2]
        ]
    )
    assert not [one for one in done if isinstance(one, Exception)], done
    assert states(meeting) == ["cancelled", "cancelled", "seated", "seated", "waiting"]
    assert Event.objects.filter(kind="meetings.seat").count() == 2


def test_the_database_refuses_a_second_holder_of_a_seat(hall: Hall) -> None:
    meeting = hall.meeting(seats=2)
    first, second = hall.come(meeting), hall.come(meeting)
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.filter(pk=second.pk).update(seat=first.seat)
    with pytest.raises(IntegrityError), transaction.atomic():
        Registration.objects.filter(pk=second.pk).update(state="waiting")


def test_an_address_has_no_seat_until_its_link_is_opened(hall: Hall) -> None:
    meeting = hall.meeting(seats=1)
    made = registering.register(
        actor=make.actor(None),
        meeting=meeting,
        attending="on_site",
        email="Someone@Example.org",
        language="en",
    )
    assert made.registration.state == "asked"
    assert contacts.ask() == 1
    (letter,) = mail.outbox
    assert letter.to == ["someone@example.org"]
    assert "registered this address" in letter.body
    token = re.search(r"/meetings/confirm/(\S+)/", letter.body)[1]

    taken = hall.come(meeting)
    assert taken.state == "seated", "an unconfirmed address holds no seat"
    placed = registering.confirm(token=token)
    assert placed.state == "waiting"
    assert registering.confirm(token=token).turn == placed.turn, "twice changes nothing"
    assert set(Follow.objects.filter(address="someone@example.org").values_list("reference", flat=True)) == {
        meeting.reference,
        placed.reference,
    }
    # Her own way, told by mail alone.
    registering.cancel(actor=make.actor(taken.person), registration=taken)
    mail.outbox.clear()
    delivering.deliver()
    assert [one.to for one in mail.outbox] == [["someone@example.org"]]
    assert "a seat became free" in mail.outbox[0].body


def test_the_same_address_cannot_have_two_seats(hall: Hall) -> None:
    meeting = hall.meeting(seats=5)
    person = make.UserFactory(email="twice@example.org")
    hall.come(meeting, person)
    for _ in range(2):
        registering.register(
            actor=make.actor(None), meeting=meeting, attending="on_site", email="twice@example.org"
        )
    for contact in Contact.objects.all():
        with pytest.raises(RefusedError) as refused:
            registering.confirm(token=contacts.token_of(contact))
        assert refused.value.code == "registration.twice"
    assert meeting.registrations.filter(state="seated").count() == 1


def test_a_flood_of_questions_to_one_address_stops(hall: Hall) -> None:
    for _ in range(contacts.PER_DAY + 2):
        registering.register(
            actor=make.actor(None), meeting=hall.meeting(), attending="on_site", email="victim@example.org"
        )
    assert contacts.ask() == contacts.PER_DAY
    assert len(mail.outbox) == contacts.PER_DAY


def test_a_dead_link_opens_nothing_and_what_was_never_confirmed_is_erased(hall: Hall) -> None:
    meeting = hall.meeting()
    registering.register(actor=make.actor(None), meeting=meeting, attending="on_site", email="a@example.org")
    token = contacts.token_of(Contact.objects.get())
    with clock.at(clock.now() + timedelta(days=contacts.DAYS, minutes=1)):
        assert registering.confirm(token=token) is None
        assert registering.confirm(token="nonsense") is None
        forgetting.sweep()
    assert not Contact.objects.exists()
    assert not Registration.objects.exists()
    assert not Audit.objects.filter(action="meetings.registration.make", payload__isnull=False).exists()


@pytest.mark.parametrize(
    ("state", "attending", "code"),
    [
        ("planned", "on_site", "meeting.not_open"),
        ("running", "on_site", "meeting.not_open"),
        ("closed", "on_site", "meeting.not_open"),
        ("open", "online", "registration.way"),
        ("open", "by_bus", "registration.way"),
    ],
)
def test_refusals_change_nothing(hall: Hall, state: str, attending: str, code: str) -> None:
    meeting = hall.meeting(state)
    before = (Registration.objects.count(), Audit.objects.count(), Follow.objects.count())
    with pytest.raises(RefusedError) as refused:
        hall.come(meeting, attending=attending)
    assert refused.value.code == code
    assert (Registration.objects.count(), Audit.objects.count() - 0, Follow.objects.count()) == before


def test_only_she_cancels(hall: Hall) -> None:
    meeting = hall.meeting()
    mine = hall.come(meeting)
    for other in (make.actor(None), make.actor(make.UserFactory()), hall.actor):
        with pytest.raises(RefusedError):
            registering.cancel(actor=other, registration=mine)
    assert fresh(mine).state == "seated"


def test_needs_are_for_the_organisers_sealed_and_erased_after_the_meeting(hall: Hall, sign_in) -> None:
    meeting = hall.meeting()
    person = make.UserFactory()
    hall.come(meeting, person, needs=["sign", "wheelchair"], need_words="앞자리가 필요해요")
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT codes, words FROM meetings_accessneed")
        assert all("sign" not in value and "앞자리" not in value for value in cursor.fetchone())
    assert (
        "앞자리"
        in sign_in(hall.officer).get(reverse("desk_registrations", args=[meeting.number])).content.decode()
    )
    for client in (sign_in(), sign_in(make.UserFactory()), sign_in(hall.stranger)):
        for name in ("desk_registrations", "meeting"):
            assert "앞자리" not in client.get(reverse(name, args=[meeting.number])).content.decode()
    assert not Audit.objects.filter(payload__icontains="wheelchair").exists()

    with clock.at(meeting.ends_at + timedelta(hours=23)):
        forgetting.sweep()
    assert AccessNeed.objects.exists()
    with clock.at(meeting.ends_at + timedelta(hours=25)):
        forgetting.sweep()
    assert not AccessNeed.objects.exists()


def test_a_person_who_leaves_gives_her_seat_back(hall: Hall) -> None:
    meeting = hall.meeting(seats=1)
    gone, next_one = hall.come(meeting), hall.come(meeting)
    forgetting.erase_person(actor=make.actor(gone.person), user=gone.person)
    assert (fresh(gone).state, fresh(next_one).state) == ("cancelled", "seated")
