"""What an office types into a synthesis."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel import queries as kernel
from madang.kernel.models import Organisation
from madang.kernel.web.fields import Words
from madang.services.square.models.syntheses import ClusterReply


class SummaryForm(forms.Form):
    summary = Words(
        most=5000,
        rows=8,
        label=_("What was said, in short"),
        help_text=_("All sides in fair words. Anyone can compare it with its sources."),
        error_messages={"required": _("Write the summary.")},
    )


class GroupsForm(forms.Form):
    """The table of who lives here and who took part."""

    table = forms.FileField(
        label=_("Table (CSV)"),
        help_text=_(
            "Columns: dimension, group, population, participants. Numbers only, no persons; numbers below 5 are not shown."
        ),
        error_messages={
            "required": _("Choose a CSV file."),
            "empty": _("The file is empty. Choose another one."),
        },
    )
    source = Words(
        most=300,
        label=_("Where the numbers come from"),
        help_text=_("The census and its date; how people told their group."),
        error_messages={"required": _("Name the source of the numbers.")},
    )

    def clean_table(self) -> Any:
        upload = self.cleaned_data["table"]
        if upload.size > 100_000:
            raise forms.ValidationError(_("The table may have at most 100 KB."))
        return upload


class ClusterForm(forms.Form):
    """One thing that was said, its sources, and the reply."""

    title = Words(
        most=120, label=_("In a few words"), error_messages={"required": _("Name it in a few words.")}
    )
    said = Words(
        most=3000,
        rows=5,
        label=pgettext_lazy("synthesis", "What was said"),
        error_messages={"required": pgettext_lazy("synthesis", "Write what was said.")},
    )
    references = Words(
        most=4000,
        rows=4,
        label=_("Where it was said"),
        help_text=_("One source on a line, as matter:NUMBER, comment:KEY or amendment:NUMBER:PLACE."),
        error_messages={"required": _("Name at least one source.")},
    )
    reply = forms.ChoiceField(
        choices=[("", _("Not decided yet")), *ClusterReply.choices],
        required=False,
        label=pgettext_lazy("synthesis", "Reply"),
    )
    reason = Words(
        most=3000,
        rows=4,
        required=False,
        label=_("Reason"),
        help_text=_("Also for what is not adopted: say why, to those who asked for it."),
    )
    promise = Words(
        most=1000,
        rows=2,
        required=False,
        label=_("What will be done"),
        help_text=_("Where it is adopted. It becomes a promise that is followed."),
    )
    owner = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        required=False,
        label=_("Which office does it"),
        empty_label=_("Choose an office"),
        error_messages={"invalid_choice": _("Choose an office from the list.")},
    )
    promised_on = forms.DateField(
        required=False,
        label=_("By which day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day like 2027-03-31.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].queryset = kernel.offices()  # type: ignore[attr-defined]
