"""What people do with a case after it was filed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel.web.fields import Words
from madang.kernel.web.once import OnceForm
from madang.services.casework import limits
from madang.services.casework.models import Part
from madang.services.casework.web.forms import NamingFields

SCORES = (
    ("5", pgettext_lazy("rating", "Very good")),
    ("4", pgettext_lazy("rating", "Good")),
    ("3", pgettext_lazy("rating", "Fair")),
    ("2", pgettext_lazy("rating", "Poor")),
    ("1", pgettext_lazy("rating", "Very poor")),
)


class JoinForm(NamingFields, OnceForm):
    """Join a case of somebody else."""

    field_order = ("words", "naming", "author_label", "contact_email")

    words = Words(
        most=limits.ANSWER_MAX,
        rows=4,
        required=False,
        label=_("What do you add?"),
        help_text=_("Only you and the offices read it. You may leave it empty."),
    )


class RatingForm(forms.Form):
    """How good the answer was."""

    score = forms.TypedChoiceField(
        choices=SCORES,
        coerce=int,
        widget=forms.RadioSelect,
        label=_("How good was the answer?"),
        error_messages={
            "required": _("Choose one of the five."),
            "invalid_choice": _("Choose one of the five."),
        },
    )
    words = Words(
        most=limits.REASON_MAX,
        rows=3,
        required=False,
        label=_("What was good, what was missing?"),
        help_text=_("The offices read it. Only the choice above is counted in public."),
    )


class NotFixedForm(forms.Form):
    """It is not fixed: answer again."""

    reason = Words(
        low=limits.REASON_MIN,
        most=limits.REASON_MAX,
        rows=5,
        label=_("What is not fixed?"),
        error_messages={"required": _("Say what is not fixed.")},
    )

    def __init__(self, *args: Any, parts: list[Part], **options: Any) -> None:
        super().__init__(*args, **options)
        self.parts = parts
        if parts:
            self.fields["parts"] = forms.MultipleChoiceField(
                choices=[
                    (str(one.pk), f"{one.number}. {one.what} ({one.matter.responsible.name})")
                    for one in parts
                ],
                required=False,
                widget=forms.CheckboxSelectMultiple,
                label=_("Which parts are not fixed?"),
                help_text=_("Their offices answer again too. The lead office answers again in any case."),
            )

    @property
    def chosen(self) -> list[Part]:
        keys = set(self.cleaned_data.get("parts", ()))
        return [one for one in self.parts if str(one.pk) in keys]
