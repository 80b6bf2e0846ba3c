"""What people type when a text grows."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.kernel.web.fields import Words
from madang.kernel.web.once import OnceForm
from madang.services.square.enums import HideReason
from madang.services.square.limits import BODY_MAX, BODY_MIN, REASON_MAX, REASON_MIN, TITLE_MAX, TITLE_MIN

EVERYONE = _("Everyone can read it.")
NO_REASON = _("Give a reason in a sentence; it is published.")


def _title() -> Words:
    return Words(
        low=TITLE_MIN,
        most=TITLE_MAX,
        label=_("What should change?"),
        error_messages={"required": _("Write in one sentence what should change.")},
    )


def _body(label: Any, rows: int) -> Words:
    return Words(
        low=BODY_MIN,
        most=BODY_MAX,
        rows=rows,
        label=label,
        error_messages={"required": _("Describe the problem and what would help.")},
    )


def _reason(label: Any, help_text: Any = EVERYONE, missing: Any = NO_REASON) -> Words:
    return Words(
        low=REASON_MIN,
        most=REASON_MAX,
        rows=3,
        label=label,
        help_text=help_text,
        error_messages={"required": missing},
    )


class TextForm(OnceForm):
    """The text as it shall stand, and why."""

    base = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=10**6)
    title = _title()
    body = _body(_("Why, and how?"), rows=14)
    reason = _reason(
        _("What is different, and why?"),
        help_text=_("It stands beside the version, for everyone."),
        missing=_("Say in a sentence why the text changes."),
    )


class AcceptForm(TextForm):
    """Taking an amendment in: the text may still be changed, which makes it accepted in part."""

    reason = Words(
        most=REASON_MAX,
        rows=3,
        required=False,
        label=_("What do you say to it?"),
        help_text=_("Where you take only a part, say why. It stands beside the version."),
    )


class ReasonForm(forms.Form):
    """A reason that is published."""

    reason = _reason(_("Why?"))


class TakeDownForm(ReasonForm):
    """Moderation takes words down."""

    reason_code = forms.ChoiceField(
        choices=HideReason.choices,
        label=_("Published reason"),
        error_messages={
            "required": _("Choose one of the published reasons."),
            "invalid_choice": _("Choose one of the published reasons."),
        },
    )
    field_order = ["reason_code", "reason"]


class AnswerForm(forms.Form):
    """What the office asked for."""

    words = Words(
        low=2,
        most=BODY_MAX,
        rows=8,
        label=_("Your answer"),
        help_text=_("It is published on the page."),
        error_messages={"required": _("Write your answer first.")},
    )


class InviteForm(forms.Form):
    """Whom to ask."""

    email = forms.EmailField(
        label=_("E-mail address of the person"),
        help_text=_("She finds the invitation on her page once she is signed in. Nobody else sees it."),
        error_messages={
            "required": _("Write the address like name@example.kr."),
            "invalid": _("Write the address like name@example.kr."),
        },
    )


class TopicForm(forms.Form):
    """A topic: which ideas, under which words, and why."""

    numbers = Words(
        most=2000,
        rows=4,
        label=_("Numbers of the ideas"),
        help_text=_("At least two, each on a line of its own."),
        error_messages={"required": _("Write the numbers of at least two ideas.")},
    )
    title = _title()
    body = _body(_("What the ideas have in common, and what is still open"), rows=10)
    reason = _reason(_("Why do they belong together?"))


class AddForm(ReasonForm):
    """One more idea for a topic."""

    number = Words(
        most=30, label=_("Number of the idea"), error_messages={"required": _("Type the number of the idea.")}
    )
    field_order = ["number", "reason"]
