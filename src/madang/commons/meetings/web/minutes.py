"""Minutes: drafting and approving at the desk, reading by everybody."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.meetings import queries, reading
from madang.commons.meetings.domain import recording
from madang.commons.meetings.enums import Asked, MinutesState
from madang.commons.meetings.logic import stamps
from madang.commons.meetings.models import Meeting, Minutes, Paragraph
from madang.commons.meetings.web import desk_forms
from madang.commons.meetings.web.desk_parts import head
from madang.commons.meetings.web.pages import at_desk, trail, with_meeting
from madang.kernel import manifest, policy
from madang.kernel.errors import RefusedError
from madang.kernel.web import saving
from madang.kernel.web.acting import actor_of
from madang.kernel.web.fields import as_typed


def shown_paragraphs(meeting: Meeting, minutes: Minutes) -> list[dict[str, Any]]:
    """Paragraphs with their links: to the idea, to the second of the recording."""
    rows = list(minutes.paragraphs.select_related("item", "question", "table"))
    links = manifest.links({row.reference for row in rows if row.reference})
    return [
        {
            "row": row,
            "link": links.get(row.reference),
            "stamp": stamps.written(row.second) if row.second is not None else "",
            "stamp_url": stamps.address(meeting.recording_url, row.second)
            if row.second is not None and meeting.recording_url
            else "",
        }
        for row in rows
    ]


def _chosen(request: HttpRequest, published: Sequence[Minutes]) -> Minutes:
    """The version that was asked for, else the latest."""
    wanted = request.GET.get("version", "")
    found = next((one for one in published if str(one.version) == wanted), None)
    if not published:
        raise Http404
    return found or published[-1]


@require_safe
@with_meeting
def minutes_file(request: HttpRequest, meeting: Meeting, kind: str) -> HttpResponse:
    """Published minutes to take along: paragraphs as a table, or everything as JSON."""
    rows = meeting.minutes.filter(state=MinutesState.PUBLISHED).select_related("approved_by")
    chosen = _chosen(request, list(rows))
    response: HttpResponse
    if kind == "csv":
        response = HttpResponse(reading.minutes_csv(meeting, chosen), content_type="text/csv; charset=utf-8")
    else:
        told = {"meeting": reading.meeting(meeting), "agenda": reading.agenda(meeting)}
        told["minutes"] = reading.minutes(meeting, chosen)
        response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 1})
    name = f"minutes-{meeting.number}-v{chosen.version}.{kind}"
    return saving.saved(response, name)


@require_safe
@with_meeting
def meeting_minutes(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The published minutes; earlier versions stay readable."""
    published = list(meeting.minutes.filter(state=MinutesState.PUBLISHED).select_related("approved_by"))
    chosen = _chosen(request, published)
    context = {
        "meeting": meeting,
        "minutes": chosen,
        "is_latest": chosen.pk == published[-1].pk,
        "versions": [
            {"version": one.version, "at": one.published_at} for one in published if one.pk != chosen.pk
        ],
        "paragraphs": shown_paragraphs(meeting, chosen),
        "came": chosen.attendance.get("came", 0) + chosen.attendance.get("door", 0),
        "questions": list(
            meeting.questions.filter(state__in=[Asked.OPEN, Asked.ANSWERED]).order_by("-state", "place")
        ),
        "breadcrumb": trail(meeting, _("Minutes")),
    }
    return render(request, "meetings/minutes.html", context)


def _form(meeting: Meeting, data: Any = None, **options: Any) -> desk_forms.ParagraphForm:
    return desk_forms.ParagraphForm(
        data,
        items=queries.agenda(meeting),
        questions=meeting.questions.exclude(state=Asked.HIDDEN),
        **options,
    )


