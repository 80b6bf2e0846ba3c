"""What people type. Every message says what to do; everything typed is shown again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from madang.commons.opinions.enums import ReturnReason
from madang.commons.opinions.limits import ABOUT_MAX, NOTE_MAX, QUESTION_MAX, STATEMENT_MAX, STATEMENT_MIN
from madang.kernel import clock, text
from madang.kernel.levels import Level
from madang.kernel.web.fields import Reference


class StatementForm(forms.Form):
    """One statement."""

    words = forms.CharField(
        strip=False,
        label=_("Your statement"),
        help_text=_(
            "One claim, in one sentence, that others can agree or disagree with. No names, no phone numbers."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Write one sentence.")},
    )

    def clean_words(self) -> str:
        words = text.clean_line(str(self.cleaned_data["words"]))
        have = len(words)
        if have < STATEMENT_MIN:
            raise forms.ValidationError(
                _("Write at least %(low)s characters; it has %(have)s.")
                % {"low": STATEMENT_MIN, "have": have}
            )
        if have > STATEMENT_MAX:
            raise forms.ValidationError(
                _("Shorten it to %(high)s characters; it has %(have)s.")
                % {"high": STATEMENT_MAX, "have": have}
            )
        return words


class DecisionForm(forms.Form):
    """What a facilitator decides about a statement."""

    reason_code = forms.ChoiceField(
        choices=[("", _("Choose a reason")), *ReturnReason.choices], required=False, label=_("Reason")
    )
    note = forms.CharField(
        max_length=NOTE_MAX,
        required=False,
        label=_("In a sentence, to the author"),
        help_text=_("It is published on the log of the conversation. Say what would help."),
    )


def _lines(value: str) -> list[str]:
    return [line for line in (text.clean_line(line) for line in value.splitlines()) if line]


class SeedsField(forms.CharField):
    """Several statements, one a line, each within its length."""

    widget = forms.Textarea

    def clean(self, value: Any) -> Any:
        lines = _lines(str(value or ""))
        wrong = [line for line in lines if not STATEMENT_MIN <= len(line) <= STATEMENT_MAX]
        if wrong:
            raise forms.ValidationError(
                ngettext_lazy(
                    "One line has fewer than %(low)s or more than %(high)s characters: “%(line)s”",
                    "%(n)s lines have fewer than %(low)s or more than %(high)s characters; the first is “%(line)s”",
                    len(wrong),
                )
                % {
                    "n": len(wrong),
                    "low": STATEMENT_MIN,
                    "high": STATEMENT_MAX,
                    "line": text.excerpt(wrong[0], 40),
                }
            )
        if self.required and not lines:
            raise forms.ValidationError(_("Write at least one statement."))
        return list(dict.fromkeys(lines))


class SeedsForm(forms.Form):
    """More statements of the facilitator."""

    seeds = SeedsField(
        label=_("Statements to begin with"),
        help_text=_("One a line. Cover the whole width of opinions, also those you do not share."),
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class ConversationForm(SeedsForm):
    """A new conversation."""

    question_ko = forms.CharField(max_length=QUESTION_MAX, label=_("Question in Korean"))
    question_en = forms.CharField(max_length=QUESTION_MAX, label=_("Question in English"))
    intro_ko = forms.CharField(
        max_length=ABOUT_MAX,
        required=False,
        label=_("What it is for, in Korean"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    intro_en = forms.CharField(
        max_length=ABOUT_MAX,
        required=False,
        label=_("What it is for, in English"),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    about = Reference(
        most=80,
        required=False,
        label=_("Hangs on"),
        help_text=_("Number of an idea or a topic, or the reference of a space, such as space:haedam."),
    )
    vote_level = forms.ChoiceField(choices=Level.choices, initial=Level.CONTACT, label=_("Who answers"))
    write_level = forms.ChoiceField(
        choices=Level.choices, initial=Level.CONTACT, label=_("Who writes statements")
    )
    closes_on = forms.DateField(
        required=False,
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={"invalid": _("Write the day as 2026-12-31.")},
    )

    field_order = [
        "question_ko", "question_en", "intro_ko", "intro_en", "about", "vote_level", "write_level", "closes_on", "seeds",
    ]  # fmt: skip

    def closes_at(self) -> datetime | None:
        """The end of the last day in Seoul."""
        day = self.cleaned_data["closes_on"]
        return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=clock.SEOUL) if day else None
