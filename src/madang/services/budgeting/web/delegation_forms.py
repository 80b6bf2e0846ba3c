"""Forms of a delegation: the office sets it up and runs it, residents apply, delegates weigh. Every error says what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.commons.panels.models import Panel
from madang.kernel.templatetags.ui import lang_of
from madang.kernel.web.fields import CleanedForm, CleanText, ConflictField, Words
from madang.services.budgeting.domain.delegating import Line
from madang.services.budgeting.models import Applicant, Conflict, Criterion, Delegate, Project
from madang.services.budgeting.models.delegation import Against, Verdict
from madang.services.budgeting.web.screening_forms import sentence

CRITERIA_MOST = 5
MOTIVE_MIN, MOTIVE_MAX = 20, 1000


def _moment(label: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Write the moment as 2026-12-31 18:00.")},
    )


def _named(project: Project) -> SafeString:
    """Code and title, which is in the language of who proposed it."""
    return format_html('{} <span lang="{}">{}</span>', project.code, lang_of(project.title), project.title)


class SetUpForm(CleanedForm):
    """Seats, criteria and rubric of a draft."""

    by_lot = forms.IntegerField(
        label=_("Seats by lot"), min_value=0, max_value=600, initial=20, help_text=_("Drawn from a register; the panel is made later, at the panels of this office.")
    )  # fmt: skip
    open_seats = forms.IntegerField(
        label=_("Open seats"), min_value=0, max_value=600, initial=0, help_text=_("Residents apply for them. 0: none.")
    )  # fmt: skip
    criteria_ko = CleanText(
        label=_("By what open seats are given, in Korean"), max_length=1000, rows=3, required=False
    )
    criteria_en = CleanText(label=_("By what open seats are given, in English"), max_length=1000, rows=3, required=False)  # fmt: skip
    applies_from = _moment(_("Applications from"))
    applies_until = _moment(_("Applications until"))
    most = forms.IntegerField(label=_("Highest points"), min_value=1, max_value=10, initial=5, help_text=_("Points of a criterion go from 0 to this."))  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, CRITERIA_MOST + 1):
            self.fields[f"title_ko_{n}"] = CleanText(
                label=_("Criterion %(n)s in Korean") % {"n": n}, max_length=60, required=False
            )
            self.fields[f"title_en_{n}"] = CleanText(
                label=_("Criterion %(n)s in English") % {"n": n}, max_length=80, required=False
            )
            self.fields[f"weight_{n}"] = forms.IntegerField(
                label=_("Weight %(n)s in percent") % {"n": n}, min_value=1, max_value=100, required=False
            )

    @property
    def lines(self) -> list[tuple[Any, Any, Any]]:
        """The rubric, a criterion each."""
        return [
            (self[f"title_ko_{n}"], self[f"title_en_{n}"], self[f"weight_{n}"])
            for n in range(1, CRITERIA_MOST + 1)
        ]

    def clean(self) -> dict[str, Any]:
        found = super().clean()
        rubric = []
        for n in range(1, CRITERIA_MOST + 1):
            names = (f"title_ko_{n}", f"title_en_{n}", f"weight_{n}")
            given = [found.pop(name, None) for name in names]
            if not any(given):
                continue
            for name, value in zip(names, given, strict=True):
                if not value and name not in self.errors:
                    self.add_error(name, _("Fill in all three fields of this criterion, or none."))
            rubric.append(Line(given[0] or "", given[1] or "", given[2] or 0))
        found["rubric"] = rubric
        return found


class PanelForm(forms.Form):
    """From which panel the seats by lot come."""

    prefix = "link"

    def __init__(self, *args: Any, panels: Sequence[Panel], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.panels = {one.slug: one for one in panels}
        self.fields["panel"] = forms.ChoiceField(
            label=_("Panel"),
            choices=[("", _("Choose a panel")), *((one.slug, one.title) for one in panels)],
            error_messages={"required": _("Choose a panel from the list.")},
        )

    def clean_panel(self) -> Panel:
        return self.panels[self.cleaned_data["panel"]]


class SittingForm(CleanedForm):
    """A meeting becomes a session."""

    prefix = "plan"
    number = CleanText(
        label=_("Number of the meeting"),
        max_length=30,
        help_text=_("It is planned in the hall by this office."),
    )

    def __init__(self, *args: Any, projects: Sequence[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["projects"] = forms.MultipleChoiceField(
            label=_("Projects that are scored in it"),
            choices=[(one.code, _named(one)) for one in projects],
            widget=forms.CheckboxSelectMultiple,
            required=False,
        )


class DecideForm(forms.Form):
    """About one applicant."""

    reason = sentence(
        _("Why"), _("One or two sentences that refer to the published criteria. The applicant reads them.")
    )

    def __init__(self, *args: Any, applicant: Applicant, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.prefix = f"applicant{applicant.pk}"


class LeaveForm(forms.Form):
    """Somebody gives a seat up; the office knows people by name, never by number."""

    prefix = "leave"

    def __init__(self, *args: Any, delegates: Sequence[Delegate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.delegates = {str(one.pk): one for one in delegates}
        self.fields["who"] = forms.ChoiceField(
            label=_("Who leaves"),
            choices=[("", _("Choose a delegate")), *((str(one.pk), name_of(one)) for one in delegates)],
            error_messages={"required": _("Choose a delegate from the list.")},
        )
        self.fields["reason"] = sentence(_("Why"), _("One or two sentences. Only your office reads them."))

    def clean_who(self) -> Delegate:
        return self.delegates[self.cleaned_data["who"]]


class GiveUpForm(forms.Form):
    """A delegate gives her own seat up."""

    prefix = "leave"
    reason = sentence(_("Why"), _("One or two sentences. Only the office reads them."))


def name_of(delegate: Delegate) -> str:
    return delegate.user.shown_name if delegate.user else "–"


class PresenceForm(forms.Form):
    """Who came, by name."""

    prefix = "record"

    def __init__(self, *args: Any, delegates: Sequence[Delegate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["came"] = forms.TypedMultipleChoiceField(
            label=_("Who came"),
            choices=[(str(one.pk), name_of(one)) for one in sorted(delegates, key=name_of)],
            widget=forms.CheckboxSelectMultiple,
            coerce=int,
            required=False,
        )


class FindingsForm(forms.Form):
    """A sentence for every project of which the delegation does not simply recommend, and the reason of the act."""

    def __init__(self, *args: Any, projects: Sequence[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in projects:
            self.fields[f"words_{one.code}"] = Words(
                most=1000,
                rows=3,
                required=False,
                label=_named(one),
                help_text=_("What should change, or why not, as the session said it. It is published."),
            )
        self.fields["reason"] = sentence(_("How the delegation came to this"))

    @property
    def words(self) -> dict[str, str]:
        return {
            name.removeprefix("words_"): said
            for name, said in self.cleaned_data.items()
            if name.startswith("words_")
        }


class ApplyForm(forms.Form):
    """For an open seat. The values are voluntary."""

    def __init__(self, *args: Any, features: Mapping[str, Sequence[str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.features = dict(enumerate(features))
        self.fields["motive"] = Words(
            low=MOTIVE_MIN,
            most=MOTIVE_MAX,
            rows=6,
            label=_("Why you would like to take part"),
            help_text=_("Refer to the criteria. Only the office reads this."),
            error_messages={"required": _("Write some sentences about why you would like to take part.")},
        )
        for at, feature in self.features.items():
            self.fields[f"value_{at}"] = forms.ChoiceField(
                label=feature,
                choices=[("", _("I would rather not say")), *((one, one) for one in features[feature])],
                required=False,
                help_text=_("Only used to show how the delegation is made up, in sums."),
            )

    @property
    def values(self) -> dict[str, str]:
        found = {name: self.cleaned_data[f"value_{at}"] for at, name in self.features.items()}
        return {name: value for name, value in found.items() if value}


class CodeForm(CleanedForm):
    """The code of an invitation."""

    prefix = "claim"
    code = CleanText(
        label=_("Code from your invitation"),
        max_length=40,
        help_text=_("It stands in the letter or mail that told you that you were drawn."),
    )


class NameForm(forms.Form):
    """By name or only by number."""

    prefix = "name"
    named = forms.BooleanField(
        label=_("Show my name beside my number"),
        required=False,
        help_text=_(
            "You can take it back here at any time. The published table and the public log hold numbers only."
        ),
    )


class ConflictForm(forms.Form):
    """One choice for every project that is scored."""

    prefix = "declare"

    def __init__(self, *args: Any, projects: Sequence[Project], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in projects:
            self.fields[f"project_{one.pk}"] = ConflictField(label=_named(one), kinds=Conflict.Kind.choices)

    @property
    def conflicts(self) -> dict[int, str]:
        return {int(name.removeprefix("project_")): kind for name, kind in self.cleaned_data.items() if kind}


class WeighForm(forms.Form):
    """Points of one delegate for one project, and what she recommends."""

    seen = forms.IntegerField(widget=forms.HiddenInput, initial=0, min_value=0)

    def __init__(self, *args: Any, criteria: Sequence[Criterion], most: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in criteria:
            self.fields[f"criterion_{one.pk}"] = forms.TypedChoiceField(
                label=f"{one.title} ({one.weight} %)",
                choices=[("", _("Choose points")), *((n, str(n)) for n in range(most + 1))],
                coerce=int,
                error_messages={
                    "required": _("Choose from 0 to %(most)s points.") % {"most": most},
                    "invalid_choice": _("Choose from 0 to %(most)s points.") % {"most": most},
                },
            )
        self.fields["verdict"] = forms.ChoiceField(
            label=_("What you recommend"),
            choices=[
                (Verdict.RECOMMEND, pgettext_lazy("verdict", "Recommend it")),
                (Verdict.CHANGE, pgettext_lazy("verdict", "Recommend it with changes")),
                (Verdict.AGAINST, pgettext_lazy("verdict", "Do not recommend it")),
            ],
            widget=forms.RadioSelect,
            error_messages={"required": _("Choose what you recommend.")},
        )
        self.fields["reason_code"] = forms.ChoiceField(
            label=_("If you do not recommend it: why"),
            choices=[("", _("Choose a reason")), *Against.choices],
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("verdict") == Verdict.AGAINST and not found.get("reason_code"):
            self.add_error("reason_code", _("Choose from the list why you do not recommend it."))
        return found

    @property
    def points(self) -> dict[int, int]:
        begin = "criterion_"
        return {
            int(name.removeprefix(begin)): given
            for name, given in self.cleaned_data.items()
            if name.startswith(begin)
        }
