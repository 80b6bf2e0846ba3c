"""A round that takes proposals, and what becomes of them, made through the functions of the pages."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from madang.commons.matters.domain import answers, handling
from madang.commons.matters.models import Answer
from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.domain.transitions import move
from madang.kernel.models import Organisation, User
from madang.services.budgeting.domain import projects, proposing, screening
from madang.services.budgeting.models import Pot, Project, Proposal, Round
from tests.factories import OrganisationFactory, UserFactory, actor, official, rule

FROM = datetime(2026, 3, 2, 9, tzinfo=clock.SEOUL)
UNTIL = datetime(2026, 4, 1, tzinfo=clock.SEOUL)
VOTES = datetime(2026, 6, 1, tzinfo=clock.SEOUL)
CLOSED = datetime(2026, 6, 15, tzinfo=clock.SEOUL)
DURING = FROM + timedelta(days=1)
SCREENING = UNTIL + timedelta(days=1)
REASON = "우리 과가 현장을 보았고 할 수 있는 일입니다."
TITLE = "어린이 도서관에 점자 책을 들여 주세요"
BODY = "눈이 불편한 아이들도 함께 읽을 수 있게 점자 책과 큰 글자 책을 들여 주세요."


def host() -> Organisation:
    return OrganisationFactory(code="budget-office")


def office() -> Organisation:
    return OrganisationFactory(code="library-office")


def holder(role: str, where: Organisation) -> User:
    """The one person who holds this role there."""
    email = f"{role}-{where.code}@example.org"
    found = User.objects.filter(email=email).first()
    return found or official(role, where, email=email)


def a_round(slug: str = "haedam-2027", **more: Any) -> Round:
    """An announced round with two pots."""
    fields: dict[str, Any] = {
        "title_ko": "2027년 주민참여예산",
        "title_en": "Participatory budget 2027",
        "year": 2027,
        "intake_from": FROM,
        "intake_until": UNTIL,
        "votes_from": VOTES,
        "votes_until": CLOSED,
        "results_on": CLOSED.date(),
        "settles_on": datetime(2028, 3, 1).date(),
        "state": "announced",
        "frozen": {"announced": True},
        "secret": "s",
        **more,
    }
    made = Round.objects.create(
        slug=slug,
        host=host(),
        rule=rule(f"budgeting.{slug}", threshold=0),
        created_by=holder("facilitator", host()),
        created_at=FROM - timedelta(days=10),
        **fields,
    )
    Pot.objects.create(round=made, code="city", title_ko="시 전체", title_en="Whole city", amount=100_000_000)
    Pot.objects.create(
        round=made, code="green", order=1, title_ko="푸른 동네", title_en="Green town", amount=30_000_000
    )
    return made


def proposed(round_: Round, author: User | None = None, **more: Any) -> Proposal:
    """Handed in during intake."""
    fields: dict[str, Any] = {"title": TITLE, "body": BODY, "pot": round_.pots.get(code="city"), **more}
    with clock.at(DURING):
        return proposing.file(actor=actor(author or UserFactory()), round_=round_, **fields).proposal


def assigned(one: Proposal, to: Organisation | None = None) -> Proposal:
    """With the office that answers."""
    with clock.at(DURING):
        handling.assign(actor=system("test"), matter=one.matter, office=to or office())
    return fresh(one)


def accepted(round_: Round, **more: Any) -> Proposal:
    one = assigned(proposed(round_, **more))
    with clock.at(DURING):
        return screening.accept(actor=actor(holder("officer", office())), proposal=one, reason=REASON)


def a_project(round_: Round, **more: Any) -> Project:
    one = accepted(round_, **more)
    with clock.at(DURING):
        return projects.begin(
            actor=actor(holder("officer", office())),
            proposal=one,
            title="점자 도서 구입",
            about="점자 책 300권을 들입니다.",
            reason=REASON,
        )


def costed(round_: Round, amount: int = 20_000_000, **more: Any) -> Project:
    made = a_project(round_, **more)
    with clock.at(DURING):
        projects.estimate(
            actor=actor(holder("officer", office())),
            project=made,
            amount=amount,
            low=amount * 9 // 10,
            high=amount * 11 // 10,
            method="2026년 2월 출판사 세 곳의 견적 평균입니다.",
        )
    return fresh(made)


def screened(round_: Round) -> Round:
    """The time in which proposals are taken is over."""
    with clock.at(UNTIL):
        row = move(round_, "begin", actor=system("test")) if round_.state == "announced" else round_
        return move(row, "screen", actor=system("test"))


def turned_down(one: Proposal, code: str = "existing") -> Answer:
    """The officer drafts it, the approver publishes it."""
    with clock.at(SCREENING):
        draft = screening.turn_down(
            actor=actor(holder("officer", office())),
            proposal=one,
            code=code,
            reason="시립도서관이 지난해부터 점자 책을 빌려 주고 있습니다.",
        )
        return answers.publish(actor=actor(holder("approver", office())), answer=draft)


def fresh(row: Any) -> Any:
    return type(row)._default_manager.get(pk=row.pk)
