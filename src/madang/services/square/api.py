"""The front door of the square for apps beside it and for the portal above."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import ExpressionWrapper, F, FloatField, QuerySet

from madang.commons.matters import api as matters
from madang.commons.matters.enums import TALKING
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.services.square import limits, queries
from madang.services.square.domain import subjects
from madang.services.square.models import (
    Amendment,
    Appeal,
    Candidate,
    Category,
    Challenge,
    CoAuthor,
    Comment,
    Flag,
    Idea,
    PlanningVote,
    Space,
    Support,
    TextVersion,
)
from madang.services.square.picked import candidate, planning
from madang.services.square.queries import SOURCE_STATES, Filters, Funnel, funnel
from madang.services.square.reading import (
    answers,
    comments,
    history,
    idea,
    list_ideas,
    open_processes,
    spaces,
)
from madang.services.square.waiting import rows as waiting
from madang.services.square.web import present
from madang.services.square.writing import file_idea, set_support, write_comment

__all__ = [
    "SOURCE_STATES",
    "Archive",
    "Filters",
    "Funnel",
    "answers",
    "archive",
    "archived",
    "can_file",
    "candidate",
    "comments",
    "discussed",
    "field_names",
    "file_idea",
    "filed_here",
    "funnel",
    "history",
    "idea",
    "in_discussion",
    "limits",
    "list_ideas",
    "open_processes",
    "own_data",
    "planning",
    "row",
    "set_support",
    "spaces",
    "supported",
    "waiting",
    "write_comment",
]


# --- for the portal's pages -----------------------------------------------------------------------------


def _live() -> QuerySet[Idea]:
    """Ideas filed here that everybody may see."""
    return queries.ideas(Actor()).filter(process__space__is_archive=False)


def discussed(*, order: str = "", limit: int = 4) -> list[dict[str, Any]]:
    """Cards of ideas in discussion: most supported; `near` their threshold; `ending` soon; `new`est."""
    found = _live().filter(matter__state__in=TALKING)
    if order == "near":
        share = ExpressionWrapper(F("support_total") * 1.0 / F("threshold"), output_field=FloatField())
        found = found.filter(threshold__gt=0).annotate(share=share).order_by("-share", "-pk")
    elif order == "ending":
        found = found.filter(discussion_ends_at__gte=clock.now()).order_by("discussion_ends_at", "pk")
    elif order == "new":
        found = found.order_by("-matter__filed_at", "-pk")
    else:
        found = found.order_by("-support_total", "-matter__filed_at", "-pk")
    return [present.card(idea) for idea in found[:limit]]


def can_file() -> bool:
    """Whether some process takes in ideas now."""
    return queries.open_processes().exists()


def in_discussion() -> int:
    """How many public ideas people can talk about and support now."""
    return _live().filter(matter__state__in=TALKING).count()


def filed_here() -> QuerySet[Any]:
    """The public matters that were filed here as ideas: what the headline figures count.

    What the office later handled as a question or complaint still counts: its author filed an idea, and
    leaving it out would make the share of answered ideas depend on how offices sort them.
    """
    # A topic is nobody's own filing: its ideas count, each with the answer that the topic received.
    filed = Idea.objects.filter(process__space__is_archive=False, is_topic=False)
    return matters.public().filter(pk__in=filed.values("pk"))


def supported(actor: Actor) -> QuerySet[Idea]:
    """Ideas that this person stands behind, the latest first; rows for `row()`."""
    if actor.user is None:
        return queries.ideas(actor).none()
    mine = Support.objects.filter(supporter=actor.user, withdrawn_at__isnull=True)
    found = queries.ideas(actor).filter(pk__in=mine.values("idea"), matter__number__isnull=False)
    return found.order_by("-matter__filed_at", "-pk")


def row(idea: Idea) -> dict[str, Any]:
    """One line of a list of ideas, from what `supported()` reads."""
    matter = idea.matter
    return {
        "title": matter.title,
        "url": present.address(matter),
        "tags": [matters.state_tag(matter)],
        "meta": [matter.number, present.origin_words(matter)],
        "clock": matters.clock_view(matter),
        "steps": present.steps(idea),
        "figure": f"{idea.support_total:,}",
        "figure_label": present.supporters(idea.support_total),
    }


@dataclass(frozen=True, slots=True)
class Archive:
    """An imported file: its counts, where it comes from and under which licence."""

    source: str
    title: str
    credit: str
    funnel: Funnel


def archive(source: str) -> Archive | None:
    """An imported file, or None when it was not imported here."""
    space = Space.objects.filter(slug=source, is_archive=True).first()
    found = funnel(source)
    if not found.rows:
        return None
    return Archive(source, space.title if space else source, space.source if space else "", found)


def archived(references: Iterable[str]) -> set[str]:
    """Which of these references are imported: their words are not shown outside a demo."""
    numbers = [
        reference.removeprefix("matter:") for reference in references if reference.startswith("matter:")
    ]
    rows = Idea.objects.filter(process__space__is_archive=True, matter__number__in=numbers)
    return {f"matter:{number}" for number in rows.values_list("matter__number", flat=True)}


def field_names() -> dict[str, str]:
    """Fields of policy by slug, as the search filters by them; of two with one slug the first."""
    names: dict[str, str] = {}
    for category in Category.objects.select_related("process").order_by("process__order", "order", "pk"):
        names.setdefault(category.slug[:40], category.title)
    return names


def _about(row: Flag | Appeal) -> str:
    """What a report or an appeal is about."""
    kind = next(name for name in subjects.KINDS if getattr(row, f"{name}_id"))
    return f"{kind}:{getattr(row, f'{kind}_id')}"


def own_data(user_id: int) -> dict[str, list[dict[str, Any]]]:
    """What this person supported and said, as plain data for her own copy."""
    supports = Support.objects.filter(supporter=user_id).select_related("idea__matter").order_by("at", "pk")
    comments = Comment.objects.filter(author=user_id).select_related("idea__matter").order_by("at", "pk")
    flags = Flag.objects.filter(by=user_id).order_by("at", "pk")
    appeals = Appeal.objects.filter(author=user_id).order_by("filed_at", "pk")
    written = TextVersion.objects.filter(author=user_id, number__gt=1).select_related("idea__matter")
    proposed = Amendment.objects.filter(by=user_id).select_related("idea__matter").order_by("at", "pk")
    together = CoAuthor.objects.filter(user=user_id).select_related("idea__matter")
    candidates = Candidate.objects.filter(by=user_id).select_related("space", "idea__matter")
    challenges = Challenge.objects.filter(by=user_id).select_related("seat__candidate__space")
    votes = PlanningVote.objects.filter(seat__user=user_id).select_related("seat__candidate__space")
    return {
        "candidates": [
            {
                "reference": row.reference,
                "number": row.idea.matter.number,
                "at": row.at.isoformat(),
                "why": row.why,
                "state": row.state,
            }
            for row in candidates.order_by("at", "pk")
        ],
        "planning_votes": [
            {
                "about": row.seat.candidate.reference,
                "at": row.at.isoformat(),
                "choice": row.choice,
                "reason": row.reason,
                "hide_reason": row.hide_reason,
            }
            for row in votes.order_by("at", "pk")
        ],
        "challenges": [
            {
                "about": row.seat.candidate.reference,
                "at": row.at.isoformat(),
                "claim": row.claim,
                "why": row.why,
                "state": row.state,
                "decision": row.decision,
            }
            for row in challenges.order_by("at", "pk")
        ],
        "versions": [
            {
                "number": row.idea.matter.number,
                "version": row.number,
                "at": row.at.isoformat(),
                "title": row.title,
                "body": row.body,
                "reason": row.reason,
            }
            for row in written.order_by("at", "pk")
        ],
        "amendments": [
            {
                "number": row.idea.matter.number,
                "at": row.at.isoformat(),
                "title": row.title,
                "body": row.body,
                "reason": row.reason,
                "state": row.state,
                "answer": row.answer,
            }
            for row in proposed
        ],
        "authorships": [
            {"number": row.idea.matter.number, "state": row.state, "at": row.at.isoformat()}
            for row in together
        ],
        "appeals": [
            {
                "about": _about(row),
                "at": row.filed_at.isoformat(),
                "words": row.words,
                "state": row.state,
                "decision": row.decision,
            }
            for row in appeals
        ],
        "reports": [
            {
                "about": _about(row),
                "reason": row.reason,
                "at": row.at.isoformat(),
            }
            for row in flags
        ],
        "supports": [
            {
                "number": row.idea.matter.number,
                "at": row.at.isoformat(),
                "withdrawn_at": row.withdrawn_at.isoformat() if row.withdrawn_at else None,
            }
            for row in supports
        ],
        "comments": [
            {
                "number": row.idea.matter.number,
                "at": row.at.isoformat(),
                "stance": row.stance,
                "body": row.body,
                "state": row.state,
                "hide_reason": row.hide_reason,
            }
            for row in comments
        ],
    }
