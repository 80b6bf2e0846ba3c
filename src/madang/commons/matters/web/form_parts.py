"""Fields that the forms about matters share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.kernel.models import Organisation
from madang.kernel.web.fields import Words


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
        most=5_000,
        rows=3,
        label=_("Reason"),
        help_text=help_text or _("One or two sentences. It is published."),
        error_messages={"required": _("Give the reason in a sentence or two.")},
    )
