"""What budgeting offers the portal."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from madang.kernel.manifest import Entry, Feature, Link, Part, register
from madang.services.budgeting.models import Count, Election, Project


def resolve(references: Iterable[str]) -> dict[str, Link]:
    """Titles and pages of elections (`election:SLUG`)."""
    slugs = [reference.removeprefix("election:") for reference in references]
    return {
        one.reference: Link(one.title, reverse("election", args=[one.slug]))
        for one in Election.objects.filter(slug__in=slugs).defer("packed")
    }


def resolve_projects(references: Iterable[str]) -> dict[str, Link]:
    """Funded projects of public rounds (`project:ROUND-CODE`) and the pages that follow them."""
    wanted = frozenset(references)
    keys = [one.removeprefix("project:").rpartition("-") for one in wanted]
    rows = Project.objects.filter(
        round__slug__in={slug for slug, _dash, _code in keys if slug},
        code__in={code for _slug, _dash, code in keys},
        state=Project.State.FUNDED,
    ).select_related("round")
    return {
        one.reference: Link(one.title, reverse("budget_project_progress", args=[one.round.slug, one.code]))
        for one in rows
        if one.is_public and one.reference in wanted
    }


def parts() -> tuple[Part, ...]:
    """The recount as a part of project 8; elections of the demo are not counted."""
    held = Election.objects.filter(is_demo=False)
    many = held.count()
    sentence = ngettext(
        "%(n)s real election brought here, counted %(counts)s times by different rules.",
        "%(n)s real elections brought here, counted %(counts)s times by different rules.",
        many,
    ) % {"n": many, "counts": Count.objects.filter(election__in=held, state=Count.State.DONE).count()}
    return (Part(gettext("Recounting participatory budgets"), sentence, reverse("elections"), 20),)


register(
    Feature(
        name="budgeting",
        label=_("Budget"),
        navigation=(Entry(_("Budget"), "elections", "/budget/", 24),),
        resolve={"election": resolve, "project": resolve_projects},
        parts={8: parts},
    )
)
