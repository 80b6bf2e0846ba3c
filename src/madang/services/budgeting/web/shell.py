"""What every page of a round begins with: the round, its place, its other pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madang.commons.notices import api as notices
from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.web.acting import actor_of
from madang.services.budgeting.models import Round

PAGES: list[tuple[str, str | Promise]] = [
    ("budget_round", gettext_lazy("Overview")),
    ("budget_proposals", pgettext_lazy("budget", "Proposals")),
    ("budget_projects", pgettext_lazy("budget", "Projects")),
    ("budget_delegation", pgettext_lazy("budget page", "Delegation")),
    ("budget_vote", pgettext_lazy("budget page", "Vote")),
    ("budget_result", pgettext_lazy("budget page", "Result")),
    ("budget_progress", gettext_lazy("After the vote")),
]
"""Address by name and label, in the order of the round; each page adds itself here."""


def round_of(request: HttpRequest, slug: str) -> Round:
    """The round of an address. A draft is there for the office that prepares it and for nobody else.

    Raises:
        Http404: there is none for this reader.
    """
    found = Round.objects.select_related("host", "rule", "delegation").filter(slug=slug).first()
    if found is None:
        raise Http404
    actor = actor_of(request)
    prepares = actor.holds(Role.FACILITATOR, found.host_id) or actor.holds(Role.APPROVER, found.host_id)
    if not found.is_public and not prepares:
        raise Http404
    return found


def pages(found: Round) -> list[tuple[str, str | Promise]]:
    """The pages that a round has: without a delegation there is none about it."""
    return [one for one in PAGES if one[0] != "budget_delegation" or hasattr(found, "delegation")]


def shell(found: Round, current: str) -> dict[str, object]:
    """Crumbs and tabs for the page whose address has the name `current`."""
    tabs = [
        {"label": label, "url": reverse(name, args=[found.slug]), "active": name == current}
        for name, label in pages(found)
    ]
    breadcrumb = [{"label": _("Participatory budget"), "url": reverse("elections")}]
    if current == "budget_round":
        breadcrumb.append({"label": found.title, "url": ""})
    else:
        breadcrumb.append({"label": found.title, "url": reverse("budget_round", args=[found.slug])})
        breadcrumb += [{"label": str(label), "url": ""} for name, label in PAGES if name == current]
    return {"round": found, "tabs": tabs, "breadcrumb": breadcrumb}


def follow(actor: Actor, reference: str, back: str) -> dict[str, Any] | None:
    """The follow button of somebody who is signed in (`parts/follow.html`)."""
    if actor.user is None:
        return None
    return {
        "reference": reference,
        "is_following": notices.is_following(actor.user, reference),
        "next": back,
    }


def under(found: Round, current: str, last: str) -> dict[str, object]:
    """Crumbs and tabs for a page that lies one step below the page `current`."""
    known = shell(found, current)
    label = next(str(label) for name, label in PAGES if name == current)
    trail = [
        {"label": _("Participatory budget"), "url": reverse("elections")},
        {"label": found.title, "url": reverse("budget_round", args=[found.slug])},
        {"label": label, "url": reverse(current, args=[found.slug])},
        {"label": last, "url": ""},
    ]
    return known | {"breadcrumb": trail}
