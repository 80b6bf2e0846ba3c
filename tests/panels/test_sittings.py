"""Sessions of a panel: who may note who came, and what the public learns of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from madang.commons.panels import queries
from madang.commons.panels.domain import seats, sittings
from madang.commons.panels.logic.few import hidden
from madang.commons.panels.models import Panel, Presence, Seat, Sitting
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from tests.factories import UserFactory, actor
from tests.panels.support import House


@given(st.lists(st.integers(0, 30), max_size=9), st.integers(1, 9))
def test_no_hidden_number_follows_from_the_others(groups: list[int], least: int) -> None:
    places = hidden(groups, least)
    have = [at for at, size in enumerate(groups) if size]
    shown = [at for at in have if at not in places]
    if len(have) > 1:
        assert all(groups[at] >= least for at in shown)
    if places:
        # The total tells the sum of what is hidden: it is of at least two groups, and large, or of everybody.
        assert len(places) >= 2
        assert sum(groups[at] for at in places) >= least or not shown


@pytest.mark.parametrize(
    ("groups", "places"),
    [([5, 95], {0, 1}), ([2, 6, 40], {0, 1}), ([9, 9], set()), ([0, 9, 9], set()), ([1, 1, 1, 20], {0, 1, 2, 3}), ([2], set())],
)  # fmt: skip
def test_what_is_hidden(groups: list[int], places: set[int]) -> None:
    assert hidden(groups, 6) == places


@pytest.fixture
def house(db) -> House:
    house = House()
    for seat in house.drawn(min_cell=2).seats.select_related("round__panel"):
        seats.answer(seat=seat, accepts=True)
    return house


def held(house: House, hours: int = -1) -> Sitting:
    return sittings.plan(
        actor=house.officer,
        panel=Panel.objects.get(),
        title="첫 모임",
        place="시청",
        at=clock.now() + timedelta(hours=hours),
    )


def test_who_came_is_noted_by_the_office_and_shown_as_sums(house: House) -> None:
    sitting = held(house)
    keys = list(Seat.objects.values_list("pk", flat=True))
    sittings.record(actor=house.officer, sitting=sitting, came=keys[:4])
    sittings.record(actor=house.officer, sitting=sitting, came=keys[:7])
    assert Presence.objects.filter(came=True).count() == 7 and Presence.objects.count() == 10
    text = Client().get("/panels/test/sittings/").content.decode()
    assert "첫 모임" in text and "10명 중 7명" in text
    for seat in Seat.objects.select_related("candidate"):
        assert f">{seat.candidate.name}<" not in text and seat.candidate.contact not in text
    acts = Audit.objects.filter(action="panels.panel.attendance").order_by("pk")
    assert [(act.payload["data"]["came"], act.payload["data"]["of"]) for act in acts] == [(4, 10), (7, 10)]


def test_small_numbers_are_not_on_the_public_page(house: House) -> None:
    sitting = held(house)
    sittings.record(actor=house.officer, sitting=sitting, came=[])
    panel = Panel.objects.get()
    for _feature, rows in queries.attendance(panel, [sitting]):
        for _value, (share,) in rows:
            assert share.seats is None or share.seats >= queries.LEAST_SHOWN


def test_a_seat_given_back_later_stays_in_what_was_noted(house: House) -> None:
    sitting = held(house)
    keys = list(Seat.objects.values_list("pk", flat=True))
    sittings.record(actor=house.officer, sitting=sitting, came=keys)
    seat = Seat.objects.select_related("round__panel").get(pk=keys[0])
    seats.note(actor=house.officer, seat=seat, step="leave", reason="이사했습니다.")
    (one,) = queries.sittings(Panel.objects.get())
    assert (one.came, one.of) == (10, 10)
    sittings.record(actor=house.officer, sitting=sitting, came=keys[1:])
    (one,) = queries.sittings(Panel.objects.get())
    assert (one.came, one.of) == (9, 10)


def test_refusals_write_nothing(house: House) -> None:
    sitting, later = held(house), held(house, hours=2)
    before = Audit.objects.count()
    keys = list(Seat.objects.values_list("pk", flat=True))
    for act, code in (
        (lambda: sittings.record(actor=actor(UserFactory()), sitting=sitting, came=keys), "mandate.office"),
        (
            lambda: sittings.record(actor=actor(house.witnesses[0]), sitting=sitting, came=keys),
            "mandate.office",
        ),
        (lambda: sittings.record(actor=house.officer, sitting=later, came=keys), "sitting.early"),
        (lambda: sittings.record(actor=house.officer, sitting=sitting, came=[999_999]), "sitting.seats"),
    ):
        with pytest.raises(RefusedError) as caught:
            act()
        assert caught.value.code == code
    assert not Presence.objects.exists() and Audit.objects.count() == before


def test_the_desk_notes_it_by_form(house: House) -> None:
    client = Client()
    client.force_login(house.preparer)
    assert client.post("/desk/panels/test/sittings/", {"title": "", "at": ""}).status_code == 422
    answer = client.post(
        "/desk/panels/test/sittings/", {"title": "둘째 모임", "at": "2020-05-05T14:00", "place": ""}
    )
    assert answer.status_code == 302
    key = Seat.objects.values_list("pk", flat=True)[0]
    page = client.get("/desk/panels/test/sittings/1/").content.decode()
    assert page.count('name="came"') == 10
    assert client.post("/desk/panels/test/sittings/1/", {"came": [key, "x"]}).status_code == 302
    assert list(Presence.objects.filter(came=True).values_list("seat_id", flat=True)) == [key]
    other = Client()
    other.force_login(UserFactory())
    assert other.get("/desk/panels/test/sittings/1/").status_code == 403
    seats.close(actor=house.officer, panel=Panel.objects.get(), reason="끝.")
    assert client.post("/desk/panels/test/sittings/1/", {"came": []}).status_code == 409
    assert Presence.objects.filter(came=True).count() == 1
