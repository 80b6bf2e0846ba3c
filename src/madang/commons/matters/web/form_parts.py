"""Fields that the forms about matters share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.kernel import text
from madang.kernel.models import Organisation


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
