"""What waits for one person: votes in a planning group, amendments to answer, invitations, questions."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.commons.matters.enums import Disclosure
from madang.commons.matters.models import Inquiry
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.templatetags.ui import seoul_text
from madang.services.square.domain import authors
from madang.services.square.models import Amendment, Candidate, CoAuthor, Idea, PlanningSeat

FEW = 20
Part = dict[str, Any]


def rows(actor: Actor) -> list[Part]:
    """Rows for a list, what ends first before what has no end."""
    if actor.user is None:
        return []
    return [*_questions(actor), *_votes(actor), *_amendments(actor), *_invitations(actor)]


def _questions(actor: Actor) -> list[Part]:
    also = CoAuthor.objects.filter(idea=OuterRef("matter"), user=actor.user, state="accepted")
    found = (
        Inquiry.objects.filter(Q(matter__author=actor.user) | Exists(also), state="open")
        .filter(matter__in=Idea.objects.values("pk"), matter__number__isnull=False)
        .select_related("matter", "office")
        .order_by("due_at")
    )
    return [
        {
            "matter": row.matter_id,
            "title": row.matter.title,
            "url": reverse("inquiry", args=[row.matter.number]),
            "meta": [
                row.office.name,
                _("Answer the question of the office."),
                _("until %(day)s") % {"day": seoul_text(row.due_at, "day")},
            ],
        }
        for row in found[:FEW]
    ]


def _votes(actor: Actor) -> list[Part]:
    spaces = actor.offices(Role.PLANNER)
    if not spaces:
        return []
    mine = PlanningSeat.objects.filter(candidate=OuterRef("pk"), user=actor.user, votes__isnull=True)
    found = (
        Candidate.objects.filter(Exists(mine), state="open", due_at__gt=clock.now(), space__host__in=spaces)
        .filter(idea__matter__disclosure=Disclosure.PUBLIC)
        .select_related("space", "idea__matter")
        .order_by("due_at")
    )
    return [
        {
            "title": row.idea.matter.title,
            "url": reverse("planning_vote", args=[row.space.slug, row.number]),
            "meta": [
                row.space.title,
                _("Vote in the planning group."),
                _("until %(day)s") % {"day": seoul_text(row.due_at, "day")},
            ],
        }
        for row in found[:FEW]
    ]


def _amendments(actor: Actor) -> list[Part]:
    also = CoAuthor.objects.filter(idea=OuterRef("idea"), user=actor.user, state="accepted")
    found = (
        Amendment.objects.filter(
            Q(idea__matter__author=actor.user) | Exists(also), state="open", hide_reason=""
        )
        .filter(idea__matter__state__in=["open", "maturing"])
        .select_related("idea__matter")
        .order_by("due_at")
    )
    return [
        {
            "title": row.idea.matter.title,
            "url": reverse("amendment", args=[row.idea.matter.number, row.number]),
            "meta": [
                _("Answer a proposed amendment."),
                _("until %(day)s") % {"day": seoul_text(row.due_at, "day")},
            ],
        }
        for row in found[:FEW]
    ]


def _invitations(actor: Actor) -> list[Part]:
    return [
        {
            "title": row.idea.matter.title,
            "url": reverse("invitation", args=[row.pk]),
            "meta": [_("You are asked to write it together")],
        }
        for row in authors.invitations(actor.account)[:FEW]
    ]
