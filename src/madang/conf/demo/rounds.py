"""A round of Haedam's participatory budget that takes proposals now: made-up money and dates, labelled as demo."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from madang.conf.demo import delegation
from madang.conf.demo.story import acting_as, days_ago, office
from madang.kernel import clock
from madang.services.budgeting.domain import announcing, delegating, rounds
from madang.services.budgeting.domain.rounds import PotDraft
from madang.services.budgeting.models import Round

POTS = (
    PotDraft("온 시내", "Whole city", 900_000_000, code="city"),
    PotDraft("새말과 옛장터", "Saemal and Yetjangteo", 350_000_000, code="centre"),
    PotDraft("바닷가와 산마루", "Seaside and Sanmaru", 250_000_000, code="edge"),
)
ABOUT_KO = (
    "해담시 예산 가운데 15억 원을 어디에 쓸지 주민이 정합니다. 제안은 누구나 낼 수 있고, 담당 부서가 모든 제안에 이유를 붙여 답합니다. "
    "체험용으로 지어낸 회차입니다."
)
ABOUT_EN = (
    "Residents decide what 1.5 billion won of Haedam's budget are spent on. Everybody may propose, and an office answers every proposal "
    "with a reason. A made-up round of the demo."
)


def _day(days: float) -> datetime:
    """Nine in the morning, so many days from now (or ago)."""
    return clock.seoul(clock.now() + timedelta(days=days)).replace(hour=9, minute=0, second=0, microsecond=0)


def made(
    slug: str,
    title_ko: str,
    title_en: str,
    *,
    announced: float,
    intake: tuple[float, float],
    votes: tuple[float, float],
    result: float,
    settled: float,
    seats: dict[str, Any] | None = None,
    **more: Any,
) -> Round:
    """An announced round of the demo, by the same functions as the pages. All numbers are days from now, negative ones ago.

    `seats` gives it a delegation. The clock's own steps are not taken: `rounds.advance()` takes them, now or at another moment.
    """
    fields: dict[str, Any] = {
        "about_ko": ABOUT_KO,
        "about_en": ABOUT_EN,
        "year": clock.today().year + 1,
        "whole_budget": 620_000_000_000,
        "whole_source": "해담시 예산안 (체험용으로 지어낸 금액)",
        "ballot": Round.Ballot.APPROVAL,
        "least": 1,
        "most": 5,
        "method": "equal-shares.cost.add1",
        "tie_order": "cost",
        "pots": POTS,
        "intake_from": _day(intake[0]),
        "intake_until": _day(intake[1]),
        "votes_from": _day(votes[0]),
        "votes_until": _day(votes[1]),
        "results_on": _day(result).date(),
        "settles_on": _day(settled).date(),
        **more,
    }
    host, chief = office("participation"), acting_as("facilitator")
    with days_ago(-announced + 1):
        row = rounds.create(
            actor=chief, host=host, slug=slug, title_ko=title_ko, title_en=title_en, is_demo=True, **fields
        )
        if seats is not None:
            delegating.set_up(actor=chief, round_=row, **seats)
    with days_ago(-announced):
        return announcing.announce(actor=chief, row=row, seen=row.revision)


def tell(report: Callable[[str], None]) -> None:
    """A budget round of Haedam takes proposals."""
    row = made(
        "haedam-next",
        "해담시 주민참여예산",
        "Haedam's participatory budget",
        announced=-24,
        intake=(-10, 25),
        votes=(80, 101),
        result=110,
        settled=700,
        seats=delegation.seats(by_lot=20, open_seats=6, applies=(_day(-10), _day(20))),
    )
    rounds.advance()
    delegation.first_session(row)
    report(tell.__doc__ or "")
