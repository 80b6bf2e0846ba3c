"""What hackathons offer the portal."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.kernel.manifest import Entry, Feature, Link, Part, register
from madang.kernel.models import Role
from madang.services.hackathons import queries
from madang.services.hackathons.models import Award, FollowUp, Hackathon, Team

HOSTS = (Role.FACILITATOR, Role.OFFICER, Role.APPROVER)
"""Who holds a hackathon, and who reports on what a winner was promised."""


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


def parts() -> tuple[Part, ...]:
    """Hackathons as a part of project 7."""
    held = queries.public()
    values = {
        "hackathons": held.count(),
        "teams": Team.objects.filter(hackathon__in=held).count(),
        "winners": Award.objects.filter(hackathon__in=held).count(),
        "reports": FollowUp.objects.filter(award__hackathon__in=held, reported_at__isnull=False).count(),
    }
    sentence = gettext(
        "Hackathons: %(hackathons)s, teams: %(teams)s. Winners whom an office answers: %(winners)s, follow-ups reported: %(reports)s."
    )
    return (Part(gettext("A hackathon"), sentence % values, reverse("hackathons"), 80),)


register(
    Feature(
        name="hackathons",
        label=_("Hackathons"),
        navigation=(Entry(_("Hackathons"), "hackathons", "/hackathons/", 32, is_aside=True),),
        desk=(Entry(_("Hackathons"), "desk_hackathons", "/desk/hackathons/", 63, HOSTS),),
        resolve={"hackathon": resolve, "hackteam": resolve_teams},
        parts={7: parts},
    )
)
