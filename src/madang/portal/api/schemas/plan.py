"""Processes with their rules, and the plan with its projects."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_noop as _
from ninja import Field, Schema

from madang.portal.api.schemas.common import Bilingual, Category, Office


class Rules(Schema):
    code: str
    version: int
    valid_from: date
    valid_to: date | None
    source: str
    checked: bool = Field(description=_("Whether the source was verified."))
    body: dict[str, Any] = Field(
        description=_("The rule as data: threshold, discussion_days, answer and more.")
    )


class Process(Schema):
    slug: str
    title: Bilingual
    summary: Bilingual
    space: str
    space_title: Bilingual
    host: Office
    phase: Bilingual
    phase_ends_at: datetime | None
    filing: str = Field(description=_("anyone, or account: people with an account."))
    can_support: bool
    can_comment: bool
    categories: list[Category]
    rule: Rules | None


class Processes(Schema):
    items: list[Process]


class ProjectCard(Schema):
    number: int
    commitment: int
    title: Bilingual
    starred: bool
    services: list[str]
    status: str = Field(
        description=_("not_started, under_way, delivered, verified or reversed; from evidence only.")
    )
    evidence: str = Field(description=_("What the status rests on, in the language of the request."))


class Project(ProjectCard):
    english_is_verbatim: bool = Field(description=_("Whether the English title is the plan's own words."))
    points: list[Bilingual]
    notes: list[Bilingual] = Field(description=_("Known defects of the source."))


class Commitment(Schema):
    number: int
    strategy: int
    pledge: Bilingual


class PlanOverview(Schema):
    title: Bilingual
    issued: Bilingual
    commitments: list[Commitment]
    projects: list[ProjectCard]
