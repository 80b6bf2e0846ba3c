"""Rounds, proposals and projects for the portal: plain values."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse

from madang.services.budgeting import delegation_reading, reading
from madang.services.budgeting.models import Project, Proposal, Round


def _announced(slug: str) -> Round:
    found = Round.objects.filter(slug=slug, frozen__isnull=False).select_related("host").first()
    if found is None:
        raise Http404
    return found


def _plain(one: Round) -> dict[str, Any]:
    names = (
        "slug", "title", "year", "state", "intake_from", "intake_until", "votes_from", "votes_until", "results_on",
        "is_demo",
    )  # fmt: skip
    return {name: getattr(one, name) for name in names} | {"host": one.host.name}


def rounds() -> list[dict[str, Any]]:
    """Every round that was announced, the latest first."""
    return [_plain(one) for one in Round.objects.filter(frozen__isnull=False).select_related("host")]


def round_of(slug: str) -> dict[str, Any]:
    """One round with its pots.

    Raises:
        Http404: there is none that was announced.
    """
    one = _announced(slug)
    pots = [
        {name: getattr(pot, name) for name in ("code", "title", "amount", "district")}
        for pot in one.pots.all()
    ]
    return _plain(one) | {"about": one.about, "ballot": one.ballot, "method": one.method, "pots": pots}


def proposals(slug: str) -> list[dict[str, Any]]:
    """The public proposals of a round, the newest first; as `round_of` raises."""
    rows = reading.public_proposals(_announced(slug)).prefetch_related("values")
    return [
        {
            "number": one.matter.number,
            "title": one.matter.title,
            "kind": one.kind,
            "pot": one.pot.code,
            "state": one.state,
            "reason_code": one.drop_code if one.state == Proposal.State.DROPPED else None,
            "project": one.project.code if one.project else None,
            "amount": one.amount,
            "values": [value.value for value in one.values.all()],
            "district": one.district,
            "place": one.place,
            "latitude": one.latitude,
            "longitude": one.longitude,
            "filed_at": one.matter.filed_at,
            "office": one.matter.responsible.name,
            "url": settings.PUBLIC_URL + reverse("budget_proposal", args=[slug, one.matter.number]),
        }
        for one in rows
    ]


def projects(slug: str) -> list[dict[str, Any]]:
    """The projects of a round with their latest estimate; as `round_of` raises."""
    found = _announced(slug)
    rows = reading.projects(found).prefetch_related("estimates", "proposals__matter")
    return [_project(one, slug) for one in rows]


def _project(one: Project, slug: str) -> dict[str, Any]:
    last = next(reversed(one.estimates.all()), None)
    return {
        "code": one.code,
        "title": one.title,
        "pot": one.pot.code,
        "state": one.state,
        "reason_code": one.drop_code if one.state == Project.State.DROPPED else None,
        "cost": one.cost,
        "low": last.low if last else None,
        "high": last.high if last else None,
        "offices": [part.office.name for part in one.parts.all()],
        "proposals": [str(row.matter.number) for row in one.proposals.all() if row.is_public],
        "url": settings.PUBLIC_URL + reverse("budget_project", args=[slug, one.code]),
    }


def delegation(slug: str) -> dict[str, Any]:
    """The delegation of a round; as `round_of` raises, also where the round has none."""
    found = delegation_reading.of(_announced(slug))
    if found is None:
        raise Http404
    url = settings.PUBLIC_URL + reverse("budget_delegation_csv", args=[slug])
    return delegation_reading.plain(found) | {"points_csv": url if found.published_at else None}
