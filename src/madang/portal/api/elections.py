"""Participatory-budgeting elections to read: what was voted on, what the city decided, how other rules count."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Field, Router, Schema

from madang.services.budgeting import api as budgeting

router = Router(tags=["elections"])


class Election(Schema):
    slug: str
    title: str
    place: str
    country: str
    held_until: date | None
    currency: str
    budget: str = Field(description=_("In the currency, as a decimal number."))
    voters: int
    projects: int
    vote_type: str = Field(description=_("approval, choose-1, ordinal, cumulative or scoring."))
    rule: str = Field(description=_("By which the city decided, as the file says."))
    is_demo: bool
    source: str
    source_url: str
    sha256: str = Field(description=_("Of the file of the ballots."))


class Elections(Schema):
    items: list[Election]


class Item(Schema):
    project_id: str
    name: str
    cost: str
    votes: int
    decided: bool | None = Field(description=_("What the city funded; null where the file does not say."))


class Counted(Schema):
    method: str = Field(description=_("Rule, utility and completion, such as equal-shares.cost.add1."))
    state: str = Field(description=_("waiting, done or failed."))
    digest: str | None = Field(description=_("Of the result; null before."))


class ElectionWhole(Election):
    items: list[Item]
    counts: list[Counted]


@router.get(
    "/elections",
    response=Elections,
    summary=_("Elections about public money, the latest first"),
    operation_id="listElections",
)
def list_elections(request: HttpRequest) -> dict[str, Any]:
    return {"items": budgeting.elections()}


@router.get(
    "/elections/{slug}",
    response=ElectionWhole,
    summary=_("One election with its projects"),
    operation_id="getElection",
)
def get_election(request: HttpRequest, slug: str) -> dict[str, Any]:
    return budgeting.election(slug)


@router.get(
    "/elections/{slug}/counts/{method}",
    response=dict[str, Any],
    summary=_("What a rule makes of the ballots, and why"),
    operation_id="getCount",
)
def get_count(request: HttpRequest, slug: str, method: str) -> dict[str, Any]:
    return budgeting.count(slug, method)
