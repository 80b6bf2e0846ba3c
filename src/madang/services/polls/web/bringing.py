"""The desk page that brings answers from elsewhere."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation
from madang.kernel.web.acting import actor_of
from madang.kernel.web.fields import CleanText
from madang.services.polls import policies
from madang.services.polls.domain import answer_file, importing
from madang.services.polls.web.building import for_office
from madang.services.polls.web.forms import FromOfficesForm, title_in_english, title_in_korean
from madang.services.polls.web.pages import Part, address, crumb, desk_crumbs

SHOWN = 20


class ImportForm(FromOfficesForm):
    """Answers from elsewhere, in a CSV file."""

    host = forms.ModelChoiceField(
        queryset=Organisation.objects.none(), label=_("Which office keeps it"), empty_label=None
    )
    title_ko = title_in_korean()
    title_en = title_in_english()
    source = CleanText(
        max_length=300,
        label=_("Source and licence"),
        help_text=_("Who asked, when, where the file comes from, and what its licence allows."),
        error_messages={"required": _("Say where the answers come from and under which licence.")},
    )
    file = forms.FileField(
        label=_("CSV file"),
        help_text=_("UTF-8 or CP949, up to 20 MB. Its first line names the columns."),
        error_messages={
            "required": _("Choose the file. A browser forgets it when something has to be corrected."),
            "empty": _("The file is empty."),
        },
    )
    column = CleanText(
        max_length=100,
        label=_("Column with the answers"),
        error_messages={"required": _("Say which column holds the answers.")},
    )
    groups = CleanText(
        max_length=300,
        required=False,
        label=_("Columns to group by"),
        help_text=_("Such as age, region. At most 40 different values each; several columns with commas."),
    )
    day = CleanText(
        max_length=100,
        required=False,
        label=_("Column with the day"),
        help_text=_("As 2018-03-05. Empty: today."),
    )
    distinct = forms.BooleanField(required=False, label=_("Take each text once"))
    may_quote = forms.BooleanField(required=False, label=_("The licence allows to quote"))

    def wish(self) -> answer_file.Wish:
        data = self.cleaned_data
        return answer_file.Wish(
            column=data["column"],
            groups=tuple(part for name in data["groups"].split(",") if (part := name.strip())),
            day=data["day"],
            title_ko=data["title_ko"],
            title_en=data["title_en"],
            source=data["source"],
            distinct=data["distinct"],
            may_quote=data["may_quote"],
        )


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def bring_in(request: HttpRequest) -> HttpResponse:
    """All of a file or nothing; every row that cannot be taken is named."""
    actor = actor_of(request)
    offices = Organisation.objects.filter(pk__in=actor.offices(*policies.LEADING))
    if not offices:
        raise RefusedError(policies.NOT_HERS.reason, policies.NOT_HERS.code)
    form = ImportForm(request.POST or None, request.FILES or None, offices=offices)
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
                else gettext("This file was brought in before; here it is."),
            )
            return redirect(address(poll, "poll_lead"))
        except answer_file.FileError as refused:
            errors = [{"text": str(refused)}] + [
                {
                    "text": gettext("Line %(line)s: %(reason)s")
                    % {"line": f"{one.line:,}", "reason": one.reason}
                }
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
        "breadcrumb": desk_crumbs(crumb(gettext("Answers from elsewhere"))),
    }
    return render(request, "polls/bring_in.html", context, status=422 if form.errors or errors else 200)
