"""What people type for a planning group."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.kernel.web.fields import Words
from madang.services.square.limits import REASON_MAX, REASON_MIN
from madang.services.square.models.picking import Choice

NAMED = _("Everyone can read it, with your name.")


def _reason(label: Any, *, rows: int, help_text: Any = NAMED, high: int = REASON_MAX) -> Words:
    """Why, in words that are published."""
    return Words(
        low=REASON_MIN,
        most=high,
        rows=rows,
        label=label,
        help_text=help_text,
        error_messages={"required": _("Give a reason in a sentence; it is published.")},
    )


class ProposeForm(forms.Form):
    """A candidate: which idea or topic, and why."""

    number = Words(
        most=30,
        label=_("Number of the idea or topic"),
        help_text=_("As it stands on its page, such as ID-2611-00042-7."),
        error_messages={"required": _("Type the number of the idea.")},
    )
    why = Words(
        low=REASON_MIN,
        most=REASON_MAX,
        rows=5,
        label=_("Why should the group pick it?"),
        help_text=NAMED,
        error_messages={"required": _("Say why the group should pick it.")},
    )


class VoteForm(forms.Form):
    """A member's vote."""

    choice = forms.ChoiceField(
        choices=[(Choice.FOR, Choice.FOR.label), (Choice.AGAINST, Choice.AGAINST.label)],
        widget=forms.RadioSelect,
        label=_("Your vote"),
        error_messages={
            "required": _("Choose for or against."),
            "invalid_choice": _("Choose for or against."),
        },
    )
    reason = _reason(_("Your reason"), rows=4)


class ConflictForm(forms.Form):
    """A member says that she has a stake in it."""

    reason = _reason(
        _("What ties you to it?"),
        rows=3,
        help_text=_("Everyone can read it, with your name. You are out of this vote for good."),
    )


class ChallengeForm(forms.Form):
    """What somebody says about a member's conflict of interest. `claim` is what was true when the page was read."""

    claim = forms.CharField(widget=forms.HiddenInput, required=False)
    why = Words(
        low=REASON_MIN,
        most=REASON_MAX,
        rows=5,
        label=_("What do you know?"),
        help_text=_(
            "What can be checked, and nothing about private lives. Everyone can read it, with your name."
        ),
        error_messages={"required": _("Say what ties her to it, or why it does not.")},
    )


class ChallengeDecisionForm(forms.Form):
    """Whether a challenge is right, and why."""

    is_right = forms.ChoiceField(
        choices=[("yes", _("It is right")), ("no", _("It is not right"))],
        widget=forms.RadioSelect,
        label=_("Your decision"),
        error_messages={
            "required": _("Choose whether it is right."),
            "invalid_choice": _("Choose whether it is right."),
        },
    )
    reason = _reason(_("Your reason"), rows=4)


class GroupReasonForm(forms.Form):
    """Why the group decided as it did."""

    reason = _reason(
        _("Why the group decided so"),
        rows=6,
        help_text=_("In the words of the votes, also of those who lost. Everyone can read it."),
        high=2 * REASON_MAX,
    )
