"""Filing a report of waste or a request to change a rule: one form, then the receipt of the case."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from madang.commons.matters.domain.attachments import STANDARD
from madang.commons.matters.web import uploads
from madang.kernel.web import crowding
from madang.kernel.web.acting import actor_of
from madang.services.casework import queries
from madang.services.casework.domain import regulation, types, waste
from madang.services.casework.domain.filing import FiledCase
from madang.services.casework.enums import CaseType
from madang.services.casework.limits import BODY_MAX, TITLE_MAX
from madang.services.casework.web import words
from madang.services.casework.web.report_forms import RegulationForm, WasteForm
from madang.services.casework.web.sending import send
from madang.services.casework.web.shell import crumbs

SEARCH = "search"


@dataclass(frozen=True, slots=True)
class Kind:
    """What differs between the two forms."""

    type: CaseType
    form: Any
    said: str
    file: Callable[..., FiledCase]
    template: str
    title: str | Promise
    register: str


WASTE = Kind(
    CaseType.WASTE,
    WasteForm,
    "report",
    waste.file_report,
    "casework/waste_new.html",
    gettext_lazy("Report waste of public money"),
    "waste",
)
REGULATION = Kind(
    CaseType.REGULATION,
    RegulationForm,
    "request",
    regulation.file_request,
    "casework/regulation_new.html",
    gettext_lazy("Ask to change a rule"),
    "regulation",
)


@require_http_methods(["GET", "HEAD", "POST"])
def new_waste(request: HttpRequest) -> HttpResponse:
    """Report waste; budget lines are looked for with a button, so that nothing else is needed."""
    return _new(request, WASTE)


@require_http_methods(["GET", "HEAD", "POST"])
def new_regulation(request: HttpRequest) -> HttpResponse:
    """Ask to change a rule."""
    return _new(request, REGULATION)


def _new(request: HttpRequest, kind: Kind) -> HttpResponse:
    center = queries.centers().first()
    if center is None:
        return render(request, "casework/closed.html", {"breadcrumb": crumbs(str(kind.title))}, status=404)
    is_signed_in = actor_of(request).is_signed_in
    if request.method != "POST":
        return _page(request, kind, kind.form(center=center, is_signed_in=is_signed_in), [])
    kept, errors = uploads.sent(request)
    if SEARCH in request.POST:
        typed = {name: value for name, value in request.POST.items() if name != "ticket"}
        return _page(
            request, kind, kind.form(center=center, is_signed_in=is_signed_in, initial=typed), kept, errors
        )
    form = kind.form(request.POST, center=center, is_signed_in=is_signed_in)
    if form.is_valid() and not errors:
        said = getattr(form, kind.said) | form.filing
        if send(request, form, kept, partial(kind.file, actor=actor_of(request), center=center, **said)):
            return redirect("case_filed")
    return _page(request, kind, form, kept, errors, status=422)


def _page(
    request: HttpRequest,
    kind: Kind,
    form: Any,
    kept: list[uploads.Kept],
    errors: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    meaning = next((one for one in types.meanings() if one.type == kind.type), None)
    context = {
        "form": form,
        "effort": crowding.effort_of(request),
        "kept": kept,
        "file_terms": STANDARD,
        "errors": errors or [],
        "title": kind.title,
        "meaning": meaning,
        "period": words.period(meaning) if meaning else "",
        "title_max": TITLE_MAX,
        "body_max": BODY_MAX,
        "draft_key": f"{kind.register}-new",
        "breadcrumb": crumbs(str(kind.title)),
    }
    answer: HttpResponse = form.answered(render(request, kind.template, context, status=status))
    return answer
