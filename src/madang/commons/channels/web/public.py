"""What everybody may see of the channels: the count of paper forms, and what a form in her hand is."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.channels import queries, reading
from madang.commons.channels.enums import BatchState, FormState
from madang.commons.channels.logic import reconciliation
from madang.commons.channels.models import Batch, Form
from madang.commons.channels.web.batches import table
from madang.commons.channels.web.common import titles
from madang.kernel import clock, manifest
from madang.kernel.web import limits
from madang.kernel.web.paging import Counted

PAGE = 50


@require_safe
def paper_count(request: HttpRequest) -> HttpResponse:
    """Every batch: issued = entered + spoiled + unused + waiting + still out, and all of them together."""
    rows = Batch.objects.select_related("host")
    page = Counted(rows, PAGE, known=None).get_page(request.GET.get("page"))
    counts = queries.counts(Batch.objects.all())
    context = {
        "page": page,
        "whole": reconciliation.total(counts.values()),
        "now": clock.now(),
        "table": table(list(page), counts, titles(), link=False),
        "differences": [batch for batch in page if batch.difference],
        "breadcrumb": [{"label": _("Paper forms"), "url": ""}],
    }
    return render(request, "channels/paper_count.html", context)


@require_safe
def paper_form(request: HttpRequest, serial: str) -> HttpResponse:
    """The code on a form leads here: what it is, where it stands, and that one may file here as well."""
    limits.spend(request, limits.SEARCH)
    written = reading.serial_of(serial)
    if not written:
        raise Http404
    if written != serial:
        return redirect("paper_form", written, permanent=True)
    form = Form.objects.select_related("batch").filter(serial=written).first()
    if form is None:
        raise Http404
    link = manifest.links([form.filed_as]).get(form.filed_as) if form.filed_as else None
    context = {
        "serial": written,
        "batch": form.batch,
        "title": titles().get(form.batch.target, ""),
        "is_entered": form.state == FormState.ENTERED,
        "is_out": form.state == FormState.OUT and form.batch.state == BatchState.OPEN,
        "why": form.get_spoiled_why_display() if form.state == FormState.SPOILED else "",
        "state": form.get_state_display(),
        "link": link,
        "breadcrumb": [{"label": _("Paper form"), "url": ""}],
    }
    return render(request, "channels/paper_form.html", context)
