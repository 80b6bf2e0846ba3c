"""Old cases: bring a table, say which column is what, see what would happen, import it."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from madang.kernel import policy
from madang.kernel.models import Role
from madang.kernel.web import saving
from madang.kernel.web.acting import actor_of, for_officials
from madang.kernel.web.fields import Words
from madang.kernel.web.refusing import on_form, status_of
from madang.services.casework import queries
from madang.services.casework.domain import old_cases
from madang.services.casework.logic import old_tables
from madang.services.casework.models import OldFile

LABELS: dict[str, Any] = {
    "number": gettext_lazy("Number in the old system"),
    "filed_at": gettext_lazy("Day of filing"),
    "title": pgettext_lazy("old case", "Title"),
    "body": pgettext_lazy("old case", "Text"),
    "category": gettext_lazy("Category"),
    "status": gettext_lazy("State in the old system"),
    "closed_at": gettext_lazy("Day of the end"),
    "answer": gettext_lazy("Answer in the old system"),
    "address": pgettext_lazy("old case", "Address"),
    "lat": gettext_lazy("Latitude"),
    "long": gettext_lazy("Longitude"),
}


class BringForm(forms.Form):
    """A table of an older system."""

    source = Words(
        most=60,
        label=gettext_lazy("Name of the old system"),
        help_text=gettext_lazy(
            "Its numbers are known by this name: a table brought twice under it adds nothing."
        ),
        error_messages={"required": gettext_lazy("Write the name of the old system.")},
    )
    file = forms.FileField(
        label=gettext_lazy("Table as a CSV file"),
        help_text=gettext_lazy("UTF-8 or CP949, at most 30 MB, as a spreadsheet saves it."),
        error_messages={
            "required": gettext_lazy("Choose a CSV file."),
            "empty": gettext_lazy("The file is empty. Choose another one."),
        },
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )


class MatchForm(forms.Form):
    """Which column is what, and which of our categories is meant by theirs."""

    def __init__(self, *arguments: Any, table: OldFile, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.theirs = {
            f"named_{hashlib.sha256(name.encode()).hexdigest()[:12]}": (name, many)
            for name, many in old_cases.their_categories(table)
        }
        columns = [("", _("– not in the table –")), *((name, name) for name in table.columns)]
        kept = table.mapping.get("fields", {})
        for name in old_tables.FIELDS:
            self.fields[f"field_{name}"] = forms.ChoiceField(
                choices=columns, label=LABELS[name], required=False, initial=kept.get(name, "")
            )
        categories = [
            ("", _("– none –")),
            *((one.code, one.name) for one in queries.categories(table.center)),
        ]
        known = table.mapping.get("named", {})
        for key, (name, many) in self.theirs.items():
            self.fields[key] = forms.ChoiceField(
                choices=categories,
                required=False,
                label=_("Their category “%(name)s” is") % {"name": name[:80]},
                help_text=ngettext("%(n)s row", "%(n)s rows", many) % {"n": many},
                initial=known.get(name, ""),
            )
        self.fields["category"] = forms.ChoiceField(
            choices=categories,
            required=False,
            label=gettext_lazy("Category of rows that name none, or one that is not known"),
            initial=table.mapping.get("category", ""),
        )
        self.fields["down"] = forms.MultipleChoiceField(
            choices=[(name, name) for name in table.columns],
            required=False,
            label=gettext_lazy("Columns with merged cells"),
            help_text=gettext_lazy("An empty cell there means the same as the cell above."),
            widget=forms.CheckboxSelectMultiple,
            initial=table.mapping.get("down", []),
        )

    def chosen(self) -> dict[str, str]:
        return {
            name: self.cleaned_data[f"field_{name}"]
            for name in old_tables.FIELDS
            if self.cleaned_data[f"field_{name}"]
        }

    def named(self) -> dict[str, str]:
        """Codes of our categories by their names for them."""
        return {name: self.cleaned_data[key] for key, (name, _many) in self.theirs.items()}


def _own(request: HttpRequest, pk: int) -> OldFile:
    """A table of a center that she administers.

    Raises:
        Http404: another one.
    """
    found = get_object_or_404(OldFile.objects.select_related("center__host"), pk=pk)
    if not policy.can("casework.exchange.manage", actor_of(request), found.center):
        raise Http404
    return found


def _crumbs(*more: str) -> list[dict[str, str]]:
    made = [
        {"label": _("Desk"), "url": reverse("desk")},
        {"label": _("Old cases"), "url": reverse("desk_old")},
    ]
    made += [{"label": label} for label in more]
    made[-1].pop("url", None)
    return made


def _bad(rows: Any) -> list[dict[str, Any]]:
    return [
        {"line": line, "why": old_cases.PROBLEMS.get(why, why), "value": value} for line, why, value in rows
    ]


@require_http_methods(["GET", "HEAD", "POST"])
@for_officials(Role.ADMIN)
def tables(request: HttpRequest) -> HttpResponse:
    """The tables that were brought, and the form for another one."""
    actor = actor_of(request)
    centers = queries.administered(actor)
    center = centers.first()
    form = BringForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and center is not None and form.is_valid():
        upload = form.cleaned_data["file"]
        with on_form(form, "file"):
            made = old_cases.bring(
                actor=actor,
                center=center,
                source=form.cleaned_data["source"],
                name=upload.name,
                data=upload.read(old_cases.MOST_BYTES + 1),
            )
            return redirect("desk_old_table", made.pk)
    context = {
        "form": form if center is not None else None,
        "tables": OldFile.objects.filter(center__in=centers)[:50],
        "breadcrumb": _crumbs(),
    }
    return render(
        request, "casework/old.html", context, status=status_of(form) if request.method == "POST" else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_officials(Role.ADMIN)
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """Match the columns and try; afterwards how far it got."""
    found = _own(request, pk)
    form, trial, status = None, None, 200
    if found.state == OldFile.State.DRAFT:
        form = MatchForm(request.POST or None, table=found)
        if request.method == "POST" and form.is_valid():
            with on_form(form):
                old_cases.match(
                    actor=actor_of(request),
                    table=found,
                    fields=form.chosen(),
                    down=form.cleaned_data["down"],
                    category=form.cleaned_data["category"],
                    named=form.named(),
                )
                trial = old_cases.try_out(found)
        status = status_of(form) if request.method == "POST" else 200
        if trial is not None:
            form = MatchForm(table=found)  # another column has other names in it
    context = {
        "table": found,
        "form": form,
        "trial": trial,
        "bad": _bad(trial.bad if trial else found.bad),
        "share": round(100 * found.place / found.rows) if found.rows else 100,
        "breadcrumb": _crumbs(found.name),
    }
    return render(request, "casework/old_table.html", context, status=status)


@require_POST
@for_officials(Role.ADMIN)
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Import it."""
    old_cases.begin(actor=actor_of(request), table=_own(request, pk))
    messages.success(request, _("The import has begun. This page says how far it is."))
    return redirect("desk_old_table", pk)


@require_safe
@for_officials(Role.ADMIN)
def bad_csv(request: HttpRequest, pk: int) -> HttpResponse:
    """The rows that were left out, to be mended in the old system."""
    found = _own(request, pk)
    rows = found.bad if found.state != OldFile.State.DRAFT else old_cases.try_out(found).bad
    head = [_("Line"), _("What is wrong"), _("What stands there")]
    return saving.table(
        [head, *([row["line"], str(row["why"]), row["value"]] for row in _bad(rows))], "left-out.csv"
    )
