"""Complaint centers, categories and cases for tests, through the same functions that the pages call."""

from __future__ import annotations

from datetime import date
from typing import Any

from madang.kernel import actors, clock
from madang.kernel.actors import Actor, system
from madang.kernel.models import Organisation, Role, User
from madang.services.casework.domain import filing, types
from madang.services.casework.domain.filing import FiledCase
from madang.services.casework.models import Case, Category, CategoryField, Center, RoutingRule
from tests.factories import OrganisationFactory, official

FROM = date(2020, 1, 1)
MONDAY = "2026-11-30T10:00+09:00"


def center(code: str = "town", *, host: Organisation | None = None) -> Center:
    """A center with the types that are shipped in force."""
    types.enact(actor=system("test"), rows=types.shipped(), valid_from=FROM)
    return Center.objects.create(
        code=code,
        title_ko="시험 민원센터",
        title_en="Test center",
        host=host or OrganisationFactory(code=f"{code}-desk"),
    )


def category(made: Center, code: str = "road", **fields: Any) -> Category:
    known = {"name_ko": code, "name_en": code, "default_type": "grievance"}
    return Category.objects.create(center=made, code=code, **(known | fields))


def field(of: Category, code: str, datatype: str = "string", *keys: str, **fields: Any) -> CategoryField:
    return CategoryField.objects.create(
        category=of,
        code=code,
        datatype=datatype,
        description_ko=f"{code}?",
        description_en=f"{code}?",
        values=[{"key": key, "ko": f"{key} 값", "en": f"{key} value"} for key in keys],
        **fields,
    )


def route(made: Center, office: Organisation, **fields: Any) -> RoutingRule:
    return RoutingRule.objects.create(center=made, office=office, **({"valid_from": FROM} | fields))


def filed(made: Center, *, by: User | None = None, actor: Actor | None = None, **fields: Any) -> FiledCase:
    """A case, filed now; by nobody known unless somebody is named."""
    known = {"title": "가로등이 꺼졌어요", "body": "골목이 어두워서 밤에 걷기 무섭습니다.", "is_public": True}
    return filing.file_case(actor=actor or actors.person(by), center=made, **(known | fields))


def case(made: Center | None = None, **fields: Any) -> Case:
    return filed(made or center(), **fields).case


def office(code: str) -> tuple[Organisation, Actor, Actor]:
    """An office with an officer and an approver."""
    made = OrganisationFactory(code=code)
    return made, actors.person(official(Role.OFFICER, made)), actors.person(official(Role.APPROVER, made))


def triage_of(made: Center) -> Actor:
    return actors.person(official(Role.TRIAGE, made.host))


def monday() -> Any:
    """A Monday morning without a holiday near."""
    return clock.at(clock.datetime.fromisoformat(MONDAY))
