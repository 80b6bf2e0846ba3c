"""What is said about a promise: reports, disputes, replies and decisions."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import (
    EffectState,
)
from madang.commons.matters.web.form_parts import reason
from madang.kernel.web.fields import Words


class EffectForm(forms.Form):
    state = forms.ChoiceField(
        label=_("How it stands"),
        choices=EffectState.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the promise stands.")},
    )
    text = Words(
        most=5_000,
        rows=3,
        label=_("What was done"),
        help_text=_("In plain words. It is published."),
        error_messages={"required": _("Say in a sentence what was done.")},
    )
    evidence_url = forms.URLField(
        label=_("Link to evidence"),
        help_text=_("A photo, document or page that anyone can open. Needed for “done”."),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Give a full address, for example https://example.org/photo.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if (
            cleaned.get("state") == EffectState.DONE
            and not cleaned.get("evidence_url")
            and "evidence_url" not in self.errors
        ):
            self.add_error(
                "evidence_url",
                _("“Done” needs evidence: give a link to a photo, document or page that shows it."),
            )
        return cleaned


class DisputeForm(forms.Form):
    """Somebody says that a promise is not kept."""

    reason = Words(
        most=5_000,
        rows=3,
        label=_("What is not done?"),
        help_text=_("Say where and when you looked. It is published with your name."),
        min_length=10,
        error_messages={
            "required": _("Say what is not done."),
            "min_length": _("Say in a sentence what is not done."),
        },
    )
    evidence_url = forms.URLField(
        label=_("Link to evidence"),
        help_text=_("A photo or page that anyone can open."),
        required=False,
        assume_scheme="https",
        error_messages={"invalid": _("Give a full address, for example https://example.org/photo.")},
    )


class DisputeReplyForm(forms.Form):
    """The office replies to a dispute."""

    reason = reason(_("How it stands, and what you have checked. It is published."))


class DisputeDecisionForm(forms.Form):
    """The arbiter decides a dispute."""

    decision = forms.ChoiceField(
        label=_("Decision"),
        choices=(
            ("uphold", _("Upheld: it is not done, and the work goes on")),
            ("refuse", _("Not upheld: it is done")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a decision."), "invalid_choice": _("Choose a decision.")},
    )
    reason = reason()
