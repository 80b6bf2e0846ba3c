"""What people type into a case. Every message says what to do; everything typed is shown again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from madang.kernel import places
from madang.kernel.web.fields import Words
from madang.kernel.web.once import OnceForm
from madang.kernel.web.placing import PlaceMixin, PointField, settled
from madang.services.casework import limits, queries
from madang.services.casework.enums import PlaceNeed
from madang.services.casework.models import Category, Center

PRIVATE, PUBLIC = "private", "public"
NAMED, NAMELESS = "named", "nameless"


class NamingFields(forms.Form):
    """Whether she gives her name: with her account or without it, or what she is called and how to reach her."""

    naming = forms.ChoiceField(
        choices=[
            (NAMED, _("With my account: I follow it there")),
            (NAMELESS, _("Without a name: only the receipt code opens it")),
        ],
        initial=NAMED,
        widget=forms.RadioSelect,
        label=_("Do you give your name?"),
        error_messages={
            "required": _("Choose whether you give your name."),
            "invalid_choice": _("Choose whether you give your name."),
        },
    )
    author_label = Words(
        most=limits.LABEL_MAX,
        required=False,
        label=_("Your name"),
        help_text=_("So that the office knows how to address you. Leave it empty to stay anonymous."),
    )
    contact_email = forms.EmailField(
        required=False,
        label=_("E-mail for news of this case"),
        help_text=_(
            "Only for questions, the answer and news. It is never shown, and you can have it erased."
        ),
        error_messages={"invalid": _("Write the address like name@example.kr, or leave it empty.")},
    )

    def __init__(self, *args: Any, is_signed_in: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_signed_in = is_signed_in
        for name in ("author_label", "contact_email") if is_signed_in else ("naming",):
            del self.fields[name]


class CaseFields(NamingFields, PlaceMixin):
    """What is asked of every new case: what happened, where, and who may read it."""

    field_order = (
        "title", "body", "category", "address", "district", "point", "disclosure", "naming", "author_label", "contact_email",
    )  # fmt: skip
    """As on the page, and so in the summary of errors."""

    title = Words(
        low=limits.TITLE_MIN,
        most=limits.TITLE_MAX,
        label=_("What is it about?"),
        help_text=_("A few words, such as “Street lamp out on Baeum-gil”."),
        error_messages={"required": _("Write in a few words what it is about.")},
    )
    body = Words(
        low=limits.BODY_MIN,
        most=limits.BODY_MAX,
        rows=8,
        label=_("What happened, and what do you need?"),
        help_text=_(
            "Tell it once, in your own words. You do not have to know which office is right: that is our work."
        ),
        error_messages={"required": _("Describe what happened and what you need.")},
    )
    category = forms.ChoiceField(
        required=False,
        label=_("Category"),
        error_messages={"invalid_choice": _("Choose a category from the list, or “I am not sure”.")},
    )
    address = Words(
        most=limits.ADDRESS_MAX,
        required=False,
        label=_("Where is it?"),
        help_text=_("An address, a street with a landmark, or the number on a lamp post."),
    )
    district = forms.ChoiceField(
        required=False,
        label=_("District"),
        error_messages={"invalid_choice": _("Choose a district from the list, or none.")},
    )
    point = PointField()
    disclosure = forms.ChoiceField(
        choices=[
            (PRIVATE, _("Only I and the offices concerned")),
            (PUBLIC, _("Everyone: others with the same problem find it")),
        ],
        initial=PRIVATE,
        widget=forms.RadioSelect,
        label=_("Who may read it?"),
        error_messages={
            "required": _("Choose who may read it."),
            "invalid_choice": _("Choose who may read it."),
        },
    )

    def __init__(self, *args: Any, center: Center, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = {one.code: one for one in queries.categories(center)}
        category, district = self.fields["category"], self.fields["district"]
        assert isinstance(category, forms.ChoiceField) and isinstance(district, forms.ChoiceField)
        category.choices = [("", _("I am not sure")), *_grouped(self.known)]
        district.choices = [("", _("No particular district")), *places.choices()]

    def clean_category(self) -> Category | None:
        return self.known.get(self.cleaned_data["category"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        category: Category | None = cleaned.get("category")
        if category is None:
            return cleaned
        is_nowhere = not (cleaned.get("address") or cleaned.get("point") or self.wants_place)
        if category.place == PlaceNeed.REQUIRED and is_nowhere and not self.has_error("point"):
            self.add_error(
                "address",
                _("Say where it is, or set the pin on the map, so that somebody can go there."),
            )
        if cleaned.get("disclosure") == PUBLIC and not category.may_be_public:
            self.add_error(
                "disclosure",
                _(
                    "Cases of this category are not published, because they are about people. File it as private."
                ),
            )
        if not category.may_be_anonymous and self.is_nameless(cleaned):
            name = "naming" if self.is_signed_in else "author_label"
            self.add_error(name, _("This category needs a name, because the law asks for one."))
        return cleaned

    def is_nameless(self, cleaned: dict[str, Any]) -> bool:
        """Whether it would be filed without a name."""
        if self.is_signed_in:
            return cleaned.get("naming") == NAMELESS
        return not cleaned.get("author_label")

    @property
    def filing(self) -> dict[str, Any]:
        """What `filing.file_case` takes of this form."""
        data = self.cleaned_data
        return {
            "title": data["title"],
            "body": data["body"],
            "category": data["category"],
            "address": data["address"],
            "district": data["district"],
            "point": data["point"],
            "is_public": data["disclosure"] == PUBLIC,
            "is_anonymous": data.get("naming") == NAMELESS,
            "author_label": data.get("author_label", ""),
            "contact_email": data.get("contact_email", ""),
        }


class CaseForm(CaseFields, OnceForm):
    """A new case on the site."""


class KeptForm(CaseFields):
    """A new case that a device kept. Nobody sits before it now: the place is taken as it was written, the desk sorts it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["category"]

    def clean(self) -> dict[str, Any]:
        self.cleaned_data.setdefault("category", None)
        return super().clean()

    def look_at_place(self, cleaned: dict[str, Any]) -> None:
        cleaned["district"] = settled(
            cleaned.get("address", ""), cleaned.get("district", ""), cleaned.get("point")
        )


def _grouped(known: dict[str, Category]) -> list[tuple[str, Any]]:
    """Categories under the names of their groups, in order."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for code, one in known.items():
        groups.setdefault(one.group, []).append((code, one.name))
    return [
        entry for group, entries in groups.items() for entry in ([(group, entries)] if group else entries)
    ]
