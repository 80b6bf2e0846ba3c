"""Phones and the projector: questions, support, the floor."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from madang.commons.meetings import live, queries, room, shown
from madang.commons.meetings.domain import registering, talking
from madang.commons.meetings.enums import Channel, Place, State, Turn
from madang.commons.meetings.models import Meeting, QuestionSupport, Registration
from madang.commons.meetings.web import coming_forms
from madang.commons.meetings.web.pages import hold, trail, with_meeting
from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of
from madang.kernel.web.qr import qr_svg

ASK = limits.Limit("hall.ask", 10, 300)
SUPPORT = limits.Limit("hall.support", 120, 300)
# A whole hall types its tickets behind one address, before any of them has a visit of her own.
TICKET = limits.Limit("hall.ticket", 300, 300, "address")


@require_safe
@with_meeting
@never_cache
def hall_room(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Ask, support, ask to speak; phone first."""
    return _page(request, meeting)


def _page(
    request: HttpRequest,
    meeting: Meeting,
    *,
    ask_form: coming_forms.AskForm | None = None,
    ticket_form: coming_forms.TicketForm | None = None,
    speak_form: coming_forms.SpeakForm | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    own = queries.own(actor, meeting)
    may = policy.can("meetings.room.take_part", actor, own)
    mine: set[int] = set()
    waiting = None
    if own is not None:
        mine = set(
            QuestionSupport.objects.filter(registration=own, question__meeting=meeting).values_list(
                "question__place", flat=True
            )
        )
        waiting = meeting.speakers.filter(registration=own, state=Turn.WAITING).first()
    context: dict[str, Any] = {
        "meeting": meeting,
        "tag": shown.tag(meeting),
        "room": room.state(meeting),
        "live_url": live.address(meeting),
        "may": bool(may),
        "refusal": "" if may else may.reason,
        "is_listed": own is not None and own.state == Place.SEATED,
        "mine": mine,
        "waiting": waiting,
        "ask_form": ask_form or coming_forms.AskForm(),
        "ticket_form": ticket_form or coming_forms.TicketForm(),
        "speak_form": speak_form or coming_forms.SpeakForm(),
        "is_running": meeting.state == State.RUNNING,
        "breadcrumb": trail(meeting, _("Questions")),
    }
    return render(request, "meetings/room.html", context, status=status)


def _participant(request: HttpRequest, meeting: Meeting) -> Registration:
    own = queries.own(actor_of(request), meeting)
    policy.require("meetings.room.take_part", actor_of(request), own)
    assert own is not None  # the policy refuses without one
    return own


@require_POST
@with_meeting
def ask(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """A new question."""
    own = _participant(request, meeting)
    form = coming_forms.AskForm(request.POST)
    if not form.is_valid():
        return _page(request, meeting, ask_form=form, status=422)
    limits.spend(request, ASK)
    try:
        talking.ask(actor=actor_of(request), registration=own, body=form.cleaned_data["body"])
    except RefusedError as refusal:
        if refusal.status != 422:
            raise
        form.add_error("body", str(refusal))
        return _page(request, meeting, ask_form=form, status=422)
    messages.success(request, _("Your question is on the list. Nobody sees that it is yours."))
    return redirect("hall_room", meeting.number)


@require_POST
@with_meeting
def support(request: HttpRequest, meeting: Meeting, place: int) -> HttpResponse:
    """I want this one answered."""
    own = _participant(request, meeting)
    limits.spend(request, SUPPORT)
    question = meeting.questions.filter(place=place).first()
    if question is None:
        raise RefusedError(_("This question is not there any more."), "question.gone", status=409)
    talking.support(actor=actor_of(request), registration=own, question=question)
    return redirect(f"{reverse('hall_room', args=[meeting.number])}#question-{place}")


@require_POST
@with_meeting
def speak(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Ask for the floor, or go off the list again."""
    own = _participant(request, meeting)
    actor = actor_of(request)
    if "leave" in request.POST:
        waiting = meeting.speakers.filter(registration=own, state=Turn.WAITING).first()
        if waiting is not None:
            talking.leave(actor=actor, speaker=waiting)
        return redirect("hall_room", meeting.number)
    limits.spend(request, ASK)
    form = coming_forms.SpeakForm(request.POST)
    if not form.is_valid():
        return _page(request, meeting, speak_form=form, status=422)
    label = form.cleaned_data["label"] if form.cleaned_data["agreed"] else ""
    try:
        talking.ask_to_speak(actor=actor, registration=own, stance=form.cleaned_data["stance"], label=label)
        messages.success(request, _("You are on the speakers' list."))
    except RefusedError as refusal:
        if refusal.code != "speaker.twice":
            raise
        messages.info(request, str(refusal))  # a second tab or a second press: her page shows that she waits
    return redirect("hall_room", meeting.number)


@require_POST
@with_meeting
def join(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Take part with the ticket from the door: for people who came without a registration.

    A ticket of somebody who registered opens nothing here: it lies on the list at the door, and the registration has
    a code or an account of its own.
    """
    limits.spend(request, TICKET)
    form = coming_forms.TicketForm(request.POST)
    if form.is_valid():
        ticket = registering.read_ticket(form.cleaned_data["ticket"])
        found = meeting.registrations.filter(
            ticket=ticket, channel=Channel.DOOR, state=Place.SEATED, check_in__isnull=False
        ).first()
        if found is not None:
            hold(request, found.reference)
            return redirect("hall_room", meeting.number)
        form.add_error(
            "ticket",
            _("No ticket from the door has this code. If you registered, sign in or open your registration."),
        )
    return _page(request, meeting, ticket_form=form, status=422)


@require_safe
@with_meeting
def hall_live(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """For the projector: large, live, without a name that nobody agreed to show."""
    join_url = settings.PUBLIC_URL + reverse("hall_room", args=[meeting.number])
    context = {
        "meeting": meeting,
        "room": room.state(meeting),
        "live_url": live.address(meeting),
        "join_url": join_url,
        "qr_svg": qr_svg(join_url),
    }
    return render(request, "meetings/live.html", context)
