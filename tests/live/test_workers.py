"""Several workers side by side: a job runs in one of them, the dead are replaced, no clock decides."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import OperationalError
from django_tasks_db.models import DBTaskResult, get_date_max

from madang.conf.management.commands.worker import TRIES, rescue
from madang.kernel import clock, jobs, leases
from madang.kernel.errors import HeldError
from madang.kernel.leases import DEAD, RENEW, SURE, Leases
from madang.kernel.models import Heartbeat
from tests.security.conftest import together

JOBS = ["job:one", "job:two"]


class Steady:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def pair() -> tuple[Leases, Leases, Steady]:
    steady = Steady()
    return Leases("a", steady), Leases("b", steady), steady


def held(worker: Leases) -> list[str]:
    return [name for name in JOBS if worker.holds(name)]


@pytest.mark.django_db
class TestLeases:
    def test_the_first_has_them_and_keeps_them(self) -> None:
        a, b, steady = pair()
        for _ in range(20):
            a.renew(JOBS)
            b.renew(JOBS)
            assert (held(a), held(b)) == (JOBS, [])
            steady.now += RENEW

    def test_the_dead_are_replaced_and_never_two_hold_one(self) -> None:
        a, b, steady = pair()
        a.renew(JOBS)
        began = steady.now
        while not held(b):
            b.renew(JOBS)
            assert not (held(a) and held(b))
            steady.now += 0.5
            assert steady.now < began + 30
        assert began + SURE < began + DEAD <= steady.now
        a.renew(JOBS)  # it was only asleep: it has lost them and says so
        assert (held(a), held(b)) == ([], JOBS)

    def test_a_wall_clock_that_jumps_changes_nothing(self) -> None:
        a, b, _steady = pair()
        a.renew(JOBS)
        b.renew(JOBS)
        for jump in (timedelta(days=400), timedelta(days=-400)):
            with clock.at(clock.now() + jump):
                b.renew(JOBS)
                a.renew(JOBS)
                b.renew(JOBS)
                assert (held(a), held(b)) == (JOBS, [])

    def test_given_back_at_a_clean_end(self) -> None:
        a, b, _steady = pair()
        a.renew(JOBS)
        a.release()
        b.renew(JOBS)
        assert (held(a), held(b)) == ([], JOBS)
        assert not Heartbeat.objects.filter(name="worker:a").exists()

    def test_a_worker_that_cannot_reach_the_database_stops_in_time(self) -> None:
        a, _b, steady = pair()
        a.renew(JOBS)
        steady.now += SURE
        assert held(a) == []


@pytest.mark.django_db(transaction=True)
def test_four_workers_at_once_share_without_overlap() -> None:
    workers = [Leases(name) for name in "abcd"]
    assert together(*[lambda worker=worker: worker.renew(JOBS) for worker in workers]) == [None] * 4
    assert sorted(name for worker in workers for name in held(worker)) == JOBS


def running(worker: str, *before: str) -> DBTaskResult:
    return DBTaskResult.objects.create(
        id=uuid.uuid4(), status="RUNNING", args_kwargs={"args": [], "kwargs": {}}, task_path="a.b", backend_name="default",
        run_after=get_date_max(), worker_ids=[*before, worker], started_at=clock.now() - timedelta(hours=3),
    )  # fmt: skip


@pytest.mark.django_db
class TestRescue:
    def test_a_slow_task_stays_and_a_dead_workers_task_runs_again(self) -> None:
        a, b, steady = pair()
        a.renew([])
        b.renew([])
        slow, lost = running("a"), running("gone")
        with clock.at(clock.now() + timedelta(days=2)):  # whatever the clock says
            assert rescue(b) == 1
        slow.refresh_from_db()
        lost.refresh_from_db()
        assert (slow.status, lost.status, lost.started_at) == ("RUNNING", "READY", None)
        for _ in range(20):  # a says nothing any more
            steady.now += RENEW
            b.renew([])
        assert rescue(b) == 1
        slow.refresh_from_db()
        assert slow.status == "READY"
        assert rescue(b) == 0

    def test_a_task_that_kills_its_workers_is_given_up(self) -> None:
        _a, b, _steady = pair()
        b.renew([])
        task = running("gone", *["gone"] * (TRIES - 1))
        assert rescue(b) == 0
        task.refresh_from_db()
        assert task.status == "FAILED"


@pytest.mark.django_db(transaction=True)
def test_a_job_that_hangs_holds_up_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    hang, quick = threading.Event(), threading.Semaphore(0)
    table = {
        "slow": jobs.Periodic("slow", 0.05, lambda: hang.wait(60)),
        "quick": jobs.Periodic("quick", 0.05, quick.release),
    }
    monkeypatch.setattr(jobs, "_periodic", table)
    monkeypatch.setattr(leases, "RENEW", 0.05)
    stop = threading.Event()
    schedule = jobs.Schedule(Leases("a"), stop)
    schedule.start()
    try:
        for _ in range(5):
            assert quick.acquire(timeout=30)
    finally:
        hang.set()
        stop.set()
        schedule.end(30)
    assert not any(thread.is_alive() for thread in schedule.threads)
    assert not Heartbeat.objects.filter(name__startswith="job:").exists()


@pytest.mark.parametrize(
    "error", [OperationalError("the connection is closed"), OSError(28, "the disk is full")]
)
def test_a_lost_database_or_disk_is_tried_again_soon(error: Exception) -> None:
    def away() -> None:
        raise error

    job = jobs.Periodic("ledger", 1, away)
    assert [job.attempt() for _ in range(6)] == [2, 4, 5, 5, 5, 5]
    job = jobs.Periodic("mail", 2, lambda: 1 / 0)
    assert [job.attempt() for _ in range(6)] == [4, 8, 16, 32, 64, 120]


@pytest.mark.parametrize(
    "error", [OSError(28, "No space left"), OperationalError("database or disk is full")]
)
def test_a_full_disk_is_one_line_in_both_languages(
    caplog: pytest.LogCaptureFixture, error: Exception
) -> None:
    def full() -> None:
        raise error

    assert jobs.Periodic("ledger.sequence", 1, full).attempt() == 2
    assert [record.levelname for record in caplog.records] == ["ERROR"]
    assert "make room" in caplog.text and "디스크에 빈 공간이 없습니다" in caplog.text
    assert "Traceback" not in caplog.text


def test_what_is_held_still_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    def held_still() -> None:
        raise HeldError("moved")

    job = jobs.Periodic("ledger", 60, held_still)
    assert [job.attempt() for _ in range(3)] == [5, 5, 5]
    assert job.failures == 0
    assert caplog.text == ""


@pytest.mark.django_db(transaction=True)
def test_nothing_begins_while_the_installation_is_held_still(monkeypatch: pytest.MonkeyPatch) -> None:
    ran, still = threading.Semaphore(0), threading.Event()
    still.set()
    monkeypatch.setattr(jobs, "_periodic", {"quick": jobs.Periodic("quick", 0.05, ran.release)})
    monkeypatch.setattr(leases, "RENEW", 0.05)
    stop = threading.Event()
    schedule = jobs.Schedule(Leases("a"), stop, rests=still.is_set)
    schedule.start()
    try:
        assert not ran.acquire(timeout=1)
        assert not Heartbeat.objects.filter(name__startswith="job:").exists()
        still.clear()
        assert ran.acquire(timeout=30)
    finally:
        stop.set()
        schedule.end(30)
