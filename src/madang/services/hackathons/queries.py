"""Reading. Lists start at `visible()`: drafts belong to the host's facilitators."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from madang.commons.matters.models import Matter
from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.services.hackathons.models import Award, Hackathon, Team


def public() -> QuerySet[Hackathon]:
    return Hackathon.objects.exclude(state=Hackathon.State.DRAFT).select_related("host")


def visible(actor: Actor) -> QuerySet[Hackathon]:
    mine = Q(host__in=actor.offices(Role.FACILITATOR))
    return Hackathon.objects.filter(~Q(state=Hackathon.State.DRAFT) | mine).select_related("host")


def desk(actor: Actor) -> QuerySet[Hackathon]:
    return Hackathon.objects.filter(host__in=actor.offices(Role.FACILITATOR)).select_related("host")


def with_teams(rows: QuerySet[Hackathon]) -> QuerySet[Hackathon]:
    return rows.annotate(teams_many=Count("teams", distinct=True)).order_by("-opens_at", "-pk")


def teams(hackathon: Hackathon) -> QuerySet[Team]:
    """Teams with the number of their members."""
    joined = Count("members", filter=Q(members__state="joined"), distinct=True)
    return hackathon.teams.annotate(people=joined).order_by("pk")


def team_of(actor: Actor, hackathon: Hackathon) -> Team | None:
    if actor.user is None:
        return None
    return hackathon.teams.filter(members__user=actor.user, members__state="joined").first()


def pages_of(numbers: Iterable[str]) -> dict[str, str]:
    """Where the matters of winners live: on the pages of their teams."""
    rows = Award.objects.filter(matter__number__in=list(numbers)).select_related("hackathon")
    return {
        str(number): reverse("hackathon_team", args=[slug, team])
        for number, slug, team in rows.values_list("matter__number", "hackathon__slug", "team")
    }


def is_author(actor: Actor, matter: Matter) -> bool:
    """Members of the winning team are the authors of what was filed for it."""
    return Award.objects.filter(
        matter=matter, team__members__user=actor.user, team__members__state="joined"
    ).exists()
