"""Register, confirm, open with the code, take the ticket along, cancel."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from madang.commons.ledger import api as ledger
from madang.commons.meetings import queries, shown
from madang.commons.meetings.domain import contacts, registering
from madang.commons.meetings.enums import TO_COME, Place, State
from madang.commons.meetings.models import Meeting, Registration
from madang.commons.meetings.web import coming_forms
from madang.commons.meetings.web.pages import crumb, hold, sign_in_url, trail, with_meeting
from madang.kernel import policy
from madang.kernel import queries as kernel
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.levels import Level
from madang.kernel.web import limits, refusing, saving
from madang.kernel.web.acting import actor_of
from madang.kernel.web.qr import qr_svg

FRESH = "meetings.fresh"
REGISTER = limits.Limit("hall.register", 20, 3600)


@with_meeting
def register(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Say first what it takes, then the form. With an account it is one step."""
    actor = actor_of(request)
    if queries.own(actor, meeting) is not None:
        return redirect("hall_mine", meeting.number)
    verdict = policy.can("meetings.registration.make", actor, meeting)
    form = coming_forms.RegisterForm(
        request.POST if request.method == "POST" else None, meeting=meeting, signed_in=actor.is_signed_in
    )
    if request.method == "POST":
        limits.spend(request, REGISTER)
        policy.require("meetings.registration.make", actor, meeting)
        if form.is_valid():
            with refusing.on_form(form):
                made = registering.register(
                    actor=actor, meeting=meeting, language=(get_language() or "ko")[:2], **form.cleaned_data
                )
                hold(request, made.registration.reference)
                request.session[FRESH] = [made.registration.reference, made.code]
                return redirect("hall_mine", meeting.number)
    context = {
        "meeting": meeting,
        "form": form,
        "verdict": verdict,
        "needs_resident": meeting.level == Level.RESIDENT,
        "when": shown.when(meeting),
        "where": shown.where(meeting),
        "seats": shown.seats(meeting),
        "is_full": shown.is_full(meeting),
        "sign_in_url": sign_in_url(request.get_full_path()),
        "breadcrumb": trail(meeting, pgettext("meeting", "Register")),
    }
    return render(request, "meetings/register.html", context, status=refusing.status_of(form))


