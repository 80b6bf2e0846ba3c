"""What offices do with a case. Every error says what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.web.form_parts import OfficeField
from madang.kernel import queries as kernel
from madang.kernel.web.fields import NamedChoice, Words
from madang.services.casework import limits
from madang.services.casework.domain import forwarding
from madang.services.casework.enums import CaseType
from madang.services.casework.models import Case, Part, PeerService, SitePhoto


def _reason(label: Any, hint: Any = "") -> Words:
    return Words(
        low=limits.REASON_MIN,
        most=limits.REASON_MAX,
        rows=3,
        label=label,
        help_text=hint,
        error_messages={"required": _("Give a reason in a sentence.")},
    )


class CaseActForm(forms.Form):
    """A form that acts on one case; `verb` names its address and keeps its fields apart from the others'."""

    verb = ""

    def __init__(self, data: Any = None, *, case: Case, **options: Any) -> None:
        super().__init__(data, prefix=self.verb, **options)
        self.case = case
        for field in self.fields.values():
            if isinstance(field, OfficeField):
                field.queryset = kernel.offices()


class SplitForm(CaseActForm):
    verb = "split"
    what = Words(
        low=limits.WHAT_MIN,
        most=limits.WHAT_MAX,
        label=_("What that office has to do"),
        error_messages={"required": _("Say in a line what this office has to do.")},
    )
    office = OfficeField(label=_("Office for this part"))
    words = Words(
        most=limits.BODY_MAX,
        rows=4,
        required=False,
        label=_("What that office is to know"),
        help_text=_("Empty passes on all that was told."),
    )
    case_type = forms.ChoiceField(
        required=False,
        choices=[("", _("As the case")), *CaseType.choices],
        label=_("Type of this part"),
        error_messages={"invalid_choice": _("Choose a type from the list.")},
    )


class RetypeForm(CaseActForm):
    verb = "retype"
    to = forms.ChoiceField(
        label=_("Right type"),
        error_messages={
            "required": _("Choose another type."),
            "invalid_choice": _("Choose another type."),
        },
    )
    reason = _reason(_("Why"), _("Its author is told and reads this."))

    def __init__(self, data: Any = None, *, case: Case, **options: Any) -> None:
        super().__init__(data, case=case, **options)
        field = self.fields["to"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [one for one in CaseType.choices if one[0] != case.type]


def _named(part: Part) -> str:
    return f"{part.number}. {part.what}"


class PartForm(CaseActForm):
    """An act on one part that is not answered."""

    part = NamedChoice(
        queryset=Part.objects.none(),
        naming=_named,
        label=_("Part"),
        empty_label=None,
        error_messages={
            "required": _("Choose the part."),
            "invalid_choice": _("This part is answered or gone. Reload the page."),
        },
    )

    def __init__(self, data: Any = None, *, case: Case, **options: Any) -> None:
        super().__init__(data, case=case, **options)
        field = self.fields["part"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = case.parts.filter(matter__state__in=["triage", "assigned", "arbitration"])


class OutstandingForm(PartForm):
    verb = "outstanding"
    until = forms.DateField(
        label=_("Answered by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Name a day from today on."),
            "invalid": _("Write the day like 2026-11-29."),
        },
    )
    reason = _reason(_("Why the answer does not wait"), _("It is shown with the answer."))
    field_order = ("part", "until", "reason")


class TakeOutForm(PartForm):
    verb = "take_out"
    reason = _reason(_("Why this part is not needed"), _("Its author is told and reads this."))


class PhotosForm(CaseActForm):
    verb = "photos"
    moment = forms.ChoiceField(
        choices=SitePhoto.Moment.choices,
        widget=forms.RadioSelect,
        label=_("When were they taken?"),
        error_messages={
            "required": _("Choose before or after."),
            "invalid_choice": _("Choose before or after."),
        },
    )


def _server(service: PeerService) -> str:
    return f"{service.peer.name} · {service.service_code}"


class PassOnForm(CaseActForm):
    """Which other server is to have it too, of those whose table of services knows its category."""

    verb = "pass_on"
    service = NamedChoice(
        queryset=PeerService.objects.none(),
        naming=_server,
        label=_("Server and its service"),
        empty_label=None,
        error_messages={
            "required": _("Choose the server."),
            "invalid_choice": _("This server no longer takes this. Reload the page."),
        },
    )

    def __init__(self, data: Any = None, *, case: Case, **options: Any) -> None:
        super().__init__(data, case=case, **options)
        field = self.fields["service"]
        assert isinstance(field, forms.ModelChoiceField)
        # A second press is told that it was passed on already, not that the choice is unknown.
        field.queryset = forwarding.still_fitting(case) if data is None else forwarding.fitting(case)
        field.help_text = (
            _("Title, words, place and published pictures leave; never who filed it.")
            if case.matter.is_public
            else _(
                "Title, words and place leave, marked as private; never who filed it. A server that does not know this mark "
                "may publish them: pass it on only where that office has to have it."
            )
        )


class CombineForm(CaseActForm):
    verb = "combine"
