"""What an official types of a round. A draft may be unfinished: only what cannot be kept is refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, places
from madang.kernel.levels import Level
from madang.kernel.models import Organisation
from madang.kernel.web.fields import CleanedForm, CleanText, WonField
from madang.services.budgeting.domain.rounds import TAKEN, PotDraft
from madang.services.budgeting.enums import OFFERED, TIE_ORDERS
from madang.services.budgeting.models import Pot, Round

POTS_MOST = 30
MOMENTS = ("intake_from", "intake_until", "votes_from", "votes_until")


def _moment(label: Any, missing: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={"invalid": _("Write the moment as 2026-12-31 18:00."), "required": missing},
    )


def _day(label: Any, missing: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("Write the day as 2026-12-31."), "required": missing},
    )


def _number(label: Any, least: int, most: int, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=least, max_value=most, **options)


def _choice(label: Any, choices: Any, missing: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=choices,
        widget=forms.RadioSelect,
        error_messages={"required": missing, "invalid_choice": missing},
        **options,
    )


def _explained(label: Any, about: Any) -> Any:
    return format_html('{}<span class="hint">{}</span>', label, about)


BALLOTS = {
    Round.Ballot.APPROVAL: _("The simplest: tick what you would pay for."),
    Round.Ballot.KNAPSACK: _("Voters see what things cost: their choice has to fit the money of the pot."),
    Round.Ballot.POINTS: _("Voters say how much each project matters to them."),
    Round.Ballot.RANKING: _("Voters put projects in order; takes the longest to fill in."),
}


class RoundForm(forms.Form):
    """Everything but the pots."""

    seen = forms.IntegerField(widget=forms.HiddenInput, initial=0)
    host = forms.ModelChoiceField(
        queryset=Organisation.objects.none(),
        label=_("Budget office that hosts it"),
        empty_label=None,
        error_messages={
            "required": _("Choose the office."),
            "invalid_choice": _("Choose one of your offices."),
        },
    )
    slug = forms.SlugField(
        max_length=40,
        label=_("Short name in the address"),
        help_text=_("Small letters, figures and hyphens, such as haedam-2028. It does not change any more."),
        error_messages={
            "required": _("Give it a short name for its address."),
            "invalid": _("Use letters, figures and hyphens only."),
        },
    )
    title_ko = CleanText(
        max_length=80,
        label=_("Title in Korean"),
        error_messages={"required": _("Give it a title in Korean.")},
    )
    title_en = CleanText(
        max_length=120,
        label=_("Title in English"),
        error_messages={"required": _("Give it a title in English.")},
    )
    about_ko = CleanText(max_length=2_000, rows=4, required=False, label=_("What it is about, in Korean"))
    about_en = CleanText(max_length=2_000, rows=4, required=False, label=_("What it is about, in English"))
    year = _number(
        _("Year of the budget"),
        2000,
        2100,
        help_text=_("In whose budget the money stands."),
    )
    whole_budget = WonField(
        required=False,
        label=_("Whole budget of that year, in won"),
        help_text=_("Then everybody sees which share is decided here."),
    )
    whole_source = CleanText(
        max_length=200,
        required=False,
        label=_("Where that figure is from"),
        help_text=_("Document and date, such as: budget bill for 2028, submitted on 11 November 2027."),
    )
    intake_from = _moment(_("Proposals from"), _("Say when proposals begin."))
    intake_until = _moment(_("Proposals until"), _("Say when proposals end."))
    votes_from = _moment(_("Vote from"), _("Say when the vote begins."))
    votes_until = _moment(_("Vote until"), _("Say when the vote ends."))
    results_on = _day(_("Result by"), _("Say by which day the result stands."))
    settles_on = _day(_("What was spent is told by"), _("Say by which day the money is accounted for."))
    answer_days = _number(
        _("Days in which an office answers a proposal"),
        1,
        180,
        help_text=_("Calendar days. Every proposal gets an answer with a reason."),
    )
    ballot = _choice(_("How people vote"), Round.Ballot.choices, _("Choose how people vote."))
    least = _number(_("Projects a ballot names at least"), 1, 50)
    most = _number(
        _("Projects a ballot names at most"), 1, 100, help_text=_("Not used where the money is the limit.")
    )
    points = _number(
        _("Points a voter gives out"),
        0,
        1_000,
        help_text=_("Only where points are distributed; 0 otherwise."),
    )
    method = _choice(
        _("How the ballots are counted"),
        [(one.key, one.label) for one in OFFERED],
        _("Choose how the ballots are counted."),
    )
    tie_order = _choice(
        _("Of projects that stand equal"),
        list(TIE_ORDERS.items()),
        _("Choose which of equal projects comes first."),
    )
    level = _choice(
        _("Who votes"),
        [one for one in Level.choices if one[0] != Level.ANONYMOUS],
        _("Choose who votes: nobody votes without an account."),
    )
    district_by = _choice(
        _("How it is known in which district somebody lives"),
        Round.DistrictBy.choices,
        _("Choose how districts are known."),
        help_text=_("Only where a pot is for one district."),
    )
    minimum_age = _number(
        _("Age from which one votes"),
        0,
        100,
        help_text=_("On the last day of the vote, as the proof says. 0 where there is no such limit."),
    )

    on_paper = forms.ChoiceField(
        label=_("Booths and paper"),
        choices=Round.OnPaper.choices,
        required=False,
        widget=forms.RadioSelect,
        help_text=_("Whoever was handed a ballot at a booth no longer votes online."),
    )

    def __init__(self, *args: Any, offices: Sequence[int], is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if is_new:
            self.fields["host"].queryset = Organisation.objects.filter(pk__in=offices)  # type: ignore[attr-defined]
        else:
            del self.fields["host"], self.fields["slug"]
        self.fields["ballot"].choices = [  # type: ignore[attr-defined]
            (kind, _explained(kind.label, about)) for kind, about in BALLOTS.items()
        ]
        self.fields["method"].choices = [  # type: ignore[attr-defined]
            (one.key, _explained(one.label, one.about)) for one in OFFERED
        ]

    def clean_slug(self) -> str:
        slug = str(self.cleaned_data["slug"]).lower()
        if slug in TAKEN or Round.objects.filter(slug=slug).exists():
            raise forms.ValidationError(_("Another round has this short name. Choose another one."))
        return slug

    @property
    def own(self) -> dict[str, Any]:
        """What the domain takes."""
        return {
            name: value for name, value in self.cleaned_data.items() if name not in ("seen", "host", "slug")
        }

    @staticmethod
    def initial_of(row: Round) -> dict[str, Any]:
        names = [name for name in RoundForm.base_fields if name not in ("seen", "host", "slug")]
        return {name: getattr(row, name) for name in names} | {"seen": row.revision}


def proposed() -> dict[str, Any]:
    """What a new round begins with: dates that leave time, and rules that suit most."""
    nine = clock.seoul(clock.now()).replace(hour=9, minute=0, second=0, microsecond=0)

    def day(number: int) -> datetime:
        return nine + timedelta(days=number)

    return {
        "seen": 0,
        "year": clock.today().year + 1,
        "intake_from": day(14),
        "intake_until": day(56),
        "votes_from": day(119),
        "votes_until": day(140),
        "results_on": day(147).date(),
        "settles_on": day(147 + 540).date(),
        "answer_days": 30,
        "ballot": Round.Ballot.APPROVAL,
        "least": 1,
        "most": 5,
        "points": 0,
        "method": "equal-shares.cost.add1",
        "tie_order": "cost",
        "level": Level.RESIDENT,
        "district_by": Round.DistrictBy.PROOF,
        "minimum_age": 0,
        "on_paper": Round.OnPaper.NONE,
    }


class PotForm(forms.Form):
    """One pot."""

    code = forms.SlugField(max_length=12, required=False, widget=forms.HiddenInput)
    title_ko = CleanText(
        max_length=60, label=_("Name in Korean"), error_messages={"required": _("Name the pot in Korean.")}
    )
    title_en = CleanText(
        max_length=80, label=_("Name in English"), error_messages={"required": _("Name the pot in English.")}
    )
    amount = WonField(label=_("Amount in won"))
    district = forms.ChoiceField(
        label=_("Who votes on it"),
        required=False,
        choices=lambda: [("", _("Everybody who may vote")), *places.choices()],
        error_messages={"invalid_choice": _("Choose a district from the list.")},
    )

    @property
    def draft(self) -> PotDraft:
        return PotDraft(**self.cleaned_data)


class ReasonForm(CleanedForm):
    reason = forms.CharField(
        label=_("Reason"),
        min_length=10,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("It is published."),
    )


NAMES = ("code", "title_ko", "title_en", "amount", "district")


def typed(data: Mapping[str, Any]) -> list[dict[str, str]]:
    """The rows of pots as they were typed."""
    written = str(data.get("pots", "0"))
    many = min(int(written), POTS_MOST) if written.isdecimal() and len(written) < 4 else 0
    return [{name: str(data.get(f"pot{at}-{name}", "")) for name in NAMES} for at in range(many)]


def pot_forms(rows: Sequence[Mapping[str, Any]], *, is_judged: bool) -> list[PotForm]:
    """Forms of these rows, numbered anew. A row that is wholly empty is no pot and never judged."""
    found = []
    for at, row in enumerate(rows):
        prefix = f"pot{at}"
        is_empty = not any(str(row.get(name, "")).strip() for name in ("title_ko", "title_en", "amount"))
        if is_judged and not is_empty:
            found.append(PotForm({f"{prefix}-{name}": value for name, value in row.items()}, prefix=prefix))
        else:
            found.append(PotForm(initial=dict(row), prefix=prefix))
    return found


def rows_of(pots: Iterable[Pot]) -> list[dict[str, Any]]:
    return [{name: getattr(pot, name) for name in NAMES} for pot in pots]