@never_cache
def open_registration(request: HttpRequest) -> HttpResponse:
    """Type the code. A wrong code and an unknown one get the same answer."""
    form = coming_forms.CodeForm(request.POST if request.method == "POST" else None)
    status, wait = 200, 0
    if request.method == "POST":
        try:
            limits.spend(request, *limits.RECEIPT)
        except TooManyError as error:
            form.add_error(None, _("Too many tries. Wait a minute and try again."))
            status, wait = 429, error.retry_after
        if not wait and form.is_valid():
            found = queries.by_code(form.cleaned_data["code"])
            if found is not None:
                hold(request, found.reference)
                return redirect("hall_mine", found.meeting.number)
            form.add_error("code", _("This code opens nothing. Check it and type it again."))
        status = status if wait else 422
    context = {
        "form": form,
        "breadcrumb": [crumb(_("Meetings"), reverse("meetings")), crumb(_("Your registration"))],
    }
    response = render(request, "meetings/open.html", context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _own(request: HttpRequest, meeting: Meeting) -> Registration | None:
    """Hers: live, else the last one that was opened in this session and is cancelled."""
    actor = actor_of(request)
    found = queries.own(actor, meeting)
    if found is not None:
        return found
    mine = queries.held_by(actor)
    if actor.user is not None:
        mine |= Q(person=actor.user)
    gone = meeting.registrations.filter(mine, state=Place.CANCELLED)
    return gone.select_related("meeting__host").order_by("pk").last()


def ticket_url(registration: Registration) -> str:
    """What the QR code of a ticket holds: a helper's phone checks it in, everybody else sees a calm page."""
    address = reverse("hall_ticket", args=[registration.meeting.number, registration.ticket])
    return settings.PUBLIC_URL + address


@require_safe
@with_meeting
@never_cache
def mine(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The receipt of a registration: how it stands, the ticket, what comes next."""
    registration = _own(request, meeting)
    if registration is None:
        return redirect("hall_open")
    fresh = request.session.get(FRESH, ["", ""])
    code = fresh[1] if fresh[0] == registration.reference else ""
    is_coming = registration.state == Place.SEATED
    outbox = kernel.filing_leaf(registration.reference)
    context = {
        "meeting": meeting,
        "registration": registration,
        "code": code,
        "label": Place(registration.state).label,
        "tone": {"seated": "jade", "waiting": "ochre", "asked": "ochre"}.get(registration.state, ""),
        "position": queries.position(registration) if registration.state == Place.WAITING else 0,
        "contact": getattr(registration, "contact", None),
        "when": shown.when(meeting),
        "where": shown.where(meeting),
        "ticket": f"{registration.ticket[:4]}-{registration.ticket[4:]}",
        "qr_svg": qr_svg(ticket_url(registration))
        if is_coming and registration.attending == "on_site"
        else "",
        "has_file": outbox is not None,
        "may_cancel": registration.state != Place.CANCELLED and meeting.state in TO_COME,
        "may_talk": is_coming and meeting.state in (State.OPEN, State.RUNNING),
        "next": _next(registration, meeting),
        "breadcrumb": trail(meeting, _("Your registration")),
    }
    return render(request, "meetings/mine.html", context)


def _next(registration: Registration, meeting: Meeting) -> list[str]:
    """What happens now, in sentences."""
    if registration.state == Place.ASKED:
        return [
            _("We send you one mail. Open its link within three days: then the seat is yours."),
            _("Until then others may take it."),
        ]
    if registration.state == Place.WAITING:
        return [
            _("When somebody cancels, the first in line has the seat and is told at once."),
            _("You need do nothing. If you cannot come any more, cancel."),
        ]
    if registration.state == Place.CANCELLED:
        return [_("Nothing more is sent to you. You can register again as long as registration is open.")]
    first = (
        _("Show the ticket at the door, on the phone or on paper.")
        if registration.attending == "on_site"
        else _("Open the stream on the meeting's page when it begins.")
    )
    return [
        first,
        _("If it moves or is called off, we tell you."),
        _("Afterwards the minutes say what was said, and what becomes of it."),
    ]


@require_safe
@with_meeting
@never_cache
def mine_file(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The signed file that anyone can check without this server."""
    registration = _own(request, meeting)
    outbox = kernel.filing_leaf(registration.reference) if registration is not None else None
    written = ledger.receipt(outbox) if outbox is not None else ""
    if not written:
        raise Http404
    return saving.text(written, f"registration-{meeting.number}.txt")


@with_meeting
def cancel(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Ask first, then give the seat back."""
    registration = _own(request, meeting)
    if registration is None:
        return redirect("hall_open")
    if request.method == "POST":
        registering.cancel(actor=actor_of(request), registration=registration)
        messages.success(request, _("Your registration is cancelled. Thank you: somebody else can come now."))
        return redirect("hall_mine", meeting.number)
    context = {
        "meeting": meeting,
        "registration": registration,
        "when": shown.when(meeting),
        "breadcrumb": trail(meeting, _("Cancel your registration")),
    }
    return render(request, "meetings/cancel.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask on GET, because mail programs open links by themselves; act on POST."""
    contact = contacts.by_token(token)
    refusal = ""
    if request.method == "POST" and contact is not None:
        try:
            placed: Any = registering.confirm(token=token)
        except RefusedError as refused:
            refusal = str(refused)
        else:
            hold(request, placed.reference)
            return redirect("hall_mine", placed.meeting.number)
    context = {
        "contact": contact,
        "meeting": contact.meeting if contact else None,
        "when": shown.when(contact.meeting) if contact else "",
        "refusal": refusal,
    }
    status = 410 if contact is None else 409 if refusal else 200
    return render(request, "meetings/confirm.html", context, status=status)


@with_meeting
@never_cache
def ticket(request: HttpRequest, meeting: Meeting, ticket: str) -> HttpResponse:
    """Where the QR code of a ticket leads: helpers go to the check-in with it, others see what it is."""
    if policy.can("meetings.meeting.door", actor_of(request), meeting):
        return redirect(
            f"{reverse('hall_door', args=[meeting.number])}?ticket={registering.read_ticket(ticket)}"
        )
    context = {"meeting": meeting, "when": shown.when(meeting), "where": shown.where(meeting)}
    return render(request, "meetings/ticket.html", context)
