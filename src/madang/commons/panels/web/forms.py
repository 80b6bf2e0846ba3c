"""Forms of the desk, the witness and the invited. Every error says what to do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.commons.panels.domain.making import LEAST_WITNESSES, MOST_WITNESSES
from madang.commons.panels.models import Panel, Quota
from madang.commons.panels.queries import Stratum
from madang.commons.panels.web.words import ROLES
from madang.kernel import text
from madang.kernel.models import Organisation, User
from madang.kernel.web.fields import Reference


def _words(label: Any, most: int, *, rows: int = 0, **options: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(label=label, max_length=most, widget=widget, **options)


def about_field() -> Reference:
    return Reference(
        most=80,
        label=_("What it weighs"),
        help_text=_(
            "Number of an idea or a topic, or the reference of a space, such as space:haedam. Empty: the panel stands alone."
        ),
        required=False,
    )


class PanelForm(forms.ModelForm):
    """A new panel."""

    about = about_field()

    host = forms.ModelChoiceField(label=_("Office that hosts it"), queryset=Organisation.objects.none())
    slug = forms.SlugField(
        label=_("Short name in the address"),
        max_length=40,
        help_text=_("Small letters, digits and dashes, such as walking-2026."),
        error_messages={
            "unique": _("There is a panel of this name already. Choose another one."),
            "invalid": _("Use letters, digits and dashes only."),
        },
    )
    size = forms.IntegerField(label=_("Seats"), min_value=2, max_value=1000)
    youngest = forms.IntegerField(label=_("Least age in years"), min_value=0, max_value=99, initial=18)
    apart = forms.BooleanField(label=_("At most one person of a household"), required=False)
    reply_days = forms.IntegerField(
        label=_("Days to answer an invitation by mail"),
        help_text=_("Whoever is silent longer gives the seat back."),
        min_value=3,
        max_value=60,
        initial=14,
    )
    min_cell = forms.IntegerField(
        label=_("Open a person's values only if so many share them all"),
        help_text=_(
            "Six values together can point to one person in town. Whoever shares hers with fewer people stays closed in the public file."
        ),
        min_value=1,
        max_value=1000,
        initial=5,
    )

    class Meta:
        model = Panel
        fields = (
            "host", "slug", "title_ko", "title_en", "purpose_ko", "purpose_en", "about", "size", "youngest", "apart", "reply_days", "min_cell"
        )  # fmt: skip
        labels = {
            "title_ko": _("Title in Korean"),
            "title_en": _("Title in English"),
            "purpose_ko": _("What it is for, in Korean"),
            "purpose_en": _("What it is for, in English"),
        }
        widgets = {
            "purpose_ko": forms.Textarea(attrs={"rows": 2}),
            "purpose_en": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, offices: tuple[int, ...], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["host"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Organisation.objects.filter(pk__in=offices)
        if len(offices) == 1:
            field.initial = offices[0]


class AboutForm(forms.Form):
    """What a panel weighs."""

    about = about_field()


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("Register as CSV"),
        help_text=_(
            "The first line names the columns. UTF-8 or CP949. Only the columns that you name later are kept; names and contacts are sealed."
        ),
        error_messages={
            "required": _("Choose the file."),
            "empty": _("The file is empty. Choose another one."),
        },
    )


class ColumnsForm(forms.Form):
    """What each column of the waiting register is."""

    age = forms.BooleanField(label=_("Make age bands from the birth dates"), required=False, initial=True)

    def __init__(self, *args: Any, header: list[str], guessed: dict[str, str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.header = header
        for at, name in enumerate(header):
            self.fields[f"column-{at}"] = forms.ChoiceField(
                label=name, choices=ROLES, initial=guessed.get(name, "skip")
            )

    def columns(self) -> list[Any]:
        return [self[f"column-{at}"] for at in range(len(self.header))]

    @property
    def roles(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"column-{at}"] for at, name in enumerate(self.header)}


class PlanForm(forms.Form):
    """Population figure, least and most seats of each value."""

    source = _words(
        _("Where the population figures come from"),
        300,
        help_text=_("Register of residents, census, with the date. It is published."),
        error_messages={"required": _("Name the source of the population figures.")},
    )

    def __init__(self, *args: Any, quotas: list[Quota], **options: Any) -> None:
        super().__init__(*args, **options)
        self.quotas = quotas
        for quota in quotas:
            named = {"feature": quota.feature, "value": quota.value}
            for kind, label, start, most in (
                (
                    "population",
                    _("Population: %(feature)s, %(value)s"),
                    quota.population or None,
                    100_000_000,
                ),
                ("low", _("At least: %(feature)s, %(value)s"), quota.low, 1000),
                ("high", _("At most: %(feature)s, %(value)s"), quota.high, 1000),
            ):
                self.fields[f"{kind}-{quota.pk}"] = forms.IntegerField(
                    label=label % named,
                    min_value=0,
                    max_value=most,
                    initial=start,
                    required=kind != "population",
                    widget=forms.NumberInput(attrs={"aria-label": label % named}),
                    error_messages={
                        "required": _("%(feature)s, %(value)s: give a number of seats.") % named,
                        "invalid": _("%(feature)s, %(value)s: give a whole number.") % named,
                    },
                )

    def tables(self, strata: list[tuple[str, list[Stratum]]]) -> list[tuple[str, list[tuple[Any, ...]]]]:
        """For each feature its values with their three controls."""
        return [
            (
                feature,
                [
                    (row, *(self[f"{kind}-{row.quota.pk}"] for kind in ("population", "low", "high")))
                    for row in rows
                ],
            )
            for feature, rows in strata
        ]

    @property
    def bounds(self) -> dict[int, tuple[int, int, int]]:
        data = self.cleaned_data
        return {
            quota.pk: (
                data[f"population-{quota.pk}"] or 0,
                data[f"low-{quota.pk}"],
                data[f"high-{quota.pk}"],
            )
            for quota in self.quotas
        }


class WitnessForm(forms.Form):
    """E-mail addresses of the people who throw dice."""

    witnesses = forms.CharField(
        label=_("Witnesses"),
        help_text=_(
            "E-mail addresses of two to eight accounts, one a line. Nobody of the hosting office. Their names are published."
        ),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Name at least two witnesses.")},
    )
    relax = forms.BooleanField(widget=forms.HiddenInput, required=False)

    def clean_witnesses(self) -> list[User]:
        typed = [line.strip().lower() for line in self.cleaned_data["witnesses"].splitlines() if line.strip()]
        if not LEAST_WITNESSES <= len(set(typed)) == len(typed) <= MOST_WITNESSES:
            raise forms.ValidationError(_("Name two to eight different witnesses, one address a line."))
        found = {user.email.lower(): user for user in User.objects.filter(email__in=typed, is_active=True)}
        for address in typed:
            if address not in found:
                raise forms.ValidationError(
                    _("There is no account %(address)s."), params={"address": address}
                )
        return [found[address] for address in typed]


class DiceForm(forms.Form):
    dice = forms.CharField(
        label=_("Your ten dice"),
        help_text=_(
            "Throw ten dice in view of everyone, read them aloud, and type them: ten digits from 1 to 6."
        ),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"required": _("Type ten dice as ten digits from 1 to 6, for example 3641522416.")},
    )

    def clean_dice(self) -> str:
        return "".join(self.cleaned_data["dice"].split())


class LotFileForm(forms.Form):
    """Fields of the checks in the browser. They are read by the script only and never sent."""

    digest = forms.CharField(
        label=_("Digest that you got from elsewhere"),
        help_text=_("From the public log, a newspaper, a friend: whoever compares trusts nobody here."),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "mono"}),
    )
    file = forms.FileField(
        label=_("Another file of a lot"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".json,application/json", "class": "file-input"}),
    )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One or two sentences. It is published."),
        error_messages={"required": _("Give the reason in a sentence or two.")},
    )

    def clean_reason(self) -> str:
        return text.clean(self.cleaned_data["reason"])


class SittingForm(forms.Form):
    """A session of the panel, in Seoul time."""

    title = forms.CharField(
        label=_("Subject of the session"),
        max_length=120,
        error_messages={"required": _("Give the session a title.")},
    )
    at = forms.DateTimeField(
        label=_("Begins"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        error_messages={
            "required": _("Say when it begins."),
            "invalid": _("Write day and hour as 2026-12-31T14:00."),
        },
    )
    place = forms.CharField(label=_("Where"), max_length=120, required=False)

    def clean_title(self) -> str:
        return text.clean_line(self.cleaned_data["title"])

    def clean_place(self) -> str:
        return text.clean_line(self.cleaned_data["place"])


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code of your invitation"),
        help_text=_("Five groups of four letters and digits. Dashes and spaces do not matter."),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
        error_messages={"required": _("Type the code from your invitation.")},
    )
