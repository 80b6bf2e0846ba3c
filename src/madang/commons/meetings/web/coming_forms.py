"""What people type who come to a meeting, or help in its hall."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.commons.meetings.enums import Attending, Mode, Need, Stance
from madang.commons.meetings.models import Meeting
from madang.kernel import ids
from madang.kernel.web.fields import Words

# A code behind the # of a QR code is put into the field by the page (`js/receipt.js`) and reaches no log.
CODE = {
    "autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "data-receipt-code": True,
}  # fmt: skip


def _code(label: Any, help_text: Any, required: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=60,
        help_text=help_text,
        widget=forms.TextInput(attrs=CODE),
        error_messages={"required": required},
    )


class RegisterForm(forms.Form):
    """How somebody comes, and what she needs."""

    attending = forms.ChoiceField(
        label=_("How do you take part?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose how you take part."),
            "invalid_choice": _("Choose one of the ways that are offered."),
        },
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_(
            "We send one mail with a link. Your seat is yours when you open it. The address is erased 90 days after"
            " the meeting."
        ),
        error_messages={
            "required": _("Give the address to which the link goes, or sign in."),
            "invalid": _("An address looks like name@example.org."),
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    needs = forms.MultipleChoiceField(
        label=_("Do you need something to take part?"),
        required=False,
        choices=Need.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only the organisers see this. It is erased a day after the meeting."),
        error_messages={"invalid_choice": _("Choose from the list, or write it below.")},
    )
    need_words = Words(
        label=_("What should we know?"),
        required=False,
        most=200,
        rows=2,
        help_text=_("For instance: a place near the door, a written summary, an assistant who comes along."),
    )

    def __init__(self, *args: Any, meeting: Meeting, signed_in: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        ways = {
            Mode.ON_SITE: [Attending.ON_SITE],
            Mode.ONLINE: [Attending.ONLINE],
            Mode.BOTH: [Attending.ON_SITE, Attending.ONLINE],
        }[Mode(meeting.mode)]
        field = self.fields["attending"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(way.value, way.label) for way in ways]
        if len(ways) == 1:
            field.initial = ways[0].value
        if signed_in:
            del self.fields["email"]


class CodeForm(forms.Form):
    """The code of a registration."""

    code = _code(
        _("Code of your registration"),
        _("Five groups of four characters, from the page you saw when you registered."),
        _("Type the code of your registration."),
    )

    def clean_code(self) -> str:
        code = ids.read_code(self.cleaned_data["code"])
        if code is None:
            raise forms.ValidationError(
                _("This code opens nothing. Check it and type it again."), code="unknown"
            )
        return code


class PassForm(CodeForm):
    """The code of a pass."""

    code = _code(
        _("Code for helpers"),
        _("Five groups of four characters, from the organiser."),
        _("Type the code that you were given."),
    )


class AskForm(forms.Form):
    body = Words(
        label=_("Your question"),
        most=400,
        rows=3,
        help_text=_("One question. Nobody sees who asked."),
        error_messages={"required": _("Write your question.")},
    )


class TicketForm(forms.Form):
    ticket = Words(
        label=_("Ticket from the door"),
        most=60,
        help_text=_("Eight characters, for people who came without registration."),
        error_messages={"required": _("Type the eight characters.")},
    )


class SpeakForm(forms.Form):
    stance = forms.ChoiceField(label=_("You speak"), choices=Stance.choices, initial=Stance.OTHER)
    label = Words(label=_("Name to call"), required=False, most=40)
    agreed = forms.BooleanField(
        label=_("The room and the stream may see this name"),
        required=False,
        help_text=_("Without this, you are called by your number."),
    )
