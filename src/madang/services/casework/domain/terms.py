"""What dated rules say of rewards (`casework.reward`) and of the steps after an answer (`casework.regulation`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain.clocks import work_calendar
from madang.kernel.actors import Actor
from madang.kernel.domain import rules
from madang.kernel.errors import RefusedError
from madang.kernel.logic import deadlines
from madang.kernel.models import Rule
from madang.kernel.queries import rule_in_force

REWARD, REGULATION = "casework.reward", "casework.regulation"


@dataclass(frozen=True, slots=True)
class Shipped:
    """A rule as it comes with the site; a city enacts its own from a day on."""

    code: str
    body: dict[str, Any]
    source: str


SHIPPED = (
    Shipped(
        REWARD,
        {
            "valid": {"least": 200_000, "most": 200_000},
            "best": {"least": 400_000, "most": 2_000_000},
            "bonus": {"most": 30_000_000, "spreadable_percent": 30},
            "experts": 40,
        },
        "예산낭비신고 사례금 20만 원, 우수 사례 40만–200만 원, 예산성과금 3,000만 원 이하(확산되면 30% 더) (미확인)"
        " · Rewards for reports of waste: 200,000 won, 0.4–2 million for the best, bonus up to 30 million,"
        " 30% more where it spreads (not checked)",
    ),
    Shipped(
        REGULATION,
        {
            # The answer itself runs by the rule of the case's type.
            "justification": {"amount": 3, "unit": "months"},
            "committee": {"amount": 3, "unit": "months"},
            "implementation": {"amount": 1, "unit": "years"},
            "confirmation": {"amount": 1, "unit": "months"},
        },
        "규제신문고: 거절한 뒤 소명 3개월. 위원회·개정·확인 기간은 체험용으로 정한 값이며 법령 근거가 없음 (미확인)"
        " · Regulation Sinmungo: justification in 3 months. Periods for committee, change and confirmation are this"
        " demo's own and have no basis in law (not checked)",
    ),
)


@transaction.atomic
def enact(*, actor: Actor, valid_from: date) -> int:
    """Put the shipped rules in force where there is none yet.

    Returns:
        How many were enacted.
    """
    made = 0
    for one in SHIPPED:
        if not Rule.objects.filter(code=one.code).exists():
            rules.enact(actor=actor, code=one.code, body=one.body, valid_from=valid_from, source=one.source)
            made += 1
    return made


def rule_of(code: str, *, on: date | None = None) -> Rule:
    """The rule in force on a day.

    Raises:
        RefusedError: 422, nobody has enacted it.
    """
    try:
        return rule_in_force(code, on=on)
    except Rule.DoesNotExist as error:
        raise RefusedError(
            _("No rule is in force for this step. The city's administrator has to enact one first."),
            "rule.missing",
            status=422,
        ) from error


def due(rule: Rule, step: str, start: datetime) -> datetime:
    """The last moment of a step after the answer."""
    terms = rule.body[step]
    return deadlines.due(
        start.replace(microsecond=0), deadlines.Period(terms["amount"], terms["unit"]), work_calendar()
    )
