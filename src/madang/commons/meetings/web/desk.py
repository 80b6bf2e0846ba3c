"""The organiser's desk: plan, change, open, move, call off, begin, end."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from madang.commons.meetings import queries, shown
from madang.commons.meetings.domain import planning
from madang.commons.meetings.enums import Mode
from madang.commons.meetings.models import Meeting
from madang.commons.meetings.policies import ORGANISING
from madang.commons.meetings.web import planning_forms
from madang.commons.meetings.web.pages import at_desk, desk_trail
from madang.kernel import queries as kernel
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.web import refusing
from madang.kernel.web.acting import actor_of

PER_PAGE = 30


def desk_meetings(request: HttpRequest) -> HttpResponse:
    """The meetings of my offices."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor = actor_of(request)
    _require_office(actor)
    page = Paginator(queries.on_desk(actor), PER_PAGE).get_page(request.GET.get("page"))
    rows = [
        shown.row(meeting) | {"url": reverse("desk_meeting", args=[meeting.number]), "summary": ""}
        for meeting in page
    ]
    return render(
        request, "meetings/desk_list.html", {"page": page, "rows": rows, "breadcrumb": desk_trail(None)}
    )


def _require_office(actor: Actor) -> None:
    if not actor.offices(*ORGANISING):
        raise RefusedError(
            gettext_lazy(
                "The desk is for officials with a mandate valid today. Ask your office if yours has ended."
            ),
            "mandate.none",
        )


def desk_meeting_new(request: HttpRequest) -> HttpResponse:
    """Plan a meeting."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    actor = actor_of(request)
    _require_office(actor)
    offices = kernel.offices().filter(pk__in=actor.offices(*ORGANISING))
    form = planning_forms.PlanForm(
        request.POST if request.method == "POST" else None,
        offices=offices,
        initial={"about": request.GET.get("about", ""), "mode": Mode.ON_SITE, "speaking_rule": "first"},
    )
    if form.is_bound and form.is_valid():
        with refusing.on_form(form):
            made = planning.plan(actor=actor, **form.details())
            messages.success(request, _("The meeting is planned; everybody sees it now. Next: the agenda."))
            return redirect("desk_meeting", made.number)
    context = {
        "form": form,
        "title": _("Plan a meeting"),
        "lead": _("Everybody sees it as soon as you save. Registration opens when you say so."),
        "button": _("Plan it"),
        "back": reverse("desk_meetings"),
        "breadcrumb": desk_trail(None, _("Plan a meeting")),
    }
    return render(request, "meetings/desk_form.html", context, status=refusing.status_of(form))


def tabs(meeting: Meeting, active: str) -> list[dict[str, Any]]:
    """The parts of a meeting's desk."""
    parts = (
        ("desk_meeting", _("Overview")),
        ("desk_agenda", _("Agenda")),
        ("desk_registrations", _("Registrations")),
        ("desk_tables", _("Tables and helpers")),
        ("desk_minutes", _("Minutes")),
    )
    return [
        {"label": label, "url": reverse(name, args=[meeting.number]), "active": name == active}
        for name, label in parts
    ]


