"""The pages of the people who run a meeting. By forms with a network; with scripts they store and forward."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from madang.commons.channels.api import code_in
from madang.commons.meetings import hall, live, queries, shown
from madang.commons.meetings.domain import forwarding, helping, planning, talking
from madang.commons.meetings.enums import Asked, HideReason, Outcome, PassKind, Stance
from madang.commons.meetings.models import HallAct, Meeting, Question, Table
from madang.commons.meetings.policies import facilitates, has_pass
from madang.commons.meetings.web import coming_forms
from madang.commons.meetings.web.pages import crumb, hold, trail, with_meeting
from madang.kernel import clock, policy
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of

MOST_AT_ONCE = 200
SEND = limits.Limit("hall.send", 600, 60)
READ = limits.Limit("hall.read", 600, 60)


def _base(meeting: Meeting, last: str, on: str, state: dict[str, Any]) -> dict[str, Any]:
    """What every hall page needs: where it sends, its words, and the values it draws when it is alone."""
    number = meeting.number
    words = {
        "online": _("Connected. Everything is forwarded."),
        "offline": _("No network. What you do is kept on this device and forwarded later."),
        "waiting": _("Kept on this device, not forwarded yet: {}"),
        "sign_in": _("Not forwarded: sign in again, or open the page with your code. Nothing is lost."),
        "unknown": _("Not known on this device. It will be checked when there is a network."),
        "seated": _("Checked in."),
        "came": _("Checked in before already. All is well."),
        "in_line": _("On the waiting list. Ask the organiser."),
        "let_in": _("Let in; the ticket comes when there is a network."),
        "for": str(Stance.FOR.label),
        "against": str(Stance.AGAINST.label),
        "of": _("{} of {}"),
    }
    return {
        "meeting": meeting,
        "tag": shown.tag(meeting),
        "key": str(uuid4()),
        "on": on,
        "act_url": reverse("hall_act", args=[number]),
        "send_url": f"{reverse('hall_send', args=[number])}?on={on}",
        "live_url": live.address(meeting),
        "worker_url": reverse("hall_worker", args=[number]),
        "scope": reverse("hall_run", args=[number]),
        "words": json.dumps(words, ensure_ascii=False),
        "state_json": json.dumps(state, ensure_ascii=False),
        "breadcrumb": trail(meeting, last),
    }


@require_safe
@with_meeting
@never_cache
def run(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Agenda, speakers, questions, tables on one page, for the facilitator."""
    actor = actor_of(request)
    if not facilitates(actor, meeting):
        # A helper of another kind is sent to her own page.
        for held in queries.passes_of(actor, meeting.pk):
            if held.kind == PassKind.SCRIBE and held.table is not None:
                return redirect("hall_table", meeting.number, held.table.place)
            return redirect("hall_door", meeting.number)
    policy.require("meetings.meeting.run", actor, meeting)
    state = hall.floor(meeting)
    context = _base(meeting, _("Hall page"), "", {"floor": state}) | {
        "floor": state,
        "stances": Stance.choices,
        "tables": list(meeting.tables.all()),
        "questions": list(queries.questions(meeting)[:50]),
        "hidden": list(meeting.questions.filter(state=Asked.HIDDEN)),
        "hide_reasons": HideReason.choices,
        "to_look_at": hall.to_look_at(meeting),
    }
    return render(request, "meetings/run.html", context)


