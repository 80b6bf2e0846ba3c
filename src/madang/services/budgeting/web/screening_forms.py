"""Forms of the desk of a round: screening, projects, estimates, the ballot."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.kernel import queries as kernel
from madang.kernel.models import Organisation
from madang.kernel.web.fields import WonField, Words
from madang.services.budgeting import limits
from madang.services.budgeting.models import Project
from madang.services.budgeting.reasons import CHOOSABLE


def sentence(label: Any, help_text: Any = "") -> Words:
    return Words(
        low=limits.SENTENCE_MIN,
        most=limits.SENTENCE_MAX,
        rows=3,
        label=label,
        help_text=help_text or _("One or two sentences. It is published."),
        error_messages={"required": _("Give the reason in a sentence or two.")},
    )


def coded() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Reason from the list"),
        choices=[("", _("Choose a reason")), *CHOOSABLE],
        error_messages={
            "required": _("Choose the reason from the list."),
            "invalid_choice": _("Choose the reason from the list."),
        },
    )


class AcceptForm(forms.Form):
    prefix = "accept"
    reason = sentence(_("Why it goes on"))


class TurnDownForm(forms.Form):
    """What the answer says. It is drafted here and published by the approver."""

    prefix = "turn_down"
    code = coded()
    reason = Words(
        low=20,
        most=20_000,
        rows=6,
        label=_("Reason in plain words"),
        help_text=_("Write to the author. Say what was examined, what follows and why."),
        error_messages={"required": _("Give the reason in a sentence or two.")},
    )
    next_step = Words(
        most=5_000,
        rows=2,
        required=False,
        label=_("What she can do instead"),
        help_text=_("Another office, an existing service, another round."),
    )


class ReasonForm(forms.Form):
    """An act with its published sentence."""

    reason = sentence(_("Why"))


class LeaveForm(ReasonForm):
    prefix = "leave"


class ReopenForm(ReasonForm):
    prefix = "reopen"


class FixForm(forms.Form):
    prefix = "fix"
    reason = sentence(_("What stands on the ballot, in a sentence"))


class BeginForm(forms.Form):
    """A project made of one proposal."""

    prefix = "begin"
    title = Words(
        low=limits.TITLE_MIN,
        most=120,
        label=_("Name of the project"),
        error_messages={"required": _("Give the project a name; it stands on the ballot.")},
    )
    about = Words(
        low=limits.BODY_MIN,
        most=limits.BODY_MAX,
        rows=5,
        label=_("What would be done"),
        error_messages={"required": _("Describe what would be done.")},
    )
    reason = sentence(_("What became of the proposal"), _("The author reads what stayed and what changed."))


class JoinForm(forms.Form):
    """A proposal goes into a project that is there."""

    prefix = "join"
    project = forms.ModelChoiceField(
        queryset=Project.objects.none(),
        to_field_name="code",
        label=_("Project"),
        empty_label=_("Choose a project"),
        error_messages={
            "required": _("Choose a project."),
            "invalid_choice": _("Choose a project from the list."),
        },
    )
    reason = sentence(_("What became of the proposal"), _("The author reads what stayed and what changed."))

    def __init__(self, *args: Any, projects: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = projects


class PartForm(forms.Form):
    prefix = "part"
    office = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label=_("Office that does a part"),
        empty_label=_("Choose an office"),
        error_messages={
            "required": _("Choose an office."),
            "invalid_choice": _("Choose an office from the list."),
        },
    )
    task = Words(
        low=5,
        most=200,
        label=_("Its part of the work"),
        error_messages={"required": _("Say in a few words what this office does.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["office"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = kernel.offices()


class _RangeForm(forms.Form):
    amount = WonField(label=_("Estimate, in won"), most=limits.AMOUNT_MAX)
    low = WonField(label=_("At the least, in won"), most=limits.AMOUNT_MAX)
    high = WonField(label=_("At the most, in won"), most=limits.AMOUNT_MAX)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        amount, low, high = (found.get(name) for name in ("amount", "low", "high"))
        if amount and low and low > amount:
            self.add_error("low", _("This is more than the estimate. Give the least it may cost."))
        if amount and high and high < amount:
            self.add_error("high", _("This is less than the estimate. Give the most it may cost."))
        return found


class EstimateForm(_RangeForm):
    prefix = "estimate"
    method = Words(
        low=10,
        most=2000,
        rows=3,
        label=_("How it was found"),
        help_text=_("Unit costs, offers, a comparable project; with their dates."),
        error_messages={"required": _("Say how the amount was found.")},
    )
    reason = Words(
        low=10, most=1000, rows=2, required=False, label=_("Why it differs from the estimate before")
    )

    def __init__(self, *args: Any, is_first: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_first:
            del self.fields["reason"]
        else:
            self.fields["reason"].required = True
            self.fields["reason"].error_messages["required"] = _(
                "Say why the estimate differs from the one before."
            )


class DropForm(forms.Form):
    prefix = "drop"
    code = coded()
    reason = sentence(_("Why it cannot be done"))


class RecostForm(_RangeForm):
    prefix = "recost"
    reason = sentence(_("What was wrong, and how the new amount was found"))
