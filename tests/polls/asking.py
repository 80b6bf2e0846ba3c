"""Polls for tests, made through the front door."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from django.test import Client

from madang.kernel import clock
from madang.kernel.models import Organisation, Role, User
from madang.services.polls.domain import polls, responses
from madang.services.polls.domain.questions import Draft
from madang.services.polls.models import Poll
from tests.factories import OrganisationFactory, actor, official

WORDS = {
    "title_ko": "당신에게 정부혁신이란?",
    "title_en": "What is government innovation to you?",
    "consent_ko": "분석에만 씁니다.",
    "consent_en": "Used for the analysis only.",
}
YES_NO = (("예", "Yes"), ("아니오", "No"))
FREE = Draft("text", "한마디로?", "In a word?", is_required=True, is_headline=True)
EVERY_KIND = (
    FREE,
    Draft("choice", "써 보셨나요?", "Have you used it?", is_required=True, options=YES_NO),
    Draft("text", "어땠나요?", "How was it?", is_required=True, on=2, any_of=("1",)),
    Draft(
        "choices", "무엇을?", "Which?", options=(("가", "A"), ("나", "B"), ("다", "C")), limits={"most": 2}
    ),
    Draft("scale", "얼마나?", "How much?", options=tuple((str(n), str(n)) for n in range(1, 6))),
    Draft("ranking", "순서는?", "In which order?", options=(("가", "A"), ("나", "B"), ("다", "C"))),
    Draft("matrix", "항목별로?", "For each?", options=YES_NO, rows=(("하나", "One"), ("둘", "Two"))),
    Draft("file", "사진?", "A picture?"),
    Draft("choice", "나이대?", "Age?", is_trait=True, options=(("젊음", "Young"), ("늙음", "Old"))),
)


def office() -> tuple[Organisation, User]:
    """An office and its analyst."""
    host = OrganisationFactory()
    return host, official(Role.ANALYST, host)


def draft(*questions: Draft, lead: tuple[Organisation, User] | None = None, **fields: Any) -> Poll:
    host, user = lead or office()
    return polls.create(actor=actor(user), host=host, questions=questions or (FREE,), **(WORDS | fields))


def opened(*questions: Draft, lead: tuple[Organisation, User] | None = None, **fields: Any) -> Poll:
    """A poll that is open for a week from now."""
    host, user = lead or office()
    fields.setdefault("closes_at", clock.now() + timedelta(days=7))
    poll = draft(*questions, lead=(host, user), **fields)
    return polls.open_(actor=actor(user), poll=poll)


def say(
    poll: Poll, words: str = "국민이 주인", *, user: User | None = None, **more: Any
) -> responses.HandedIn:
    """One response with these words to the first question."""
    raw = more.pop("raw", {1: words})
    return responses.hand_in(actor=actor(user), poll=poll, raw=raw, has_consented=True, **more)


def ticket_on(client: Client, address: str) -> str:
    """The ticket in the form of a page."""
    return ticket_in(client.get(address).content.decode())


def ticket_in(page: str) -> str:
    found = re.search(r'name="ticket" value="([^"]+)"', page)
    assert found, page[:2000]
    return found[1]


def code_on(page: str) -> str:
    found = re.search(r"<code class=\"receipt-code\">([0-9A-Z-]{24})</code>", page)
    assert found, "no receipt code on the page"
    return found[1]
