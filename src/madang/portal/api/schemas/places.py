"""Spaces, offices and tables of figures."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop as _
from ninja import Field, Schema

from madang.portal.api.schemas.common import Bilingual, Office


class Space(Schema):
    slug: str
    title: Bilingual
    summary: Bilingual
    host: Office
    is_archive: bool
    source: str
    processes: list[str]


class Spaces(Schema):
    items: list[Space]


class Offices(Schema):
    items: list[Office]


class FigureLink(Schema):
    slug: str
    title: str
    api: str
    csv: str


class FigureList(Schema):
    items: list[FigureLink]


class Figures(Schema):
    slug: str
    title: str
    note: str = Field(description=_("What is counted, and the denominators."))
    source: str
    at: datetime | None
    columns: list[str]
    rows: list[list[str | int | float | None]]
