from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from madang.commons.panels.flows import PANEL
from madang.kernel.fields import SealedField
from madang.kernel.saying import in_english


class Panel(models.Model):
    """A body of residents who are drawn by lot. `upload` holds a register, sealed, until its columns are named."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Being prepared")
        SEATED = "seated", _("Drawn")
        CLOSED = "closed", _("Ended")

    flow = PANEL

    slug = models.SlugField(unique=True)
    title_ko = models.CharField(max_length=80)
    title_en = models.CharField(max_length=120)
    purpose_ko = models.CharField(max_length=400)
    purpose_en = models.CharField(max_length=400)
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="panels")
    about = models.CharField(
        max_length=80, blank=True, db_index=True, help_text="Reference of what it weighs, e.g. space:haedam"
    )
    size = models.PositiveSmallIntegerField(help_text="Seats.")
    youngest = models.PositiveSmallIntegerField(
        default=18, help_text="Least age in years on the day of reading."
    )
    apart = models.BooleanField(default=False, help_text="At most one of a household.")
    min_cell = models.PositiveSmallIntegerField(
        default=5, help_text="The values of a person are opened only if so many people share them all."
    )
    reply_days = models.PositiveSmallIntegerField(
        default=14, help_text="Days in which an invitation by mail is answered; then the seat is free."
    )
    source = models.CharField(max_length=300, blank=True, help_text="Where the population figures come from.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    upload = models.TextField(blank=True)
    register_read = models.PositiveIntegerField(default=0, help_text="Rows of the register.")
    register_bad = models.PositiveIntegerField(default=0, help_text="Rows that were left out.")
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1, min_cell__gte=1), name="panel_has_seats")
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def title(self) -> str:
        return self.title_en if in_english() else self.title_ko

    @property
    def purpose(self) -> str:
        return self.purpose_en if in_english() else self.purpose_ko

    @property
    def reference(self) -> str:
        return f"panel:{self.slug}"

    @property
    def is_public(self) -> bool:
        """What is announced in the log by name: everything about a panel except its people."""
        return True


class Quota(models.Model):
    """One value of one feature: how many people in the population, and how many seats from `low` to `high`."""

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="quotas")
    feature_order = models.PositiveSmallIntegerField()
    feature = models.CharField(max_length=60)
    value_order = models.PositiveSmallIntegerField()
    value = models.CharField(max_length=60)
    population = models.PositiveIntegerField(default=0)
    low = models.PositiveSmallIntegerField(default=0)
    high = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["feature_order", "value_order"]
        constraints = [
            models.UniqueConstraint(
                fields=["panel", "feature_order", "value_order"], name="quota_place_once"
            ),
            models.UniqueConstraint(fields=["panel", "feature", "value"], name="quota_value_once"),
            models.CheckConstraint(condition=Q(low__lte=F("high")), name="quota_bounds_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.feature} {self.value}: {self.low}–{self.high}"


class Candidate(models.Model):
    """A person of the register. Name, birth and contact are sealed, and erased when the panel ends.

    `values` are places in the features' values; `commit` stands for her in every lottery.
    """

    panel = models.ForeignKey(Panel, models.CASCADE, related_name="candidates")
    line = models.PositiveIntegerField(help_text="Line of the register, 0 once erased.")
    name = SealedField(max_length=600, blank=True, purpose="panels.person")
    birth = SealedField(max_length=120, blank=True, purpose="panels.person")
    contact = SealedField(max_length=1100, blank=True, purpose="panels.person")
    household = SealedField(max_length=300, blank=True, purpose="panels.household")
    values = models.JSONField()
    salt = models.CharField(max_length=32)
    commit = models.CharField(max_length=64)

    class Meta:
        ordering = ["commit"]
        constraints = [models.UniqueConstraint(fields=["panel", "commit"], name="candidate_once")]

    def __str__(self) -> str:
        return self.commit[:12]
