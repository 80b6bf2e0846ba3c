"""What people type into a report of waste or a request to change a rule, and what offices type into each step."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel import manifest
from madang.kernel import queries as kernel
from madang.kernel.models import Organisation
from madang.kernel.web.fields import NamedChoice, WonField, Words
from madang.services.casework.models import Decision, Reward, WasteReport
from madang.services.casework.models.waste import SPENT, YEAR_DAYS
from madang.services.casework.web.forms import CaseForm

REASON_LOW, REASON_MOST = 10, 2000


class DayField(forms.DateField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("widget", forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
        options.setdefault(
            "error_messages",
            {
                "required": _("Write the day like 2026-11-29."),
                "invalid": _("Write the day like 2026-11-29."),
            },
        )
        super().__init__(**options)


def reason(label: Any, hint: Any = "") -> Words:
    return Words(
        low=REASON_LOW,
        most=REASON_MOST,
        rows=4,
        label=label,
        help_text=hint,
        error_messages={"required": _("Give the reason in a sentence or two.")},
    )


class LineFields(forms.Form):
    """The budget line: searched by words among what the site knows, or told in one's own words."""

    line_query = Words(
        most=80,
        required=False,
        label=_("Which budget line is it about?"),
        help_text=_("Words of its name, such as “lighting”. Then press “Look for budget lines”."),
    )
    line = forms.ChoiceField(
        required=False,
        widget=forms.RadioSelect,
        label=_("Budget lines that fit"),
        error_messages={"invalid_choice": _("Choose a budget line from the list, or look for it again.")},
    )
    line_text = Words(
        most=200,
        required=False,
        label=_("Or say in your own words where the money comes from"),
    )

    def find_lines(self) -> None:
        """Offer what fits the words, and what was chosen before."""
        field = self.fields["line"]
        assert isinstance(field, forms.ChoiceField)
        asked = str(self.data.get("line_query") or self.initial.get("line_query") or "")
        found = [(one.reference, f"{one.title} — {one.note}") for one in manifest.lines(asked)]
        chosen = str(self.data.get("line") or self.initial.get("line") or "")
        if chosen and chosen not in dict(found):
            known = manifest.links([chosen]).get(chosen)
            found = [(chosen, known.title), *found] if known else found
        self.is_empty_search = bool(asked.strip()) and not found
        field.choices = [*found, ("", _("None of these"))] if found else []
        self.has_lines = bool(found)


