"""The desk of booths: boxes of a round, handing out ballots, reading sheets, reconciling. Every button works without JavaScript."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from madang.commons.channels import api as channels
from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.policy import no
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of, for_officials
from madang.kernel.web.saving import saved
from madang.services.budgeting import printing, queries
from madang.services.budgeting.domain import booth, boxes, roll
from madang.services.budgeting.limits import HAND
from madang.services.budgeting.models import Box, Round, Sheet
from madang.services.budgeting.web import booth_forms as forms
from madang.services.budgeting.web import box_words
from madang.services.budgeting.web import round_words as words

Part = dict[str, Any]
PRINTED_AT_ONCE = 100
for_booths = for_officials(
    *queries.AT_BOOTHS,
    refusal=no(gettext_lazy("Only officials who work at booths open this page."), "mandate.operator"),
)


def crumbs(*more: tuple[str, str]) -> list[Part]:
    found = [{"label": _("Desk"), "url": reverse("desk")}]
    found.append({"label": _("Booths"), "url": reverse("desk_booths") if more else ""})
    return found + [{"label": label, "url": url} for label, url in more]


def round_at(request: HttpRequest, slug: str) -> Round:
    """A round with booths of an office she works for; any other looks as if it did not exist."""
    found = Round.objects.select_related("host").filter(slug=slug, frozen__isnull=False).exclude(on_paper="")
    row = found.first()
    if row is None or not policy.can("budgeting.box.view", actor_of(request), row):
        raise Http404
    return row


@for_booths
@require_safe
def rounds(request: HttpRequest) -> HttpResponse:
    """The rounds with booths of her offices, the latest first."""
    mine = Round.objects.filter(host__in=actor_of(request).offices(*queries.AT_BOOTHS), frozen__isnull=False)
    rows = [
        {
            "title": row.title,
            "url": reverse("desk_booths_round", args=[row.slug]),
            "tags": words.tags(row),
            "meta": [row.host.name],
        }
        for row in mine.exclude(on_paper="").select_related("host").order_by("-votes_until", "-pk")[:50]
    ]
    return render(request, "budgeting/desk_booths.html", {"rows": rows, "breadcrumb": crumbs()})


@for_booths
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def overview(request: HttpRequest, slug: str) -> HttpResponse:
    """The boxes of a round, the sheets that wait for a second reader, and a form to issue more."""
    round_, actor = round_at(request, slug), actor_of(request)
    may_open = policy.can("budgeting.box.open", actor, round_)
    form = forms.BoxForm(request.POST if request.method == "POST" else None, pots=round_.pots.all())
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                made = boxes.open_box(actor=actor, **form.cleaned_data)
            except RefusedError as refused:
                form.add_error(None, str(refused))
                status = refused.status
            else:
                messages.success(request, _("The sheets have their numbers. Print them now."))
                return redirect("desk_box", slug, made.number)
    rows = boxes.of_round(round_)
    context = {
        "round": round_,
        "tags": words.tags(round_),
        "table": box_words.table(rows, boxes.counts(rows), link=slug),
        "open_boxes": any(box.state == Box.State.OPEN for box in rows),
        "waiting": box_words.waiting(round_, actor),
        "form": form if may_open else None,
        "find": forms.FindSheetForm(),
        "scan": forms.ScanForm(),
        "breadcrumb": crumbs((round_.title, "")),
    }
    return render(request, "budgeting/desk_booths_round.html", context, status=status)


def box_at(round_: Round, number: str) -> Box:
    found = Box.objects.select_related("pot", "opened_by").filter(pot__round=round_, number=number).first()
    if found is None:
        raise Http404
    found.pot.round = round_
    return found


@for_booths
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def box(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """One box: handing out ballots while the vote is open, printing, reconciling once it is over."""
    round_, actor = round_at(request, slug), actor_of(request)
    found = box_at(round_, number)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    person = forms.PersonForm(request.POST if act in ("sheet", "code") else None)
    back = forms.BackForm(request.POST if act == "back" else None, prefix="back")
    count = forms.CountForm(request.POST if act == "close" else None)
    status, code = 200, ""
    apart: list[str] = []
    if act:
        status = 422
        form: Any = {"close": count, "back": back}.get(act, person)
        if form.is_valid():
            try:
                if act == "close":
                    _close(request, found, count.cleaned_data)
                    return redirect("desk_box", slug, number)
                if act == "back":
                    _taken_back(request, found, back.cleaned_data)
                    return redirect("desk_box", slug, number)
                code = _handed(request, found, person.cleaned_data, as_code=act == "code")
                if not code:
                    messages.success(request, _("Marked in the roll. Hand over one sheet, face down."))
                    return redirect("desk_box", slug, number)
                person, status = forms.PersonForm(), 200
                found.refresh_from_db()  # it has counted the code
            except RefusedError as refused:
                form.add_error(None, str(refused))
                status = refused.status
                if refused.code == "box.apart":
                    apart = box_words.differences(found, count.cleaned_data)
    known = boxes.counts([found])[found.pk]
    context = {
        "round": round_,
        "box": found,
        "count": known,
        "unsettled": known.pending + known.out,
        "is_open": found.state == Box.State.OPEN,
        "hand": policy.can("budgeting.box.hand", actor, found),
        "close": policy.can("budgeting.box.close", actor, found),
        "person": person,
        "back": back,
        "counting": count,
        "code": code,
        "apart": apart or box_words.said_apart(found.apart),
        "parts": _parts(found) if found.state == Box.State.OPEN else [],
        "breadcrumb": crumbs((round_.title, reverse("desk_booths_round", args=[slug])), (found.number, "")),
    }  # fmt: skip
    return render(request, "budgeting/desk_box.html", context, status=status)


def _parts(found: Box) -> list[Part]:
    many = found.sheets.count()
    return [
        {"first": first, "last": min(first + PRINTED_AT_ONCE - 1, many)}
        for first in range(1, many + 1, PRINTED_AT_ONCE)
    ]


def _close(request: HttpRequest, found: Box, data: Part) -> None:
    counted = {pile: data[pile] for pile in ("cast", "spoiled", "unused")}
    boxes.close(actor=actor_of(request), box=found, counted=counted, reason=data["reason"])
    messages.success(request, _("The box is closed. How it was reconciled is published."))


def _handed(request: HttpRequest, found: Box, data: Part, *, as_code: bool) -> str:
    limits.spend(request, HAND)
    actor = actor_of(request)
    return roll.hand(actor=actor, box=found, person=_person(actor, found, data), as_code=as_code)


def _taken_back(request: HttpRequest, found: Box, data: Part) -> None:
    limits.spend(request, HAND)
    actor = actor_of(request)
    person = _person(actor, found, data)
    slip = booth.read_code(data["slip"])
    if data["slip"] and not slip:
        raise RefusedError(
            _("This is no code for the device. Check it against the slip."), "budgeting.key", status=422
        )
    roll.take_back(actor=actor, box=found, person=person, slip=slip)
    messages.success(
        request, _("The mark is taken back. She can be handed a ballot again, here or elsewhere.")
    )


def _person(actor: Actor, found: Box, data: Part) -> roll.Person:
    policy.require("budgeting.box.hand", actor, found)  # nobody else learns who stands on the list
    if data["calling"]:
        user = channels.person_by(data["calling"])
        if user is None:
            raise RefusedError(
                _("This code opens no account. Read it once more, or use her papers."),
                "budgeting.calling",
                status=422,
            )
        return roll.by_account(user)
    return roll.by_registry(**{name: data[name] for name in ("name", "birth_date", "code")})


@for_booths
@never_cache
@require_safe
def sheets_pdf(request: HttpRequest, slug: str, number: str) -> HttpResponse:
    """Sheets to print, a hundred at once; large print comes at the end."""
    found = box_at(round_at(request, slug), number)
    policy.require("budgeting.box.open", actor_of(request), found.pot.round)
    if found.state != Box.State.OPEN:
        raise RefusedError(
            _("This box is closed. Nothing is printed for it any more."), "box.closed", status=409
        )
    typed = request.GET.get("from", "1")
    first = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 4 else 1
    rows = list(
        Sheet.objects.filter(box=found).order_by("is_large", "serial")[max(0, first - 1) :][:PRINTED_AT_ONCE]
    )
    if not rows:
        raise Http404
    content = printing.pdf(found, rows)
    return saved(HttpResponse(content, content_type="application/pdf"), f"{found.number}-{first}.pdf")
