"""Reading what was answered and how it was coded, for analyses. Nothing here knows who somebody is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet

from madang.kernel import clock
from madang.services.polls.domain import agreeing, coding, tasks
from madang.services.polls.logic.codebook import Codebook as Book
from madang.services.polls.logic.codebook import Coded, book_of
from madang.services.polls.models import Codebook, Coding, Poll, Question, Response, Trait


@dataclass(frozen=True, slots=True)
class Answer:
    """One response's words to the headline question."""

    pk: int
    text: str
    may_quote: bool


def headline(poll: Poll) -> Question | None:
    """The free-text question that the report is about."""
    return poll.questions.filter(is_headline=True).first()


def _said(poll: Poll) -> QuerySet[Response]:
    """Responses that count and say something, in the order of their random keys: that of an index, so nothing is sorted."""
    asked = headline(poll)
    if asked is None:
        return Response.objects.none()
    return Response.objects.filter(poll=poll, is_withdrawn=False, replies__question=asked).order_by("pk")


def many(poll: Poll) -> int:
    """How many `answers` there are."""
    return _said(poll).count()


def keys(poll: Poll) -> list[int]:
    """The random keys of the `answers`, in their order."""
    return list(_said(poll).values_list("pk", flat=True).iterator(10_000))


def answers(poll: Poll, first: int | None = None, last: int | None = None) -> list[Answer]:
    """Every response that counts and says something, in the order of its random key; or those with keys from `first` to
    `last`, which are found without counting through those before."""
    rows = _said(poll)
    if first is not None:
        rows = rows.filter(pk__gte=first)
    if last is not None:
        rows = rows.filter(pk__lte=last)
    values = rows.values_list("pk", "replies__value", "may_quote")
    return [Answer(pk, str(value), quote) for pk, value, quote in values.iterator(2000)]


def book(codebook: Codebook) -> Book:
    return book_of(codebook.body)


def how(codebook: Codebook) -> dict[str, int]:
    """How the codes that count came about, and how many answers wait for a decision between readers."""
    labels = coding.labels(codebook)
    counted = Counter(label.how for label in labels.values())
    read = Coding.objects.filter(task__codebook=codebook, task__response__is_withdrawn=False)
    begun = set(read.values_list("task__response", flat=True))
    return {
        **{name: counted[name] for name in (coding.SINGLE, coding.AGREED, coding.RULED)},
        "open": len(begun - labels.keys()),
    }


def coded(poll: Poll, codebook: Codebook) -> list[Coded]:
    """The rows of the report's table: every answer, with its codes or none. One response is one person."""
    labels = coding.labels(codebook)

    def codes(pk: int) -> tuple[str, ...]:
        label = labels.get(pk)
        return (label.code, *label.more) if label else ()

    return [Coded(str(row.pk), str(row.pk), codes(row.pk)) for row in answers(poll)]


def day_of(codebook: Codebook) -> date:
    """The day whose limits of agreement hold: that of the codebook, so that a report can be made again."""
    return clock.seoul(codebook.fixed_at or codebook.created_at).date()


def sample(codebook: Codebook) -> dict[int, dict[int, str]]:
    """Of each answer that two read without seeing each other's codes: reader → main code. The sample alone, not what was
    looked at again later. The report and its bundle both take agreement from here."""
    found = agreeing.doubles(codebook)
    return {pk: given for pk, given in found.codes.items() if found.purposes[pk] == tasks.SAMPLED}


def ratings(codebook: Codebook) -> list[list[str | None]]:
    """`[answer][coder]` main codes of the sample, for agreement."""
    read = list(sample(codebook).values())
    return agreeing.by_coder(read, sorted({coder for given in read for coder in given}))


def round_before(poll: Poll, codebook: Codebook) -> Codebook | None:
    """The codebook of the last published report of the round before, where it has the same codes."""
    report = poll.previous.reports.exclude(codebook=None).first() if poll.previous else None
    before = report.codebook if report else None
    if before is None or {code.key for code in book(before).codes} != {
        code.key for code in book(codebook).codes
    }:
        return None
    return before


def closed(poll: Poll) -> Iterator[tuple[Question, list[Any]]]:
    """Every closed question that is not about the person, with one value a response."""
    responses = list(
        Response.objects.filter(poll=poll, is_withdrawn=False).order_by("pk").values_list("pk", flat=True)
    )
    for question in poll.questions.filter(is_trait=False).exclude(kind__in=["text", "file"]):
        given = dict(question.replies.values_list("response_id", "value"))
        yield question, [given.get(pk) for pk in responses]


def traits(poll: Poll) -> Iterator[tuple[Question, dict[int, str]]]:
    """Every question about the person, with response → option. Only for tables in which small cells are hidden."""
    for question in poll.questions.filter(is_trait=True):
        rows = Trait.objects.filter(question=question, response__is_withdrawn=False)
        yield question, dict(rows.values_list("response_id", "value"))


def counts(poll: Poll) -> dict[str, Any]:
    """Responses: those that count, withdrawn ones, by channel."""
    rows = Response.objects.filter(poll=poll)
    counted = rows.filter(is_withdrawn=False).order_by("channel").values_list("channel")
    channels = dict(counted.annotate(n=Count("pk")))
    return {
        "responses": sum(channels.values()),
        "withdrawn": rows.filter(is_withdrawn=True).count(),
        "channels": channels,
    }
