"""The desk where a facilitator builds a space: list, grid, and a form for each part of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_POST

from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation, Role
from madang.kernel.saying import tongue
from madang.kernel.templatetags.ui import seoul_text
from madang.kernel.web.acting import actor_of
from madang.services.square.domain import building, publishing
from madang.services.square.enums import EditionState
from madang.services.square.logic import grid
from madang.services.square.models import Edition, Process, Space
from madang.services.square.web import building_forms as forms
from madang.services.square.web import building_words, planned
from madang.services.square.web.pages import crumb, sign_in_url

Part = dict[str, Any]
TONES = {"draft": "ochre", "checked": "blue", "published": "jade", "superseded": "", "discarded": ""}


def offices_of(request: HttpRequest) -> tuple[int, ...]:
    """The offices where this person may build.

    Raises:
        RefusedError: none.
    """
    offices = actor_of(request).offices(Role.FACILITATOR)
    if not offices:
        raise RefusedError(
            gettext_lazy("Only a facilitator builds spaces. Your office can give you this mandate."),
            "mandate.facilitator",
        )
    return offices


def needs_facilitator(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Sign-in first, then the mandate; the rest of the house sees nothing of drafts."""

    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not actor_of(request).is_signed_in:
            return redirect(sign_in_url(request.get_full_path()))
        offices_of(request)
        return view(request, *args, **kwargs)

    asked.__name__ = view.__name__
    asked.__doc__ = view.__doc__
    return asked


def open_edition(request: HttpRequest, slug: str) -> Edition:
    """The version that is being worked on; another office's looks as if it did not exist."""
    found = (
        Edition.objects.filter(slug=slug, state__in=building.OPEN, host__in=offices_of(request))
        .select_related("host", "changed_by")
        .first()
    )
    if found is None:
        raise Http404
    return found


def crumbs(edition: Edition | None = None, last: str = "") -> list[Part]:
    trail = [crumb(_("Desk"), reverse("desk")), crumb(_("Spaces"), reverse("building") if edition else "")]
    if edition is not None:
        trail.append(crumb(edition.title, reverse("building_space", args=[edition.slug]) if last else ""))
    if last:
        trail.append(crumb(last))
    return trail


@needs_facilitator
def spaces(request: HttpRequest) -> HttpResponse:
    """The spaces and drafts of this person's offices."""
    offices = offices_of(request)
    rows: dict[str, Part] = {}
    found = Space.objects.filter(host__in=offices, is_archive=False).select_related("host", "edition")
    for space in found:
        label = (
            pgettext("edition", "Version %(n)s") % {"n": space.edition.number}
            if space.edition
            else _("Without a version")
        )
        rows[space.slug] = {
            "title": space.title,
            "url": reverse("building_space", args=[space.slug]),
            "tags": [{"label": _("In force"), "tone": "jade"}],
            "meta": [label, space.host.name],
        }
    drafts = Edition.objects.filter(host__in=offices, state__in=building.OPEN).select_related("host")
    for edition in drafts:
        tag = {"label": edition.get_state_display(), "tone": TONES[edition.state]}
        row = rows.setdefault(
            edition.slug,
            {
                "title": edition.title,
                "url": reverse("building_space", args=[edition.slug]),
                "tags": [],
                "meta": [_("Not public yet"), edition.host.name],
            },
        )
        row["tags"].append(tag)
        changed = _("changed %(at)s") % {"at": seoul_text(edition.changed_at, "short")}
        row["meta"].append(changed)
    context = {"rows": list(rows.values()), "breadcrumb": crumbs()}
    return render(request, "square/building/spaces.html", context)


@needs_facilitator
def new(request: HttpRequest) -> HttpResponse:
    """The first words of a space."""
    offices = Organisation.objects.filter(pk__in=offices_of(request))
    form = forms.NewSpaceForm(request.POST or None)
    form.fields["host"].queryset = offices  # type: ignore[attr-defined]
    if len(offices) == 1:
        form.fields["host"].initial = offices[0]
    if request.method == "POST" and form.is_valid():
        edition = building.begin(actor=actor_of(request), **form.cleaned_data)
        messages.success(request, _("The draft is there. Nobody else sees it until it is published."))
        return redirect("building_space", edition.slug)
    context = {
        "form": form,
        "breadcrumb": [*crumbs()[:1], crumb(_("Spaces"), reverse("building")), crumb(_("New space"))],
    }
    return render(request, "square/building/new.html", context, status=422 if form.errors else 200)


