"""Acts on one matter at the desk. Every error says what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import desk_queries
from madang.commons.matters.domain import supplements
from madang.commons.matters.enums import (
    ExtensionReason,
    Kind,
    PauseReason,
    TransferReason,
    answers_to,
)
from madang.commons.matters.models import Matter
from madang.commons.matters.web.form_parts import OfficeField, reason
from madang.kernel import queries as kernel
from madang.kernel.models import Organisation, User
from madang.kernel.web.fields import Words


class ActForm(forms.Form):
    """A form that acts on one matter. `seen` is the fingerprint of what was on the screen."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    verb = ""

    def __init__(self, data: Any = None, *, matter: Matter, seen: str = "", **options: Any) -> None:
        options.setdefault("prefix", self.verb)
        super().__init__(data, **options)
        self.matter = matter
        self.fields["seen"].initial = seen
        for field in self.fields.values():
            if isinstance(field, OfficeField):
                field.queryset = kernel.offices()  # a day of its own each time, not that of the import

    def typed(self) -> list[tuple[str, str]]:
        """What was typed, with the labels of the fields, for a page that gives it back."""
        shown = []
        for name, field in self.fields.items():
            value = str(self.data.get(self.add_prefix(name)) or "")
            if name == "seen" or not value:
                continue
            choices = {str(key): str(label) for key, label in getattr(field, "choices", ())}
            shown.append((str(field.label), choices.get(value, value)))
        return shown


class AssignForm(ActForm):
    verb = "assign"
    office = OfficeField(label=_("Office that has to answer"))


class TransferForm(ActForm):
    verb = "transfer"
    office = OfficeField(label=_("Pass on to"))
    reason_code = forms.ChoiceField(
        label=_("Why"),
        choices=[("", _("Choose a reason")), *TransferReason.choices],
        error_messages={"required": _("Choose why it is passed on.")},
    )
    reason = reason()

    def clean_office(self) -> Organisation:
        office: Organisation = self.cleaned_data["office"]
        if office.pk == self.matter.responsible_id:
            raise forms.ValidationError(_("It is with this office already. Choose another one."))
        return office


class SettleForm(ActForm):
    verb = "settle"
    office = OfficeField(label=_("Office that has to answer"), help_text=_("Your decision is final."))
    reason = reason()


class TakeForm(ActForm):
    verb = "take"
    officer = forms.ModelChoiceField(
        label=_("Officer in charge"),
        queryset=User.objects.none(),
        empty_label=_("Choose a person"),
        help_text=_("The name is shown with the answer."),
        error_messages={"required": _("Choose who is in charge.")},
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["officer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = desk_queries.officers_of(self.matter.responsible_id)
        field.initial = self.matter.officer_id


class RetypeForm(ActForm):
    verb = "retype"
    kind = forms.ChoiceField(
        label=_("What it really is"), choices=(), error_messages={"required": _("Choose another kind.")}
    )
    private = forms.BooleanField(
        label=_("Only the author and the office see it"),
        help_text=_("For a complaint about the author's own affairs."),
        required=False,
    )
    reason = reason(_("The author reads it. Filing date, number, supporters and receipt stay."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        others = [(value, label) for value, label in Kind.choices if value != self.matter.kind]
        field.choices = [("", _("Choose a kind")), *others]


class PauseForm(ActForm):
    verb = "pause"
    reason_code = forms.ChoiceField(
        label=_("Why the clock stops"),
        choices=[("", _("Choose a reason")), *PauseReason.choices],
        error_messages={"required": _("Choose why the clock stops.")},
    )
    days = forms.IntegerField(
        label=_("Days for the author to answer"),
        required=False,
        min_value=1,
        error_messages={
            "invalid": _("Give a whole number of days."),
            "min_value": _("Give at least one day."),
        },
    )
    reason = reason(_("Say what is asked of the author or awaited. It is published."))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["days"]
        field.widget.attrs["inputmode"] = "numeric"
        if self.matter.pk is None:  # only to give back what was typed
            return
        given = supplements.terms(self.matter)
        field.help_text = _(
            "Only where the author is asked for more: %(most)s at the most, %(days)s if left empty."
        ) % {"most": given.most, "days": given.days}


class BounceForm(ActForm):
    verb = "bounce"
    reason = reason(_("Say what came back and when, for example the letter of 3 March."))


class SendBackForm(ActForm):
    verb = "send_back"
    reason = reason(_("The author reads it. Say what was asked for, when, and how to file it again."))


class UndeliveredForm(ActForm):
    verb = "close_undelivered"
    reason = reason(_("Say which letters came back and when."))


class ResumeForm(ActForm):
    verb = "resume"
    reason = Words(most=5_000, rows=3, label=_("Note"), required=False)


class ExtendForm(ActForm):
    verb = "extend"
    reason_code = forms.ChoiceField(
        label=_("Why more time is needed"),
        choices=[("", _("Choose a reason")), *ExtensionReason.choices],
        help_text=_("Too much work and an absent officer are no permitted reasons; the rules refuse them."),
        error_messages={"required": _("Choose why more time is needed.")},
    )
    amount = forms.IntegerField(
        label=_("Days more"),
        min_value=1,
        max_value=365,
        error_messages={
            "required": _("Give the number of days."),
            "invalid": _("Give a whole number of days."),
            "min_value": _("Give at least one day."),
        },
    )
    reason = reason()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"].widget.attrs["inputmode"] = "numeric"


class AskMoreForm(ExtendForm):
    """A second extension is the author's to grant: this asks her."""

    verb = "ask_more"


class AnswerForm(ActForm):
    """The editor. A draft may be incomplete; what is missing is said when it is handed in."""

    verb = "answer"
    disposition = forms.ChoiceField(
        label=_("How it is decided"),
        widget=forms.RadioSelect,
        required=False,
    )
    reason = Words(
        most=20_000,
        rows=8,
        label=_("Reason in plain words"),
        help_text=_("Write to the author. Say what was examined, what follows and why."),
        required=False,
    )
    next_step = Words(
        most=5_000,
        rows=3,
        label=_("What happens next"),
        help_text=_("For what is adopted: what will be done. Otherwise: where the author can turn."),
        required=False,
    )
    owner = OfficeField(
        label=_("Office that carries it out"),
        help_text=_("Needed when it is adopted, also in part."),
        required=False,
    )
    promised_on = forms.DateField(
        label=_("Promised by"),
        help_text=_("Needed when it is adopted, also in part. Example: 2026-12-31"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        required=False,
        error_messages={"invalid": _("Give the day as year-month-day, for example 2026-12-31.")},
    )

    def __init__(self, data: Any = None, *, matter: Matter, **options: Any) -> None:
        super().__init__(data, matter=matter, **options)
        choices: Any = self.fields["disposition"]
        choices.choices = [(value.value, value.label) for value in answers_to(matter.kind)]

    @property
    def draft(self) -> dict[str, Any]:
        names = ("disposition", "reason", "next_step", "owner", "promised_on")
        return {name: self.cleaned_data[name] for name in names}


class ReturnForm(ActForm):
    verb = "return"
    reason = reason(_("The drafter reads it. Say what has to change."))


class PublishForm(ActForm):
    verb = "publish"
