"""Forms of booths: issuing sheets, who stands at the table, what was read, what was counted. What was typed is shown again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.kernel.web.fields import CleanText, NamedChoice
from madang.services.budgeting.domain.boxes import MOST
from madang.services.budgeting.domain.sheets import SEEN
from madang.services.budgeting.models import Pot


def _many(label: Any, least: int, most: int, missing: Any, **options: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=least,
        max_value=most,
        error_messages={"required": missing, "invalid": _("Write the number in figures.")},
        **options,
    )


class BoxForm(forms.Form):
    """Sheets for one place."""

    pot = NamedChoice(
        naming=lambda pot: str(pot.title),
        queryset=Pot.objects.none(),
        label=_("For which money"),
        empty_label=None,
        error_messages={"required": _("Choose the money that is voted on.")},
    )
    place = CleanText(
        max_length=80,
        label=_("Where the box stands"),
        help_text=_("It is published with the count."),
        error_messages={"required": _("Write where the box stands.")},
    )
    size = _many(
        _("Number of sheets"), 1, MOST, _("Write how many sheets."),
        help_text=_("At most %(most)s in a box.") % {"most": MOST},
    )  # fmt: skip
    large = _many(
        _("Of these in large print"), 0, MOST, _("Write how many, 0 for none."), initial=0,
        help_text=_("Long lists are printed on A3."),
    )  # fmt: skip

    def __init__(self, *args: Any, pots: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["pot"]
        field.queryset = pots

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if data.get("size") and (data.get("large") or 0) > data["size"]:
            self.add_error("large", _("Not more than there are sheets."))
        return data


class PersonForm(forms.Form):
    """Who stands at the table: by her papers, or by the code of her account."""

    name = CleanText(max_length=60, required=False, label=_("Name"))
    birth_date = CleanText(
        max_length=20, required=False, label=_("Birth date"), help_text=_("Like 1990-01-31.")
    )
    code = CleanText(
        max_length=40,
        required=False,
        label=_("Code from the letter to residents"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    calling = CleanText(
        max_length=20,
        required=False,
        label=_("Or: the code for calls of her account"),
        help_text=_("Eight characters, which she makes on her own page. Then leave the fields above empty."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        papers = [data.get(name) for name in ("name", "birth_date", "code")]
        if data.get("calling") and any(papers):
            self.add_error("calling", _("Use her papers or her code, not both."))
        elif not data.get("calling"):
            for name, typed in zip(("name", "birth_date", "code"), papers, strict=True):
                if not typed:
                    self.add_error(name, _("Fill in all three, or use the code of her account."))
        return data


class BackForm(PersonForm):
    """Whose mark was a mistake, and what she gave back."""

    slip = CleanText(
        max_length=20,
        required=False,
        label=_("The code on her slip"),
        help_text=_("Only if she was given a code for the device. Leave it empty for a sheet."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class FindSheetForm(forms.Form):
    """A sheet by its number."""

    serial = CleanText(
        max_length=60,
        label=_("Number of the sheet"),
        help_text=_("Under the code, it begins with BS. A hand scanner types it by itself."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Type the number of the sheet.")},
    )


class _Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files at once."""

    widget = _Files

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(one, initial) for one in (data or [None])]


class ScanForm(forms.Form):
    """Pictures of sheets, or a PDF that a scanner made of many."""

    scans = FilesField(
        label=_("Scans or photographs"),
        help_text=_("PDF, JPEG or PNG, up to 5 MB each and 20 pages together. They may lie upside down."),
        widget=_Files(attrs={"accept": "application/pdf,image/jpeg,image/png"}),
        error_messages={"required": _("Choose at least one file.")},
    )


class WhyForm(forms.Form):
    """Why a sheet cannot be cast."""

    why = forms.ChoiceField(
        choices=[(one.value, one.label) for one in SEEN],
        label=_("Why can it not be cast?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the reasons.")},
    )


class CountForm(forms.Form):
    """Piles counted by hand."""

    cast = _many(_("Cast, in the pile"), 0, 999, _("Count the pile; 0 if there is none."))
    spoiled = _many(_("Spoiled, in the pile"), 0, 999, _("Count the pile; 0 if there is none."))
    unused = _many(_("Unused, in the pile"), 0, 999, _("Count the pile; 0 if there is none."))
    reason = CleanText(
        rows=3,
        max_length=1000,
        required=False,
        label=_("Why the box is closed although it does not add up"),
        help_text=_("Only then, and only by an approver. It is published with the result."),
    )
