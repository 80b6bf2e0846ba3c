"""A city's administrator enters categories, fields, routes and types: row by row, or as a file with a trial first."""

from __future__ import annotations

import csv
import io
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.imports import decode
from madang.kernel.web import limits, saving
from madang.kernel.web.acting import actor_of
from madang.services.casework.domain import entering, tables
from madang.services.casework.domain.entering import ALL, COLUMNS, Entered
from madang.services.casework.models import Center
from madang.services.casework.web.center_about import NAMES, tabs

MAX_BYTES, MAX_ROWS = 900_000, 5000
ENTER = "enter"


class RowsForm(forms.Form):
    """Rows as text or as a file; text wins, because it is what the page shows again."""

    rows = forms.CharField(
        required=False,
        strip=False,
        max_length=MAX_BYTES,
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "false", "class": "input--code"}),
        label=gettext_lazy("Rows, the first line being the names of the columns"),
        help_text=gettext_lazy("Separated by commas or, as copied from a spreadsheet, by tabs."),
    )
    file = forms.FileField(
        required=False,
        label=gettext_lazy("Or a CSV file"),
        help_text=gettext_lazy("UTF-8 or CP949, up to 900 kB."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        upload = cleaned.get("file")
        if not cleaned.get("rows") and upload is not None:
            if upload.size > MAX_BYTES:
                raise forms.ValidationError(gettext_lazy("The file is larger than 900 kB. Divide it."))
            try:
                cleaned["rows"], _encoding = decode(upload.read())
            except RefusedError as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        if not cleaned.get("rows"):
            raise forms.ValidationError(gettext_lazy("Paste rows or choose a file."))
        return cleaned


def parse(written: str, table: str) -> list[tuple[int, dict[str, str]]]:
    """The rows of a table with their lines, from commas, tabs or semicolons.

    Raises:
        ValidationError: a column that it cannot do without is missing, or there is too much.
    """
    written = written.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").lstrip("\ufeff\n")
    head = written.split("\n", 1)[0]
    delimiter = max("\t,;", key=head.count)
    reader = csv.reader(io.StringIO(written), delimiter=delimiter)
    columns = [name.strip().lower() for name in next(reader, [])]
    missing = [name for name in COLUMNS[table] if name not in columns]
    if missing:
        raise forms.ValidationError(
            _("These columns are missing: %(names)s. The first line has to name the columns.")
            % {"names": ", ".join(missing)}
        )
    found = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                found.append((reader.line_num, dict(zip(columns, cells, strict=False))))
    except csv.Error as error:
        raise forms.ValidationError(
            _("Line %(line)s cannot be read as a row. Check its quotation marks.") % {"line": reader.line_num}
        ) from error
    if len(found) > MAX_ROWS:
        raise forms.ValidationError(_("More than 5,000 rows. Divide them."))
    return found


def _center(request: HttpRequest, table: str = "categories") -> tuple[Actor, Center]:
    """The center that this administrator enters.

    Raises:
        Http404: there is no center, or no such table.
        RefusedError: 403 for anybody else.
    """
    actor = actor_of(request)
    center = Center.objects.select_related("host").first()
    if center is None or table not in ALL:
        raise Http404
    policy.require("casework.center.enter", actor, center)
    return actor, center


def center(request: HttpRequest, table: str = "categories") -> HttpResponse:
    """The rows that stand, and the way to change them."""
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if not Center.objects.exists():
        return redirect("desk_center_new")
    actor, found = _center(request, table)
    standing = tables.rows(found, table)
    is_sent = request.method == "POST"
    form = (
        RowsForm(request.POST, request.FILES)
        if is_sent
        else RowsForm(initial={"rows": _picked(request, table, standing)})
    )
    result: Entered | None = None
    if is_sent:
        limits.spend(request, limits.UPLOAD)
        if form.is_valid():
            try:
                result = entering.enter(
                    actor=actor,
                    center=found,
                    table=table,
                    rows=parse(form.cleaned_data["rows"], table),
                    is_trial=ENTER not in request.POST,
                )
            except forms.ValidationError as error:
                form.add_error("rows", error)
            else:
                if result.is_kept:
                    messages.success(
                        request,
                        _("Entered: %(added)s new, %(changed)s changed, %(same)s as before.")
                        % {"added": result.added, "changed": result.changed, "same": result.same},
                    )
                    return redirect("desk_center", table=table)
                # What came as a file goes on as text, so that it need not be chosen again.
                form = RowsForm(initial={"rows": form.cleaned_data["rows"]})
    context = {
        "center": found,
        "table": table,
        "name": NAMES[table],
        "tabs": tabs(table),
        "columns": ALL[table],
        "needed": COLUMNS[table],
        "standing": {
            "caption": NAMES[table],
            "caption_hidden": True,
            "columns": [{"label": name} for name in ALL[table]],
            "rows": [
                {"cells": [{"text": row[0] or "*", "url": f"?row={place}#rows"}, *row[1:]]}
                for place, row in enumerate(standing, start=1)
            ],
            "empty": _("Nothing is entered yet."),
        },
        "form": form,
        "result": result,
        "breadcrumb": [{"label": _("Desk"), "url": reverse("desk")}, {"label": found.title, "url": ""}],
    }
    status = 422 if form.errors or (result is not None and result.bad) else 200
    return render(request, "casework/desk_center.html", context, status=status)


@require_safe
def center_csv(request: HttpRequest, table: str) -> HttpResponse:
    """The rows that stand, as a file that can be entered again."""
    _actor, found = _center(request, table)
    return saving.table([ALL[table], *tables.rows(found, table)], f"{found.code}-{table}.csv")


def _picked(request: HttpRequest, table: str, standing: list[list[str]]) -> str:
    """The names of the columns, with the row that was picked to be changed, ready for the box."""
    number = request.GET.get("row", "")
    place = int(number) if number.isascii() and number.isdecimal() and len(number) < 6 else 0
    out = io.StringIO()
    chosen = standing[place - 1 : place] if place else []
    csv.writer(out, lineterminator="\n").writerows([ALL[table], *chosen])
    return out.getvalue()
