"""A case at the desk: its parts, its type, its photos, and what may be done with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from madang.commons.matters import api as matters
from madang.commons.matters.domain.attachments import STANDARD
from madang.commons.matters.enums import OWED, State
from madang.commons.matters.models import Matter
from madang.kernel import policy, text
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits, refusing
from madang.kernel.web.acting import actor_of
from madang.services.casework import queries
from madang.services.casework.domain import feedback, forwarding, parts, retyping
from madang.services.casework.models import Case
from madang.services.casework.web import case as page
from madang.services.casework.web import desk_forms as forms
from madang.services.casework.web import elsewhere, words
from madang.services.casework.web.desk_list import crumbs


@dataclass(frozen=True)
class Verb:
    """One POST address: its form, its one domain call, what it is called and what is said afterwards."""

    form: type[forms.CaseActForm]
    act: Callable[[Actor, Case, dict[str, Any]], object]
    label: str | Promise
    icon: str
    done: str | Promise


VERBS: dict[str, Verb] = {
    "split": Verb(
        forms.SplitForm,
        lambda actor, case, typed: parts.split(actor=actor, case=case, **typed),
        _("Give a part to another office"),
        "people",
        _("The part has its office and its clock."),
    ),
    "outstanding": Verb(
        forms.OutstandingForm,
        lambda actor, case, typed: parts.name_outstanding(actor=actor, **typed),
        _("Answer before a part is answered"),
        "clock",
        _("The part is named as outstanding. The answer need not wait for it."),
    ),
    "take_out": Verb(
        forms.TakeOutForm,
        lambda actor, case, typed: parts.take_out(actor=actor, **typed),
        _("Take a part out"),
        "close",
        _("The part is taken out."),
    ),
    "retype": Verb(
        forms.RetypeForm,
        lambda actor, case, typed: retyping.retype(actor=actor, case=case, **typed),
        _("Correct the type"),
        "edit",
        _("The type is corrected. The first day stayed; the author is told."),
    ),
    "pass_on": Verb(
        forms.PassOnForm,
        lambda actor, case, typed: forwarding.put(actor=actor, case=case, peer=typed["service"].peer),
        _("Pass on to another system"),
        "transfer",
        _("The case waits in the outbox and goes within seconds."),
    ),
    "combine": Verb(
        forms.CombineForm,
        lambda actor, case, typed: parts.combine(actor=actor, case=case),
        _("Begin the combined answer from the parts"),
        "answer",
        _("The draft begins with what the parts were answered."),
    ),
}


def _seen(request: HttpRequest, pk: int) -> tuple[Actor, Case]:
    """A case that an official sees.

    Raises:
        Http404: there is none for her.
    """
    actor = actor_of(request)
    if not actor.is_official:
        raise Http404
    return actor, get_object_or_404(queries.visible(actor), pk=pk)


def _whole(case: Case) -> list[Matter]:
    """The lead matter and the parts."""
    return [case.matter, *(part.matter for part in case.parts.select_related("matter__responsible"))]


def _own(actor: Actor, rows: list[Matter]) -> list[Matter]:
    """Of the lead matter and the parts those that this official works on."""
    return [one for one in rows if policy.can("casework.photo.add", actor, one)]


def _tabs(actor: Actor, case: Case, rows: list[Matter]) -> list[dict[str, Any]]:
    """The pages of the case at the desk; of her part where another office has the lead."""
    mine = next((one for one in rows if policy.can("matters.matter.desk", actor, one)), None)
    at = reverse("desk_case", args=[case.pk])
    return matters.tabs_of(actor, mine, at=at) if mine is not None else []


def _may(actor: Actor, case: Case, verb: str) -> bool:
    is_owed, has_parts = case.matter.state in OWED, case.parts.exists()
    has_open = case.parts.filter(matter__state__in=OWED).exists()
    rules = {
        "split": is_owed and policy.can("casework.case.split", actor, case),
        "outstanding": is_owed and has_open and policy.can("casework.case.lead", actor, case),
        "take_out": is_owed and has_open and policy.can("casework.case.split", actor, case),
        "retype": is_owed and policy.can("matters.matter.reclassify", actor, case.matter),
        "pass_on": case.matter.state in (*OWED, State.ANSWERED)
        and (case.point is not None or bool(case.address))
        and policy.can("casework.case.forward", actor, case)
        and forwarding.still_fitting(case).exists(),
        "combine": case.matter.state == "assigned"
        and has_parts
        and policy.can("casework.case.lead", actor, case),
    }
    return bool(rules[verb])


def show(
    request: HttpRequest,
    actor: Actor,
    case: Case,
    *,
    bound: forms.CaseActForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page; `bound` is the form that was refused, with what was typed."""
    choices = []
    for verb, spec in VERBS.items():
        if _may(actor, case, verb):
            form = bound if bound is not None and bound.verb == verb else spec.form(case=case)
            choices.append(
                {
                    "verb": verb,
                    "label": spec.label,
                    "icon": spec.icon,
                    "form": form,
                    "url": reverse("desk_case_act", args=[case.pk, verb]),
                    "open": form is bound,
                }
            )
    rows = _whole(case)
    own = _own(actor, rows)
    context = {
        "case": case,
        "matter": case.matter,
        "tags": words.tags(case),
        "body_html": text.to_html(case.matter.body),
        "where": words.where(case),
        "fields": page.fields_of(case, is_inside=True),
        "attachments": list(case.matter.attachments.all()),
        "parts": words.parts(case, desk=True),
        "offices": page.lead_line(case),
        "choices": choices,
        "bound": bound,
        "photos": page.photos(case, actor),
        "file_terms": STANDARD,
        "photo_form": (bound if isinstance(bound, forms.PhotosForm) else forms.PhotosForm(case=case))
        if own
        else None,
        "own": [(one.pk, one.title) for one in own],
        "elsewhere": elsewhere.at_desk(actor, case),
        "changes": list(case.type_changes.all()),
        "joiners": list(case.joinings.select_related("matter").order_by("at")),
        "ratings": list(case.ratings.order_by("at")),
        "tabs": _tabs(actor, case, rows),
        "public_url": words.address(case),
        "breadcrumb": crumbs((case.matter.number or gettext("Not public"), "")),
    }
    return render(request, "casework/desk_case.html", context, status=status)


