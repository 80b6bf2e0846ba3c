"""The lottery is made by the worker: once, the same after a kill, and with a reason where it cannot be made."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest
from django.db import connection

from madang.commons.panels.domain import lots, making, seats
from madang.commons.panels.models import Panel, Round, Seat
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from tests.factories import UserFactory, actor
from tests.panels.support import House

CHILD = """
import sys, time
import django
django.setup()
from django.conf import settings
from django.db import connection
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
from madang.commons.panels.domain import making
from madang.commons.panels.logic import lottery
def slow(problem, panels):
    print("begun", flush=True)
    time.sleep(60)
lottery.build = slow
making.make_ordered()
"""


def killed_worker() -> None:
    """A worker that has begun to make what was ordered, and is killed."""
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(connection.settings_dict["NAME"])], stdout=subprocess.PIPE, text=True,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "madang.conf.settings", "PYTHONPATH": "src"},
    )  # fmt: skip
    assert child.stdout is not None
    assert child.stdout.readline() == "begun\n"
    child.send_signal(signal.SIGKILL)
    child.wait(30)
    child.stdout.close()


@pytest.mark.django_db(transaction=True)
def test_a_killed_worker_leaves_the_order_and_the_next_one_makes_the_same() -> None:
    house = House()
    round_ = house.order(house.planned())
    killed_worker()
    round_.refresh_from_db()
    assert (round_.state, round_.tries, round_.frozen) == ("making", 1, {})
    assert making.make_ordered() == 1
    round_.refresh_from_db()
    assert (round_.state, round_.tries) == ("prepared", 0)
    first = (round_.digest, round_.frozen, round_.people)
    # The same order once more, from the beginning.
    Round.objects.filter(pk=round_.pk).update(state="making", frozen={}, digest="", people=[])
    round_.refresh_from_db()
    again = making.make(round_)
    assert (again.digest, again.frozen, again.people) == first


@pytest.mark.django_db
def test_what_ends_the_worker_three_times_is_not_tried_a_fourth() -> None:
    house = House()
    round_ = house.order(house.planned())
    Round.objects.filter(pk=round_.pk).update(tries=making.MOST_TRIES)
    assert making.make_ordered() == 1 and making.make_ordered() == 0
    round_.refresh_from_db()
    assert (round_.state, round_.trouble) == ("failed", "panels.broken")
    assert house.make(round_.panel).state == "prepared"


@pytest.mark.django_db
def test_a_second_click_orders_nothing() -> None:
    house = House()
    first = house.order(house.planned())
    before = Audit.objects.count()
    with pytest.raises(RefusedError) as caught:
        house.order(first.panel)
    assert caught.value.code == "panels.under_way"
    assert (Round.objects.count(), Audit.objects.count()) == (1, before)
    assert Round.objects.get().witnesses.count() == 2


@pytest.mark.django_db
def test_nobody_but_the_office_orders_and_nobody_makes_by_hand() -> None:
    house = House()
    panel = house.planned()
    with pytest.raises(RefusedError) as caught:
        house.order(panel, actor=actor(UserFactory()))
    assert caught.value.code == "mandate.office" and not Round.objects.exists()


@pytest.mark.django_db
def test_an_order_that_was_given_up_is_not_made() -> None:
    house = House()
    round_ = house.order(house.planned())
    lots.void(actor=actor(house.approver), round_=round_, reason="명부를 다시 받습니다.")
    with pytest.raises(RefusedError) as caught:
        making.make(round_)
    assert caught.value.code == "flow.state"
    assert Round.objects.get().state == "void"
    assert making.make_ordered() == 0


@pytest.mark.django_db
def test_a_seat_given_back_while_it_is_made_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    house = House()
    panel = house.drawn().panel
    one, other = Seat.objects.select_related("round__panel")[:2]
    seats.answer(seat=one, accepts=False)
    round_ = house.order(panel)
    assert round_.size == 1
    build = making.lottery.build

    def meanwhile(*args: object) -> object:
        monkeypatch.setattr(making.lottery, "build", build)
        seats.answer(seat=other, accepts=False)
        return build(*args)

    monkeypatch.setattr(making.lottery, "build", meanwhile)
    assert making.make(round_).state == "making"
    assert making.make_ordered() == 1
    round_.refresh_from_db()
    assert (round_.state, round_.size, round_.frozen["size"]) == ("prepared", 2, 2)
    assert Panel.objects.get().state == "seated"
