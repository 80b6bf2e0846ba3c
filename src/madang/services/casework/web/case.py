"""The page of one case."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from madang.commons.matters import api as matters
from madang.commons.matters.domain.attachments import position_of
from madang.commons.matters.models import Answer
from madang.commons.matters.policies import is_author
from madang.commons.matters.web import shown
from madang.kernel import policy, text
from madang.kernel import queries as kernel
from madang.kernel.actors import Actor
from madang.kernel.logic import coordinates
from madang.kernel.web import mapping
from madang.kernel.web.acting import actor_of
from madang.services.casework import queries
from madang.services.casework.domain import asked, keeping, types
from madang.services.casework.models import Case, KeptFiling
from madang.services.casework.web import words
from madang.services.casework.web.shell import crumbs


def seen(actor: Actor, ref: str) -> Case:
    """A case that this reader may see.

    Raises:
        Http404: there is none for her.
    """
    case = queries.by_ref(actor, ref)
    if case is None:
        raise Http404
    return case


@never_cache
@require_safe
def case(request: HttpRequest, ref: str) -> HttpResponse:
    """What was told, who has it, how much time is left, and every act with its reason."""
    actor = actor_of(request)
    one = seen(actor, ref)
    return render(request, "casework/case.html", context_of(request, actor, one))


def context_of(request: HttpRequest, actor: Actor, one: Case) -> dict[str, Any]:
    """What the page of a case shows to this reader."""
    matter = one.matter
    is_mine = is_author(actor, matter)
    is_inside = is_mine or bool(policy.can("matters.matter.desk", actor, matter))
    effects = matters.effects_of(matter)
    answers = matter.answers.filter(state=Answer.State.PUBLISHED).select_related(
        "office", "owner", "drafted_by", "approved_by"
    )
    inquiry = matters.open_inquiry(matter.pk) if is_mine else None
    kept = KeptFiling.objects.filter(pk=one.pk).select_related("rule").first()
    return {
        "case": one,
        "matter": matter,
        "tags": words.tags(one),
        "steps": matters.steps(matter, effects=effects),
        "clock": matters.clock_view(matter),
        "meaning": types.meaning_of(one.type, _rule(one)),
        "period": words.period(types.meaning_of(one.type, _rule(one))),
        "body_html": text.to_html(matter.body),
        "where": words.where(one),
        "fields": _fields(one, is_inside=is_inside),
        "attachments": _attachments(actor, one),
        "kept": kept,
        "kept_outage": keeping.outage_of(kept) if kept else None,
        "map": mapping.still(one.point) if one.point else None,
        "answers": [matters.answer_card(row, effects) for row in answers.prefetch_related("writers")],
        "events": shown.timeline(_acts(one, is_inside=is_inside)),
        "offices": shown.offices(matter.assignments.select_related("organisation")),
        "is_mine": is_mine,
        "receipt_url": matters.address_of(request.session, matter) if is_mine else "",
        "asked": inquiry,
        "answer_url": matters.answer_address_of(request.session, matter) if inquiry else "",
        "is_inside": is_inside,
        "breadcrumb": crumbs(matter.number or _("Not public")),
    }


def _acts(one: Case, *, is_inside: bool) -> Any:
    """Every act on it, oldest first; others read the public ones."""
    found = kernel.acts_on(one.reference).select_related("actor", "organisation")
    return found if is_inside else found.filter(is_public=True)


def _attachments(actor: Actor, one: Case) -> list[Any]:
    """Its files; for those who may know, with the place where a photo was taken."""
    rows = list(one.matter.attachments.select_related("matter"))
    for row in rows:
        point = position_of(row, actor=actor)
        row.taken_at = coordinates.written(point) if point else ""  # type: ignore[attr-defined]
    return rows


def _rule(one: Case) -> Any:
    """The rule its latest clock runs by; that of filing where none ran."""
    last = one.matter.clocks.select_related("rule").last()
    return last.rule if last is not None else one.matter.rule


def _fields(one: Case, *, is_inside: bool) -> list[dict[str, str]]:
    """Answers to the questions of its category; others read only those that are public."""
    return [
        {"term": field.description, "text": field.shown(one.answers[field.code])}
        for field in asked.fields_of(one.category)
        if field.code in one.answers and (is_inside or field.is_public)
    ]
