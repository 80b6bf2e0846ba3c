"""The second look at a new case: its type with what that means, and the questions of its category."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.services.casework.domain import asked
from madang.services.casework.domain.types import Meaning
from madang.services.casework.enums import Datatype
from madang.services.casework.models import Category, CategoryField

PREFIX = "field_"


class AskedForm(forms.Form):
    """Confirm or change the type, and answer what the category asks."""

    case_type = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=pgettext_lazy("casework", "What kind of case is it?"),
        error_messages={
            "required": _("Choose what it is."),
            "invalid_choice": _("Choose what it is from the list."),
        },
    )

    def __init__(
        self,
        *args: Any,
        category: Category | None,
        meanings: list[Meaning],
        proposed: str,
        initial: dict[str, list[str]],
    ) -> None:
        many = {PREFIX + one.code for one in asked.fields_of(category) if one.datatype == Datatype.MULTI}
        plain = {name: values if name in many else values[-1] for name, values in initial.items() if values}
        super().__init__(*args, initial=plain)  # type: ignore[misc]
        case_type = self.fields["case_type"]
        assert isinstance(case_type, forms.ChoiceField)
        case_type.choices = [(one.type, one.label) for one in meanings]
        case_type.initial = proposed
        self.category = category
        self.asked = asked.fields_of(category)
        for one in self.asked:
            field = _field(one)
            field.is_needed = one.required  # type: ignore[attr-defined]  # the page marks what may be left out
            self.fields[PREFIX + one.code] = field

    @property
    def questions(self) -> list[Any]:
        """The fields of the category, bound."""
        return [self[PREFIX + one.code] for one in self.asked]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        data = self.data
        given = {
            one.code: data.getlist(PREFIX + one.code)
            if one.datatype == Datatype.MULTI and isinstance(data, QueryDict)
            else data.get(PREFIX + one.code, "")
            for one in self.asked
        }
        cleaned["answers"], wrong = asked.check(self.category, given)
        for code, problem in wrong.items():
            self.add_error(PREFIX + code, str(asked.PROBLEMS[problem]))
        return cleaned


def _field(one: CategoryField) -> forms.Field:
    """A control for a field. What is wrong with an answer is said by `domain.asked`, for every way in alike."""
    options: dict[str, Any] = {"label": one.description, "help_text": one.hint, "required": False}
    choices = one.choices
    if one.datatype == Datatype.SINGLE:
        return forms.CharField(
            widget=forms.RadioSelect(choices=choices)
            if len(choices) <= 5
            else forms.Select(choices=[("", "–"), *choices]),
            **options,
        )
    if one.datatype == Datatype.MULTI:
        return _Several(widget=forms.CheckboxSelectMultiple(choices=choices), **options)
    if one.datatype == Datatype.TEXT:
        return forms.CharField(widget=forms.Textarea(attrs={"rows": 4}), **options)
    if one.datatype == Datatype.NUMBER:
        return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "decimal"}), **options)
    if one.datatype == Datatype.DATETIME:
        return forms.CharField(widget=forms.TextInput(attrs={"type": "datetime-local"}), **options)
    return forms.CharField(**options)


class _Several(forms.Field):
    """A list as it came; `domain.asked` looks at it."""
