from __future__ import annotations

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q

from madang.kernel.saying import in_english
from madang.services.casework.enums import LISTS, CaseType, Datatype, PlaceNeed

CODE = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")


class Center(models.Model):
    """A complaint center: the desk to which cases come where no rule names another office.

    `code` is the jurisdiction of Open311.
    """

    code = models.CharField(max_length=60, unique=True, validators=[CODE])
    title_ko = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120)
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    phone = models.CharField(max_length=20, blank=True)
    is_open = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        return f"center:{self.code}"

    @property
    def title(self) -> str:
        return self.title_en if in_english() else self.title_ko


class Category(models.Model):
    """What a case is about: a *service* in the words of Open311."""

    center = models.ForeignKey(Center, models.CASCADE, related_name="categories")
    code = models.CharField(max_length=40, validators=[CODE])
    name_ko = models.CharField(max_length=60)
    name_en = models.CharField(max_length=80)
    description_ko = models.CharField(max_length=300, blank=True)
    description_en = models.CharField(max_length=400, blank=True)
    keywords = models.CharField(max_length=300, blank=True, help_text="Separated by commas, both languages.")
    group_ko = models.CharField(max_length=40, blank=True)
    group_en = models.CharField(max_length=60, blank=True)
    default_type = models.CharField(max_length=16, choices=CaseType.choices, default=CaseType.OTHER)
    place = models.CharField(max_length=8, choices=PlaceNeed.choices, default=PlaceNeed.OPTIONAL)
    may_be_public = models.BooleanField(default=True, help_text="Whether its author may have it published.")
    may_be_anonymous = models.BooleanField(default=True, help_text="Whether it is taken without a name.")
    is_active = models.BooleanField(default=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["center", "code"], name="casework_category_once"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if in_english() else self.name_ko

    @property
    def description(self) -> str:
        return self.description_en if in_english() else self.description_ko

    @property
    def group(self) -> str:
        return self.group_en if in_english() else self.group_ko


class CategoryField(models.Model):
    """One more thing that is asked in a category: an *attribute* in the words of Open311.

    `values` are the choices of a list: `[{"key": "a", "ko": "…", "en": "…"}]`; empty for other datatypes. A field
    that is not `is_variable` only informs and takes no answer.
    """

    category = models.ForeignKey(Category, models.CASCADE, related_name="fields")
    code = models.CharField(max_length=40, validators=[CODE])
    datatype = models.CharField(max_length=16, choices=Datatype.choices, default=Datatype.STRING)
    required = models.BooleanField(default=False)
    is_variable = models.BooleanField(default=True)
    is_public = models.BooleanField(default=False, help_text="Whether the answer is published with the case.")
    order = models.PositiveSmallIntegerField(default=0)
    description_ko = models.CharField(max_length=200)
    description_en = models.CharField(max_length=300)
    hint_ko = models.CharField(max_length=200, blank=True)
    hint_en = models.CharField(max_length=300, blank=True)
    values = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["order", "code"]
        constraints = [
            models.UniqueConstraint(fields=["category", "code"], name="casework_field_once"),
        ]

    def __str__(self) -> str:
        return f"{self.category_id}:{self.code}"

    @property
    def description(self) -> str:
        return self.description_en if in_english() else self.description_ko

    @property
    def hint(self) -> str:
        return self.hint_en if in_english() else self.hint_ko

    @property
    def is_list(self) -> bool:
        return self.datatype in LISTS

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Keys and names of the values, in the language of the page."""
        name = "en" if in_english() else "ko"
        return [(str(value["key"]), str(value.get(name) or value["key"])) for value in self.values]

    def shown(self, answer: Any) -> str:
        """An answer in words."""
        names = dict(self.choices)
        given = answer if isinstance(answer, list) else [answer]
        return ", ".join(names.get(str(one), str(one)) for one in given)


class RoutingRule(models.Model):
    """Which office a case goes to, by category and district, from one day to another.

    An empty category or district means any. Of several that fit, the one that names more wins: category and district,
    category, district, neither; then the one that began later (`domain.routing`).
    """

    center = models.ForeignKey(Center, models.CASCADE, related_name="routes")
    category = models.ForeignKey(Category, models.CASCADE, null=True, blank=True, related_name="routes")
    district = models.CharField(max_length=5, blank=True, help_text="A code of kernel.places; empty for any.")
    office = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=200, blank=True, help_text="Order that divides the tasks.")

    class Meta:
        ordering = ["center", "category", "district", "valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=models.F("valid_from")),
                name="casework_route_days",
            ),
            models.UniqueConstraint(
                fields=["category", "district", "valid_from"],
                condition=Q(category__isnull=False),
                name="casework_route_once",
            ),
            models.UniqueConstraint(
                fields=["center", "district", "valid_from"],
                condition=Q(category__isnull=True),
                name="casework_route_any_once",
            ),
            models.UniqueConstraint(
                fields=["category", "district"],
                condition=Q(category__isnull=False, valid_to__isnull=True),
                name="casework_route_one_open",
            ),
            models.UniqueConstraint(
                fields=["center", "district"],
                condition=Q(category__isnull=True, valid_to__isnull=True),
                name="casework_route_any_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.category or '*'} {self.district or '*'} → {self.office}"
