"""What a searcher may ask for: the fields of the search page and the words for their values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from madang.commons.matters import api as matters
from madang.kernel import places, plan, queries
from madang.kernel.saying import tongue
from madang.portal import services

KINDS = (
    ("", gettext_lazy("Everything")),
    ("idea", gettext_lazy("Ideas")),
    ("question", gettext_lazy("Questions")),
    ("complaint", gettext_lazy("Complaints")),
    ("comment", gettext_lazy("Comments")),
    ("answer", gettext_lazy("Official answers")),
    ("meeting", gettext_lazy("Meetings")),
    ("poll", gettext_lazy("Polls")),
    ("budget", gettext_lazy("Participatory budget")),
    ("plan", gettext_lazy("The plan")),
)
ORDERS = (
    ("", gettext_lazy("Best match first")),
    ("newest", gettext_lazy("Newest first")),
    ("support", gettext_lazy("Most supported first")),
)
NEAR = (
    ("", gettext_lazy("Only there")),
    ("5", gettext_lazy("within 5 km")),
    ("10", gettext_lazy("within 10 km")),
    ("30", gettext_lazy("within 30 km")),
)
FILTERS = ("kind", "state", "office", "category", "value", "district", "since", "until")


def labels() -> dict[str, dict[str, str]]:
    """What each value of each property is called in the language of the page."""
    states = {str(value): str(label) for value, label in matters.State.choices}
    square = services.front_door("square")
    return {
        "kind": {value: str(label) for value, label in KINDS if value},
        "state": {value: label for value, label in states.items() if value != matters.State.MERGED},
        "office": {office.code: office.name for office in queries.offices()},
        "category": square.field_names() if square else {},
        "value": {str(value.number): value.name[tongue()] for value in plan.load().values},
        "district": {one.code: one.label for one in places.districts().values()},
    }


class SearchForm(forms.Form):
    """The words and the filters. Wrong values are named and left out; the words are always searched."""

    q = forms.CharField(label=gettext_lazy("Search for"), required=False, max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False, choices=KINDS)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)
    office = forms.ChoiceField(label=gettext_lazy("Responsible office"), required=False)
    category = forms.ChoiceField(label=gettext_lazy("Field"), required=False)
    value = forms.ChoiceField(label=gettext_lazy("Social value"), required=False)
    district = forms.ChoiceField(label=gettext_lazy("District"), required=False)
    near = forms.ChoiceField(label=gettext_lazy("And around it"), required=False, choices=NEAR)
    since = forms.DateField(
        label=gettext_lazy("Filed from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day as year-month-day, for example 2026-03-01.")},
    )
    until = forms.DateField(
        label=gettext_lazy("Filed until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": gettext_lazy("Write the day as year-month-day, for example 2026-03-31.")},
    )
    order = forms.ChoiceField(label=gettext_lazy("Order"), required=False, choices=ORDERS)
    only = forms.BooleanField(label=gettext_lazy("Only the words I typed"), required=False)

    def __init__(self, *arguments: Any, names: dict[str, dict[str, str]], **named: Any) -> None:
        super().__init__(*arguments, **named)
        anything = [("", pgettext_lazy("filter", "Any"))]
        for name in ("state", "office", "category", "value"):
            self.fields[name].choices = [*anything, *names[name].items()]  # type: ignore[attr-defined]
        self.fields["district"].choices = [*anything, *places.choices()]  # type: ignore[attr-defined]
        if not names["category"]:
            del self.fields["category"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        since, until = values.get("since"), values.get("until")
        if since and until and since > until:
            self.add_error("until", _("The last day lies before the first. Change one of them."))
        return values
