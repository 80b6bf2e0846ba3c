"""The page of one case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from madang.commons.matters import api as matters
from madang.commons.matters.domain.answers import objection_until
from madang.commons.matters.domain.attachments import is_visible, position_of
from madang.commons.matters.enums import OWED
from madang.commons.matters.models import Answer
from madang.commons.matters.policies import is_author
from madang.commons.matters.web import shown
from madang.kernel import clock, policy, text
from madang.kernel import queries as kernel
from madang.kernel.actors import Actor
from madang.kernel.logic import coordinates
from madang.kernel.models import SEEING
from madang.kernel.templatetags.ui import seoul_text
from madang.kernel.web import mapping
from madang.kernel.web.acting import actor_of
from madang.services.casework import queries
from madang.services.casework.domain import asked, feedback, joining, keeping, types
from madang.services.casework.models import Case, KeptFiling, Part, SitePhoto
from madang.services.casework.web import desk_shown, elsewhere, words
from madang.services.casework.web.after_forms import RatingForm
from madang.services.casework.web.automatic import automatic
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
    works_on = _works_on(actor, one)
    has_joined = not is_mine and joining.has_joined(actor, one)
    is_inside = is_mine or works_on
    effects = matters.effects_of(matter)
    answers = matter.answers.filter(state=Answer.State.PUBLISHED).select_related(
        "office", "owner", "drafted_by", "approved_by"
    )
    kept = KeptFiling.objects.filter(pk=one.pk).select_related("rule").first()
    cards = [matters.answer_card(row, effects) for row in answers.prefetch_related("writers")]
    meaning = types.meaning_of(one.type, _rule(one))
    parts = words.parts(one)
    return {
        "case": one,
        "matter": matter,
        "tags": words.tags(one),
        "steps": matters.steps(matter, effects=effects),
        "clock": matters.clock_view(matter),
        "clocks": matters.both_clocks(matter),
        "clock_url": reverse("clock_page", args=[matter.number]) if matter.is_public else "",
        "clock_file_url": reverse("clock_file", args=[matter.number]) if matter.is_public else "",
        "more_time": matters.open_more_time(matter.pk) if is_mine else None,
        "meaning": meaning,
        "period": words.period(meaning),
        "body_html": text.to_html(desk_shown.body(matter, is_inside=is_inside)),
        "beside": desk_shown.beside(one, is_mine=is_mine, is_inside=is_inside),
        "where": words.where(one),
        "fields": fields_of(one, is_inside=is_inside),
        "attachments": _attachments(actor, one),
        "kept": kept,
        "kept_outage": keeping.outage_of(kept) if kept else None,
        "map": mapping.still(one.point) if one.point else None,
        "elsewhere": elsewhere.for_author(one) if is_inside else [],
        "photos": photos(one, actor),
        "parts": parts,
        "outstanding": [row["part"] for row in parts if row["is_open"] and row["part"].outstanding_reason],
        "answers": cards,
        "events": events_of(one, [row["part"] for row in parts], is_inside=is_inside),
        "offices": lead_line(one),
        "changes": list(one.type_changes.all()),
        "joined": one.joinings.count(),
        "join_url": reverse("case_join", args=[one.ref])
        if not (is_mine or has_joined) and _may_join(actor, one)
        else "",
        "has_joined": has_joined,
        "is_mine": is_mine,
        "is_inside": is_inside,
        "receipt_url": matters.address_of(request.session, matter) if is_mine else "",
        "questions": _questions(request, one, parts) if is_mine else [],
        "desk_url": reverse("desk_case", args=[one.pk]) if works_on else "",
        **(_after(one, meaning) if is_mine or cards else {}),
        **automatic(actor, one, is_inside=is_inside),
        "breadcrumb": crumbs(matter.number or _("Not public")),
    }


def _works_on(actor: Actor, one: Case) -> bool:
    offices = actor.offices(*SEEING)
    return bool(offices) and (
        one.matter.responsible_id in offices
        or one.matter.host_id in offices
        or one.parts.filter(matter__responsible__in=offices).exists()
    )


def _may_join(actor: Actor, one: Case) -> bool:
    return one.matter.state in OWED and bool(policy.can("casework.case.join", actor, one))


def _questions(request: HttpRequest, one: Case, parts: list[dict[str, Any]]) -> list[dict[str, str]]:
    """What the offices ask the author, of the case and of its parts, with the way to answer."""
    return [
        {
            "office": matter.responsible.name,
            "text": inquiry.question,
            "url": matters.answer_address_of(request.session, matter),
        }
        for matter in (one.matter, *(row["matter"] for row in parts))
        if (inquiry := matters.open_inquiry(matter.pk)) is not None
    ]


def _after(one: Case, meaning: types.Meaning) -> dict[str, Any]:
    """What its author can do once it is answered, with the last day of each way."""
    answer, rating = feedback.rated(one)
    if answer is None or one.matter.state != "answered" or answer.published_at is None:
        return {}
    until = objection_until(one.matter)
    is_open = until is not None and clock.today() <= until
    appeal = (
        clock.seoul(answer.published_at).date() + timedelta(days=meaning.appeal_days)
        if meaning.appeal_days
        else None
    )
    return {
        "is_answered": True,
        "rating": rating,
        "rating_form": None if rating else RatingForm(),
        "not_fixed_url": reverse("case_not_fixed", args=[one.ref]) if is_open else "",
        "not_fixed_until": seoul_text(until, "date") if until and is_open else "",
        "appeal_until": seoul_text(appeal, "date") if appeal else "",
        "appeal_is_over": appeal is not None and clock.today() > appeal,
    }


def lead_line(one: Case) -> list[dict[str, Any]]:
    """Every office that led the case, in order."""
    return shown.offices(one.matter.assignments.select_related("organisation"))


def photos(one: Case, actor: Actor) -> list[dict[str, Any]]:
    """Photos of the offices, by moment: before, then after."""
    rows = [
        row
        for row in one.site_photos.select_related("attachment__matter")
        if is_visible(row.attachment, actor=actor)
    ]
    named = (
        (moment, label, [row for row in rows if row.moment == moment])
        for moment, label in SitePhoto.Moment.choices
    )
    return [{"moment": moment, "label": label, "rows": found} for moment, label, found in named if found]


INNER = ("matters.matter.file", "matters.matter.assign")
"""What stands in the act that made a part already."""


def events_of(one: Case, parts: list[Part], *, is_inside: bool) -> list[dict[str, Any]]:
    """One timeline of the case and its parts, newest first; acts on a part say which. Others read the public ones."""
    named = {part.matter.reference: f"{part.number}. {part.what}" for part in parts}
    found = kernel.acts_on(one.reference, *named).select_related("actor", "organisation")
    if not is_inside:
        found = found.filter(is_public=True)
    acts = [act for act in found if not (act.target in named and act.action in INNER)]
    events = shown.timeline(acts)
    for act, event in zip(reversed(acts), events, strict=True):
        if part := named.get(act.target):
            event["text"] = " · ".join(filter(None, [part, event["text"]]))
    return events


def _attachments(actor: Actor, one: Case) -> list[Any]:
    """Its files; for those who may know, with the place where a photo was taken."""
    filed = one.matter.attachments.filter(site_photo__isnull=True).select_related("matter")
    rows = [row for row in filed if is_visible(row, actor=actor)]
    for row in rows:
        point = position_of(row, actor=actor)
        row.taken_at = coordinates.written(point) if point else ""  # type: ignore[attr-defined]
    return rows


def _rule(one: Case) -> Any:
    """The rule its latest clock runs by; that of filing where none ran."""
    last = one.matter.clocks.select_related("rule").last()
    return last.rule if last is not None else one.matter.rule


def fields_of(one: Case, *, is_inside: bool) -> list[dict[str, str]]:
    """Answers to the questions of its category; others read only those that are public."""
    return [
        {"term": field.description, "text": field.shown(one.answers[field.code])}
        for field in asked.fields_of(one.category)
        if field.code in one.answers and (is_inside or field.is_public)
    ]
