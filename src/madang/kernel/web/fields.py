"""Form fields that apps share: text of people, and references as people type them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.kernel import ids, text


class Words(forms.CharField):
    """Text of people: cleaned of what only a machine could have meant, and measured after cleaning.

    Args:
        most: characters it may have.
        low: characters it must have, unless it is empty and not required.
        rows: how high the box is; one line without them.
    """

    def __init__(self, *, most: int, low: int = 0, rows: int = 0, **options: Any) -> None:
        self.low, self.most = low, most
        if rows:
            options.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(**options)

    def to_python(self, value: Any) -> str:
        raw = super().to_python(value) or ""
        return text.clean(raw) if isinstance(self.widget, forms.Textarea) else text.clean_line(raw)

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and len(value) < self.low:
            raise forms.ValidationError(
                _("Write at least %(low)s characters; it has %(have)s."),
                params={"low": self.low, "have": len(value)},
                code="short",
            )
        if len(value) > self.most:
            raise forms.ValidationError(
                _("Shorten it to %(most)s characters; it has %(have)s."),
                params={"most": f"{self.most:,}", "have": f"{len(value):,}"},
                code="long",
            )


class NamedChoice(forms.ModelChoiceField):
    """A choice among rows.

    Args:
        naming: what a row is called in the list.
    """

    def __init__(self, *args: Any, naming: Callable[[Any], str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.naming = naming

    def label_from_instance(self, obj: Any) -> str:
        return self.naming(obj)


class ConflictField(forms.ChoiceField):
    """Whether somebody has a conflict of interest, and which. That there is none is said, not taken from silence.

    Its value is the kind, or "" where there is none; `NONE` is what stands for that in the form.

    Args:
        kinds: the kinds of conflict, each with its label.
    """

    NONE = "none"

    def __init__(self, *, kinds: list[tuple[Any, Any]], **options: Any) -> None:
        super().__init__(
            choices=[("", _("Choose")), (self.NONE, _("No conflict")), *kinds],
            error_messages={"required": _("Say whether there is a conflict of interest.")},
            **options,
        )

    def clean(self, value: Any) -> str:
        said = str(super().clean(value))
        return "" if said == self.NONE else said


class WonField(forms.IntegerField):
    """A whole amount of won, also as people write it: with commas and spaces, after ₩ or before 원.

    Args:
        least: the smallest amount that is taken.
        most: the largest; more is most likely a zero too many.
    """

    SIGNS = re.compile(r"[\s,]")
    FIGURES = re.compile(r"-?[0-9]+")

    def __init__(self, *, least: int = 1, most: int = 10**15, **options: Any) -> None:
        told = {
            "required": _("Write the amount in won."),
            "invalid": _("Write whole won in figures, for example 12,000,000."),
            "min_value": _("Write an amount of at least %(limit_value)s won."),
            "max_value": _("This amount is too large. Check the zeros."),
        }
        options["error_messages"] = told | options.get("error_messages", {})
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(min_value=least, max_value=most, **options)

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, str):
            value = self.SIGNS.sub("", value).removeprefix("₩").removesuffix("원")
            if value and not self.FIGURES.fullmatch(value):
                raise forms.ValidationError(self.error_messages["invalid"], code="invalid")
        found: int | None = super().to_python(value)
        return found

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}" if isinstance(value, int) else value


class CleanText(forms.CharField):
    """Text of people, cleaned; one line unless it has rows. Measured as it came, as the browser measures it."""

    def __init__(self, *, rows: int = 0, **options: Any) -> None:
        if rows:
            options["widget"] = forms.Textarea(attrs={"rows": rows})
        super().__init__(strip=False, **options)
        self.is_line = not rows

    def to_python(self, value: Any) -> str:
        raw = super().to_python(value) or ""
        return text.clean_line(raw) if self.is_line else text.clean(raw)


class CleanedForm(forms.Form):
    """Words are cleaned as everywhere; what is empty then is missing."""

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        for name, field in self.fields.items():
            if isinstance(field, forms.CharField) and isinstance(found.get(name), str):
                many = isinstance(field.widget, forms.Textarea)
                found[name] = text.clean(found[name]) if many else text.clean_line(found[name])
                if field.required and not found[name]:
                    self.add_error(name, field.error_messages["required"])
        return found


class Reference(Words):
    """One of them, or none."""

    def clean(self, value: Any) -> str:
        line = super().clean(value)
        return reference_of(line) if line else ""


class References(Words):
    """Numbers of public things, as people type them: `id 2611 00042 7`, or references like `space:haedam`."""

    def clean(self, value: Any) -> list[str]:
        line = super().clean(value)
        return [reference_of(piece) for piece in re.split(r"[,;\n]+", line) if piece.strip()]

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(as_typed(one) for one in value) if isinstance(value, list) else value


def reference_of(typed: str) -> str:
    """The reference behind a number; what is no number is taken as a reference."""
    typed = typed.strip()
    number = ids.read_number(typed)
    if number is None:
        return typed[:80]
    return f"meeting:{number}" if number.startswith("ME-") else f"matter:{number}"


def as_typed(reference: str) -> str:
    """A reference as people type it."""
    kind, _colon, key = reference.partition(":")
    return key if kind in ("matter", "meeting") else reference
