"""What panels offer the portal."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.panels import queries
from madang.commons.panels.models import Round, Seat
from madang.kernel.manifest import Entry, Feature, Link, Part, register
from madang.kernel.models import Role


def resolve(references: Iterable[str]) -> dict[str, Link]:
    """Titles and pages of panels (`panel:SLUG`) and of their draws (`lot:SLUG:NUMBER`)."""
    slugs = {reference: reference.split(":")[1] for reference in references}
    titles = {panel.slug: panel.title for panel in queries.public().filter(slug__in=set(slugs.values()))}
    return {
        reference: Link(titles[slug], reverse("panel", args=[slug]))
        for reference, slug in slugs.items()
        if slug in titles
    }


def parts() -> tuple[Part, ...]:
    """Panels by lot as a part of project 7."""
    values = {
        "panels": queries.public().count(),
        "lots": Round.objects.filter(state=Round.State.DRAWN).count(),
        "accepted": Seat.objects.filter(state=Seat.State.ACCEPTED).count(),
    }
    sentence = gettext(
        "Panels: %(panels)s. Lots that anyone can run again: %(lots)s. Seats accepted: %(accepted)s."
    )
    return (Part(gettext("A panel by lot"), sentence % values, reverse("panels"), 60),)


register(
    Feature(
        name="panels",
        label=_("Panels by lot"),
        navigation=(Entry(_("Panels by lot"), "panels", "/panels/", 30, is_aside=True),),
        desk=(Entry(_("Panels by lot"), "desk_panels", "/desk/panels/", 62, (Role.OFFICER, Role.APPROVER)),),
        resolve={"panel": resolve, "lot": resolve},
        parts={7: parts},
    )
)
