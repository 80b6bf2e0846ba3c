"""Finding bursts among the cases that came in, and keeping what was found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Set
from datetime import datetime, timedelta

from madang.kernel import clock, text
from madang.services.casework.logic import bursts
from madang.services.casework.logic.bursts import Key
from madang.services.casework.models import Burst, Case, Center

SPANS = {"day": timedelta(days=1), "week": timedelta(days=7)}
WEEK = 168  # hours
LETTERS = 150  # of a body that are read: with the title it has said by then what it is about
QUIET = timedelta(days=7)  # the same burst is told once in this time


def find_all() -> int:
    """For a job: every open center."""
    return sum(len(find(center)) for center in Center.objects.filter(is_open=True))


def find(center: Center) -> list[Burst]:
    """Bursts of the last day and week that were not told lately; kept, the most unlikely first."""
    now = clock.now()
    by_hour = _by_hour(center, now, 0, WEEK)
    public = _by_hour(center, now, 0, WEEK, only_public=True)
    # Of the weeks before only those words are counted that occur often enough now: most words never will.
    often = {key for key, count in _sum(by_hour, range(WEEK)).items() if count >= bursts.LEAST}
    by_hour |= _by_hour(center, now, WEEK, WEEK * (bursts.WEEKS + 1), only=often)
    told = set(
        Burst.objects.filter(center=center, found_at__gt=now - QUIET).values_list(
            "category", "district", "word"
        )
    )
    made = []
    for span, length in SPANS.items():
        hours = int(length / timedelta(hours=1))
        windows = [_sum(by_hour, range(week * WEEK, week * WEEK + hours)) for week in range(bursts.WEEKS + 1)]
        known = [one for one in windows[1:] if one]
        for one in bursts.detect(windows[0], known):
            category, district, word = one.key
            if one.key in told or one.key == bursts.ALL:
                continue
            told.add(one.key)
            # A word is shown to everyone only where enough who used it let everyone read what they wrote.
            seen = _sum(public, range(hours))[one.key]
            made.append(
                Burst(
                    center=center,
                    day=clock.seoul(now).date(),
                    span=span,
                    category=category,
                    district=district,
                    word=word,
                    count=one.count,
                    expected=one.expected,
                    score=one.score,
                    is_public=not word or seen >= bursts.LEAST,
                    found_at=now,
                )
            )
    Burst.objects.bulk_create(made, ignore_conflicts=True)
    return made


def _by_hour(
    center: Center,
    now: datetime,
    since: int,
    until: int,
    *,
    only: Set[Key] | None = None,
    only_public: bool = False,
) -> dict[int, Counter[Key]]:
    """Counts by full hours before now, from `since` to `until` hours ago; of keys with a word those in `only`. A person who
    files the same twice in an hour counts once."""
    found: dict[int, Counter[Key]] = {}
    seen: set[tuple[int, int, str]] = set()
    hour_long = timedelta(hours=1)
    rows = Case.objects.filter(
        center=center,
        matter__filed_at__gt=now - until * hour_long,
        matter__filed_at__lte=now - since * hour_long,
    )
    if only_public:
        rows = rows.filter(matter__disclosure="public")
    values = rows.order_by().values_list(
        "matter__filed_at", "category__code", "district", "matter__title", "matter__body", "matter__author_id"
    )
    for filed_at, category, district, title, body, author in values.iterator(chunk_size=5_000):
        hour = int((now - filed_at) / hour_long)
        if author is not None:
            name = (hour, author, title)
            if name in seen:
                continue
            seen.add(name)
        stems = bursts.stems(text.words(f"{title} {body[:LETTERS]}"))
        keys = bursts.keys_of(category or "", district, stems)
        if only is not None:
            keys = {key for key in keys if not key[2] or key in only}
        found.setdefault(hour, Counter()).update(keys)
    return found


def _sum(by_hour: dict[int, Counter[Key]], hours: Iterable[int]) -> Counter[Key]:
    total: Counter[Key] = Counter()
    for hour in hours:
        if hour in by_hour:
            total.update(by_hour[hour])
    return total