@at_desk
def desk_meeting(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """How it stands and what can be done now."""
    steps = {step.name for step in Meeting.flow.open_steps(meeting.state)}
    context = {
        "meeting": meeting,
        "tag": shown.tag(meeting),
        "when": shown.when(meeting),
        "where": shown.where(meeting),
        "seats": shown.seats(meeting),
        "steps": steps,
        "path": shown.path(meeting, queries.minutes_of(meeting), queries.references_of(meeting)),
        "agenda": queries.agenda(meeting),
        "tabs": tabs(meeting, "desk_meeting"),
        "breadcrumb": desk_trail(meeting),
    }
    return render(request, "meetings/desk_meeting.html", context)


@at_desk
def desk_meeting_edit(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Texts, links, seats, rules."""
    form = planning_forms.DetailsForm(
        request.POST if request.method == "POST" else None, initial=planning_forms.details_of(meeting)
    )
    if form.is_bound and form.is_valid():
        if _takes_hall_away(form, meeting):
            form.add_error("mode", _("A hall belongs to this way. Move the meeting first and name one."))
        else:
            with refusing.on_form(form):
                planning.change(actor=actor_of(request), meeting=meeting, **form.details())
                messages.success(request, _("Saved."))
                return redirect("desk_meeting", meeting.number)
    context = {
        "form": form,
        "title": _("Change the meeting"),
        "lead": _("Time and hall are changed on a page of their own, because everybody is told."),
        "button": _("Save"),
        "back": reverse("desk_meeting", args=[meeting.number]),
        "breadcrumb": desk_trail(meeting, _("Change")),
    }
    return render(request, "meetings/desk_form.html", context, status=refusing.status_of(form))


def _takes_hall_away(form: planning_forms.DetailsForm, meeting: Meeting) -> bool:
    return form.cleaned_data["mode"] != Mode.ONLINE and not meeting.place


@at_desk
def desk_meeting_move(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Another time or hall, with a reason; says first how many are told."""
    form = planning_forms.MoveForm(
        request.POST if request.method == "POST" else None, initial=planning_forms.when_of(meeting)
    )
    if form.is_bound and form.is_valid():
        if meeting.has_hall and not form.cleaned_data["place"]:
            form.add_error("place", _("Say in which hall it is."))
        else:
            with refusing.on_form(form):
                planning.move(
                    actor=actor_of(request),
                    meeting=meeting,
                    **{name: form.cleaned_data[name] for name in ("starts_at", "ends_at", "place", "reason")},
                )
                messages.success(
                    request, _("It is moved. Everybody who registered, waits or follows is told.")
                )
                return redirect("desk_meeting", meeting.number)
    told = meeting.coming + meeting.online + meeting.waiting  # type: ignore[attr-defined]
    context = {
        "form": form,
        "title": _("Move the meeting"),
        "lead": _("Now: %(when)s. %(n)s people who registered or wait are told, and those who follow it.")
        % {"when": " · ".join(filter(None, [shown.when(meeting), shown.where(meeting)])), "n": told},
        "button": _("Move it and tell everybody"),
        "back": reverse("desk_meeting", args=[meeting.number]),
        "breadcrumb": desk_trail(meeting, _("Move")),
    }
    return render(request, "meetings/desk_form.html", context, status=refusing.status_of(form))


@at_desk
def desk_meeting_cancel(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Call it off, with a reason."""
    form = planning_forms.CancelForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        planning.cancel(actor=actor_of(request), meeting=meeting, reason=form.cleaned_data["reason"])
        messages.success(request, _("It is called off. Everybody who registered, waits or follows is told."))
        return redirect("desk_meeting", meeting.number)
    context = {
        "form": form,
        "title": _("Call the meeting off"),
        "lead": _("This cannot be taken back. The page stays and says why."),
        "button": _("Call it off and tell everybody"),
        "danger": True,
        "back": reverse("desk_meeting", args=[meeting.number]),
        "breadcrumb": desk_trail(meeting, _("Call off")),
    }
    return render(request, "meetings/desk_form.html", context, status=refusing.status_of(form))


ACTS = {
    "open": (planning.open_registration, gettext_lazy("Registration is open.")),
    "start": (planning.start, gettext_lazy("The meeting is under way.")),
    "close": (planning.close, gettext_lazy("The meeting is over. Next: the minutes.")),
}


@require_POST
@at_desk
def desk_meeting_act(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """One of the steps that need no words."""
    act = ACTS.get(request.POST.get("step", ""))
    if act is None:
        raise RefusedError(_("Choose what to do."), "meeting.step", status=422)
    act[0](actor=actor_of(request), meeting=meeting)
    messages.success(request, str(act[1]))
    return redirect("hall_run" if request.POST.get("step") == "start" else "desk_meeting", meeting.number)
