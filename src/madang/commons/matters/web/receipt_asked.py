"""What an office asks of an author, where her receipt leads: more facts, or more time."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from madang.commons.matters import two_clocks
from madang.commons.matters.domain import inquiries, more_time, supplements
from madang.commons.matters.models import Inquiry, Matter
from madang.commons.matters.web import receipt_forms, words
from madang.commons.matters.web.receipts import opened
from madang.kernel import policy
from madang.kernel.web import refusing
from madang.kernel.web.acting import actor_of


def _crumbs(matter: Matter, place: int, last: str) -> list[dict[str, str]]:
    return [
        {"label": _("Receipt"), "url": reverse("receipt")},
        {"label": matter.number or "–", "url": reverse("receipt_show", args=[place])},
        {"label": last, "url": ""},
    ]


def _nothing_asked(request: HttpRequest, place: int) -> HttpResponse:
    messages.info(request, _("Nothing is asked of you at the moment."))
    return redirect("receipt_show", place=place)


def _open_inquiry(matter: Matter) -> Inquiry | None:
    found: Inquiry | None = (
        matter.inquiries.filter(state="open").select_related("office", "rule", "matter").first()
    )
    return found


@never_cache
def receipt_answer(request: HttpRequest, place: int) -> HttpResponse:
    """The office asks for more: its author answers here, also where the matter is private and has no page."""
    matter, actor = opened(request, place), actor_of(request)
    row = _open_inquiry(matter)
    if row is None:
        return _nothing_asked(request, place)
    policy.require("matters.inquiry.answer", actor, row)
    form = receipt_forms.SupplementForm(
        request.POST if request.method == "POST" else None, is_public=matter.is_public
    )
    if form.is_valid():
        with refusing.on_form(form):
            inquiries.answer(actor=actor, inquiry=row, words=form.cleaned_data["words"])
            messages.success(request, _("Your answer is with the office; its clock runs again."))
            return redirect("receipt_show", place=place)
    return _answer_page(request, place, matter, row, form, receipt_forms.LongerForm(most=row.days))


@require_POST
def receipt_longer(request: HttpRequest, place: int) -> HttpResponse:
    """The author needs longer to answer what the office asks."""
    matter, actor = opened(request, place), actor_of(request)
    row = _open_inquiry(matter)
    if row is None:
        return _nothing_asked(request, place)
    policy.require("matters.inquiry.prolong", actor, row)
    form = receipt_forms.LongerForm(request.POST, most=row.days)
    if form.is_valid():
        with refusing.on_form(form):
            supplements.prolong(actor=actor, inquiry=row, days=form.cleaned_data["days"])
            messages.success(request, _("You have longer to answer. The office is told."))
            return redirect("receipt_answer", place=place)
    plain = receipt_forms.SupplementForm(is_public=matter.is_public)
    return _answer_page(request, place, matter, row, plain, form)


def _answer_page(
    request: HttpRequest,
    place: int,
    matter: Matter,
    row: Inquiry,
    form: receipt_forms.SupplementForm,
    longer: receipt_forms.LongerForm,
) -> HttpResponse:
    left = supplements.may_prolong(row)
    context = {
        "place": place,
        "matter": matter,
        "inquiry": row,
        "form": form,
        "longer": longer if left or longer.is_bound else None,
        "left": left,
        "breadcrumb": _crumbs(matter, place, _("Answer to the office")),
    }
    bound = longer if longer.is_bound else form
    return render(request, "matters/receipt_answer.html", context, status=refusing.status_of(bound))


@never_cache
def receipt_more_time(request: HttpRequest, place: int) -> HttpResponse:
    """The office asks for a second extension: its author agrees or does not."""
    matter, actor = opened(request, place), actor_of(request)
    row = more_time.open_request(matter.pk)
    if row is None:
        return _nothing_asked(request, place)
    policy.require("matters.more_time.agree", actor, row)
    form = receipt_forms.MoreTimeForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = form.cleaned_data["words"]
        with refusing.on_form(form):
            if form.cleaned_data["decision"] == "agree":
                more_time.agree(actor=actor, request=row, words=said)
                messages.success(request, _("You agreed. The new date stands below."))
            else:
                more_time.refuse(actor=actor, request=row, words=said)
                messages.success(request, _("You did not agree. The date stays as it is."))
            return redirect("receipt_show", place=place)
    context = {
        "place": place,
        "matter": matter,
        "asked": row,
        "amount": two_clocks.UNITS[row.unit](row.amount),
        "why": words.REASONS.get(row.reason_code, row.reason_code),
        "form": form,
        "breadcrumb": _crumbs(matter, place, _("More time")),
    }
    return render(request, "matters/receipt_more_time.html", context, status=refusing.status_of(form))