@require_safe
@login_required
def desk_case(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one case for the offices that work on it."""
    actor, case = _seen(request, pk)
    return show(request, actor, case)


@require_POST
@login_required
def act(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Parse, act once, go back; refusals keep what was typed."""
    spec = VERBS.get(verb)
    if spec is None:
        raise Http404
    actor, case = _seen(request, pk)
    form = spec.form(request.POST, case=case)
    if form.is_valid():
        with refusing.on_form(form):
            spec.act(actor, case, form.cleaned_data)
            messages.success(request, str(spec.done))
            if verb == "combine":
                return redirect("desk_matter", pk=pk)
            return redirect("desk_case", pk=pk)
    return show(request, actor, case, bound=form, status=refusing.status_of(form))


@require_POST
@login_required
def photos(request: HttpRequest, pk: int) -> HttpResponse:
    """Photos from the spot, before or after."""
    actor, case = _seen(request, pk)
    if request.FILES:
        limits.spend(request, limits.UPLOAD)
    form = forms.PhotosForm(request.POST, case=case)
    key = request.POST.get("of", "")
    matter = next((one for one in _own(actor, _whole(case)) if str(one.pk) == key), None)
    if matter is None:
        raise RefusedError(_("Only the office that works on it adds photos."), "mandate.office")
    if form.is_valid():
        with refusing.on_form(form):
            feedback.add_photos(
                actor=actor,
                case=case,
                matter=matter,
                moment=form.cleaned_data["moment"],
                uploads=tuple(request.FILES.getlist("files")[:3]),
            )
            messages.success(request, gettext("The photos are with the case."))
            return redirect("desk_case", pk=pk)
    return show(request, actor, case, bound=form, status=refusing.status_of(form))
