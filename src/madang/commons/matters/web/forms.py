"""Forms of the desk and of the receipt. Every error says what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import desk_queries
from madang.commons.matters.enums import (
    Disposition,
    EffectState,
    ExtensionReason,
    Kind,
    PauseReason,
    TransferReason,
)
from madang.commons.matters.models import Clock, Matter
from madang.kernel import queries as kernel
from madang.kernel import text
from madang.kernel.models import Organisation, User


class Words(forms.CharField):
    """Text of people: cleaned of control characters and runs of blanks."""

    widget = forms.Textarea

    def __init__(self, *, rows: int = 3, **options: Any) -> None:
        options.setdefault("max_length", 5_000)
        super().__init__(**options)
        if isinstance(self.widget, forms.Textarea):
            self.widget.attrs.update(rows=rows)

    def to_python(self, value: Any) -> str:
        return text.clean(super().to_python(value) or "")


class OfficeField(forms.ModelChoiceField):
    """An office that exists today."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("empty_label", _("Choose an office"))
        options.setdefault(
            "error_messages",
            {"required": _("Choose an office."), "invalid_choice": _("Choose an office from the list.")},
        )
        super().__init__(queryset=Organisation.objects.none(), **options)


def reason(help_text: Any = "") -> Words:
    return Words(
        label=_("Reason"),
        help_text=help_text or _("One or two sentences. It is published."),
        error_messages={"required": _("Give the reason in a sentence or two.")},
    )


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
    reason = reason(_("Say what is asked of the author or awaited. It is published."))


class ResumeForm(ActForm):
    verb = "resume"
    reason = Words(label=_("Note"), required=False)


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
    with_consent = forms.BooleanField(label=_("The author agreed to a second extension"), required=False)
    reason = reason()

    def __init__(self, *args: Any, running: Clock | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["amount"].widget.attrs["inputmode"] = "numeric"
        if running is None or running.extensions == 0:
            del self.fields["with_consent"]


class AnswerForm(ActForm):
    """The editor. A draft may be incomplete; what is missing is said when it is handed in."""

    verb = "answer"
    disposition = forms.ChoiceField(
        label=_("How it is decided"),
        choices=[pair for pair in Disposition.choices if pair[0] != Disposition.WITHDRAWN],
        widget=forms.RadioSelect,
        required=False,
    )
    reason = Words(
        label=_("Reason in plain words"),
        help_text=_("Write to the author. Say what was examined, what follows and why."),
        max_length=20_000,
        required=False,
        rows=8,
    )
    next_step = Words(
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

    @property
    def draft(self) -> dict[str, Any]:
        names = ("disposition", "reason", "next_step", "owner", "promised_on")
        return {name: self.cleaned_data[name] for name in names}


class ReturnForm(ActForm):
    verb = "return"
    reason = reason(_("The drafter reads it. Say what has to change."))


class PublishForm(ActForm):
    verb = "publish"


class PickForm(forms.Form):
    """Which rows of the desk are chosen."""

    pick = forms.TypedMultipleChoiceField(
        coerce=int, choices=(), error_messages={"required": _("Select at least one row first.")}
    )

    def __init__(self, *args: Any, choices: list[int], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["pick"]
        assert isinstance(field, forms.TypedMultipleChoiceField)
        field.choices = [(pk, str(pk)) for pk in choices]


class BulkForm(forms.Form):
    office = OfficeField(label=_("Office that has to answer"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["office"]
        assert isinstance(field, OfficeField)
        field.queryset = kernel.offices()


class MergeForm(forms.Form):
    """Which matter goes on, by radio among the chosen ones or by number, and why."""

    into = forms.ChoiceField(
        label=_("Which one goes on?"), choices=(), widget=forms.RadioSelect, required=False
    )
    number = forms.CharField(
        label=_("Or the number of another one"),
        required=False,
        max_length=40,
        help_text=_("Example: ID-2611-00042-7"),
    )
    reason = reason(_("Authors and followers read it."))

    def __init__(self, *args: Any, matters: list[Matter], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["into"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [
            (str(matter.pk), f"{matter.number} · {matter.title}") for matter in matters if matter.is_public
        ]


class EffectForm(forms.Form):
    state = forms.ChoiceField(
        label=_("How it stands"),
        choices=EffectState.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the promise stands.")},
    )
    text = Words(
        label=_("What was done"),
        help_text=_("In plain words. It is published."),
        error_messages={"required": _("Say in a sentence what was done.")},
    )
    evidence_url = forms.URLField(
        label=_("Link to evidence"),
        help_text=_("A photo, document or page that anyone can open. Needed for “done”."),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Give a full address, for example https://example.org/photo.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            cleaned.get("state") == EffectState.DONE
            and not cleaned.get("evidence_url")
            and "evidence_url" not in self.errors
        ):
            self.add_error(
                "evidence_url",
                _("“Done” needs evidence: give a link to a photo, document or page that shows it."),
            )
        return cleaned


class DisputeForm(forms.Form):
    """Somebody says that a promise is not kept."""

    reason = Words(
        label=_("What is not done?"),
        help_text=_("Say where and when you looked. It is published with your name."),
        min_length=10,
        error_messages={
            "required": _("Say what is not done."),
            "min_length": _("Say in a sentence what is not done."),
        },
    )
    evidence_url = forms.URLField(
        label=_("Link to evidence"),
        help_text=_("A photo or page that anyone can open."),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Give a full address, for example https://example.org/photo.")},
    )


class DisputeReplyForm(forms.Form):
    """The office replies to a dispute."""

    reason = reason(_("How it stands, and what you have checked. It is published."))


class DisputeDecisionForm(forms.Form):
    """The arbiter decides a dispute."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=(
            ("uphold", _("Upheld: it is not done, and the work goes on")),
            ("refuse", _("Not upheld: it is done")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a decision."), "invalid_choice": _("Choose a decision.")},
    )
    reason = reason()


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Receipt code"),
        help_text=_(
            "Five groups of four letters and digits, as on your receipt. Dashes and spaces do not matter."
        ),
        max_length=60,
        error_messages={"required": _("Type the code from your receipt.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "data-receipt-code": "",
            }
        ),
    )


class ContactForm(forms.Form):
    email = forms.EmailField(
        label=_("E-mail address"),
        help_text=_(
            "Only for news of this matter. It is kept apart from the text and you can erase it here."
        ),
        max_length=254,
        error_messages={
            "required": _("Type your e-mail address."),
            "invalid": _("Type an address such as name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class WithdrawForm(forms.Form):
    reason = Words(label=_("Reason"), help_text=_("It is published."), required=False, max_length=1_000)


class ObjectionForm(forms.Form):
    reason = Words(
        label=_("What is wrong with the answer?"),
        help_text=_("The same office answers again and reads this. It is published."),
        rows=6,
        error_messages={"required": _("Say in a few sentences what is wrong with the answer.")},
    )


class SupplementForm(forms.Form):
    """What the office asked for, from the page that the receipt opens."""

    words = Words(
        label=_("Your answer"),
        rows=8,
        error_messages={"required": _("Write your answer first.")},
    )

    def __init__(self, *args: Any, is_public: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = (
            _("It is published on the page.") if is_public else _("Only the office reads it.")
        )
