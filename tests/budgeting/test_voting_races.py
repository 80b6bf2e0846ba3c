"""The same moment twice: two tabs, four places, the last ballot and the closing."""

from __future__ import annotations

import pytest

from madang.kernel import clock, ids
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.services.budgeting.domain import casting, closing, residences
from madang.services.budgeting.domain.casting import Cast
from madang.services.budgeting.models import Arrival, Ballot, Pot, Residence, Round, Tally, Voter
from tests.budgeting import voting_made as made
from tests.factories import UserFactory, actor
from tests.live.conftest import interleave
from tests.security.conftest import together

pytestmark = pytest.mark.django_db(transaction=True)


def _no_faults(results: list[object]) -> None:
    faults = [one for one in results if isinstance(one, Exception) and not isinstance(one, RefusedError)]
    assert not faults, faults


def test_one_form_sent_four_times_at_once_is_one_ballot() -> None:
    pot, user, code = made.opened(), UserFactory(), ids.new_code()
    done = together(*[lambda: made.cast(pot, ["A1"], user, code=code)] * 4)
    _no_faults(done)
    assert [one.is_new for one in done if isinstance(one, Cast)].count(True) == 1
    assert (Ballot.objects.count(), Voter.objects.count()) == (1, 1)


def test_one_person_at_four_places_has_one_ballot() -> None:
    pot, user = made.opened(), UserFactory()
    done = together(*[lambda n=n: made.cast(pot, [f"A{n}"], user) for n in range(1, 5)])
    _no_faults(done)
    assert (Ballot.objects.count(), Voter.objects.count()) == (1, 1)


def test_wherever_closing_falls_into_casting_the_ballot_is_counted_or_refused() -> None:
    place, more = 1, True
    while more:
        pot, user = made.opened(f"r{place}"), UserFactory()
        made.cast(pot, ["A2"])

        def end(pot: Pot = pot) -> Round:
            with clock.at(pot.round.votes_until):
                return closing.close(pot.round)

        cast, closed, more = interleave(lambda pot=pot, user=user: made.cast(pot, ["A1"], user), end, place)
        assert isinstance(closed, Round), closed
        assert isinstance(cast, Cast | RefusedError), cast
        counted = Tally.objects.get(pot=pot).ballots
        assert counted == 1 + isinstance(cast, Cast) == Ballot.objects.filter(pot=pot).count()
        assert not Voter.objects.filter(pot=pot).exists()
        assert not Ballot.objects.filter(pot=pot).exclude(choices=None).exists()
        place += 1
    assert place > 5


def test_wherever_casting_falls_into_closing_the_ballot_is_counted_or_refused() -> None:
    place, more = 1, True
    while more:
        pot, user = made.opened(f"r{place}"), UserFactory()
        made.cast(pot, ["A2"])

        def end(pot: Pot = pot) -> Round:
            with clock.at(pot.round.votes_until):
                return closing.close(pot.round)

        closed, cast, more = interleave(end, lambda pot=pot, user=user: made.cast(pot, ["A1"], user), place)
        assert isinstance(closed, Round), closed
        assert isinstance(cast, Cast | RefusedError), cast
        assert Tally.objects.get(pot=pot).ballots == 1 + isinstance(cast, Cast)
        place += 1
    assert place > 10


def test_wherever_another_window_falls_into_casting_she_votes_in_one_district() -> None:
    """In the other window she says another district and votes there."""
    place, more = 1, True
    while more:
        city, user = made.opened(f"d{place}", district_by="word"), UserFactory()
        east = made.pot_of(city.round, "east", {"B1": 1_000_000}, 5_000_000, district="11010")
        west = made.pot_of(city.round, "west", {"C1": 1_000_000}, 5_000_000, district="11020")
        residences.say(actor=actor(user), round_=city.round, district="11010")

        def other(west: Pot = west, user: User = user) -> Cast:
            residences.say(actor=actor(user), round_=Round.objects.get(pk=west.round_id), district="11020")
            return made.cast(west, ["C1"], user)

        *done, more = interleave(lambda east=east, user=user: made.cast(east, ["B1"], user), other, place)
        _no_faults(done)
        assert Ballot.objects.filter(pot__in=(east, west)).count() == 1
        assert Residence.objects.get(round=city.round).is_fixed
        place += 1
    assert place > 5


def test_wherever_closing_falls_into_counting_the_turnout_it_is_the_number_of_ballots() -> None:
    place, more = 1, True
    while more:
        pot = made.opened(f"t{place}")
        made.cast(pot, ["A1"])
        made.cast(pot, ["A2"])

        def end(pot: Pot = pot) -> Round:
            with clock.at(pot.round.votes_until):
                return closing.close(pot.round)

        counted, closed, more = interleave(casting.count_turnout, end, place)
        _no_faults([counted, closed])
        assert isinstance(closed, Round) and Pot.objects.get(pk=pot.pk).turnout == 2
        assert not Arrival.objects.exists()
        place += 1
    assert place > 2
