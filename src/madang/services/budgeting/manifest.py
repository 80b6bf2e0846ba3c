"""What budgeting offers the portal."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from madang.kernel.manifest import Entry, Feature, Link, Part, register
from madang.services.budgeting import found_lines, found_proposals, queries
from madang.services.budgeting.models import Count, Election


def resolve(references: Iterable[str]) -> dict[str, Link]:
    """Titles and pages of elections (`election:SLUG`)."""
    slugs = [reference.removeprefix("election:") for reference in references]
    return {
        one.reference: Link(one.title, reverse("election", args=[one.slug]))
        for one in Election.objects.filter(slug__in=slugs).defer("packed")
    }


def resolve_rounds(references: Iterable[str]) -> dict[str, Link]:
    """Titles and pages of announced rounds (`round:SLUG`)."""
    slugs = [reference.removeprefix("round:") for reference in references]
    return {
        one.reference: Link(one.title, reverse("budget_round", args=[one.slug]))
        for one in queries.rounds().filter(slug__in=slugs)
    }


def parts() -> tuple[Part, ...]:
    """Rounds and the recount as parts of project 8; what belongs to the demo is not counted."""
    held = Election.objects.filter(is_demo=False)
    many = held.count()
    sentence = ngettext(
        "%(n)s real election brought here, counted %(counts)s times by different rules.",
        "%(n)s real elections brought here, counted %(counts)s times by different rules.",
        many,
    ) % {"n": many, "counts": Count.objects.filter(election__in=held, state=Count.State.DONE).count()}
    own = queries.rounds().filter(is_demo=False).count()
    rounds = ngettext(
        "%(n)s round of participatory budgeting announced here, its money, dates and rule of counting fixed before it began.",
        "%(n)s rounds of participatory budgeting announced here, their money, dates and rules of counting fixed before they began.",
        own,
    ) % {"n": own}
    return (
        Part(gettext("Rounds of participatory budgeting"), rounds, reverse("elections"), 10),
        Part(gettext("Recounting participatory budgets"), sentence, reverse("elections"), 20),
    )


register(
    Feature(
        name="budgeting",
        label=_("Budget"),
        navigation=(Entry(_("Budget"), "elections", "/budget/", 24),),
        desk=(
            Entry(_("Budget rounds"), "desk_rounds", "/desk/budget/", 62, queries.PREPARING),
            Entry(_("Booths"), "desk_booths", "/desk/booths/", 63, queries.AT_BOOTHS),
        ),
        resolve={
            "election": resolve,
            "round": resolve_rounds,
            "proposal": found_proposals.resolve_proposals,
            "project": found_proposals.resolve_projects,
            "item": found_lines.resolve,
        },
        lines=found_lines.lines,
        parts={8: parts},
    )
)
