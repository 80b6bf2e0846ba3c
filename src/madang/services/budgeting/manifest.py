"""What budgeting offers the portal."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from madang.kernel.manifest import Entry, Feature, Link, Part, register
from madang.services.budgeting import found
from madang.services.budgeting.models import Count, Election


def resolve(references: Iterable[str]) -> dict[str, Link]:
    """Titles and pages of elections (`election:SLUG`)."""
    slugs = [reference.removeprefix("election:") for reference in references]
    return {
        one.reference: Link(one.title, reverse("election", args=[one.slug]))
        for one in Election.objects.filter(slug__in=slugs).defer("packed")
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
        resolve={
            "election": resolve,
            "round": found.resolve_rounds,
            "proposal": found.resolve_proposals,
            "project": found.resolve_projects,
        },
        parts={8: parts},
    )
)
