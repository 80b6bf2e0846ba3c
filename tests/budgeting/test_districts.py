"""Who votes about which money: her district and her age, by proof or by her word, and one district for each person."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.kernel import clock
from madang.kernel.domain import assurance
from madang.kernel.errors import RefusedError
from madang.kernel.models import Assurance, User
from madang.services.budgeting import api
from madang.services.budgeting.domain import announcing, counting, deciding, residences, voters
from madang.services.budgeting.domain.rounds import PotDraft
from madang.services.budgeting.models import Ballot, Pot, Residence, Round, Tally, Voter
from tests.budgeting import rounds_support as s
from tests.budgeting import voting_made as made
from tests.factories import UserFactory, actor

pytestmark = pytest.mark.django_db
JONGNO, JUNG = "11010", "11020"


def resident(district: str = "", born: date | None = None) -> User:
    """Somebody who was verified, with what the proof says."""
    user = UserFactory()
    until = clock.now() + timedelta(days=100)
    assurance.grant(
        actor=actor(user),
        user=user,
        source=Assurance.Source.REGISTRY,
        until=until,
        district=district,
        born=born,
    )
    return user


def areas(**fields: Any) -> tuple[Pot, Pot, Pot]:
    """An open round: a pot for everybody and one for each of two districts."""
    city = made.opened(**({"level": "resident"} | fields))
    round_ = Round.objects.get(pk=city.round_id)
    east = made.pot_of(round_, "east", {"B1": 1_000_000, "B2": 2_000_000}, 2_000_000, district=JONGNO)
    west = made.pot_of(round_, "west", {"C1": 1_000_000}, 5_000_000, district=JUNG)
    return city, east, west


def refused(pot: Pot, given: object, user: User) -> str:
    """The code of a refusal that changed nothing."""
    before = [list(model.objects.values_list()) for model in (Ballot, Voter, Residence)]
    with pytest.raises(RefusedError) as error:
        made.cast(pot, given, user)
    assert [list(model.objects.values_list()) for model in (Ballot, Voter, Residence)] == before
    return error.value.code


def test_by_proof_each_district_votes_and_is_counted_by_itself() -> None:
    city, east, west = areas()
    here, there, unknown = resident(JONGNO), resident(JUNG), resident()
    for user in (here, there, unknown):
        made.cast(city, ["A1"], user)
    made.cast(east, ["B1"], here)
    made.cast(west, ["C1"], there)
    assert refused(west, ["C1"], here) == refused(east, ["B1"], there) == "budgeting.district"
    assert refused(east, ["B1"], unknown) == "proof.district"
    # She moves while the vote is open: where she has voted she votes until closing, and nowhere else.
    Assurance.objects.filter(user=here).update(district=JUNG)
    assert refused(west, ["C1"], here) == "budgeting.district"
    assert made.cast(east, ["B2"], here).is_change
    assert voters.own_data(here.pk)["votes_in"] == [{"round": "2027", "district": JONGNO}]
    made.closed(city)
    assert {tally.pot.code: tally.ballots for tally in Tally.objects.all()} == {
        "city": 3,
        "east": 1,
        "west": 1,
    }
    assert not Residence.objects.exists()
    counting.count_waiting()
    assert deciding.recount_waiting() == 3
    east.refresh_from_db()
    assert east.election is not None and east.election.ballots.decode().endswith("1;B2\n")


def test_by_word_she_may_change_it_until_she_has_voted_for_a_district(client: Client) -> None:
    city, east, west = areas(level="contact", district_by="word")
    user, page = UserFactory(), "/en/budget/rounds/2027/vote/"
    assert client.post(page, {"district": JONGNO}).url.startswith("/en/account/")
    client.force_login(user)
    assert refused(east, ["B1"], user) == "budgeting.say_district"
    assert "Say where I live" in client.get(f"{page}east/").content.decode()
    assert client.post(page, {}).status_code == client.post(page, {"district": "11030"}).status_code == 422
    assert not Residence.objects.exists()
    for district in (Residence.OTHER, JUNG, JONGNO):
        assert client.post(page, {"district": district}).status_code == 302
    shown = client.get(page).content.decode()
    first, _details, last = shown.partition("1 ballot of another district")
    assert "/vote/city/" in first and "/vote/east/" in first and "/vote/west/" in last
    assert refused(west, ["C1"], user) == "budgeting.district"
    made.cast(city, ["A1"], user)
    assert client.post(page, {"district": JONGNO}).status_code == 302  # nothing for a district yet
    made.cast(east, ["B1"], user)
    assert "You vote in" in client.get(page).content.decode()
    before = list(Residence.objects.values_list())
    assert client.post(page, {"district": JUNG}).status_code == 403
    assert list(Residence.objects.values_list()) == before
    # A proof that comes later does not open a second district either.
    until = clock.now() + timedelta(days=9)
    assurance.grant(actor=actor(user), user=user, source="registry", until=until, district=JUNG)
    assert refused(west, ["C1"], user) == "budgeting.district"
    with pytest.raises(RefusedError) as error:
        api.cast(actor=actor(user), slug="2027", pot="west", choices=["C1"])
    assert error.value.code == "budgeting.district"
    voters.erase_person(actor=actor(user), user=user)
    assert not Residence.objects.exists() and Ballot.objects.count() == 2


def test_a_word_counts_only_where_the_round_takes_it() -> None:
    city, _east, _west = areas()
    with pytest.raises(RefusedError) as error:
        residences.say(actor=actor(resident()), round_=city.round, district=JONGNO)
    assert error.value.code == "budgeting.by_proof" and not Residence.objects.exists()


def test_the_word_of_another_window_does_not_open_a_second_district() -> None:
    """The word changes between the look at the rules and the writing of the ballot."""
    _city, east, west = areas(level="contact", district_by="word")
    user = UserFactory()
    residences.say(actor=actor(user), round_=east.round, district=JONGNO)
    made.cast(east, ["B1"], user)
    fresh = Pot.objects.select_related("round").get(pk=west.pk)
    with pytest.raises(RefusedError):
        residences.fix(actor=actor(user), pot=fresh)
    assert Residence.objects.get().district == JONGNO


def test_an_age_is_reached_by_the_last_day_of_the_vote() -> None:
    city = made.opened(level="resident", minimum_age=16)
    last = city.round.last_day
    assert last == clock.seoul(city.round.votes_until).date()
    day = city.round.born_until
    assert day is not None and (day.year, day.month, day.day) == (last.year - 16, last.month, last.day)
    made.cast(city, ["A1"], resident(born=day))
    assert refused(city, ["A1"], resident(born=day + timedelta(days=1))) == "budgeting.age"
    assert refused(city, ["A1"], resident()) == "proof.age"
    leap = Round(minimum_age=18, votes_until=made.clock.seoul(clock.now()).replace(2028, 2, 29, 18))
    assert leap.born_until == date(2010, 2, 28)
    leap.votes_until = leap.votes_until.replace(2028, 3, 1, 0, 0, 0, 0)
    assert leap.born_until == date(2010, 2, 28)


POTS = (PotDraft("종로", "Jongno", 5, district=JONGNO),)


def test_all_of_it_is_frozen_and_published(client: Client) -> None:
    row = s.announced(pots=POTS, minimum_age=16, level="resident")
    assert row.frozen["voters"] == {"district_by": "proof", "minimum_age": 16, "born_until": "2010-06-21"}
    assert row.frozen["pots"][0]["district"] == JONGNO
    page = client.get("/en/budget/rounds/next/").content.decode()
    assert "16 years old" in page and "as their proof says" in page and "Jongno" in page
    assert s.announced("plain").frozen["voters"] == {
        "district_by": None, "minimum_age": 0, "born_until": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("district_by", {"pots": POTS}),
        ("minimum_age", {"minimum_age": 16, "district_by": "word"}),
        ("pots", {"pots": (PotDraft("가", "A", 5, district="99999"),), "district_by": "word"}),
    ],
)
def test_what_nothing_could_prove_is_not_announced(field: str, change: dict[str, Any]) -> None:
    row = s.draft(level="contact", **change)
    with clock.at(s.BORN):
        assert [one.field for one in announcing.missing(row, list(row.pots.all()))] == [field]


def test_a_cast_asks_where_somebody_lives_only_for_the_pot_of_a_district() -> None:
    city, east, _west = areas()
    user = resident(JONGNO)
    made.cast(east, ["B1"], user)
    asked = []
    for pot, given in ((city, ["A1"]), (east, ["B2"])):
        with CaptureQueriesContext(connection) as seen:
            made.cast(pot, given, user)
        asked.append(sum("residence" in one["sql"] for one in seen))
    assert asked[0] == 0 < asked[1]
