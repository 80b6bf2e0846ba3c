"""What an author types where her receipt leads."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.kernel.web.fields import Words


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
    reason = Words(most=1_000, rows=3, label=_("Reason"), help_text=_("It is published."), required=False)


class ObjectionForm(forms.Form):
    reason = Words(
        most=5_000,
        rows=6,
        label=_("What is wrong with the answer?"),
        help_text=_("The same office answers again and reads this. It is published."),
        error_messages={"required": _("Say in a few sentences what is wrong with the answer.")},
    )


class SupplementForm(forms.Form):
    """What the office asked for, from the page that the receipt opens."""

    words = Words(
        most=5_000, rows=8, label=_("Your answer"), error_messages={"required": _("Write your answer first.")}
    )

    def __init__(self, *args: Any, is_public: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = (
            _("It is published on the page.") if is_public else _("Only the office reads it.")
        )


class LongerForm(forms.Form):
    """How many days longer she needs to answer what the office asked."""

    prefix = "longer"
    days = forms.IntegerField(label=_("Days longer"), min_value=1)

    def __init__(self, *args: Any, most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["days"]
        said = _("Give a whole number from 1 to %(most)s.") % {"most": most}
        field.initial = most
        field.help_text = said
        field.widget.attrs["inputmode"] = "numeric"
        field.error_messages |= {"required": said, "invalid": said, "min_value": said}


class MoreTimeForm(forms.Form):
    """Whether she agrees to what the office asks."""

    decision = forms.ChoiceField(
        label=_("Do you agree?"),
        choices=[
            ("agree", _("Yes, the office may take the time it asks for")),
            ("refuse", _("No, the date stays as it is")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether you agree.")},
    )
    words = Words(
        most=1_000,
        rows=3,
        label=_("A word to the office"),
        help_text=_("Only the office reads it."),
        required=False,
    )
