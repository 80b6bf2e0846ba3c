"""Where proposals and projects are found: their pages, and what the search knows of them beside their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from madang.commons.matters.models import Matter
from madang.kernel.manifest import Link
from madang.services.budgeting.models import Project, Proposal


def pages_of(numbers: Iterable[str]) -> dict[str, str]:
    """The pages of the matters that are proposals, by their numbers."""
    rows = Proposal.objects.filter(matter__number__in=list(numbers))
    return {
        str(number): reverse("budget_proposal", args=[slug, number])
        for number, slug in rows.values_list("matter__number", "round__slug")
    }


def details(keys: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    """District and first value of proposals, by the keys of their matters; other matters are absent."""
    rows = Proposal.objects.filter(pk__in=keys).prefetch_related("values")
    return {
        row.pk: {"district": row.district, "value": next((str(one.value) for one in row.values.all()), "")}
        for row in rows
    }


def is_proposal(matter: Matter) -> bool:
    """Whether a matter is a proposal: what is to be paid from everybody's money is not taken out of sight."""
    return Proposal.objects.filter(pk=matter.pk).exists()


def resolve_proposals(references: Iterable[str]) -> dict[str, Link]:
    """Titles and pages of public proposals (`proposal:NUMBER`)."""
    numbers = [one.removeprefix("proposal:") for one in references]
    rows = Proposal.objects.filter(matter__number__in=numbers, matter__disclosure="public")
    return {
        row.reference: Link(
            row.matter.title, reverse("budget_proposal", args=[row.round.slug, row.matter.number])
        )
        for row in rows.select_related("matter", "round")
    }


def resolve_projects(references: Iterable[str]) -> dict[str, Link]:
    """Titles and pages of projects of announced rounds (`project:ROUND-CODE`)."""
    asked = [one.removeprefix("project:").rpartition("-") for one in references]
    rows = Project.objects.filter(
        round__slug__in=[slug for slug, _dash, _code in asked],
        code__in=[code for _slug, _dash, code in asked],
        round__frozen__isnull=False,
    ).select_related("round")
    wanted = set(references)
    return {
        row.reference: Link(row.title, reverse("budget_project", args=[row.round.slug, row.code]))
        for row in rows
        if row.reference in wanted
    }