@require_safe
@with_meeting
@never_cache
def door(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Check people in: scan, or type eight characters."""
    actor = actor_of(request)
    policy.require("meetings.meeting.door", actor, meeting)
    state = hall.door(meeting)
    context = _base(meeting, _("Door"), "door", {"door": state}) | {
        "door": state,
        "read_url": reverse("hall_read", args=[meeting.number]),
        "typed": request.GET.get("ticket", "")[:8],
    }
    return render(request, "meetings/door.html", context)


@require_POST
@with_meeting
def read(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """What the code in one picture of a helper's camera says, for browsers that read none themselves. Nothing is kept."""
    policy.require("meetings.meeting.door", actor_of(request), meeting)
    limits.spend(request, READ)
    return JsonResponse({"text": code_in(request.body)})


def _table(meeting: Meeting, place: int) -> Table:
    found = meeting.tables.filter(place=place).select_related("meeting", "item").first()
    if found is None:
        raise Http404
    return found


@require_safe
@with_meeting
@never_cache
def table(request: HttpRequest, meeting: Meeting, place: int) -> HttpResponse:
    """The notes of one table; several people write them at once."""
    found = _table(meeting, place)
    policy.require("meetings.note.write", actor_of(request), found)
    notes = hall.notes(found)
    context = _base(meeting, _("Table %(n)s") % {"n": place}, str(place), {"notes": notes}) | {
        "table": found,
        "notes": notes,
        "note_key": str(uuid4()),
        "is_facilitator": facilitates(actor_of(request), meeting),
    }
    return render(request, "meetings/table.html", context)


def _back(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """To the page the form stood on; nothing else can be named."""
    where = request.POST.get("on", "")
    if where == "door":
        return redirect("hall_door", meeting.number)
    if where.isascii() and where.isdigit() and len(where) < 5:
        return redirect("hall_table", meeting.number, int(where))
    return redirect("hall_run", meeting.number)


def _key(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        return uuid4()


@require_POST
@with_meeting
def act(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """One act by a form, for pages without scripts."""
    data = {
        name: value
        for name, value in request.POST.items()
        if name not in ("csrfmiddlewaretoken", "kind", "key", "on")
    }
    sent = forwarding.Sent(_key(request.POST.get("key", "")), request.POST.get("kind", ""), clock.now(), data)
    limits.spend(request, SEND)
    (result,) = forwarding.forward(actor=actor_of(request), meeting=meeting, acts=[sent])
    if result.outcome == Outcome.REFUSED:
        # The page that says why shows again what was typed.
        raise RefusedError(result.sentence, "hall.act", status=422)
    if result.outcome == Outcome.CONFLICT:
        messages.warning(request, result.sentence)
    elif result.sentence:
        messages.success(request, result.sentence)
    return _back(request, meeting)


def _read(body: bytes) -> list[forwarding.Sent]:
    """The acts of a request.

    Raises:
        ValueError: it is not what our page sends.
    """
    acts = json.loads(body)["acts"]
    if not isinstance(acts, list) or len(acts) > MOST_AT_ONCE:
        raise ValueError("acts")
    read = []
    for one in acts:
        at = datetime.fromisoformat(one["at"])
        if at.tzinfo is None or not isinstance(one["data"], dict) or len(json.dumps(one["data"])) > 20_000:
            raise ValueError("act")
        read.append(forwarding.Sent(UUID(one["key"]), str(one["kind"])[:12], at, one["data"]))
    return read


@require_POST
@with_meeting
def send(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Acts that a page kept, in their order; answers what became of each, and how the hall stands now."""
    actor = actor_of(request)
    if not (facilitates(actor, meeting) or has_pass(actor, meeting.pk, *PassKind.values)):
        return JsonResponse(
            {"refused": _("Sign in again, or open the hall page with your code.")}, status=403
        )
    try:
        limits.spend(request, SEND)
        acts = _read(request.body)
    except TooManyError as error:
        answer = JsonResponse({"refused": str(error)}, status=429)
        answer["Retry-After"] = str(error.retry_after)
        return answer
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError):
        return JsonResponse({"refused": _("The page sent something unknown. Reload it.")}, status=422)
    results = forwarding.forward(actor=actor, meeting=meeting, acts=acts)
    fresh = queries.by_number(meeting.number) or meeting
    return JsonResponse(
        {
            "results": [
                {"key": str(one.key), "outcome": one.outcome, "sentence": one.sentence, "value": one.value}
                for one in results
            ],
            "state": _state(request, fresh),
        }
    )


def _state(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    """What the asking page draws: only what its reader may see."""
    actor, wanted = actor_of(request), request.GET.get("on", "")
    if wanted == "door" and policy.can("meetings.meeting.door", actor, meeting):
        return {"door": hall.door(meeting)}
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 5:
        found = meeting.tables.filter(place=int(wanted)).select_related("meeting").first()
        if found is not None and policy.can("meetings.note.write", actor, found):
            return {"notes": hall.notes(found)}
    return {"floor": hall.floor(meeting)} if facilitates(actor, meeting) else {}


@require_POST
@with_meeting
def begin(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The facilitator begins the meeting, with a mandate or a code."""
    policy.require("meetings.meeting.run", actor_of(request), meeting)
    planning.start(actor=actor_of(request), meeting=meeting)
    return redirect("hall_run", meeting.number)


@require_POST
@with_meeting
def steer(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Questions: answered, merged, taken down; conflicts: looked at. These need the network."""
    actor = actor_of(request)
    policy.require("meetings.meeting.run", actor, meeting)
    what = request.POST.get("what", "")
    if what == "settle":
        found = HallAct.objects.filter(meeting=meeting, pk=_pk(request.POST.get("act", ""))).first()
        if found is not None:
            forwarding.settle(actor=actor, meeting=meeting, key=found.key)
        return redirect("hall_run", meeting.number)
    question = _question(meeting, request.POST.get("question", ""))
    if what == "answer":
        talking.answer(actor=actor, question=question)
    elif what == "reopen":
        talking.reopen(actor=actor, question=question)
    elif what == "merge":
        into = _question(meeting, request.POST.get("into", ""))
        talking.merge(actor=actor, question=question, into=into)
    elif what == "hide":
        talking.hide(
            actor=actor,
            question=question,
            code=request.POST.get("code", ""),
            reason=request.POST.get("reason", "")[:500],
        )
    elif what == "restore":
        talking.restore(actor=actor, question=question, reason=request.POST.get("reason", "")[:500])
    else:
        raise RefusedError(_("Choose what to do."), "hall.steer", status=422)
    return redirect(f"{reverse('hall_run', args=[meeting.number])}#questions")


def _pk(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0


def _question(meeting: Meeting, typed: str) -> Question:
    found = meeting.questions.filter(place=min(_pk(typed), 2**31 - 1)).select_related("meeting").first()
    if found is None:
        raise RefusedError(_("Choose a question of this meeting."), "hall.question", status=422)
    return found


@never_cache
def open_pass(request: HttpRequest) -> HttpResponse:
    """Type the code of a pass. A wrong code and an unknown one get the same answer."""
    form = coming_forms.PassForm(request.POST if request.method == "POST" else None)
    status, wait = 200, 0
    if request.method == "POST":
        try:
            limits.spend(request, *limits.RECEIPT)
        except TooManyError as error:
            form.add_error(None, _("Too many tries. Wait a minute and try again."))
            status, wait = 429, error.retry_after
        if not wait and form.is_valid():
            held = helping.by_code(form.cleaned_data["code"])
            if held is not None:
                hold(request, held.reference)
                if held.kind == PassKind.SCRIBE and held.table is not None:
                    return redirect("hall_table", held.meeting.number, held.table.place)
                return redirect(
                    "hall_door" if held.kind == PassKind.DOOR else "hall_run", held.meeting.number
                )
            form.add_error("code", _("This code opens nothing. Check it and type it again."))
        status = status if wait else 422
    context = {
        "form": form,
        "breadcrumb": [crumb(_("Meetings"), reverse("meetings")), crumb(_("Helpers"))],
    }
    response = render(request, "meetings/pass.html", context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


@require_safe
@with_meeting
def worker(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The service worker of this meeting's hall pages: it answers for them when there is no network.

    Its address lies in the folder it is responsible for, so that it can touch no other page of the site.
    """
    with staticfiles_storage.open("js/meeting-worker.js") as file:
        script = file.read().decode()
    names = ("madang.css", "meetings/meetings.css", "js/madang.js", "js/meeting.js", "kernel/mark.svg")
    shell = json.dumps({"number": meeting.number, "files": [static(name) for name in names]})
    response = HttpResponse(f"self.shell = {shell};\n{script}", content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
