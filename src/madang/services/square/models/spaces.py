"""Time and participation kept apart: phases are pure time, processes are what people do in it.

A cell (process × phase) says what may be done there. Several processes run in one phase, one process runs
through several phases, and neither has to know.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from madang.kernel.levels import Level, stricter
from madang.kernel.saying import in_language
from madang.services.square.enums import Filing

LEVEL_OF: dict[str, str] = {
    Filing.ANYONE: Level.ANONYMOUS,
    Filing.ACCOUNT: Level.CONTACT,
    Filing.RESIDENT: Level.RESIDENT,
}


class Titled(models.Model):
    """Texts of the institution, kept in both languages."""

    title_ko = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120)
    summary_ko = models.TextField(blank=True)
    summary_en = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def title(self) -> str:
        return in_language(self.title_ko, self.title_en)

    @property
    def summary(self) -> str:
        return in_language(self.summary_ko, self.summary_en)


class Space(Titled):
    """A place where people gather, hosted by one office."""

    slug = models.SlugField(unique=True)
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    is_archive = models.BooleanField(default=False)
    source = models.CharField(
        max_length=300, blank=True, help_text="Where imported content comes from, licence."
    )
    order = models.PositiveSmallIntegerField(default=50)
    edition = models.ForeignKey(
        "square.Edition",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The published version in force; empty where the space was made without one.",
    )

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        return f"space:{self.slug}"


class Phase(Titled):
    """A stretch of time in a space; the first may begin and the last may end open."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="phases")
    key = models.CharField(max_length=12, blank=True, help_text="Its name in the versions of the space")
    order = models.PositiveSmallIntegerField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    is_narrative = models.BooleanField(
        default=True, help_text="A silent phase sends no notice when it begins."
    )

    announced_at = models.DateTimeField(
        null=True, blank=True, help_text="When followers of the space were told that it began."
    )

    class Meta:
        ordering = ["space", "order"]
        constraints = [
            models.UniqueConstraint(fields=["space", "key"], condition=~Q(key=""), name="phase_key_once"),
            models.UniqueConstraint(fields=["space", "order"], name="phase_order_once"),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="phase_moments_in_order",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Process(Titled):
    """One form, one set of ideas, one set of rules."""

    space = models.ForeignKey(Space, models.CASCADE, related_name="processes")
    slug = models.SlugField(unique=True)
    rule_code = models.CharField(max_length=80)
    filing_level = models.CharField(max_length=10, choices=Level.choices, default=Level.ANONYMOUS)
    support_level = models.CharField(max_length=10, choices=Level.choices, default=Level.CONTACT)
    order = models.PositiveSmallIntegerField(default=50)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.title


class Cell(models.Model):
    """What may be done in one process during one phase, and by whom.

    The process may ask for more than the cell; the stricter of the two counts.
    """

    process = models.ForeignKey(Process, models.CASCADE, related_name="cells")
    phase = models.ForeignKey(Phase, models.CASCADE, related_name="cells")
    can_file = models.BooleanField(default=False)
    can_support = models.BooleanField(default=False)
    can_comment = models.BooleanField(default=False)
    filing = models.CharField(max_length=8, choices=Filing.choices, default=Filing.ACCOUNT)
    support_level = models.CharField(max_length=10, choices=Level.choices, default=Level.CONTACT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["process", "phase"], name="cell_once")]

    def __str__(self) -> str:
        return f"{self.process} × {self.phase}"

    @property
    def needed_to_file(self) -> str:
        """The level that filing needs here."""
        return stricter(self.process.filing_level, LEVEL_OF[self.filing])

    @property
    def needed_to_support(self) -> str:
        """The level that supporting needs here."""
        return stricter(self.process.support_level, self.support_level)


class Category(Titled):
    """A field of policy within a process."""

    process = models.ForeignKey(Process, models.CASCADE, related_name="categories")
    slug = models.SlugField(allow_unicode=True)
    tone = models.CharField(max_length=10, default="blue")
    value = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="Social value of the plan it serves, 1 to 13"
    )
    order = models.PositiveSmallIntegerField(default=50)

    class Meta:
        ordering = ["order", "pk"]
        constraints = [models.UniqueConstraint(fields=["process", "slug"], name="category_once")]

    def __str__(self) -> str:
        return self.title
