"""Several matters at once at the desk: choosing, sending on, merging."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.models import Matter
from madang.commons.matters.web.form_parts import OfficeField, reason
from madang.kernel import queries as kernel


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
