"""What is typed at the desk of a meeting: agenda, tables and helpers, minutes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.commons.meetings.enums import PassKind
from madang.commons.meetings.logic import stamps
from madang.kernel.web.fields import Reference, Words


def _about_one() -> Reference:
    return Reference(
        label=_("Number of the idea it is about"),
        most=80,
        required=False,
        help_text=_("Empty if it is about none."),
    )


class AgendaForm(forms.Form):
    """One agenda item; `seen` is the version that was on the screen."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = Words(label=_("Agenda item"), most=140, error_messages={"required": _("Give it a title.")})
    minutes = forms.IntegerField(
        label=_("Length in minutes"),
        min_value=1,
        max_value=600,
        initial=10,
        error_messages={
            "required": _("Give the planned minutes."),
            "invalid": _("Give a number of minutes."),
            "min_value": _("Give at least one minute."),
        },
    )
    note = Words(label=_("Note"), most=1000, rows=3, required=False)
    reference = _about_one()


class TableForm(forms.Form):
    topic = Words(label=_("Topic of the table"), most=100, required=False)


class PassMakeForm(forms.Form):
    kind = forms.ChoiceField(label=_("May do"), choices=PassKind.choices)
    table = forms.TypedChoiceField(
        label=pgettext_lazy("hall", "Table"), required=False, coerce=int, empty_value=""
    )
    label = Words(
        label=_("For which task"),
        most=40,
        help_text=_("“Door east”, for instance. No names."),
        error_messages={"required": _("Say for which task it is.")},
    )

    def __init__(self, *args: Any, tables: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["table"]
        assert isinstance(field, forms.TypedChoiceField)
        field.choices = [
            ("", pgettext_lazy("hall", "None")),
            *[(str(table.place), f"{table.place} {table.topic}") for table in tables],
        ]


class ParagraphForm(forms.Form):
    """One paragraph of the minutes."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = Words(
        label=_("What was said"), most=5000, rows=4, error_messages={"required": _("Write what was said.")}
    )
    item = forms.TypedChoiceField(label=_("Agenda item"), required=False, coerce=int, empty_value="")
    question = forms.TypedChoiceField(
        label=_("Answers the question"), required=False, coerce=int, empty_value=""
    )
    reference = _about_one()
    second = Words(
        label=_("Moment of the recording"),
        most=12,
        required=False,
        help_text=_("1:02:05 or 62:05. Empty if there is none."),
    )

    def __init__(self, *args: Any, items: Any, questions: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        item, question = self.fields["item"], self.fields["question"]
        assert isinstance(item, forms.TypedChoiceField) and isinstance(question, forms.TypedChoiceField)
        item.choices = [("", pgettext_lazy("hall", "None")), *[(str(one.pk), one.title) for one in items]]
        question.choices = [
            ("", pgettext_lazy("hall", "None")),
            *[(str(one.pk), f"{one.place}. {one.body[:60]}") for one in questions],
        ]

    def clean_second(self) -> int | None:
        typed = self.cleaned_data["second"]
        if not typed:
            return None
        second = stamps.read(typed)
        if second is None:
            raise forms.ValidationError(_("A moment looks like 1:02:05 or 62:05."), code="stamp")
        return second

    def fields_of(self) -> dict[str, Any]:
        """What the domain takes."""
        data = self.cleaned_data
        return {
            "text": data["text"],
            "item_id": data["item"] or None,
            "question_id": data["question"] or None,
            "reference": data["reference"],
            "second": data["second"],
        }


class MissingForm(forms.Form):
    missing = Words(
        label=_("Who was missing in the room"),
        most=1000,
        rows=2,
        required=False,
        help_text=_("Whose voice would have been needed and was not there."),
    )


class ReasonForm(forms.Form):
    reason = Words(
        label=_("Reason"),
        most=500,
        rows=2,
        error_messages={"required": _("Give the reason in a sentence or two.")},
    )
