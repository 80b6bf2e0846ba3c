"""What people type into the square. Every message says what to do; everything typed is shown again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import Origin
from madang.kernel import places, text
from madang.kernel.web import crowding
from madang.kernel.web.fields import Words
from madang.kernel.web.once import OnceForm
from madang.services.square.enums import HideReason, Stance
from madang.services.square.limits import (
    BODY_MAX,
    BODY_MIN,
    COMMENT_MAX,
    COMMENT_MIN,
    GROUP_MAX,
    LABEL_MAX,
    PLACE_MAX,
    REASON_MAX,
    REASON_MIN,
    TITLE_MAX,
    TITLE_MIN,
)
from madang.services.square.models import Category, Process


def took_out(form: forms.Form) -> bool:
    """Whether characters that only a machine could have meant were taken out of any field."""
    return any(
        isinstance(field, Words) and text.had_control(str(form.data.get(form.add_prefix(name), "")))
        for name, field in form.fields.items()
    )


class IdeaForm(OnceForm):
    """A new idea."""

    title = Words(
        low=TITLE_MIN,
        most=TITLE_MAX,
        label=_("What should change?"),
        help_text=_("One sentence that a neighbour understands."),
        error_messages={"required": _("Write in one sentence what should change.")},
    )
    body = Words(
        low=BODY_MIN,
        most=BODY_MAX,
        rows=10,
        label=_("Why, and how?"),
        help_text=_(
            "What is the problem, who has it, and what would help? Leave out names and phone numbers."
        ),
        error_messages={"required": _("Describe the problem and what would help.")},
    )
    category: forms.ModelChoiceField[Category] = forms.ModelChoiceField(
        queryset=None,
        required=False,
        label=_("Field"),
        empty_label=_("I am not sure"),
        to_field_name="slug",
        error_messages={"invalid_choice": _("Choose a field from the list, or “I am not sure”.")},
    )
    place = Words(
        most=PLACE_MAX,
        required=False,
        label=_("Place"),
        help_text=_("A district, street or stop, if it is about one place."),
    )
    district = forms.ChoiceField(
        required=False,
        label=_("District"),
        help_text=_("So that neighbours find it."),
        error_messages={"invalid_choice": _("Choose a district from the list, or none.")},
    )
    origin = forms.ChoiceField(
        choices=[
            (Origin.INDIVIDUAL.value, _("For myself")),
            (Origin.ORGANISED.value, _("For a group or organisation")),
        ],
        initial=Origin.INDIVIDUAL,
        widget=forms.RadioSelect,
        label=_("For whom do you speak?"),
        help_text=_("It is shown, and counted apart: what individuals say and what groups say."),
        error_messages={
            "required": _("Choose for whom you speak."),
            "invalid_choice": _("Choose for whom you speak."),
        },
    )
    group_name = Words(most=GROUP_MAX, required=False, label=_("Name of the group"))
    effort = 0
    """What `kernel.web.crowding` asks of a sender without a name."""
    author_label = Words(
        most=LABEL_MAX,
        required=False,
        label=_("Name shown"),
        help_text=_("A nickname is fine. Empty means “without a name”."),
    )
    contact_email = forms.EmailField(
        required=False,
        label=_("E-mail for news of this idea"),
        help_text=_(
            "Only for the answer and news of this idea. It is never shown, and you can have it erased."
        ),
        error_messages={"invalid": _("Write the address like name@example.kr, or leave it empty.")},
    )

    def __init__(self, *args: Any, process: Process, is_signed_in: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["district"].choices = [  # type: ignore[attr-defined]
            ("", _("No particular district")),
            *places.choices(),
        ]
        categories = process.categories.all()
        self.fields["category"].queryset = categories  # type: ignore[attr-defined]
        if not categories:
            del self.fields["category"]
        if is_signed_in:
            del self.fields["author_label"], self.fields["contact_email"]
        self.effort = 0 if is_signed_in else crowding.bits()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.effort and not crowding.is_let_in(cleaned.get("ticket", ""), self.data.get("work", "")):
            raise forms.ValidationError(crowding.CROWDED, code="crowded")
        if cleaned.get("origin") == Origin.ORGANISED and not cleaned.get("group_name"):
            self.add_error("group_name", _("Write the name of the group you speak for."))
        if cleaned.get("origin") == Origin.INDIVIDUAL:
            cleaned["group_name"] = ""
        return cleaned


class CommentForm(OnceForm):
    """Something said about an idea."""

    stance = forms.ChoiceField(
        choices=Stance.choices,
        initial=Stance.FOR,
        widget=forms.RadioSelect,
        label=_("Your comment is"),
        error_messages={
            "required": _("Choose for, against or question."),
            "invalid_choice": _("Choose for, against or question."),
        },
    )
    body = Words(
        low=COMMENT_MIN,
        most=COMMENT_MAX,
        rows=4,
        label=_("Comment"),
        help_text=_("Speak about the idea, not the person."),
        error_messages={"required": _("Write something first.")},
    )


class FlagForm(forms.Form):
    """A request that moderation looks."""

    reason = forms.ChoiceField(
        choices=HideReason.choices,
        widget=forms.RadioSelect,
        label=_("What is wrong with it?"),
        error_messages={
            "required": _("Choose one of the published reasons."),
            "invalid_choice": _("Choose one of the published reasons."),
        },
    )


class WithdrawForm(forms.Form):
    """Taking an idea back."""

    reason = Words(
        most=REASON_MAX,
        rows=3,
        required=False,
        label=_("Why do you withdraw it?"),
        help_text=_("It is published on the page."),
    )


class ObjectionForm(forms.Form):
    """Asking for another answer."""

    reason = Words(
        low=REASON_MIN,
        most=REASON_MAX,
        rows=6,
        label=_("What does the answer leave open?"),
        help_text=_("It is published on the page and goes to the same office, which has to answer again."),
        error_messages={"required": _("Say what the answer leaves open.")},
    )


class ModerationForm(forms.Form):
    """One decision of moderation, for one or several things."""

    decision = forms.ChoiceField(
        choices=[("hide", _("Take down")), ("dismiss", _("Leave it up")), ("restore", _("Put back"))],
        error_messages={"required": _("Choose what to do."), "invalid_choice": _("Choose what to do.")},
    )
    reason_code = forms.ChoiceField(
        choices=[("", _("Choose a reason")), *HideReason.choices],
        required=False,
        label=_("Published reason"),
        error_messages={"invalid_choice": _("Choose one of the published reasons.")},
    )
    reason = Words(
        most=REASON_MAX,
        rows=3,
        required=False,
        label=_("In a sentence"),
        help_text=_("Everyone can read it in the moderation log. Do not repeat what was taken down."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        decision = cleaned.get("decision")
        if decision == "hide" and not cleaned.get("reason_code"):
            self.add_error("reason_code", _("Choose one of the published reasons."))
        if decision in ("hide", "restore") and not cleaned.get("reason"):
            self.add_error("reason", _("Give a reason in a sentence; it is published."))
        return cleaned


class AppealForm(forms.Form):
    """The author asks another moderator to look again."""

    words = Words(
        low=REASON_MIN,
        most=REASON_MAX,
        rows=5,
        label=_("Why should it be put back?"),
        help_text=_("Only moderation reads this. What comes of it is published with its reason."),
        error_messages={"required": _("Say why it should be put back.")},
    )


class DecisionForm(forms.Form):
    """Another moderator's decision about an appeal."""

    decision = forms.ChoiceField(
        choices=[("grant", _("Put it back")), ("uphold", _("It stays down"))],
        widget=forms.RadioSelect,
        label=_("Decision"),
        error_messages={"required": _("Choose what to do."), "invalid_choice": _("Choose what to do.")},
    )
    reason = Words(
        low=REASON_MIN,
        most=REASON_MAX,
        rows=3,
        label=_("In a sentence"),
        help_text=_("Everyone can read it in the moderation log. Do not repeat what was taken down."),
        error_messages={"required": _("Give a reason in a sentence; it is published.")},
    )
