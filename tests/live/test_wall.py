"""A clock that jumps ahead ends nothing before somebody could set it right."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.test import Client

from madang.conf.management.commands.worker import beat, last_seen
from madang.kernel import clock, jobs
from madang.kernel.leases import Leases
from madang.kernel.models import Heartbeat
from madang.kernel.wall import HELD, HOLD, Wall

DAY = 86_400.0


class Machine:
    """Its steady seconds and its clock."""

    def __init__(self) -> None:
        self.steady, self.clock = 50.0, 1_800_000_000.0

    def passes(self, seconds: float) -> None:
        self.steady += seconds
        self.clock += seconds

    def wall(self) -> Wall:
        return Wall(steady=lambda: self.steady, wall=lambda: self.clock)


def test_a_jump_ahead_holds_for_half_an_hour_and_a_correction_ends_it() -> None:
    machine = Machine()
    wall = machine.wall()
    machine.passes(10 * DAY)
    assert not wall.holds()
    machine.clock += 30 * DAY
    assert wall.holds()
    machine.passes(HOLD - 1)
    assert wall.holds()
    machine.passes(2)
    assert not wall.holds()  # it stayed so: the clock was wrong before
    machine.clock += DAY
    assert wall.holds()
    machine.clock -= DAY
    assert not wall.holds()


def test_small_corrections_and_sleep_hold_nothing() -> None:
    machine = Machine()
    wall = machine.wall()
    for drift in (2, -2, 60, -200, 250):
        machine.passes(1000)
        machine.clock += drift
        assert not wall.holds()


def test_a_worker_that_begins_long_after_the_last_one_waits_too() -> None:
    now = clock.now()
    assert Wall(now - timedelta(days=40)).holds()
    assert not Wall(now - timedelta(hours=3)).holds()
    assert not Wall(None).holds()
    assert not Wall(now + timedelta(days=3)).holds()


@pytest.mark.django_db(transaction=True)
def test_only_what_goes_by_the_date_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    ran: set[str] = set()
    both = threading.Event()

    def run(name: str) -> object:
        ran.add(name)
        if name == "counts":
            both.set()
        return None

    known = {
        "ends": jobs.Periodic("ends", 0.05, lambda: run("ends"), everywhere=True, by_date=True),
        "counts": jobs.Periodic("counts", 0.2, lambda: run("counts"), everywhere=True),
    }
    monkeypatch.setattr(jobs, "_periodic", known)
    machine, stop = Machine(), threading.Event()
    wall = machine.wall()
    machine.clock += DAY
    schedule = jobs.Schedule(Leases("w"), stop, wall)
    schedule.start()
    assert both.wait(10)
    stop.wait(0.5)
    stop.set()
    schedule.end(5)
    assert ran == {"counts"}


def test_what_cannot_be_taken_back_goes_by_the_date() -> None:
    waits = {job.name for job in jobs.periodic() if job.by_date}
    assert waits >= {
        "matters.lateness", "matters.inquiries", "square.close_ended", "square.silence", "square.phases",
        "square.lapse", "opinions.close_ended", "meetings.forget", "hackathons.advance",
    }  # fmt: skip
    assert not waits & {"ledger.sequence", "square.tally", "notices.deliver", "worker.heartbeat"}


@pytest.mark.django_db
def test_health_says_that_the_clock_jumped(client: Client) -> None:
    machine = Machine()
    wall = machine.wall()
    beat(wall)
    assert client.get("/healthz").json()["worker"] == "ok"
    machine.clock += DAY
    beat(wall)
    assert client.get("/healthz").json()["worker"] == HELD
    assert last_seen() == Heartbeat.objects.get(name="worker").at