@at_desk
def desk_minutes(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The minutes in work: write, take over notes, hand in, give back, publish."""
    actor = actor_of(request)
    work = meeting.minutes.exclude(state=MinutesState.PUBLISHED).select_related("meeting__host").first()
    form = _form(meeting)
    back_form = desk_forms.ReasonForm()
    missing_form = desk_forms.MissingForm(initial={"missing": work.missing if work else ""})
    if request.method == "POST":
        what = request.POST.get("what", "")
        if what == "draft":
            recording.draft(actor=actor, meeting=meeting)
            return redirect("desk_minutes", meeting.number)
        if work is None:
            raise RefusedError(_("No minutes are in work. Begin them first."), "minutes.none", status=409)
        try:
            if what == "add":
                form = _form(meeting, request.POST)
                if form.is_valid():
                    recording.add(actor=actor, minutes=work, **form.fields_of())
            elif what == "give_back":
                back_form = desk_forms.ReasonForm(request.POST)
                if back_form.is_valid():
                    recording.give_back(actor=actor, minutes=work, reason=back_form.cleaned_data["reason"])
            else:
                _act(request, actor, work, what)
        except RefusedError as refusal:
            if refusal.status == 403:
                raise
            form.add_error(None, str(refusal)) if form.is_bound else messages.error(request, str(refusal))
            if not form.is_bound:
                return redirect("desk_minutes", meeting.number)
        if not form.errors and not back_form.errors:
            return redirect("desk_minutes", meeting.number)
    context = head(meeting, "desk_minutes", _("Minutes")) | {
        "work": work,
        "paragraphs": shown_paragraphs(meeting, work) if work else [],
        "published": list(meeting.minutes.filter(state=MinutesState.PUBLISHED)),
        "form": form,
        "back_form": back_form,
        "missing_form": missing_form,
        "attendance": recording.attendance(meeting),
        "may_approve": bool(work and policy.can("meetings.minutes.publish", actor, work)),
        "may_begin": meeting.state in ("running", "closed", "published"),
    }
    errors = form.errors or back_form.errors
    return render(request, "meetings/desk_minutes.html", context, status=422 if errors else 200)


def _act(request: HttpRequest, actor: Any, work: Minutes, what: str) -> None:
    """The steps that need no form to come back."""
    if what == "notes":
        count = recording.take_notes(actor=actor, minutes=work)
        messages.success(request, _("Notes taken over: %(n)s.") % {"n": count})
    elif what == "missing":
        form = desk_forms.MissingForm(request.POST)
        if form.is_valid():
            recording.say_missing(actor=actor, minutes=work, words=form.cleaned_data["missing"])
    elif what == "submit":
        recording.submit(actor=actor, minutes=work)
        messages.success(request, _("The minutes are with the approver."))
    elif what == "publish":
        recording.publish(actor=actor, minutes=work)
        messages.success(request, _("The minutes are published. Everybody who follows the meeting is told."))
    else:
        raise RefusedError(_("Choose what to do."), "minutes.step", status=422)


@at_desk
def desk_paragraph(request: HttpRequest, meeting: Meeting, pk: int) -> HttpResponse:
    """Change or remove one paragraph; a change of somebody else meanwhile is shown beside hers."""
    found = (
        Paragraph.objects.filter(pk=pk, minutes__meeting=meeting).select_related("minutes__meeting").first()
    )
    if found is None:
        raise Http404
    actor = actor_of(request)
    initial = {
        "seen": found.version,
        "text": found.text,
        "item": found.item_id or "",
        "question": found.question_id or "",
        "reference": as_typed(found.reference),
        "second": stamps.written(found.second) if found.second is not None else "",
    }
    form = _form(meeting, request.POST if request.method == "POST" else None, initial=initial)
    status, theirs = 200, ""
    if request.method == "POST" and "remove" in request.POST:
        recording.remove(actor=actor, paragraph=found)
        return redirect("desk_minutes", meeting.number)
    if form.is_bound and form.is_valid():
        try:
            recording.change(
                actor=actor, paragraph=found, seen=form.cleaned_data["seen"] or 0, **form.fields_of()
            )
        except RefusedError as refusal:
            if refusal.status == 403:
                raise
            form.add_error(None, str(refusal))
            status = refusal.status
            if refusal.code == "minutes.changed":
                theirs = found.text
                # Saved again, it replaces what stands now, which is on the page.
                data = request.POST.copy()
                data["seen"] = str(found.version)
                errors = form.errors
                form = _form(meeting, data)
                form.is_valid()
                form.add_error(None, errors["__all__"].as_data())
        else:
            messages.success(request, _("Saved."))
            return redirect("desk_minutes", meeting.number)
    elif form.is_bound:
        status = 422
    context = head(meeting, "desk_minutes", _("Paragraph")) | {
        "form": form,
        "paragraph": found,
        "theirs": theirs,
    }
    return render(request, "meetings/desk_paragraph.html", context, status=status)
