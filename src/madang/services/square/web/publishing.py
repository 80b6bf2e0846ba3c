"""From draft to published: the check, the last look, the act, and the preview for any day."""

from __future__ import annotations

from datetime import date, datetime, time

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import building, publishing
from madang.services.square.enums import EditionState
from madang.services.square.logic import checks, grid
from madang.services.square.models import Edition, Space
from madang.services.square.web import building_words, planned
from madang.services.square.web.building import crumbs, needs_facilitator, open_edition
from madang.services.square.web.building_forms import PublishForm


@require_POST
@needs_facilitator
def step(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Check a draft, open it again, or give it up."""
    if name not in ("check", "reopen", "discard"):
        raise Http404
    edition, actor = open_edition(request, slug), actor_of(request)
    try:
        if name == "check":
            publishing.check(actor=actor, edition=edition)
            messages.success(request, _("No errors. Have a last look, then publish it."))
            return redirect("building_publish", slug)
        if name == "reopen":
            building.reopen(actor=actor, edition=edition)
        else:
            building.discard(actor=actor, edition=edition)
            messages.success(request, _("The draft is given up. What is in force stays."))
            return redirect("building")
    except RefusedError as refusal:
        if refusal.status != 409:
            raise
        messages.error(request, str(refusal))
    return redirect("building_space", slug)


@needs_facilitator
def publish(request: HttpRequest, slug: str) -> HttpResponse:
    """The last look before the act, and the act."""
    edition = open_edition(request, slug)
    if edition.state != EditionState.CHECKED:
        messages.info(request, _("Let it be checked first."))
        return redirect("building_space", slug)
    found = publishing.findings(edition)
    is_short = any(one.code == "notice.short" for one in found)
    form, status = PublishForm(request.POST or None), 200
    if is_short:
        form.fields["short_notice"].required = True
    else:
        del form.fields["short_notice"]
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                done = publishing.publish(
                    actor=actor_of(request),
                    edition=edition,
                    reason=form.cleaned_data["reason"],
                    short_notice=form.cleaned_data.get("short_notice", ""),
                )
            except RefusedError as refusal:
                if refusal.status not in (409, 422):
                    raise
                form.add_error("short_notice" if refusal.code == "edition.notice" else None, str(refusal))
                status = refusal.status
            else:
                messages.success(request, _("Published. Version %(n)s is in force.") % {"n": done.number})
                return redirect("space", slug)
    live = Space.objects.filter(slug=slug).first()
    before = publishing.document_of(live) if live is not None else grid.EMPTY
    first = checks.first_change(edition.document, before if live else None, clock.seoul(clock.now()))
    context = {
        "edition": edition,
        "form": form,
        "is_first": live is None,
        "first": first,
        "warnings": [
            building_words.finding(slug, one, has=edition.document)
            for one in found
            if one.level == checks.WARNING
        ],
        "changes": building_words.differences(before, edition.document) if live else [],
        "timetable": planned.timetable(edition.grid, clock.now()),
        "breadcrumb": crumbs(edition, _("Publish")),
    }
    return render(request, "square/building/publish.html", context, status=status)


def day_of(request: HttpRequest) -> tuple[datetime, str]:
    """The moment that a page is asked for, and an error when it was no day. Noon of a day; now without one."""
    typed = request.GET.get("on", "")
    if not typed:
        return clock.now(), ""
    try:
        return datetime.combine(date.fromisoformat(typed), time(12), tzinfo=clock.SEOUL), ""
    except ValueError:
        return clock.now(), _("Write the day like 2027-03-01.")


@needs_facilitator
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The page of the space as a visitor will see it on a day. Nothing can be filed here."""
    edition: Edition = open_edition(request, slug)
    at, error = day_of(request)
    # An open beginning is the day of publication: until then, today.
    document = publishing.settled(edition.document, clock.now())
    context = {
        "edition": edition,
        "host": edition.host,
        "view": planned.view(grid.read(document), at),
        "at": at,
        "on": clock.seoul(at).date().isoformat(),
        "error": error,
        "is_preview": True,
        "back_url": reverse("building_space", args=[slug]),
        "breadcrumb": crumbs(edition, _("Preview")),
    }
    return render(request, "square/building/preview.html", context, status=422 if error else 200)
