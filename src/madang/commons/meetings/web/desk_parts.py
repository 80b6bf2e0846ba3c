"""The organiser's desk: agenda, who comes, tables and helpers, the printable pack."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from madang.commons.meetings import queries, shown
from madang.commons.meetings.domain import agenda as agendas
from madang.commons.meetings.domain import helping
from madang.commons.meetings.enums import Attending, Need, Place
from madang.commons.meetings.models import AgendaItem, HallPass, Meeting
from madang.commons.meetings.web import desk_forms
from madang.commons.meetings.web.desk import tabs
from madang.commons.meetings.web.pages import at_desk, desk_trail
from madang.kernel.errors import RefusedError
from madang.kernel.web import refusing
from madang.kernel.web.acting import actor_of
from madang.kernel.web.fields import as_typed
from madang.kernel.web.qr import qr_svg

CODE = "meetings.pass"


def head(meeting: Meeting, name: str, last: str) -> dict[str, Any]:
    return {
        "meeting": meeting,
        "tag": shown.tag(meeting),
        "when": shown.when(meeting),
        "where": shown.where(meeting),
        "tabs": tabs(meeting, name),
        "breadcrumb": desk_trail(meeting, last),
    }


@at_desk
def desk_agenda(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """The agenda: add at the end, move up and down, take off."""
    actor = actor_of(request)
    form = desk_forms.AgendaForm()
    if request.method == "POST":
        what, typed = request.POST.get("what", ""), request.POST.get("item", "")
        if what in ("up", "down", "remove"):
            item = _item(meeting, typed)
            if what == "remove":
                agendas.remove(actor=actor, item=item)
            else:
                agendas.shift(actor=actor, item=item, up=what == "up")
            return redirect("desk_agenda", meeting.number)
        form = desk_forms.AgendaForm(request.POST)
        if form.is_valid():
            with refusing.on_form(form):
                agendas.add(actor=actor, meeting=meeting, **_typed(form))
                messages.success(request, _("Added."))
                return redirect("desk_agenda", meeting.number)
    items = queries.agenda(meeting)
    context = head(meeting, "desk_agenda", _("Agenda")) | {
        "form": form,
        "agenda": [{"item": item, "shown": as_typed(item.reference)} for item in items],
        "total": sum(item.minutes for item in items),
        "length": int((meeting.ends_at - meeting.starts_at).total_seconds() // 60),
    }
    return render(request, "meetings/desk_agenda.html", context, status=refusing.status_of(form))


def _typed(form: desk_forms.AgendaForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in agendas.FIELDS}


def _item(meeting: Meeting, typed: str) -> AgendaItem:
    key = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
    found = meeting.agenda.filter(pk=key, removed_at=None).select_related("meeting").first()
    if found is None:
        raise Http404
    return found


@at_desk
def desk_agenda_item(request: HttpRequest, meeting: Meeting, pk: int) -> HttpResponse:
    """Change one item. When somebody else changed it meanwhile, both texts are on the page and nothing is lost."""
    found = meeting.agenda.filter(pk=pk).select_related("meeting").first()
    if found is None:
        raise Http404
    form = desk_forms.AgendaForm(
        request.POST if request.method == "POST" else None,
        initial={name: getattr(found, name) for name in agendas.FIELDS}
        | {"seen": found.version, "reference": as_typed(found.reference)},
    )
    status, theirs = 200, []
    if form.is_bound and form.is_valid():
        try:
            saved = agendas.save(
                actor=actor_of(request), item=found, seen=form.cleaned_data["seen"] or 0, **_typed(form)
            )
        except RefusedError as refusal:
            if refusal.status == 403:
                raise
            form.add_error(None, str(refusal))
            status = refusal.status
        else:
            if not saved.conflicts:
                joined = _("Saved, and joined with what somebody else changed meanwhile.")
                messages.success(request, joined if saved.joined else _("Saved."))
                return redirect("desk_agenda", meeting.number)
            status = 409
            theirs = [
                {
                    "label": form[name].label,
                    "mine": str(saved.mine[name]),
                    "theirs": str(getattr(saved.item, name)),
                }
                for name in saved.conflicts
            ]
            # The next save is a change of what stands now; her words stay in the fields.
            form = desk_forms.AgendaForm(
                initial=saved.mine
                | {"seen": saved.item.version, "reference": as_typed(saved.mine["reference"])}
            )
    elif form.is_bound:
        status = 422
    context = head(meeting, "desk_agenda", _("Agenda item")) | {
        "form": form,
        "item": found,
        "theirs": theirs,
    }
    return render(request, "meetings/desk_agenda_item.html", context, status=status)


@require_safe
@at_desk
@never_cache
def desk_registrations(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Numbers and needs; no names, because nobody here has to know them."""
    rows = (
        meeting.registrations.filter(state__in=[Place.SEATED, Place.WAITING])
        .select_related("need", "check_in")
        .order_by("turn")
    )
    names = dict(Need.choices)
    listed: list[dict[str, Any]] = [
        {
            "turn": row.turn,
            "ticket": f"{row.ticket[:4]}-····",
            "state": row.get_state_display(),
            "tone": "jade" if row.state == Place.SEATED else "ochre",
            "attending": row.get_attending_display(),
            "channel": row.get_channel_display(),
            "needs": [str(names.get(code, code)) for code in row.need.listed] if hasattr(row, "need") else [],
            "words": row.need.words if hasattr(row, "need") else "",
            "came": row.check_in.at if hasattr(row, "check_in") else None,
        }
        for row in rows[:2000]
    ]
    wanted = [(label, sum(str(label) in row["needs"] for row in listed)) for _code, label in Need.choices]
    context = head(meeting, "desk_registrations", _("Registrations")) | {
        "rows": listed,
        "seats": shown.seats(meeting),
        "needs": [(label, count) for label, count in wanted if count],
        "asked": meeting.registrations.filter(state=Place.ASKED).count(),
    }
    return render(request, "meetings/desk_registrations.html", context)


