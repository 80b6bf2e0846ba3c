"""The same moment twice: two tabs, four places, the last ballot and the closing."""

from __future__ import annotations

import pytest

from madang.kernel import clock, ids
from madang.kernel.errors import RefusedError
from madang.services.budgeting.domain import closing
from madang.services.budgeting.domain.casting import Cast
from madang.services.budgeting.models import Ballot, Pot, Round, Tally, Voter
from tests.budgeting import voting_made as made
from tests.factories import UserFactory
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
