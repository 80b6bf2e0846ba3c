"""Two people at the same moment: one team a person, one booking a slot, one ballot a person."""

from __future__ import annotations

from datetime import timedelta

import pytest

from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.services.hackathons.domain import hosting, judging, mentoring, teams
from madang.services.hackathons.models import Ballot, Member, Slot, Team
from tests.factories import UserFactory, actor
from tests.hackathons import support as s
from tests.security.conftest import together

pytestmark = pytest.mark.django_db(transaction=True)


def _refused(results: list[object]) -> int:
    faults = [one for one in results if isinstance(one, Exception) and not isinstance(one, RefusedError)]
    assert not faults, faults
    return sum(isinstance(one, RefusedError) for one in results)


def at(moment, act):
    """The clock is set in each thread."""

    def run():
        with clock.at(moment):
            return act()

    return run


def test_one_person_founds_and_joins_at_once() -> None:
    one = s.opened()
    person, other = UserFactory(), s.team(one, "지팡이")
    with clock.at(s.OPENS):
        row = teams.invite(actor=actor(other.captain), team=other, email=person.email)
    done = together(
        at(s.OPENS, lambda: teams.accept(actor=actor(person), member=s.fresh(row))),
        *[
            at(s.OPENS, lambda n=n: teams.found(actor=actor(person), hackathon=one, name=f"등불{n}", about="지도"))
            for n in range(3)
        ],
    )  # fmt: skip
    assert _refused(done) == 3
    assert Member.objects.filter(user=person, state="joined").count() == 1
    assert (
        Team.objects.count()
        == 1 + Member.objects.filter(user=person, state="joined").exclude(team=other).count()
    )


def test_four_teams_book_one_slot_and_one_team_two() -> None:
    one = s.opened(slots_most=1)
    made = [s.team(one, f"팀{n}") for n in range(4)]
    with clock.at(s.OPENS):
        mentor = hosting.name_mentor(actor=actor(s.facilitator()), hackathon=one, user=UserFactory())
        slots = [
            mentoring.offer(
                actor=actor(mentor.user), mentor=mentor, starts_at=s.OPENS + timedelta(hours=5 + n)
            )
            for n in range(3)
        ]
    done = together(
        *[
            at(s.OPENS, lambda t=t: mentoring.book(actor=actor(t.captain), team=t, slot=slots[0]))
            for t in made
        ]
    )
    assert _refused(done) == 3
    assert Slot.objects.filter(team__isnull=False).count() == 1
    free = next(t for t in made if not t.slots.exists())
    done = together(
        *[
            at(s.OPENS, lambda slot=slot: mentoring.book(actor=actor(free.captain), team=free, slot=slot))
            for slot in slots[1:]
        ]
    )
    assert _refused(done) == 1
    assert free.slots.count() == 1


def test_one_person_votes_many_times_at_once() -> None:
    one = s.opened()
    made = [s.team(one, f"팀{n}") for n in range(3)]
    for team in made:
        s.hand_in(team)
    voter = UserFactory()
    done = together(
        *[
            at(s.SUBMITS, lambda t=t: judging.vote(actor=actor(voter), hackathon=one, teams=[t.pk]))
            for t in made * 2
        ]
    )
    _refused(done)
    votes, people = judging.count(one)
    assert (sum(votes.values()), people) == (1, 1)
    numbers = list(Ballot.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