@needs_facilitator
def space(request: HttpRequest, slug: str) -> HttpResponse:
    """The grid of a draft with its findings, or how it stands with the way to change it."""
    offices = offices_of(request)
    edition = (
        Edition.objects.filter(slug=slug, state__in=building.OPEN, host__in=offices)
        .select_related("host", "changed_by")
        .first()
    )
    live = (
        Space.objects.filter(slug=slug, host__in=offices, is_archive=False)
        .select_related("host", "edition")
        .first()
    )
    if edition is None and live is None:
        raise Http404
    if edition is None:
        assert live is not None
        document = publishing.document_of(live)
        context = {
            "space": live,
            "view": planned.view(grid.read(document), clock.now()),
            "breadcrumb": [*crumbs()[:1], crumb(_("Spaces"), reverse("building")), crumb(live.title)],
        }
        return render(request, "square/building/live.html", context)
    found = publishing.findings(edition)
    rows = [building_words.finding(slug, one, has=edition.document) for one in found]
    read = edition.grid
    live_document = publishing.document_of(live) if live is not None else None
    context = {
        "edition": edition,
        "tone": TONES[edition.state],
        "is_draft": edition.state == EditionState.DRAFT,
        "space": live,
        "view": planned.view(read, clock.now()),
        "processes": [_named(one) for one in read.processes],
        "errors": [row for row in rows if row["is_error"]],
        "warnings": [row for row in rows if not row["is_error"]],
        "changes": building_words.differences(live_document, edition.document) if live_document else [],
        "breadcrumb": [*crumbs(edition)[:-1], crumb(edition.title)],
    }
    return render(request, "square/building/space.html", context)


def _named(process: grid.Process) -> dict[str, Any]:
    """A process and its fields by their names in the language of the page."""
    fields = [{"slug": one.slug, "title": one.words.title(tongue())} for one in process.categories]
    return {
        "slug": process.slug,
        "title": process.words.title(tongue()),
        "categories": fields,
    }


@dataclass(frozen=True)
class Kind:
    """One kind of part: its form and what its page is called."""

    form: type[forms.PartForm]
    heading: str | Promise
    new_heading: str | Promise = ""
    intro: str | Promise = ""
    removable: bool = True


KINDS: dict[str, Kind] = {
    "space": Kind(forms.WordsForm, gettext_lazy("Words of the space"), removable=False),
    "phases": Kind(
        forms.PhaseForm,
        gettext_lazy("Phase"),
        gettext_lazy("New phase"),
        gettext_lazy("A stretch of time and nothing else. What may be done in it stands in the cells."),
    ),
    "processes": Kind(
        forms.ProcessForm,
        gettext_lazy("Process"),
        gettext_lazy("New process"),
        gettext_lazy("One form, one set of ideas, one set of rules. Several can run at once."),
    ),
    "categories": Kind(forms.CategoryForm, gettext_lazy("Field"), gettext_lazy("New field")),
    "cells": Kind(forms.CellForm, gettext_lazy("What may be done"), removable=False),
}


def _address(edition: Edition, kind: str, keys: tuple[str, ...]) -> grid.Address:
    """The address of an existing part.

    Raises:
        Http404: there is no such part in the draft.
    """
    address: grid.Address = (kind, *keys)
    document = edition.document
    if kind == "cells":
        known = keys[0] in document.get("processes", {}) and keys[1] in document.get("phases", {})
    elif kind == "categories" and keys[-1] == "new":
        known = keys[0] in document.get("processes", {})
    else:
        known = keys[-1:] == ("new",) or grid.part(document, address) is not None or kind == "space"
    if not known:
        raise Http404
    return address


@needs_facilitator
def part(request: HttpRequest, slug: str, kind: str, **named: str) -> HttpResponse:
    """The form of one part: new, changed or taken out."""
    edition = open_edition(request, slug)
    keys = tuple(named.values())
    address = _address(edition, kind, keys)
    is_new = keys[-1:] == ("new",)
    before = None if is_new else grid.part(edition.document, address)
    spec = KINDS[kind]
    if request.method == "POST":
        if "remove" in request.POST and spec.removable and not is_new:
            return _save(request, edition, address, None, request.POST.get("seen", ""), None)
        form = _fitted(spec.form(request.POST), edition, address)
        if form.is_valid():
            value = form.value(before)
            if is_new:
                address = _new_address(edition, kind, keys, form, value)
            return _save(request, edition, address, value, form.cleaned_data["seen"], form, is_new=is_new)
        return _page(request, edition, spec, address, form, is_new=is_new, status=422)
    initial = spec.form.initial_of(before or {}) | {"seen": grid.mark(before)}
    if is_new and kind == "phases":
        initial["key"] = building.new_key()
    form = _fitted(spec.form(initial=initial), edition, address)
    return _page(request, edition, spec, address, form, is_new=is_new)


