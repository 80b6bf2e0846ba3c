"""The report as PDF says what its page says: the note, what stands out, the round before, what is not coded."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from madang.kernel import clock
from madang.services.polls import charts, findings, printing, reading
from madang.services.polls.domain import composing, publishing
from madang.services.polls.models import Analysis, Coding, Poll, Response
from tests.factories import actor
from tests.polls import pdf_text
from tests.polls.asking import FREE, office
from tests.polls.reporting import AGES, closed, coded

pytestmark = pytest.mark.django_db
NOTE = "이번 판은 표본만 읽었습니다. 다음 판에서 모두 읽습니다."


@pytest.fixture
def second() -> Poll:
    """The second round of a poll; the report of the first is published, and five of its answers are not coded."""
    host, analyst = office()
    first = closed(lead=(host, analyst), answers=40)
    book = coded(first)
    publishing.publish(actor=actor(analyst), poll=first, codebook=book, analysis=None, after=0)
    poll = closed(lead=(host, analyst), answers=60, previous=first)
    coded(poll, double=20, differ=2)
    Coding.objects.filter(
        pk__in=Coding.objects.filter(task__codebook__poll=poll, task__place__gte=55)
    ).delete()
    return poll


def printed(poll: Poll, body: dict[str, Any], note: str = "") -> str:
    """The words of the PDF without the breaks that depend on the width of a line."""
    made = printing.pdf(
        body,
        edition=2,
        digest="ab" * 32,
        published_at=clock.now(),
        address=f"https://example.org/polls/{poll.code}/report/2/",
        note=note,
    )
    return squeezed(pdf_text.words(made))


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_pdf_says_what_stands_out_and_how_it_was_in_the_round_before(second: Poll, language: str) -> None:
    body = composing.compose(poll=second, codebook=second.codebooks.get())
    with translation.override(language):
        text = printed(second, body)
        facts = findings.short(body)
        assert len(facts) == 4
        for fact in facts:
            assert squeezed(f"{fact['figure']}{fact['text']}") in text
        beside = charts.rounds(body["round"])
        assert squeezed(beside["title"]) in text
        for row in beside["rows"]:
            figures = (*row["percents"], f"{row['difference']} ({row['low']} … {row['high']})")
            assert squeezed("".join((row["name"], *figures))) in text
        assert squeezed({"ko": "코딩한 응답 53건 기준", "en": "Of 53 coded answers"}[language]) in text
        assert body["coded"]["table"]["uncoded"] == 7
        assert squeezed(f"{facts[3]['figure']}") == f"{body['coded']['agreement']['alpha']:.2f}"


def test_the_pdf_carries_the_note_of_its_edition_and_no_other(second: Poll) -> None:
    body = composing.compose(poll=second, codebook=second.codebooks.get())
    assert squeezed(NOTE) in printed(second, body, NOTE)
    assert squeezed(NOTE) not in printed(second, body)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_pdf_has_the_tables_by_group_and_the_quotes_that_the_page_has(language: str) -> None:
    """No cell that the page hides, and no word of anybody who did not agree."""
    host, analyst = office()
    poll = closed(FREE, AGES, lead=(host, analyst), answers=60)
    question = poll.questions.get(is_trait=True)
    for place, response in enumerate(Response.objects.filter(poll=poll).order_by("pk")):
        response.traits.create(question=question, value=question.options[place % 7 == 0]["code"])
    answers = list(enumerate(reading.answers(poll), 1))
    analysis = Analysis(quotable={str(number): one.text for number, one in answers if one.may_quote})
    body = composing.compose(poll=poll, codebook=coded(poll), analysis=analysis)
    with translation.override(language):
        text = printed(poll, body)
        table, quotes = charts.groups(body["groups"][0]), charts.quotes(body["coded"])
        assert not table["withheld"]
        hidden = [cell for row in table["rows"] for cell in row["cells"] if cell["hidden"]]
        assert hidden
        for row in table["rows"]:
            cells = ["·" if cell["hidden"] else cell["percent"] for cell in row["cells"]]
            assert squeezed("".join((row["name"], *cells))) in text
        for column in table["columns"]:
            assert squeezed(f"{column['name']}n={column['of']}") in text
        for each in quotes:
            assert squeezed(each["name"] + "".join(f"“{one}”" for one in each["texts"])) in text
    assert len(quotes) == 2  # the sentences of every second person
    silent = [one.text for _number, one in answers if not one.may_quote]
    assert silent
    assert not any(squeezed(one) in text for one in silent)


def test_a_table_by_group_of_too_few_people_is_named_and_not_printed() -> None:
    poll = closed(FREE, AGES, lead=office(), answers=4)
    body = composing.compose(poll=poll, codebook=coded(poll))
    assert body["groups"][0]["withheld"]
    text = printed(poll, body)
    assert squeezed("이 표를 내기에는 사람이 너무 적습니다") in text
    assert "n=" not in text


def test_a_report_without_codes_or_round_is_printed_without_them() -> None:
    poll = closed()
    body = composing.compose(poll=poll, codebook=None)
    text = printed(poll, body)
    assert "24" in text
    assert "핵심어" not in text
    assert "지난" not in text
