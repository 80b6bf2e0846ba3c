"""The form of a proposal. Every error says what to do."""

from __future__ import annotations

import secrets
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from madang.kernel import places, plan
from madang.kernel.logic.coordinates import Point
from madang.kernel.web.fields import NamedChoice, WonField, Words
from madang.kernel.web.placing import PointField
from madang.services.budgeting import limits
from madang.services.budgeting.domain import costs
from madang.services.budgeting.models import CostItem, Pot, Proposal, Round
from madang.services.budgeting.web.words import value_name

MANY_MAX = 100_000
MANY_WRONG = _("Write how many, as a whole number up to 100,000.")
VALUES = range(1, limits.VALUES_MAX + 1)


class ProposeForm(forms.Form):
    """A wish in a round: a project to be paid for, or a saving."""

    form_key = forms.CharField(
        required=False,
        max_length=32,
        widget=forms.HiddenInput,
        validators=[RegexValidator(r"^[\w-]{16,32}$")],
    )
    kind = forms.ChoiceField(
        choices=[
            (Proposal.Kind.PROJECT.value, _("Something the city should pay for")),
            (Proposal.Kind.SAVING.value, _("Something the city could save")),
        ],
        initial=Proposal.Kind.PROJECT,
        widget=forms.RadioSelect,
        label=_("What do you propose?"),
        error_messages={
            "required": _("Choose whether it costs money or saves it."),
            "invalid_choice": _("Choose whether it costs money or saves it."),
        },
    )
    title = Words(
        low=limits.TITLE_MIN,
        most=limits.TITLE_MAX,
        label=_("Your proposal in one sentence"),
        help_text=_("One sentence that a neighbour understands."),
        error_messages={"required": _("Write in one sentence what should be done.")},
    )
    body = Words(
        low=limits.BODY_MIN,
        most=limits.BODY_MAX,
        rows=8,
        label=_("What for, and how?"),
        help_text=_("Who needs it, what would be done, and where. Leave out names and phone numbers."),
        error_messages={"required": _("Describe who needs it and what would be done.")},
    )
    pot = NamedChoice(
        naming=lambda pot: str(pot.title),
        queryset=Pot.objects.none(),
        to_field_name="code",
        widget=forms.RadioSelect,
        empty_label=None,
        label=_("From which money?"),
        error_messages={
            "required": _("Choose from which money it would be paid."),
            "invalid_choice": _("Choose from which money it would be paid."),
        },
    )
    amount = WonField(
        most=limits.AMOUNT_MAX,
        label=_("About how much, in won?"),
        required=False,
        help_text=_("What you think it costs, or saves in a year. An office works out the cost later."),
    )
    place = Words(
        most=limits.PLACE_MAX,
        required=False,
        label=_("Place"),
        help_text=_(
            "A street, park or stop, if it is about one place. Everybody reads it: not where you live."
        ),
    )
    district = forms.ChoiceField(
        required=False,
        label=_("District"),
        help_text=_("So that neighbours find it."),
        error_messages={"invalid_choice": _("Choose a district from the list, or none.")},
    )
    point = PointField(
        help_text=_(
            "Latitude and longitude, such as 37.5704, 126.9922, as a map program shows them. Everybody sees it: not where you live."
        ),
    )
    group_name = Words(
        most=limits.GROUP_MAX,
        required=False,
        label=_("Name of your group"),
        help_text=_("Only if several of you propose this. The name is shown instead of yours."),
    )

    def __init__(self, *args: Any, round_: Round, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["form_key"].initial = secrets.token_urlsafe(16)
        pot = self.fields["pot"]
        assert isinstance(pot, forms.ModelChoiceField)
        pot.queryset = round_.pots.all()
        if (only := list(pot.queryset[:2])) and len(only) == 1:
            pot.initial = only[0].code
        district = self.fields["district"]
        assert isinstance(district, forms.ChoiceField)
        district.choices = [("", _("No particular district")), *places.choices()]
        table = costs.latest(round_.host_id)
        self.costs = list(table.items.all()) if table else []
        for item in self.costs:
            self.fields[f"many_{item.pk}"] = forms.IntegerField(
                required=False,
                min_value=0,
                max_value=MANY_MAX,
                label=item.name,
                widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
                error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), MANY_WRONG),
            )
        choices = [("", _("None")), *((value.number, value_name(value)) for value in plan.load().values)]
        for n in VALUES:
            self.fields[f"value_{n}"] = forms.TypedChoiceField(
                required=False,
                coerce=int,
                empty_value=None,
                choices=choices,
                label=_("Social value %(n)s") % {"n": n},
                error_messages={"invalid_choice": _("Choose a value from the list, or none.")},
            )
            self.fields[f"why_{n}"] = Words(
                low=limits.WHY_MIN,
                most=limits.WHY_MAX,
                required=False,
                label=_("How it serves value %(n)s, in a sentence") % {"n": n},
            )

    @property
    def plain(self) -> list[Any]:
        """The fields of the first part of the form."""
        return [
            self[name]
            for name in (
                "kind", "title", "body", "pot", "amount", "place", "district", "point", "group_name",
            )
        ]  # fmt: skip

    @property
    def picked(self) -> list[tuple[Any, CostItem]]:
        """The field for how many of a thing, beside the thing."""
        return [(self[f"many_{item.pk}"], item) for item in self.costs]

    @property
    def rough(self) -> tuple[int, int] | None:
        """What was picked costs together, from and to won; None where nothing was picked."""
        low = high = 0
        for field, item in self.picked:
            written = str(field.value() or "").strip()
            many = int(written) if written.isascii() and written.isdecimal() and len(written) < 7 else 0
            low, high = low + many * item.low, high + many * item.high
        return (low, high) if high else None

    @property
    def has_picked(self) -> bool:
        """Whether the part with the costs is open from the start."""
        return any(field.errors or field.value() for field, _item in self.picked)

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        """Each value beside its sentence."""
        return [(self[f"value_{n}"], self[f"why_{n}"]) for n in VALUES]

    @property
    def has_values(self) -> bool:
        """Whether the part with the values is open from the start."""
        return any(one.errors or one.value() for pair in self.pairs for one in pair)

    def clean_point(self) -> Point | None:
        """To some ten metres: a proposal is about a place, not about a door."""
        point: Point | None = self.cleaned_data["point"]
        return point and (round(point[0], 4), round(point[1], 4))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        chosen: list[tuple[int, str]] = []
        for n in VALUES:
            number, why = cleaned.get(f"value_{n}"), cleaned.get(f"why_{n}")
            if number and f"why_{n}" in cleaned and not why:
                self.add_error(f"why_{n}", _("Say in a sentence how your proposal serves this value."))
            if why and not number and f"value_{n}" in cleaned:
                self.add_error(f"value_{n}", _("Choose the value that your sentence is about."))
            if number and number in [known for known, _why in chosen]:
                self.add_error(f"value_{n}", _("You chose this value above already. Choose another one."))
            if number and why:
                chosen.append((number, why))
        cleaned["values"] = chosen
        return cleaned

    @property
    def filing(self) -> dict[str, Any]:
        """What `proposing.file` takes."""
        names = (
            "kind",
            "title",
            "body",
            "pot",
            "amount",
            "place",
            "district",
            "point",
            "group_name",
            "values",
            "form_key",
        )
        return {name: self.cleaned_data[name] for name in names}
