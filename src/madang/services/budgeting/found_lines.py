"""Budget lines that others point at, as a report of waste does: projects with their stage, rows of what was imported."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.kernel.manifest import Line, Link
from madang.kernel.money import won
from madang.services.budgeting.models import Item, Project, Stage
from madang.services.budgeting.models.stages import MONEY

WORDS = 6


def _wanted(text: str, *fields: str) -> Q:
    """Every word stands in one of the fields."""
    wanted = Q()
    for word in text.split()[:WORDS]:
        in_one = Q()
        for field in fields:
            in_one |= Q(**{f"{field}__icontains": word})
        wanted &= in_one
    return wanted


def _of_project(row: Project, last: Stage | None) -> Line:
    if last is not None and last.amount is not None:
        note = f"{last.get_kind_display()} · {won(last.amount)}"
    else:
        note = f"{row.get_state_display()} · {won(row.cost)}" if row.cost else row.get_state_display()
    return Line(row.reference, row.title, f"{row.round.title} · {note}")


def lines(text: str, limit: int) -> list[Line]:
    """Projects of announced rounds first, then rows of imported budgets; two queries and one for stages."""
    if not text.strip():
        return []
    projects = list(
        Project.objects.filter(_wanted(text, "title", "code"), round__frozen__isnull=False)
        .select_related("round")
        .order_by("-pk")[:limit]
    )
    told = Stage.objects.filter(project__in=projects, kind__in=MONEY, superseded_by__isnull=True).order_by(
        "pk"
    )
    last = {row.project_id: row for row in told}
    items = Item.objects.filter(_wanted(text, "name"), cost__gt=0).select_related("election").order_by("-pk")
    return [
        *(_of_project(row, last.get(row.pk)) for row in projects),
        *(
            Line(reference_of(row), row.name[:200], _imported(row))
            for row in items.defer("election__packed")[: max(0, limit - len(projects))]
        ),
    ]


def _imported(row: Item) -> str:
    return _("%(amount)s %(currency)s · imported: %(title)s") % {
        "amount": f"{row.election.amount(row.cost):,}",
        "currency": row.election.currency,
        "title": row.election.title,
    }


def reference_of(row: Item) -> str:
    """`item:KEY` of an imported row; its own code is longer than a reference may be."""
    return f"item:{row.pk}"


def resolve(references: Iterable[str]) -> dict[str, Link]:
    """Titles and pages of imported rows."""
    keys: list[Any] = [one.removeprefix("item:") for one in references]
    rows = Item.objects.filter(pk__in=[key for key in keys if key.isdecimal() and len(key) < 10])
    return {
        reference_of(row): Link(row.name, reverse("election", args=[row.election.slug]))
        for row in rows.select_related("election").defer("election__packed")
    }
