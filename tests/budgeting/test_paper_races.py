"""The same moment twice, with paper: two booths, a booth and a phone, one code, one sheet."""

from __future__ import annotations

import pytest

from madang.kernel.errors import RefusedError
from madang.services.budgeting.domain import booth as devices
from madang.services.budgeting.domain import sheets
from madang.services.budgeting.domain.casting import Cast
from madang.services.budgeting.models import Ballot, Mark, Voter
from tests.budgeting import paper_made as p
from tests.budgeting import voting_made as made
from tests.factories import UserFactory
from tests.live.conftest import interleave
from tests.security.conftest import together

pytestmark = pytest.mark.django_db(transaction=True)


def _no_faults(*results: object) -> None:
    faults = [one for one in results if isinstance(one, Exception) and not isinstance(one, RefusedError)]
    assert not faults, faults


def test_wherever_a_booth_falls_into_an_online_vote_one_of_them_counts() -> None:
    at, place, more = p.booth(size=99), 1, True
    while more:
        user = UserFactory()
        cast, handed, more = interleave(
            lambda user=user: made.cast(at.pot, ["A1"], user), lambda user=user: at.hand(user), place
        )
        _no_faults(cast, handed)
        assert handed == ""
        # She holds a sheet, so nothing of hers lies online, whichever came first.
        assert not Voter.objects.exists()
        assert not Ballot.objects.exists()
        assert isinstance(cast, Cast | RefusedError)
        place += 1
    assert place > 4


def test_one_person_at_two_booths_one_code_at_two_devices_one_sheet_at_two_desks() -> None:
    at = p.booth()
    user = UserFactory()
    done = together(*[lambda: at.hand(user)] * 3)
    _no_faults(*done)
    assert sorted(map(str, done)).count("") == 1
    assert (Mark.objects.count(), at.fresh.handed) == (1, 1)

    key = at.hand(as_code=True)
    done = together(
        *[lambda n=n: devices.cast(round_=at.pot.round, typed=key, given=[f"A{n}"]) for n in (1, 2, 3)]
    )
    _no_faults(*done)
    assert (Ballot.objects.count(), at.fresh.keyed_cast) == (1, 1)

    sheet = at.sheet()
    people = (at.first, at.second, at.third)
    done = together(*[lambda who=who: sheets.read(actor=who, sheet=sheet, marks=p.TICK) for who in people])
    _no_faults(*done)
    assert at.sheet().state == "cast"
    assert Ballot.objects.count() == 2
