"""A round at each stage of its preparation, made through the same functions as the pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from madang.kernel import clock
from madang.kernel.models import Organisation, User
from madang.services.budgeting.domain import announcing, rounds
from madang.services.budgeting.domain.rounds import PotDraft
from madang.services.budgeting.models import Round
from tests.factories import OrganisationFactory, actor, official

BORN = datetime(2026, 3, 2, 9, tzinfo=clock.SEOUL)
SECOND = timedelta(seconds=1)


def midnight(month: int, day: int) -> datetime:
    return datetime(2026, month, day, tzinfo=clock.SEOUL)


BEGINS, ENDS = midnight(3, 16), midnight(4, 13)
VOTES, CLOSES = midnight(6, 1), midnight(6, 22)
POTS = (
    PotDraft("온 시내", "Whole city", 900_000_000, code="city"),
    PotDraft("바닷가", "Seaside", 250_000_000),
)


def host() -> Organisation:
    return OrganisationFactory(code="host")


def facilitator() -> User:
    found = User.objects.filter(email="budget-facilitator@example.org").first()
    return found or official("facilitator", host(), email="budget-facilitator@example.org")


def approver() -> User:
    found = User.objects.filter(email="budget-approver@example.org").first()
    return found or official("approver", host(), email="budget-approver@example.org")


FIELDS: dict[str, Any] = {
    "title_ko": "주민참여예산",
    "title_en": "Participatory budget",
    "about_ko": "주민이 정해요.",
    "about_en": "Residents decide.",
    "year": 2027,
    "whole_budget": 620_000_000_000,
    "whole_source": "예산안 2026-02-01",
    "intake_from": BEGINS,
    "intake_until": ENDS,
    "votes_from": VOTES,
    "votes_until": CLOSES,
    "results_on": midnight(7, 1).date(),
    "settles_on": midnight(12, 31).date(),
}


def draft(slug: str = "next", **more: Any) -> Round:
    with clock.at(BORN):
        return rounds.create(
            actor=actor(facilitator()), host=host(), slug=slug, **({"pots": POTS} | FIELDS | more)
        )


def announced(slug: str = "next", **more: Any) -> Round:
    row = draft(slug, **more)
    with clock.at(BORN):
        return announcing.announce(actor=actor(facilitator()), row=row, seen=row.revision)


def fresh(row: Round) -> Round:
    return Round.objects.get(pk=row.pk)
