"""Rounds whose vote is open, for tests: rows as they stand when everything before has gone well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from madang.kernel import clock
from madang.kernel.models import Organisation, Role, User
from madang.services.budgeting.domain import casting, closing, counting, deciding
from madang.services.budgeting.domain.casting import Cast
from madang.services.budgeting.models import Pot, Project, Round
from tests.factories import OrganisationFactory, UserFactory, actor, official, rule

COSTS = {"A1": 40_000_000, "A2": 30_000_000, "A3": 25_000_000, "A4": 60_000_000}
TITLES = {
    "A1": "골목 가로등 밝히기",
    "A2": "마을 도서관 주말 열기",
    "A3": "경로당 문턱 없애기",
    "A4": "하천 산책로 잇기",
}


def opened(
    slug: str = "2027", *, costs: Mapping[str, int] = COSTS, money: int = 100_000_000, **fields: Any
) -> Pot:
    """The one pot of a round whose vote is open for a week; `pot.round` is the round."""
    now = clock.now()
    host = fields.pop("host", None) or OrganisationFactory()
    creator = fields.pop("created_by", None) or UserFactory()
    known: dict[str, Any] = {
        "state": Round.State.VOTING,
        "title_ko": "2027년 해담시 주민참여예산",
        "title_en": "Participatory budget of Haedam 2027",
        "year": 2027,
        "level": "contact",
        "most": 3,
        "intake_from": now - timedelta(days=60),
        "intake_until": now - timedelta(days=40),
        "votes_from": now - timedelta(days=1),
        "votes_until": now + timedelta(days=6),
        "results_on": (now + timedelta(days=20)).date(),
        "settles_on": (now + timedelta(days=500)).date(),
        "frozen": {},
    }
    round_ = Round.objects.create(
        slug=slug,
        host=host,
        rule=rule(f"budgeting.{slug}"),
        created_by=creator,
        created_at=now - timedelta(days=70),
        **(known | fields),
    )
    return pot_of(round_, "city", costs, money)


def pot_of(round_: Round, code: str, costs: Mapping[str, int], money: int, **fields: Any) -> Pot:
    pot = Pot.objects.create(
        round=round_, code=code, title_ko="온 도시", title_en="Whole city", amount=money, **fields
    )
    for project, cost in costs.items():
        Project.objects.create(
            round=round_,
            pot=pot,
            code=project,
            title=TITLES.get(project, f"사업 {project}"),
            about="주민이 제안하고 부서가 다듬은 사업입니다.",
            state=Project.State.ON_BALLOT,
            cost=cost,
            created_at=round_.created_at,
        )
    return pot


def cast(pot: Pot, given: object, user: User | None = None, **more: Any) -> Cast:
    """The pot is read anew, as a request would."""
    fresh = Pot.objects.select_related("round").get(pk=pot.pk)
    return casting.cast(actor=actor(user or UserFactory()), pot=fresh, given=given, **more)


def closed(pot: Pot, ballots: Sequence[object] = ()) -> Round:
    """The vote after these ballots and its end."""
    for given in ballots:
        cast(pot, given)
    with clock.at(pot.round.votes_until):
        closing.close_due()
    return Round.objects.get(pk=pot.round_id)


def counted(pot: Pot, ballots: Sequence[object]) -> Round:
    """The same, counted by both programs."""
    round_ = closed(pot, ballots)
    counting.count_waiting()
    deciding.recount_waiting()
    return round_


def approver(host: Organisation) -> User:
    return official(Role.APPROVER, host)