class WasteForm(LineFields, CaseForm):
    """A report of waste: a case with the money it is about."""

    since = Words(
        most=60, required=False, label=_("Since when?"), help_text=_("For example “since spring 2025”.")
    )
    claimed = WonField(
        least=0,
        required=False,
        label=_("How much is wasted in a year, do you think?"),
        help_text=_("In won. A guess is fine; an office checks it. Leave it empty if you cannot say."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_category(self)
        self.fields["title"].help_text = _("A few words, such as “Car park lit all night, no car in it”.")
        self.fields["body"].label = _("What is wasted, and how do you know?")
        self.fields["body"].help_text = _(
            "What you saw, how often, and why it is too much. Do not name people who have nothing to do with it."
        )
        self.find_lines()

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["category"] = None
        return super().clean()

    @property
    def report(self) -> dict[str, Any]:
        """What `waste.file_report` takes beside the case."""
        return {name: self.cleaned_data[name] for name in ("since", "line", "line_text", "claimed")}


class ArticleFields(forms.Form):
    """The article, the burden and what is proposed."""

    law = Words(
        most=120,
        label=_("Which law, ordinance or rule?"),
        help_text=_("Its name, such as “Haedam Ordinance on Food Trucks”."),
        error_messages={"required": _("Write the name of the law or rule, or of the form that it asks for.")},
    )
    article = Words(most=60, required=False, label=_("Article"), help_text=_("Such as “art. 5 para. 2”."))
    quoted = Words(most=2000, rows=3, required=False, label=_("What the article says"))
    law_url = forms.URLField(
        required=False,
        max_length=400,
        assume_scheme="https",
        label=_("Link to the text"),
        error_messages={"invalid": _("Write the whole address of the text, beginning with https://.")},
    )
    burden = Words(
        most=2000,
        rows=3,
        label=_("What does it cost you?"),
        help_text=_("Time, money or chances: whom, how often, how much."),
        error_messages={"required": _("Say what the rule costs you: time, money or chances.")},
    )
    proposal = Words(
        most=2000,
        rows=3,
        label=_("What do you propose instead?"),
        error_messages={"required": _("Say what should stand there instead.")},
    )

    NAMES = ("law", "article", "quoted", "law_url", "burden", "proposal")

    @property
    def request(self) -> dict[str, str]:
        """What `regulation.file_request` takes beside the case."""
        return {name: self.cleaned_data[name] for name in self.NAMES}


class RegulationForm(ArticleFields, CaseForm):
    """A request to change a rule: a case with the article it is about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _without_category(self)
        self.fields["title"].help_text = _("A few words, such as “One notice a year for food trucks”.")
        self.fields["body"].label = _("What happened?")
        self.fields["body"].help_text = _("How the rule met you, in your own words.")

    def clean(self) -> dict[str, Any]:
        self.cleaned_data["category"] = None
        return super().clean()


def _without_category(form: CaseForm) -> None:
    form.fields.pop("category", None)


# What offices type. Each form is one step; its fields are what the domain function takes.
class StepForm(forms.Form):
    """A step with its reason."""

    reason = reason(_("Reason"), _("It is published with the case, where that is public."))


class BareForm(forms.Form):
    """A step that needs no words."""


class DetailForm(LineFields):
    since = Words(most=60, required=False, label=_("Since when?"))
    claimed = WonField(
        least=0,
        required=False,
        label=_("How much is wasted in a year, do you think?"),
        help_text=_("In won."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.find_lines()


class OfficeField(forms.ModelChoiceField):
    def __init__(self, **options: Any) -> None:
        options.setdefault("error_messages", {"required": _("Choose an office.")})
        super().__init__(queryset=Organisation.objects.none(), **options)

    def label_from_instance(self, obj: Organisation) -> str:
        return obj.name


class OfficesForm(forms.Form):
    """Forms with a choice of offices offer those that exist today."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, OfficeField):
                field.queryset = kernel.offices().exclude(kind="government")


class AdmitForm(OfficesForm):
    spender = OfficeField(
        required=False,
        label=_("Which office spends the money?"),
        empty_label=_("None of this city"),
        help_text=_("It will not check the report."),
    )


class JoinForm(StepForm):
    into = NamedChoice(
        naming=lambda one: f"{one.case.matter.title} ({one.case.matter.number or '–'})",
        queryset=WasteReport.objects.none(),
        label=_("The report that goes on"),
        error_messages={"required": _("Choose the report that goes on.")},
    )

    def __init__(self, *args: Any, candidates: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["into"]
        field.queryset = candidates


class AssignForm(OfficesForm):
    office = OfficeField(label=_("Checking office"), help_text=_("Not the one that spends the money."))


class CheckForm(forms.Form):
    on = DayField(label=_("Day of the check"))
    finding = reason(_("What was found"))


class PlanForm(OfficesForm):
    what = reason(_("What is done about it"))
    owner = OfficeField(label=_("Who does it"))
    due = DayField(label=_("By which day"))


FIGURES = {
    "baseline": pgettext_lazy("saving", "Before: what was spent, or would have been"),
    "actual": pgettext_lazy("saving", "After: what is spent now"),
    "cost": pgettext_lazy("saving", "Cost of the correction itself"),
}


class FiguresForm(forms.Form):
    """Before, after and cost: each with amount, method, document and who gave it."""

    note = reason(_("What the figures rest on"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        note = self.fields.pop("note")
        for name in SPENT:
            self.fields[name] = WonField(
                least=0,
                label=FIGURES[name],
                help_text=_("In won."),
                error_messages={"required": _("Write the amount in won; 0 where there is none.")},
            )
            for part, label, most, wrong in (
                ("method", _("How it was found"), 300, _("Say how the amount was found.")),
                ("document", _("Document"), 200, _("Name the document in which it stands.")),
                ("by", _("Who gave it"), 80, _("Say who gave the amount: a post or an office.")),
            ):
                self.fields[f"{name}_{part}"] = Words(
                    most=most, label=label, error_messages={"required": wrong}
                )
        self.fields["note"] = note

    @property
    def groups(self) -> list[tuple[Any, list[Any]]]:
        return [
            (FIGURES[name], [self[name], *(self[f"{name}_{part}"] for part in ("method", "document", "by"))])
            for name in SPENT
        ]


class EstimateForm(FiguresForm):
    period_from = DayField(label=_("First day of the period"))
    days = forms.IntegerField(
        label=_("Length in days"),
        min_value=1,
        max_value=YEAR_DAYS,
        initial=365,
        help_text=_("A year at most."),
        error_messages={
            "required": _("Write how many days, 366 at most."),
            "invalid": _("Write how many days, 366 at most."),
            "max_value": _("A saving counts for one year at most. Write from 1 to 366 days."),
            "min_value": _("A saving counts for one year at most. Write from 1 to 366 days."),
        },
    )


class RewardForm(forms.Form):
    kind = forms.ChoiceField(
        choices=Reward.Kind.choices,
        widget=forms.RadioSelect,
        label=_("Kind of reward"),
        error_messages={"required": _("Choose a kind of reward.")},
    )
    amount = WonField(label=_("Amount"), help_text=_("In won."))
    is_spreadable = forms.BooleanField(required=False, label=_("Others can save by the same means"))
    reason = reason(_("Reason"))


class LessonForm(forms.Form):
    lesson = reason(_("What others can learn from it"), _("Published for everyone. Name no persons."))


class ConsentForm(forms.Form):
    may_name = forms.BooleanField(required=False, label=_("My name may stand in the register of rewards"))


class DecideForm(OfficesForm):
    decision = forms.ChoiceField(
        choices=Decision.choices,
        widget=forms.RadioSelect,
        label=_("Decision"),
        error_messages={"required": _("Choose what the office decides.")},
    )
    reason = reason(_("Reason"), _("Your name stands under it. An approver publishes it as the answer."))
    next_step = Words(most=1000, rows=2, required=False, label=_("What follows from it"))
    owner = OfficeField(required=False, label=_("Who does it"), empty_label="–")
    promised_on = DayField(required=False, label=_("By which day"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("decision") in (Decision.ACCEPT, Decision.LONG_TERM):
            if not cleaned.get("owner"):
                self.add_error("owner", _("Name the office that will carry it out."))
            if not cleaned.get("promised_on"):
                self.add_error("promised_on", _("Give the day by which it is promised."))
        return cleaned


class ImplementForm(forms.Form):
    text_title = Words(
        most=200,
        label=_("Text that changed"),
        help_text=_("Such as “Ordinance on Food Trucks, revised art. 5”."),
        error_messages={"required": _("Name the text that changed.")},
    )
    text_url = forms.URLField(
        max_length=400,
        assume_scheme="https",
        label=_("Link to the promulgated text"),
        error_messages={
            "required": _("Write the whole address of the text, beginning with https://."),
            "invalid": _("Write the whole address of the text, beginning with https://."),
        },
    )
    promulgated_on = DayField(label=_("Promulgated on"))