@at_desk
@never_cache
def desk_tables(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Tables, and passes for people who help without an account."""
    actor = actor_of(request)
    tables = list(meeting.tables.all())
    what = request.POST.get("what", "") if request.method == "POST" else ""
    table_form = desk_forms.TableForm(request.POST if what == "table" else None, prefix="table")
    pass_form = desk_forms.PassMakeForm(
        request.POST if what == "pass" else None, tables=tables, prefix="pass"
    )
    if what == "table" and table_form.is_valid():
        helping.set_table(actor=actor, meeting=meeting, topic=table_form.cleaned_data["topic"])
        return redirect("desk_tables", meeting.number)
    if what == "revoke":
        key = request.POST.get("pass", "")
        held = (
            meeting.passes.filter(pk=int(key)).first()
            if key.isascii() and key.isdigit() and len(key) < 19
            else None
        )
        if held is not None:
            helping.revoke(actor=actor, held=held)
            messages.success(request, _("The code opens nothing any more."))
        return redirect("desk_tables", meeting.number)
    if what == "pass" and pass_form.is_valid():
        table = next((one for one in tables if one.place == pass_form.cleaned_data["table"]), None)
        with refusing.on_form(pass_form, "table"):
            made, code = helping.give_pass(
                actor=actor,
                meeting=meeting,
                kind=pass_form.cleaned_data["kind"],
                label=pass_form.cleaned_data["label"],
                table=table,
            )
            request.session[CODE] = [made.pk, code]
            return redirect("desk_tables", meeting.number)
    fresh = request.session.pop(CODE, None) if request.method == "GET" else None
    new = meeting.passes.filter(pk=fresh[0]).first() if fresh else None
    address = settings.PUBLIC_URL + reverse("hall_pass")
    context = head(meeting, "desk_tables", _("Tables and helpers")) | {
        "tables": tables,
        "passes": list(HallPass.objects.filter(meeting=meeting, revoked_at=None).select_related("table")),
        "table_form": table_form,
        "pass_form": pass_form,
        "new": new,
        "code": fresh[1] if fresh and new else "",
        "pass_url": address,
        "qr_svg": qr_svg(f"{address}#{fresh[1]}") if fresh and new else "",
    }
    return render(
        request,
        "meetings/desk_tables.html",
        context,
        status=422 if table_form.errors or pass_form.errors else 200,
    )


@require_safe
@at_desk
@never_cache
def desk_pack(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Everything on paper, for a hall where nothing works: agenda, list for the door, note sheets, question cards."""
    rows = meeting.registrations.filter(
        state__in=[Place.SEATED, Place.WAITING], attending=Attending.ON_SITE
    ).order_by("ticket")
    join_url = settings.PUBLIC_URL + reverse("hall_room", args=[meeting.number])
    context = {
        "meeting": meeting,
        "when": shown.when(meeting),
        "where": shown.where(meeting),
        "agenda": queries.agenda(meeting),
        # Half of a ticket is enough to find a line, and not enough to act with.
        "seated": [row.ticket[:4] for row in rows if row.state == Place.SEATED],
        "waiting": [
            row.ticket[:4]
            for row in sorted(rows, key=lambda row: row.turn or 0)
            if row.state == Place.WAITING
        ],
        "tables": list(meeting.tables.all()),
        "lines": range(14),
        "cards": range(8),
        "join_url": join_url,
        "qr_svg": qr_svg(join_url),
        "breadcrumb": desk_trail(meeting, _("Printable pack")),
    }
    return render(request, "meetings/pack.html", context)
