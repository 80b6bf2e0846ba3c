"""Reading sheets at the desk: found by number or by scan, read beside the picture, decided where two readings differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.commons.matters import api as matters
from madang.kernel.errors import RefusedError
from madang.kernel.money import won
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of
from madang.services.budgeting import scanning
from madang.services.budgeting.domain import sheets
from madang.services.budgeting.layout import Printed
from madang.services.budgeting.logic import paper as papers
from madang.services.budgeting.models import Box, Round, Sheet
from madang.services.budgeting.web import booth_forms as forms
from madang.services.budgeting.web.booths import crumbs, for_booths, round_at

Part = dict[str, Any]
TICKED = (papers.APPROVAL, papers.KNAPSACK)


@require_POST
@for_booths
@never_cache
def find(request: HttpRequest, slug: str) -> HttpResponse:
    """To the sheet with this number."""
    round_ = round_at(request, slug)
    form = forms.FindSheetForm(request.POST)
    if form.is_valid():
        serial = scanning.serial_of(form.cleaned_data["serial"])
        try:
            return redirect("desk_sheet", slug, sheets.find(round_, serial).serial)
        except RefusedError as refused:
            form.add_error("serial", str(refused))
    return _scanned(request, round_, form, forms.ScanForm(), [], 422)


@require_POST
@for_booths
@never_cache
def scan(request: HttpRequest, slug: str) -> HttpResponse:
    """Read every page of an upload; what became of each."""
    round_ = round_at(request, slug)
    form = forms.ScanForm(request.POST, request.FILES)
    rows: list[Part] = []
    if form.is_valid():
        for at, page in enumerate(_pages(request, form)):
            if at == scanning.PAGES:
                form.add_error(
                    "scans", _("Only the first %(n)s pages were read. Upload the rest by itself.") % {"n": at}
                )
                break
            rows.append(_read(request, round_, page, at + 1))
        if not rows and not form.errors:
            form.add_error(
                "scans", _("There is no picture in this file. Scan the sheets as pictures, not as text.")
            )
    return _scanned(request, round_, forms.FindSheetForm(), form, rows, 422 if form.errors else 200)


def _pages(request: HttpRequest, form: forms.ScanForm) -> Iterator[bytes]:
    """The pictures of all files; a file that is none becomes an error at the field."""
    for upload in form.cleaned_data["scans"]:
        limits.spend(request, limits.UPLOAD)
        try:
            clean = matters.clean_file(upload)
        except RefusedError as refused:
            form.add_error("scans", str(refused))
            continue
        yield from scanning.pictures(clean.data, clean.content_type)


def _read(request: HttpRequest, round_: Round, page: bytes, number: int) -> Part:
    """One page: whose it is, and what the scanner could say of it."""
    seen = scanning.look(page)
    told: Part = {"number": number, "serial": seen.serial, "url": "", "tone": "persimmon"}
    if not seen.serial:
        return told | {
            "said": _("No code can be read. Scan it again with all four corners, or type its number.")
        }
    try:
        sheet = sheets.find(round_, seen.serial)
        told["url"] = reverse("desk_sheet", args=[round_.slug, sheet.serial])
        marked = scanning.marks(seen, Printed.of(sheet.box.printed), is_large=sheet.is_large)
        sheets.scanned(
            actor=actor_of(request),
            sheet=sheet,
            picture=seen.data,
            marks=marked.marks if marked.is_plain else None,
        )
    except RefusedError as refused:
        return told | {"said": str(refused)}
    if marked.is_plain:
        return told | {"said": _("Read. One person reads it now."), "tone": "jade"}
    if not marked.is_flat:
        return told | {"said": _("The marks cannot be told. Two people read it."), "tone": "ochre"}
    return told | {"said": _("Some marks are not plain. Two people read it."), "tone": "ochre"}


def _scanned(
    request: HttpRequest, round_: Round, find_form: Any, scan_form: Any, rows: list[Part], status: int
) -> HttpResponse:
    context = {
        "round": round_,
        "find": find_form,
        "scan": scan_form,
        "rows": rows,
        "breadcrumb": crumbs((round_.title, reverse("desk_booths_round", args=[round_.slug])), (_("Read sheets"), "")),
    }  # fmt: skip
    return render(request, "budgeting/desk_scans.html", context, status=status)


def sheet_at(request: HttpRequest, slug: str, serial: str) -> Sheet:
    round_ = round_at(request, slug)
    found = Sheet.objects.select_related("box__pot").filter(box__pot__round=round_, serial=serial).first()
    if found is None:
        raise Http404
    found.box.pot.round = round_
    return found


@for_booths
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest, slug: str, serial: str) -> HttpResponse:
    """One sheet: its marks as she reads them, or why it cannot be cast; where two differ, both are shown to the third."""
    found, actor = sheet_at(request, slug, serial), actor_of(request)
    printed = Printed.of(found.box.printed)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    why = forms.WhyForm(request.POST if act == "why" else None)
    fields = _typed(printed, request) if act == "marks" else {}
    status, errors = 200, list[Part]()
    try:
        if act == "marks":
            marks, errors = _marks(fields)
            if not errors:
                return _done(request, slug, found.state, sheets.read(actor=actor, sheet=found, marks=marks))
        elif act == "why" and why.is_valid():
            return _done(
                request, slug, found.state, sheets.read(actor=actor, sheet=found, why=why.cleaned_data["why"])
            )
    except RefusedError as refused:
        errors, status = [{"text": str(refused), "href": ""}], refused.status
        found.refresh_from_db()
    if act and status == 200:
        status = 422
    mine = found.readings.filter(by=actor.account).exists()
    context = {
        "round": found.box.pot.round,
        "sheet": found,
        "box": found.box,
        "is_waiting": found.state in sheets.WAITING and found.box.state == Box.State.OPEN,
        "is_mine": mine,
        "is_ticked": printed.kind in TICKED,
        "kind": printed.kind,
        "rows": _rows(printed, fields, errors),
        "errors": errors,
        "why": why,
        "looks": [] if mine else [_look(printed, one) for one in sheets.second_look(found)],
        "picture_url": reverse("desk_sheet_picture", args=[slug, serial]) if found.picture else "",
        "breadcrumb": crumbs(
            (found.box.pot.round.title, reverse("desk_booths_round", args=[slug])), (found.serial, "")
        ),
    }
    return render(request, "budgeting/desk_sheet.html", context, status=status)


def _typed(printed: Printed, request: HttpRequest) -> dict[str, str]:
    if printed.kind in TICKED:
        known = {line.code for line in printed.lines}
        return {code: "1" for code in request.POST.getlist("mark") if code in known}
    found = {line.code: request.POST.get(f"mark-{line.code}", "").strip()[:40] for line in printed.lines}
    return {code: typed for code, typed in found.items() if typed}


def _marks(fields: dict[str, str]) -> tuple[dict[str, list[int]], list[Part]]:
    """The numbers in the fields; several, divided by commas, where a voter marked several."""
    marks: dict[str, list[int]] = {}
    errors = []
    for code, typed in fields.items():
        parts = [part.strip() for part in typed.split(",") if part.strip()]
        if all(part.isascii() and part.isdecimal() and len(part) < 7 for part in parts):
            marks[code] = [int(part) for part in parts]
        else:
            errors.append(
                {"text": _("%(code)s: write figures, with a comma between several.") % {"code": code}, "href": f"#mark-{code}"}
            )  # fmt: skip
    return marks, errors


def _rows(printed: Printed, fields: dict[str, str], errors: list[Part]) -> list[Part]:
    wrong = {error["href"] for error in errors}
    return [
        {
            "code": line.code,
            "title": line.title,
            "won": won(line.cost),
            "value": fields.get(line.code, ""),
            "wrong": f"#mark-{line.code}" in wrong,
        }
        for line in printed.lines
    ]


def _look(printed: Printed, said: Part) -> Part:
    """One of two readings that differ, in words."""
    who = _("The scanner") if said["scanner"] else _("A person")
    if "why" in said:
        return {"who": who, "lines": [str(Sheet.Why(said["why"]).label)]}
    titles = {line.code: line.title for line in printed.lines}
    lines = [
        titles[code] if printed.kind in TICKED else f"{titles[code]}: {', '.join(map(str, numbers))}"
        for code, numbers in said["marks"].items()
    ]
    return {"who": who, "lines": lines or [_("Nothing is marked")]}


def _done(request: HttpRequest, slug: str, before: str, moved: Sheet) -> HttpResponse:
    said = {
        Sheet.State.TYPED: _("Kept. Somebody else, or the scanner, reads it now."),
        Sheet.State.DISPUTED: _("The two readings differ. A third person decides."),
        Sheet.State.CAST: _("It is settled: the ballot is cast.")
        if before == Sheet.State.DISPUTED
        else _("Both read the same. The ballot is cast."),
        Sheet.State.SPOILED: _("Settled as spoiled: %(why)s.") % {"why": moved.get_why_display()},
    }[Sheet.State(moved.state)]
    tell = messages.warning if moved.state == Sheet.State.DISPUTED else messages.success
    tell(request, said)
    return redirect("desk_booths_round", slug)


@for_booths
@require_safe
def picture(request: HttpRequest, slug: str, serial: str) -> HttpResponse:
    """The picture of a sheet, for those who read it; it is gone when the sheet is settled."""
    found = sheet_at(request, slug, serial)
    if not found.picture:
        raise Http404
    with found.picture.open("rb") as file:
        response = HttpResponse(file.read(), content_type="image/jpeg")
    response["Content-Disposition"] = "inline"
    response["Cache-Control"] = "private, no-store"
    return response
