"""Rounds whose vote is over, as rows: two pots, funded and lost projects, proposals of several origins."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from madang.commons.matters import api as matters
from madang.kernel import clock
from madang.kernel.models import Organisation, User
from madang.services.budgeting.models import Part, Pot, Project, Proposal, Round, Touched
from tests.factories import OrganisationFactory, UserFactory, actor, official, rule

DECIDED = datetime(2026, 6, 1, 9, tzinfo=clock.SEOUL)
DAYS: dict[str, date | None] = {
    "proposed": date(2026, 9, 1),
    "enacted": date(2026, 12, 15),
    "contracted": date(2027, 3, 31),
    "executed": date(2027, 9, 30),
    "result": date(2027, 10, 31),
}
MILLION = 1_000_000


def at(day: date | str, hour: int = 10) -> datetime:
    found = date.fromisoformat(day) if isinstance(day, str) else day
    return datetime(found.year, found.month, found.day, hour, tzinfo=clock.SEOUL)


def office(code: str = "parks-office") -> Organisation:
    return OrganisationFactory(code=code)


def person(role: str, code: str) -> User:
    """Somebody who holds that role in the office with that code; the same person each time."""
    found = User.objects.filter(email=f"{role}@{code}.example.org").first()
    return found or official(role, office(code), email=f"{role}@{code}.example.org")


def officer(code: str = "parks-office") -> User:
    return person("officer", code)


def decided(slug: str = "y2027", *, state: str = "decided", host: str = "host", **more: Any) -> Round:
    """A round of 300 million won in two pots, decided on 1 June 2026, without projects."""
    fields: dict[str, Any] = {
        "title_ko": "2027년 주민참여예산",
        "title_en": "Residents' budget 2027",
        "year": 2027,
        "whole_budget": 900_000 * MILLION,
        "whole_source": "해담시 예산서",
        "intake_from": DECIDED - timedelta(days=90),
        "intake_until": DECIDED - timedelta(days=60),
        "votes_from": DECIDED - timedelta(days=20),
        "votes_until": DECIDED - timedelta(days=10),
        "results_on": DECIDED.date(),
        "settles_on": date(2027, 12, 31),
        "rule": rule(f"budgeting.{slug}"),
        "frozen": {},
        "created_by": person("facilitator", host),
        "created_at": DECIDED - timedelta(days=100),
        "decided_at": DECIDED,
        **more,
    }
    made = Round.objects.create(slug=slug, host=office(host), state=state, **fields)
    for order, (code, ko, en, amount) in enumerate(
        (("city", "시 전체", "Whole city", 200), ("east", "동부", "East", 100)), 1
    ):
        Pot.objects.create(
            round=made, code=code, order=order, title_ko=ko, title_en=en, amount=amount * MILLION
        )
    return made


def proposal(of: Round, project: Project | None = None, **more: Any) -> Proposal:
    """A proposal that somebody filed; part of the project where one is given."""
    origin = more.pop("origin", matters.Origin.INDIVIDUAL)
    values = more.pop("values", ())
    with clock.at(of.intake_from + timedelta(hours=1)):
        filed = matters.file(
            actor=actor(more.pop("author", None) or UserFactory()),
            kind=matters.Kind.IDEA,
            title=more.pop("title", "공원에 밤길 등을 놓아 주세요"),
            body="밤에 공원을 지나는 사람이 많습니다. 등이 있으면 안심하고 걷습니다.",
            rule=of.rule,
            host=of.host,
            origin=origin,
            group_name="걷는 모임" if origin == matters.Origin.ORGANISED else "",
        )
    made = Proposal.objects.create(
        matter=filed.matter,
        round=of,
        pot=more.pop("pot", None) or of.pots.all()[0],
        state=more.pop("state", "joined" if project else "submitted"),
        project=project,
        **more,
    )
    for value in values:
        Touched.objects.create(proposal=made, value=value, why="모두가 안전하게 걷습니다.")
    return made


def project(
    of: Round, code: str = "P1", *, state: str = "funded", millions: int = 60, **more: Any
) -> Project:
    """A project of one office with one proposal; funded unless said otherwise."""
    values, lead, filed = more.pop("values", (3,)), more.pop("lead", "parks-office"), more.pop("filed", True)
    made = Project.objects.create(
        round=of,
        pot=more.pop("pot", None) or of.pots.all()[0],
        code=code,
        title=more.pop("title", f"공원 밤길 등 {code}"),
        state=state,
        cost=millions * MILLION,
        created_at=of.created_at,
        **more,
    )
    Part.objects.create(project=made, office=office(lead), leads=True)
    if filed:
        proposal(of, made, values=values)
    return made