def _fitted(form: forms.PartForm, edition: Edition, address: grid.Address) -> forms.PartForm:
    """A process that residents do not know yet has no day from which its changed rule holds."""
    if isinstance(form, forms.ProcessForm):
        is_live = Process.objects.filter(slug=address[1], space__slug=edition.slug).exists()
        if not is_live:
            form.for_first_version()
    return form


def _new_address(
    edition: Edition, kind: str, keys: tuple[str, ...], form: forms.PartForm, value: Part
) -> grid.Address:
    if kind == "phases":
        typed = form.cleaned_data.get("key", "")
        return (kind, typed if len(typed) == 8 and typed.isalnum() else building.new_key())
    words = value["title_en"] or value["title_ko"]
    if kind == "processes":
        return (kind, building.process_address(edition, words, value))
    return (kind, keys[0], building.category_address(edition, keys[0], words, value))


def _save(
    request: HttpRequest,
    edition: Edition,
    address: grid.Address,
    value: Part | None,
    seen: str,
    form: forms.PartForm | None,
    *,
    is_new: bool = False,
) -> HttpResponse:
    seen = grid.mark(None) if is_new else seen
    try:
        building.save(actor=actor_of(request), edition=edition, address=address, value=value, seen=seen)
    except building.ChangedError as error:
        return _changed(request, error, address, form)
    messages.success(request, _("Taken out of the draft.") if value is None else _("Saved in the draft."))
    return redirect("building_space", edition.slug)


def _changed(
    request: HttpRequest, error: building.ChangedError, address: grid.Address, form: forms.PartForm | None
) -> HttpResponse:
    """For the second of two: how it stands now, what she typed, and the way to keep either."""
    edition, spec = error.edition, KINDS[address[0]]
    now = spec.form(initial=spec.form.initial_of(error.now or {})) if error.now is not None else None
    rows = []
    for name, field in spec.form().fields.items():
        if name in ("seen", "key"):
            continue
        theirs = now[name].value() if now is not None and name in now.fields else ""
        mine = form[name].value() if form is not None and name in form.fields else ""
        rows.append(
            {
                "label": field.label,
                "theirs": _shown(field, theirs),
                "mine": _shown(field, mine),
                "differs": str(theirs or "") != str(mine or ""),
            }
        )
    again = None
    if form is not None:
        data = form.data.copy()  # type: ignore[attr-defined]
        data["seen"] = grid.mark(error.now)
        again = _fitted(spec.form(data), edition, address)
    context = {
        "edition": edition,
        "heading": building_words.name_of(edition.document, edition.document, address),
        "is_gone": error.now is None,
        "is_removal": form is None,
        "seen": grid.mark(error.now),
        "rows": rows,
        "form": again,
        "who": edition.changed_by.shown_name if edition.changed_by else "",
        "reason": str(error),
        "back_url": building_words.address_of(edition.slug, address) if error.now is not None else "",
        "breadcrumb": crumbs(edition, _("Changed meanwhile")),
    }
    return render(request, "square/building/changed.html", context, status=409)


def _shown(field: Any, value: Any) -> str:
    choices = dict(getattr(field, "choices", ()) or ())
    if choices:
        return str(choices.get(value, choices.get(str(value or ""), value)))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return {"on": _("Yes")}.get(str(value), str(value or "")) if value else ""


def _page(
    request: HttpRequest,
    edition: Edition,
    spec: Kind,
    address: grid.Address,
    form: forms.PartForm,
    *,
    is_new: bool,
    status: int = 200,
) -> HttpResponse:
    document = edition.document
    heading = str(spec.new_heading if is_new else spec.heading)
    name = "" if is_new else building_words.name_of(document, document, address)
    process = document.get("processes", {}).get(address[1]) if address[0] == "categories" else None
    if process:
        name = grid.Words(process.get("title_ko", ""), process.get("title_en", "")).title(tongue())
    context = {
        "edition": edition,
        "form": form,
        "heading": heading,
        "name": name,
        "intro": spec.intro,
        "kind": address[0],
        "is_new": is_new,
        "is_closed": edition.state != EditionState.DRAFT,
        "asks_removal": "remove" in request.GET,
        "removable": spec.removable and not is_new,
        "breadcrumb": crumbs(edition, heading),
    }
    return render(request, "square/building/part.html", context, status=status)


@require_POST
@needs_facilitator
def amend(request: HttpRequest, slug: str) -> HttpResponse:
    """Begin the next version of a space."""
    found = Space.objects.filter(slug=slug, host__in=offices_of(request)).select_related("host").first()
    if found is None:
        raise Http404
    building.amend(actor=actor_of(request), space=found)
    return redirect("building_space", slug)
