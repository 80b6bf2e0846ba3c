"""Everything a report says, put together from what was answered and how it was coded. Written down, never changed."""

from __future__ import annotations

import hashlib
from typing import Any

from madang.kernel import clock
from madang.kernel.domain.audit import canonical
from madang.services.polls import reading
from madang.services.polls.domain import codebooks
from madang.services.polls.logic import closed, compare, figures
from madang.services.polls.logic.codebook import Codebook, Coded
from madang.services.polls.models import Analysis, Poll, Question
from madang.services.polls.models import Codebook as CodebookRow

FORM = 1
"""Of the body; a reader of an old edition looks here first."""
QUOTES = 3
"""Quotes of one code."""
SHORTEST_QUOTE, LONGEST_QUOTE = 8, 200
"""Letters of an answer that is quoted whole."""
FEWEST_TO_QUOTE = 10
"""Answers in all: among fewer, words tell who said them."""


def digest(body: Any) -> str:
    """SHA-256 of the canonical form (RFC 8785) of anything that goes into JSON."""
    return hashlib.sha256(canonical(body)).hexdigest()


def compose(*, poll: Poll, codebook: CodebookRow | None, analysis: Analysis | None = None) -> dict[str, Any]:
    """The body of a report. The same rows give the same body, whoever asks and when.

    `coded`: table of the headline's codes, or None without a codebook; `words`: what the analysis of the words found, or None; `texts`: how
    many of its answers may be quoted and go into the bundle;
    `closed`: one table a closed question; `groups`: codes by what people said of themselves, small cells hidden;
    `round`: beside the round before, `versions`: beside the codebook before, None where there is none.
    """
    question = reading.headline(poll)
    quotable = analysis.quotable if analysis else {}
    rows = reading.coded(poll, codebook) if codebook else []
    return {
        "form": FORM,
        "poll": _about(poll),
        "question": _asked(question) if question else None,
        "counts": reading.counts(poll),
        "coded": _coded(codebook, rows, quotable) if codebook else None,
        "words": analysis.result if analysis else None,
        "texts": len(quotable),
        "closed": [_counted(asked, values) for asked, values in reading.closed(poll)],
        "groups": _groups(poll, codebook, rows) if codebook else [],
        "round": _round(poll, codebook, rows) if codebook else None,
        "versions": _versions(poll, codebook, rows) if codebook else None,
    }


def _about(poll: Poll) -> dict[str, Any]:
    def day(moment: Any) -> str | None:
        return clock.seoul(moment).date().isoformat() if moment else None

    return {
        "code": poll.code,
        "title": {"ko": poll.title_ko, "en": poll.title_en},
        "host": {"ko": poll.host.name_ko, "en": poll.host.name_en},
        "opened": day(poll.opens_at),
        "closed": day(poll.closed_at or poll.closes_at),
        "level": poll.level,
        "once": poll.once,
        "is_archive": poll.is_archive,
        "source": poll.source,
    }


def _asked(question: Question) -> dict[str, Any]:
    return {
        "number": question.number,
        "kind": question.kind,
        "ko": question.label_ko,
        "en": question.label_en,
    }


def _counted(question: Question, values: list[Any]) -> dict[str, Any]:
    shape = {"kind": question.kind, "options": question.options, "rows": question.rows}
    return _asked(question) | closed.count(shape, values)


def _coded(codebook: CodebookRow, rows: list[Coded], quotable: dict[str, str]) -> dict[str, Any]:
    book = reading.book(codebook)
    return {
        "codebook": book.as_dict(),
        "version": codebook.version,
        "how": reading.how(codebook),
        **figures.coded(book, rows, reading.ratings(codebook), on=reading.day_of(codebook)),
        "quotes": _quotes(book, rows, quotable),
    }


def _quotes(book: Codebook, rows: list[Coded], quotable: dict[str, str]) -> dict[str, list[str]]:
    """A few answers of each code, of people who agreed to be quoted; in the order of `quotable`, which nobody made."""
    if len(rows) < FEWEST_TO_QUOTE:
        return {}
    # Answers are numbered as the analysis numbered them: in the order of their random keys.
    code_of = {str(number): row.codes[0] for number, row in enumerate(rows, 1) if row.codes}
    found: dict[str, list[str]] = {}
    for number, text in quotable.items():
        texts = found.setdefault(code_of.get(number, ""), [])
        if SHORTEST_QUOTE <= len(text) <= LONGEST_QUOTE and len(texts) < QUOTES and text not in texts:
            texts.append(text)
    return {code.key: found[code.key] for code in book.codes if found.get(code.key)}


def _groups(poll: Poll, codebook: CodebookRow, rows: list[Coded]) -> list[dict[str, Any]]:
    book = reading.book(codebook)
    return [
        _asked(question)
        | {"options": question.options}
        | compare.across(
            book,
            rows,
            {str(response): value for response, value in said.items()},
            [option["code"] for option in question.options],
        )
        for question, said in reading.traits(poll)
    ]


def _round(poll: Poll, codebook: CodebookRow, rows: list[Coded]) -> dict[str, Any] | None:
    """Beside the last published report of the round before, where both were coded with the same codes."""
    before = reading.round_before(poll, codebook)
    if before is None:
        return None
    first = reading.coded(before.poll, before)
    about = {"code": before.poll.code, "title": {"ko": before.poll.title_ko, "en": before.poll.title_en}}
    return {"before": about, **compare.rounds(reading.book(codebook), first, rows)}


def _versions(poll: Poll, codebook: CodebookRow, rows: list[Coded]) -> dict[str, Any] | None:
    """Beside the version of the codebook before, where answers were coded with both."""
    before = codebooks.before(codebook)
    if before is None:
        return None
    old, new = reading.book(before), reading.book(codebook)
    found = compare.recoded(old, reading.coded(poll, before), new, rows)
    return {"from": before.version, "to": codebook.version, **found} if found["denominator"] else None
