"""Appeals: the author's page about what was taken down, and the desk of the moderators who decide."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.kernel import clock, ids, policy
from madang.kernel.web import refusing
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import appeals, subjects
from madang.services.square.domain.subjects import Subject
from madang.services.square.enums import HideReason
from madang.services.square.models import Appeal, Comment
from madang.services.square.web import moderation
from madang.services.square.web.forms import AppealForm, DecisionForm
from madang.services.square.web.pages import crumb, desk_crumb, is_key, sign_in_url

Part = dict[str, Any]
PAGE = 30
WHOLE = (
    "comment__idea__matter",
    "idea__matter",
    "vote__seat__candidate__idea__matter",
    "vote__seat__candidate__space",
)


def _subject(reference: str) -> Subject:
    """What a reference names; an idea by the number of its matter.

    Raises:
        Http404: nothing.
    """
    kind, _colon, key = reference.partition(":")
    found: Subject | None = None
    if kind == "idea":
        number = ids.read_number(key)
        found = subjects.rows(kind).filter(matter__number=number).first() if number else None
    elif kind in subjects.KINDS and is_key(key):
        found = subjects.rows(kind).filter(pk=int(key)).first()
    if found is None:
        raise Http404
    return found


def _language(subject: Subject) -> str:
    return subject.language if isinstance(subject, Comment) else subjects.matter_of(subject).language


def appeal(request: HttpRequest, reference: str) -> HttpResponse:
    """What the author sees of what was taken down: her words, the reason, and the way to appeal."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect(sign_in_url(request.get_full_path()))
    subject = _subject(reference)
    if not policy.can("square.appeal.file", actor, subject):
        raise Http404  # nobody else's business
    act = subjects.taking_down(subject)
    known = (
        Appeal.objects.filter(act=act).first()
        if act is not None
        else Appeal.objects.filter(**subjects.named(subject)).order_by("-filed_at").first()
    )
    form = AppealForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with refusing.on_form(form):
            appeals.appeal(actor=actor, subject=subject, words=form.cleaned_data["words"])
            messages.success(request, _("Your appeal is with another moderator."))
            return redirect("appeal", reference)
    last = act or (known.act if known is not None else None)
    matter = subjects.matter_of(subject)
    until = appeals.until(act) if act is not None else None
    context = {
        "act": last,
        "is_down": act is not None,
        "reason_label": dict(HideReason.choices).get(last.reason_code, "") if last is not None else "",
        "words": subjects.words_of(subject),
        "language": _language(subject),
        "host": matter.host,
        "known": known,
        "form": form,
        "until": until,
        "can": act is not None and known is None and until is not None and clock.now() <= until,
        "back_url": reverse("item", args=[matter.number]),
        "breadcrumb": [crumb(_("Moderation log"), reverse("moderation_log")), crumb(_("Your words"))],
    }
    return render(request, "square/appeal.html", context, status=refusing.status_of(form))


def queue(request: HttpRequest) -> HttpResponse:
    """Appeals that wait, the one due first on top; those decided below."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect(sign_in_url(request.get_full_path()))
    offices = moderation.offices_of(request)
    rows = Appeal.objects.filter(host__in=offices).select_related("act", *WHOLE)
    waiting = rows.filter(state="open").order_by("due_at", "pk")
    page = Paginator(waiting, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [_row(row, actor) for row in page],
        "decided": [
            _row(row, actor) for row in rows.exclude(state="open").order_by("-decided_at", "-pk")[:10]
        ],
        "tabs": moderation.tabs("appeals", offices),
        "breadcrumb": [desk_crumb(), crumb(_("Moderation"))],
    }
    return render(request, "square/appeals.html", context)


def _row(row: Appeal, actor: Any) -> Part:
    subject = subjects.of(row)
    shown = moderation.row_of(subject)
    is_open = row.state == "open"
    late = is_open and row.due_at < clock.now()
    tags = [
        {
            "label": row.get_state_display(),
            "tone": "ochre" if is_open else "jade" if row.state == "granted" else "",
        }
    ]
    if late:
        tags.append({"label": _("Overdue"), "tone": "persimmon", "icon": "late"})
    return {
        "title": f"{shown['kind']} {shown['number']}",
        "url": reverse("moderate_appeal", args=[row.pk]),
        "tags": tags,
        "summary": shown["words"],
        "filed_at": row.filed_at,
        "due_at": row.due_at,
        "is_own": actor.user is not None and actor.user.pk in (row.author_id, row.act.actor_id),
    }


def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """One appeal: what was taken down and why, what the author says, and the decision."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect(sign_in_url(request.get_full_path()))
    offices = moderation.offices_of(request)
    row = (
        Appeal.objects.filter(pk=pk, host__in=offices).select_related("act", "author", "host", *WHOLE).first()
    )
    if row is None:
        raise Http404
    verdict = policy.can("square.appeal.uphold", actor, row)
    form = DecisionForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        policy.require("square.appeal.uphold", actor, row)
    if form.is_valid():
        with refusing.on_form(form):
            appeals.decide(
                actor=actor,
                appeal=row,
                puts_back=form.cleaned_data["decision"] == "grant",
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("The appeal is decided, and its author is told."))
            return redirect("moderate_appeals")
    subject = subjects.of(row)
    matter = subjects.matter_of(subject)
    context = {
        "appeal": row,
        "words": subjects.words_of(subject),
        "language": _language(subject),
        "reason_label": dict(HideReason.choices).get(row.act.reason_code, ""),
        "is_late": row.state == "open" and row.due_at < clock.now(),
        "verdict": verdict,
        "form": form,
        "breadcrumb": [
            desk_crumb(),
            crumb(_("Moderation"), reverse("moderate")),
            crumb(_("Appeals"), reverse("moderate_appeals")),
            crumb(matter.number or ""),
        ],
    }
    return render(request, "square/appeal_decide.html", context, status=refusing.status_of(form))
