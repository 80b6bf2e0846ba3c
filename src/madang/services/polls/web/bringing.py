"""The desk page that brings answers from elsewhere."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation
from madang.kernel.web.acting import actor_of
from madang.services.polls import policies
from madang.services.polls.domain import importing
from madang.services.polls.web.building import for_office
from madang.services.polls.web.forms import ImportForm
from madang.services.polls.web.pages import Part, address, crumb, desk_crumbs

SHOWN = 20


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """All of a file or nothing; every row that cannot be taken is named."""
    actor = actor_of(request)
    offices = Organisation.objects.filter(pk__in=actor.offices(*policies.LEADING))
    if not offices:
        raise RefusedError(policies.NOT_HERS.reason, policies.NOT_HERS.code)
    form = ImportForm(request.POST or None, request.FILES or None, initial={"host": offices[0]})
    form.fields["host"].queryset = offices  # type: ignore[attr-defined]
    errors: list[Part] = []
    if request.method == "POST" and form.is_valid():
        try:
            poll, found = importing.bring_in_upload(
                actor=actor,
                host=form.cleaned_data["host"],
                upload=form.cleaned_data["file"],
                wish=form.wish(),
            )
            messages.success(
                request,
                importing.summary(poll, found)
                if found
                else _("This file was brought in before; here it is."),
            )
            return redirect(address(poll, "poll_lead"))
        except importing.FileError as refused:
            errors = [{"text": str(refused)}] + [
                {"text": _("Line %(line)s: %(reason)s") % {"line": f"{one.line:,}", "reason": one.reason}}
                for one in refused.bad[:SHOWN]
            ]
        except RefusedError as refused:
            field = {"import.column": "column", "import.columns": "column", "import.empty": "column"}.get(
                refused.code
            )
            form.add_error(field or "file", str(refused))
    context = {
        "form": form,
        "errors": errors,
        "breadcrumb": desk_crumbs(crumb(_("Answers from elsewhere"))),
    }
    return render(request, "polls/bring_in.html", context, status=422 if form.errors or errors else 200)
