"""Digests and quiet hours: every piece of news comes once, whatever happens in between."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from madang.commons.notices import api
from madang.commons.notices.domain import delivering, preferring
from madang.commons.notices.logic import rhythm
from madang.commons.notices.models import Delivery, Event, Follow, Preference
from madang.kernel import clock
from madang.kernel.errors import RefusedError

NOON = datetime(2026, 11, 18, 12, tzinfo=clock.SEOUL)  # a Wednesday


@given(
    after=some.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
    hour=some.integers(0, 23),
    weekday=some.integers(0, 6),
)
def test_the_next_digest_is_later_and_at_its_hour(after: datetime, hour: int, weekday: int) -> None:
    moment = after.replace(tzinfo=clock.UTC)
    daily = rhythm.next_digest("daily", moment, hour=hour, weekday=weekday)
    weekly = rhythm.next_digest("weekly", moment, hour=hour, weekday=weekday)
    assert timedelta() < daily - moment <= timedelta(days=1)
    assert timedelta() < weekly - moment <= timedelta(days=7)
    assert (clock.seoul(daily).hour, clock.seoul(weekly).hour) == (hour, hour)
    assert clock.seoul(weekly).weekday() == weekday
    assert rhythm.next_digest("instant", moment, hour=hour, weekday=weekday) == moment


@given(
    after=some.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)),
    start=some.integers(0, 23),
    end=some.integers(0, 23),
)
def test_quiet_hours_end_and_are_not_entered_at_their_end(after: datetime, start: int, end: int) -> None:
    moment = after.replace(tzinfo=clock.UTC)
    over = rhythm.end_of_quiet(moment, start=start, end=end)
    if over is None:
        return
    assert timedelta() < over - moment < timedelta(days=1)
    assert rhythm.end_of_quiet(over, start=start, end=end) is None


@pytest.mark.parametrize(
    ("hour", "until"), [(20, None), (21, 8), (23, 8), (0, 8), (7, 8), (8, None), (12, None)]
)
def test_the_night_goes_over_midnight(hour: int, until: int | None) -> None:
    over = rhythm.end_of_quiet(NOON.replace(hour=hour), start=21, end=8)
    assert (clock.seoul(over).hour if over else None) == until


def wish(user, to: str, **quiet: object) -> Preference:
    fields = {"is_quiet": False, "quiet_from": 21, "quiet_to": 8} | quiet
    return preferring.wish(user=user, rhythm=to, **fields)


def tell(title: str = "통학로", reference: str = "thing:a") -> None:
    api.tell(reference=reference, kind="thing.answered", title=title)


def test_a_day_comes_in_one_mail(person, public) -> None:
    user = person()
    for reference in ("thing:a", "thing:b"):
        api.follow(reference=reference, user=user, why="follower")
    with clock.at(NOON):
        wish(user, "daily")
        for number in range(3):
            tell(f"신호 {number}")
        tell("가로등", "thing:b")
        assert delivering.deliver() == 0
    with clock.at(NOON + timedelta(hours=19, minutes=59)):
        assert delivering.deliver() == 0
    with clock.at(NOON + timedelta(hours=20)):
        assert delivering.deliver() == 1
        assert delivering.deliver() == 0
    (letter,) = mail.outbox
    token = Preference.objects.get().token
    assert letter.subject == "[마당] 소식 4건: 신호 0"
    assert letter.body.count("답변") == 4
    assert letter.body.count("가로등") == 1
    assert letter.extra_headers["List-Unsubscribe"].endswith(f"/stop/{token}/>")


def test_a_change_moves_what_waits_and_nothing_comes_twice(person, public) -> None:
    user = person()
    api.follow(reference="thing:a", user=user, why="follower")
    with clock.at(NOON):
        wish(user, "weekly")
        tell("하나")
        wish(user, "instant")
        assert delivering.deliver() == 1
        tell("둘")
        wish(user, "daily")
        assert delivering.deliver() == 0
    with clock.at(NOON + timedelta(days=8)):
        assert delivering.deliver() == 1
        assert delivering.deliver() == 0
    assert [letter.body.count("하나") for letter in mail.outbox] == [1, 0]


def test_the_night_is_quiet_and_the_morning_brings_it(person, public) -> None:
    user = person()
    api.follow(reference="thing:a", user=user, why="follower")
    night = NOON.replace(hour=23)
    with clock.at(night):
        wish(user, "instant", is_quiet=True)
        tell()
        assert delivering.deliver() == 0
    with clock.at(night + timedelta(hours=8, minutes=59)):
        assert delivering.deliver() == 0
    with clock.at(night + timedelta(hours=9)):
        assert delivering.deliver() == 1
    assert Delivery.objects.get().attempts == 1


def test_a_clock_that_was_far_ahead_loses_nothing(person, public) -> None:
    user = person()
    api.follow(reference="thing:a", user=user, why="follower")
    wish(user, "daily")
    with clock.at(NOON + timedelta(days=3_650)):
        tell()
    with clock.at(NOON):
        assert delivering.deliver() == 0
        assert delivering.rescue() == 1
        assert delivering.deliver() == 1
        assert delivering.rescue() == 0


def test_an_address_chooses_by_its_own(db, public) -> None:
    api.follow(reference="thing:a", address="kim@example.org", why="author")
    with clock.at(NOON):
        preferring.wish(address="KIM@example.org", rhythm="daily", is_quiet=False, quiet_from=21, quiet_to=8)
        tell()
        assert delivering.deliver() == 0
    with clock.at(NOON + timedelta(days=1)):
        assert delivering.deliver() == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"rhythm": "hourly"}, "notices.rhythm"),
        ({"quiet_from": 24}, "notices.hours"),
        ({"is_quiet": True, "quiet_from": 8}, "notices.hours"),
    ],
)
def test_what_cannot_be_chosen_changes_nothing(person, fields, code) -> None:
    with pytest.raises(RefusedError) as refused:
        preferring.wish(
            user=person(),
            **{"rhythm": "daily", "is_quiet": False, "quiet_from": 21, "quiet_to": 8} | fields,
        )
    assert refused.value.code == code
    assert not Preference.objects.exists()


class KilledError(BaseException):
    """The process is gone: nothing behind this line runs, what was not committed is undone."""


class _Kill:
    """Ends the process at one statement: the n-th that is sent to the database from now."""

    def __init__(self, after: int) -> None:
        self.left = after

    def __call__(self, execute, sql, params, many, context):
        if self.left == 0 and not sql.startswith(("ROLLBACK", "SAVEPOINT", "RELEASE")):
            self.left = -1
            raise KilledError
        self.left -= 1
        return execute(sql, params, many, context)


STEPS = some.lists(
    some.one_of(
        some.tuples(some.just("tell"), some.sampled_from(["thing:a", "thing:b"])),
        some.tuples(some.just("wish"), some.sampled_from(["instant", "daily", "weekly"]), some.booleans()),
        some.tuples(some.just("clock"), some.integers(-2_000, 6_000)),
        some.tuples(some.just("deliver"), some.none()),
        some.tuples(some.just("kill"), some.integers(0, 14)),
        some.tuples(some.just("refuse"), some.none()),
    ),
    min_size=3,
    max_size=10,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_whatever_happens_each_piece_of_news_is_in_one_mail(person, public, monkeypatch, steps) -> None:
    """Random news, wishes, clocks that jump, refusals and kills; a killed mail may come again, as the same mail."""
    Event.objects.all().delete()
    Preference.objects.all().delete()
    Follow.objects.all().delete()
    user = person()
    for reference in ("thing:a", "thing:b"):
        api.follow(reference=reference, user=user, why="follower")
    mails: dict[str, list[int]] = {}
    refusing = []

    def compose(rows, *, connection=None):
        number = delivering.mails.message_id(rows[-1].batch)

        class Sent:
            def message(self): ...

        sent = Sent()
        sent.number, sent.events = number, [row.event_id for row in rows]
        return sent

    class Line:
        def open(self) -> None: ...
        def close(self) -> None: ...
        def send_messages(self, letters) -> None:
            if refusing:
                raise ConnectionResetError
            for letter in letters:
                mails.setdefault(letter.number, letter.events)
                assert mails[letter.number] == letter.events  # again: the same mail

    monkeypatch.setattr(delivering.mails, "compose", compose)
    monkeypatch.setattr(delivering, "get_connection", lambda **_: Line())
    now, told = NOON, 0
    for step in steps:
        with clock.at(now):
            refusing.clear()
            match step:
                case ("tell", reference):
                    tell(reference=reference)
                    told += 1
                case ("wish", to, quiet):
                    wish(user, to, is_quiet=quiet)
                case ("clock", minutes):
                    now += timedelta(minutes=minutes)
                case ("deliver", _):
                    delivering.deliver()
                case ("refuse", _):
                    refusing.append(True)
                    delivering.deliver()
                case ("kill", at):
                    try:
                        with connection.execute_wrapper(_Kill(at)):
                            delivering.deliver()
                    except KilledError:
                        pass
    refusing.clear()
    for _ in range(8):
        # By day: at night the quiet hours would hold everything back, rightly.
        now = clock.seoul(now + timedelta(days=10)).replace(hour=12)
        with clock.at(now):
            delivering.rescue()
            while delivering.deliver():
                pass
    found = Counter(event for events in mails.values() for event in events)
    assert set(found) == set(Event.objects.values_list("pk", flat=True))
    assert len(found) == told
    assert set(found.values()) <= {1}
    assert not Delivery.objects.filter(state="waiting").exists()
