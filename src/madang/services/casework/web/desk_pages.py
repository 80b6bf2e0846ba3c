"""The pages beside the list: opinions, templates, what was handed back, the review board."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST, require_safe

from madang.commons.matters import queries
from madang.kernel import policy, text
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation, Role
from madang.kernel.web.acting import actor_of, for_officials
from madang.kernel.web.refusing import on_form, status_of
from madang.services.casework import desk_queries
from madang.services.casework.domain import consulting, handover, notes, repeats, templates
from madang.services.casework.logic import personal
from madang.services.casework.logic import templates as logic
from madang.services.casework.models import AnswerTemplate, Consultation, Handover
from madang.services.casework.web import work_forms
from madang.services.casework.web.case import seen as seen_case
from madang.services.casework.web.desk_list import crumbs, for_desk

PAGE = 50


@require_safe
@for_desk
def asked(request: HttpRequest) -> HttpResponse:
    """Opinions that her offices are asked for."""
    page: Any = Paginator(desk_queries.asked_of(actor_of(request)), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "breadcrumb": crumbs((_("Opinions asked of you"), ""))}
    return render(request, "casework/desk/asked.html", context)


@for_desk
def opinion(request: HttpRequest, pk: int) -> HttpResponse:
    """One question: what is shared of the case, and the answer to write. Only whoever is asked, or asks, opens it."""
    actor = actor_of(request)
    row = get_object_or_404(Consultation.objects.select_related("matter", "asking", "office"), pk=pk)
    may_answer = policy.can("casework.consultation.answer", actor, row)
    may_take_back = policy.can("casework.consultation.take_back", actor, row)
    if not (may_answer or may_take_back):
        raise Http404
    form = work_forms.OpinionForm(request.POST if request.method == "POST" else None)
    back = work_forms.DecisionForm()
    if request.method == "POST" and "take_back" in request.POST:
        form, back = work_forms.OpinionForm(), work_forms.DecisionForm(request.POST)
        if back.is_valid():
            with on_form(back):
                consulting.take_back(actor=actor, row=row, reason=back.cleaned_data["reason"])
                messages.success(request, _("Taken back."))
                return redirect("desk_work", pk=row.matter_id)
    elif request.method == "POST" and form.is_valid():
        with on_form(form):
            consulting.answer(actor=actor, row=row, opinion=form.cleaned_data["opinion"])
            messages.success(request, _("Your opinion is with the office that asked."))
            return redirect("desk_asked") if row.office_id else redirect("desk_work", pk=row.matter_id)
    title, body = notes.original_of(row.matter) if row.shares_text else ("", "")
    words = getattr(getattr(row.matter, "original", None), "words", [])
    context = {
        "row": row,
        "form": form,
        "back_form": back,
        "may_answer": bool(may_answer) and row.state == "open",
        "may_take_back": bool(may_take_back) and row.state == "open",
        "title": personal.cover(personal.covered(title), words),
        "body_html": text.to_html(personal.cover(personal.covered(body), words)),
        "breadcrumb": crumbs((_("Opinions asked of you"), reverse("desk_asked")), (row.asking.name, "")),
    }
    status = status_of(form, back) if request.method == "POST" else 200
    return render(request, "casework/desk/opinion.html", context, status=status)


@require_safe
@for_desk
def template_list(request: HttpRequest) -> HttpResponse:
    """The templates of her offices, and how often each was used."""
    actor = actor_of(request)
    offices = actor.offices(Role.OFFICER, Role.APPROVER)
    rows = (
        AnswerTemplate.objects.filter(office__in=offices)
        .select_related("office")
        .prefetch_related("versions")
    )
    context = {
        "rows": [{"row": row, "last": next(iter(row.versions.all()), None)} for row in rows],
        "may_write": bool(actor.offices(Role.APPROVER)),
        "breadcrumb": crumbs((_("Answer templates"), "")),
    }
    return render(request, "casework/desk/templates.html", context)


@for_desk
def template_edit(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """A new template or the next version of one; whoever may not write reads it with all its versions."""
    actor = actor_of(request)
    offices = actor.offices(Role.OFFICER, Role.APPROVER)
    row = get_object_or_404(AnswerTemplate, pk=pk, office__in=offices) if pk else None
    mine = actor.offices(Role.APPROVER)
    asked_for = request.POST.get("office", "")
    office = (
        row.office
        if row
        else Organisation.objects.filter(
            pk__in=[one for one in mine if not asked_for or str(one) == asked_for]
        ).first()
    )
    if office is None:
        raise RefusedError(_("Only an approver of the office changes its templates."), "mandate.approver")
    last = row.versions.first() if row else None
    initial = (
        {"title": row.title, "body": last.body if last else "", "is_active": row.is_active}
        if row
        else {"is_active": True}
    )
    form = work_forms.TemplateForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with on_form(form):
            templates.write(actor=actor, office=office, template=row, **form.cleaned_data)
            messages.success(request, _("The template is kept."))
            return redirect("desk_templates")
    context = {
        "row": row,
        "office": office,
        "offices": Organisation.objects.filter(pk__in=mine),
        "form": form,
        "may": bool(policy.can("casework.template.edit", actor, row or AnswerTemplate(office=office))),
        "versions": list(row.versions.select_related("by")) if row else [],
        "facts": [f"{{{names[1]}}} {{{names[0]}}}" for names in logic.FACTS.values()],
        "breadcrumb": crumbs(
            (_("Answer templates"), reverse("desk_templates")), (row.title if row else _("New template"), "")
        ),
    }
    status = status_of(form) if request.method == "POST" else 200
    return render(request, "casework/desk/template.html", context, status=status)


@for_desk
def handed(request: HttpRequest) -> HttpResponse:
    """What fell back to her offices, and who takes it over."""
    actor = actor_of(request)
    rows = handover.of_offices(actor)
    offices = actor.offices(Role.OFFICER, Role.APPROVER)
    form = work_forms.HeirForm(request.POST if request.method == "POST" else None, offices=offices)
    picked = [
        one for one in request.POST.getlist("pick") if one.isascii() and one.isdigit() and len(one) < 18
    ]
    if request.method == "POST":
        if not picked:
            form.add_error(None, _("Select at least one row first."))
        if form.is_valid():
            with on_form(form):
                chosen = list(rows.filter(pk__in=picked, named_at__isnull=True)[:PAGE])
                count = handover.name(actor=actor, rows=chosen, officer=form.cleaned_data["officer"])
                said = ngettext(
                    "%(n)s case has its officer again. Its author is told.",
                    "%(n)s cases have their officer again. Their authors are told.",
                    count,
                )
                messages.success(request, said % {"n": count})
                return redirect("desk_handed")
    page: Any = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "open_count": Handover.objects.filter(office__in=offices, named_at__isnull=True).count(),
        "form": form,
        "picked": {int(one) for one in picked},
        "breadcrumb": crumbs((_("Handed back"), "")),
    }
    return render(
        request, "casework/desk/handed.html", context, status=status_of(form) if form.is_bound else 200
    )


for_board = for_officials(Role.ARBITER)


@require_safe
@for_board
def review_list(request: HttpRequest) -> HttpResponse:
    """Closings that authors ask the board about."""
    page: Any = Paginator(desk_queries.reviews(actor_of(request)), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "breadcrumb": crumbs((pgettext("desk of cases", "Review board"), ""))}
    return render(request, "casework/desk/reviews.html", context)


@for_board
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """One closing: what was found, the earlier answers, and the decision."""
    actor = actor_of(request)
    row = get_object_or_404(desk_queries.reviews(actor), pk=pk)
    form = work_forms.DecisionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        with on_form(form):
            repeats.decide(
                actor=actor,
                review=row,
                is_upheld="uphold" in request.POST,
                reason=form.cleaned_data["reason"],
            )
            messages.success(request, _("Decided. The author is told."))
            return redirect("desk_reviews")
    matter = row.repeat.matter
    title, body = notes.original_of(matter)
    verdict = policy.can("casework.review.uphold", actor, row)
    context = {
        "row": row,
        "matter": matter,
        "title": title,
        "body_html": text.to_html(body),
        "earlier": list(row.repeat.earlier.select_related("matter", "answer__office")),
        "closing": queries.latest_answer(matter),
        "form": form,
        "may": bool(verdict) and row.state == "open",
        "why_not": verdict.reason,
        "breadcrumb": crumbs(
            (pgettext("desk of cases", "Review board"), reverse("desk_reviews")),
            (matter.number or _("Not public"), ""),
        ),
    }
    return render(
        request, "casework/desk/review.html", context, status=status_of(form) if form.is_bound else 200
    )


@require_POST
def ask_review(request: HttpRequest, ref: str) -> HttpResponse:
    """The author's one click."""
    actor = actor_of(request)
    one = seen_case(actor, ref)
    try:
        repeats.ask_review(actor=actor, matter=one.matter)
    except RefusedError as refusal:
        if refusal.status == 403:
            raise
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The board looks at it. You are told what it decides."))
    return redirect("case", ref=ref)
