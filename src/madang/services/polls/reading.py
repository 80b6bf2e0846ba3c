"""Reading what was answered and how it was coded, for analyses. Nothing here knows who somebody is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from madang.services.polls.logic.codebook import Codebook as Book
from madang.services.polls.logic.codebook import Coded, book_of
from madang.services.polls.models import Codebook, Coding, Poll, Question, Reply, Response, Ruling, Trait


@dataclass(frozen=True, slots=True)
class Answer:
    """One response's words to the headline question."""

    pk: int
    text: str
    language: str
    channel: str
    may_quote: bool


def headline(poll: Poll) -> Question | None:
    """The free-text question that the report is about."""
    return poll.questions.filter(is_headline=True).first()


def answers(poll: Poll) -> list[Answer]:
    """Every response that counts and says something, in the order of its random key."""
    rows = Reply.objects.filter(
        question__poll=poll, question__is_headline=True, response__is_withdrawn=False
    ).order_by("response_id")
    return [
        Answer(pk, str(value), language, channel, quote)
        for pk, value, language, channel, quote in rows.values_list(
            "response_id", "value", "response__language", "response__channel", "response__may_quote"
        ).iterator(2000)
    ]


def book(codebook: Codebook) -> Book:
    return book_of(codebook.body)


@dataclass(frozen=True, slots=True)
class Reading:
    """How one response was coded: the codes that count, or why none counts yet."""

    codes: tuple[str, ...]
    how: str  # single, double, ruling; disagree or open when no code counts


def readings(codebook: Codebook) -> dict[int, Reading]:
    """Response → what counts. A ruling counts before codings; two coders count where their main codes are the same.

    What a machine suggests counts nowhere here.
    """
    by_response: dict[int, list[tuple[str, ...]]] = {}
    coded = Coding.objects.filter(task__codebook=codebook, task__response__is_withdrawn=False)
    for response, code, more in coded.order_by("task__response_id", "task__coder_id").values_list(
        "task__response_id", "code", "more"
    ):
        by_response.setdefault(response, []).append((code, *more))
    found = {response: _agreed(codings) for response, codings in by_response.items()}
    rulings = Ruling.objects.filter(codebook=codebook, response__is_withdrawn=False).order_by("turn")
    for response, code, more in rulings.values_list("response_id", "code", "more"):
        found[response] = Reading((code, *more), "ruling")
    return found


def _agreed(codings: list[tuple[str, ...]]) -> Reading:
    if len(codings) == 1:
        return Reading(codings[0], "single")
    if len({codes[0] for codes in codings}) > 1:
        return Reading((), "disagree")
    # Side codes count where everybody gave them.
    main, *rest = codings[0]
    shared = [code for code in rest if all(code in codes for codes in codings[1:])]
    return Reading((main, *shared), "double")


def coded(poll: Poll, codebook: Codebook) -> list[Coded]:
    """The rows of the report's table: every answer, with its codes or none. One response is one person."""
    found = readings(codebook)
    nothing = Reading((), "open")
    return [Coded(str(row.pk), str(row.pk), found.get(row.pk, nothing).codes) for row in answers(poll)]


def ratings(codebook: Codebook) -> list[list[str | None]]:
    """`[answer][coder]` main codes of what was coded more than once, for agreement."""
    rows = Coding.objects.filter(task__codebook=codebook, task__is_double=True).order_by(
        "task__response_id", "task__coder_id"
    )
    by_response: dict[int, dict[int, str]] = {}
    for response, coder, code in rows.values_list("task__response_id", "task__coder_id", "code"):
        by_response.setdefault(response, {})[coder] = code
    coders = sorted({coder for codes in by_response.values() for coder in codes})
    return [[codes.get(coder) for coder in coders] for codes in by_response.values()]


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
    channels: dict[str, int] = {}
    for channel in rows.filter(is_withdrawn=False).order_by("channel").values_list("channel", flat=True):
        channels[channel] = channels.get(channel, 0) + 1
    return {
        "responses": sum(channels.values()),
        "withdrawn": rows.filter(is_withdrawn=True).count(),
        "channels": channels,
    }
