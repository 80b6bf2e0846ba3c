"""What hackathons offer the portal."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.kernel.manifest import Entry, Feature, Link, register
from madang.services.hackathons import queries
from madang.services.hackathons.models import Hackathon, Team


def resolve(references: Iterable[str]) -> dict[str, Link]:
    """Titles and pages of public hackathons (`hackathon:SLUG`)."""
    slugs = [reference.removeprefix("hackathon:") for reference in references]
    return {
        one.reference: Link(one.title, reverse("hackathon", args=[one.slug]))
        for one in queries.public().filter(slug__in=slugs)
    }


def resolve_teams(references: Iterable[str]) -> dict[str, Link]:
    """Names and pages of teams (`hackteam:KEY`)."""
    keys = [key for one in references if (key := one.removeprefix("hackteam:")).isdecimal()]
    rows = Team.objects.filter(pk__in=keys).exclude(hackathon__state=Hackathon.State.DRAFT)
    return {
        team.reference: Link(team.shown_name, reverse("hackathon_team", args=[team.hackathon.slug, team.pk]))
        for team in rows.select_related("hackathon")
    }


register(
    Feature(
        name="hackathons",
        label=_("Hackathons"),
        navigation=(Entry(_("Hackathons"), "hackathons", "/hackathons/", 32),),
        desk=(Entry(_("Hackathons"), "desk_hackathons", "/desk/hackathons/", 62),),
        resolve={"hackathon": resolve, "hackteam": resolve_teams},
    )
)
