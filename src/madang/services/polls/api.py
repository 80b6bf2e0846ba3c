"""The front door of polls for the portal and for neighbours: plain values, handing in, a person's own data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from madang.commons.matters.api import Channel
from madang.kernel import ids, plan
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.services.polls import charts, queries
from madang.services.polls.domain import counting, responses, slips
from madang.services.polls.domain import questions as questioning
from madang.services.polls.domain.persons import erase_person, own_data
from madang.services.polls.limits import ANSWER, ANSWER_WITHOUT_ACCOUNT
from madang.services.polls.logic import form, plan_poll
from madang.services.polls.models import Poll, Report
from madang.services.polls.policies import OTHER_MEANS, is_answered_now
from madang.services.polls.web import shown

__all__ = [
    "ANSWER",
    "ANSWER_WITHOUT_ACCOUNT",
    "Card",
    "Published",
    "RepliesError",
    "by_code",
    "cards",
    "erase_person",
    "hand_in",
    "in_words",
    "listed",
    "own_data",
    "plain",
    "plan_conclusions",
    "questions_of",
    "report_of_archive",
]
RepliesError = responses.RepliesError


@dataclass(frozen=True, slots=True)
class Card:
    """A poll on the page of what it hangs on."""

    title: str
    url: str
    is_open: bool
    state: str
    closes_at: Any
    answers: int


def cards(references: list[str], *, most: int) -> list[Card]:
    """Polls that hang on these things, those first that can be answered; one query."""
    rows = queries.with_counts(queries.public()).filter(about__in=references).order_by("-opens_at", "-pk")
    found = [
        Card(
            title=row.title,
            url=reverse("poll", args=[row.code]),
            is_open=is_answered_now(row),
            state=row.get_state_display(),
            closes_at=row.closes_at,
            answers=row.many,
        )
        for row in rows[: 4 * most]
    ]
    return sorted(found, key=lambda card: not card.is_open)[:most]


def by_code(typed: str) -> Poll | None:
    """A public poll by its code as typed."""
    code = queries.read_code(typed)
    poll = queries.by_code(code) if code else None
    return poll if poll is not None and poll.is_public else None


def listed() -> list[dict[str, Any]]:
    """Public polls in plain values, those first that can be answered."""
    rows = list(queries.ordered(queries.public())[:200])
    counted = counting.counts_of_many(rows)
    return [_plain(row, counted[row.pk]) for row in rows]


def plain(poll: Poll) -> dict[str, Any]:
    """A poll in plain values."""
    return _plain(poll, counting.counts_of(poll))


def _plain(poll: Poll, counted: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "code": poll.code,
        "about": poll.about or None,
        "title": {"ko": poll.title_ko, "en": poll.title_en},
        "intro": {"ko": poll.intro_ko, "en": poll.intro_en},
        "consent": {"ko": poll.consent_ko, "en": poll.consent_en},
        "host": poll.host.code,
        "state": poll.state,
        "is_open": is_answered_now(poll),
        "level": poll.level,
        "once": poll.once,
        "channels": poll.channels,
        "opens_at": poll.opens_at,
        "closes_at": poll.closes_at,
        "closed_at": poll.closed_at,
        "responses": counted["responses"],
        "by_channel": counted["channels"],
        "responses_sha256": poll.digest or None,
        "is_archive": poll.is_archive,
        "source": poll.source or None,
    }


def questions_of(poll: Poll) -> list[dict[str, Any]]:
    """What is asked, as the log's entry of the opening seals it."""
    return questioning.frozen(poll.questions.all())


def hand_in(
    *,
    actor: Actor,
    poll: Poll,
    replies: Mapping[str, Any],
    has_consented: bool,
    may_quote: bool,
    code: str = "",
) -> dict[str, Any]:
    """Hand in by a program; what its person takes home. Files are not taken this way.

    Args:
        replies: by the number of the question, as JSON.
        code: of an earlier response that this one replaces; empty for a new one.

    Raises:
        RefusedError: as the page; 404 for a code that opens nothing in this poll.
    """
    if Channel.API not in poll.channels:
        raise RefusedError(OTHER_MEANS.reason, OTHER_MEANS.code)
    if code:
        found = slips.by_code(code)
        if found is None or found.poll_id != poll.pk:
            raise RefusedError(responses.NOT_FOUND, "polls.code", status=404)
    done = responses.hand_in(
        actor=actor,
        poll=poll,
        raw=_raw(poll, replies),
        code=_written(code),
        has_consented=has_consented,
        may_quote=may_quote,
        channel="api",
    )
    return {
        "poll": poll.code,
        "number": slips.number_of(done.code),
        "code": done.code,
        "is_change": done.is_change,
        "receipt": responses.receipt_file(done.code),
    }


def _raw(poll: Poll, replies: Mapping[str, Any]) -> dict[int, form.Raw]:
    """Replies as a form would send them; numbers may be sent as numbers."""
    found: dict[int, form.Raw] = {}
    for row in poll.questions.exclude(kind="file"):
        given = replies.get(str(row.number))
        if isinstance(given, list):
            found[row.number] = [str(one) for one in given]
        elif isinstance(given, dict):
            found[row.number] = {str(key): str(value) for key, value in given.items()}
        elif given is not None:
            found[row.number] = str(given)
    return found


def in_words(poll: Poll, error: responses.RepliesError) -> list[tuple[int, str]]:
    """What has to be corrected: the number of the question, and a sentence."""
    rows = {row.number: row for row in poll.questions.all()}
    return [(one.number, shown.sentence(one, rows.get(one.number))) for one in error.findings]


def _written(code: str) -> str:
    return (ids.read_code(code) or "") if code else ""


def plan_conclusions() -> dict[str, Any]:
    """What can and what cannot be concluded from the published table of the plan's own poll; computed from the table."""
    return plan_poll.conclusions(plan.load().poll)


@dataclass(frozen=True, slots=True)
class Published:
    """The newest report about texts that were brought from elsewhere, as it is announced on the plan's page."""

    title: str
    url: str
    words_url: str
    answers: int
    source: str
    words: list[dict[str, Any]]


def report_of_archive(*, most: int = 10) -> Published | None:
    """The newest published report of an archive with words, such as the titles of the 1st Street; None without one."""
    report = (
        Report.objects.filter(poll__is_archive=True, analysis__isnull=False)
        .select_related("poll")
        .order_by("-published_at")
        .first()
    )
    if report is None:
        return None
    at = [report.poll.code, report.edition]
    return Published(
        title=report.poll.title,
        url=reverse("poll_report_of", args=at),
        words_url=reverse("poll_words", args=at),
        answers=report.body["counts"]["responses"],
        source=report.poll.source,
        words=charts.words(report.body["words"]["words"], most),
    )
