"""Paper and booths: sheets in boxes, what was read on them, who was handed one. Nothing here joins a person to a sheet."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel.flow import Flow
from madang.services.budgeting.flows import BOX, SHEET
from madang.services.budgeting.models.rounds import Pot
from madang.services.budgeting.models.voting import any_key


def scan_path(sheet: Sheet, name: str) -> str:
    """Where the picture of a sheet lies while it is being read."""
    return f"budgeting/sheets/{name}"


class Box(models.Model):
    """The sheets of one place for one pot, and the booth there. Public: anyone can add up.

    `handed` sheets and `keyed` codes were given to people whose right was checked; who they were stands nowhere here.
    `counted` holds what was counted by hand at closing, `apart` in what that differs, `adjusted` why it was closed all the same.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("ballot box", "Open")
        CLOSED = "closed", pgettext_lazy("ballot box", "Closed")

    flow: ClassVar[Flow] = BOX

    number = models.CharField(max_length=24, unique=True)
    pot = models.ForeignKey(Pot, models.PROTECT, related_name="boxes")
    place = models.CharField(max_length=80)
    size = models.PositiveSmallIntegerField(help_text="Sheets issued.")
    printed: Any = models.JSONField(help_text="What stands on the sheets: `layout.Printed`.")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    handed = models.PositiveIntegerField(default=0, help_text="Sheets handed to voters.")
    keyed = models.PositiveIntegerField(default=0, help_text="Codes for the device of the booth.")
    keyed_cast = models.PositiveIntegerField(default=0, help_text="Ballots cast with such a code.")
    taken_back = models.PositiveIntegerField(default=0, help_text="Marks in the roll that were undone.")
    closed_at = models.DateTimeField(null=True, blank=True)
    counted: Any = models.JSONField(default=dict, blank=True)
    apart: Any = models.JSONField(default=dict, blank=True)
    adjusted = models.TextField(blank=True)

    class Meta:
        ordering = ["opened_at", "pk"]
        verbose_name_plural = "boxes"
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1) & Q(size__lte=999), name="box_size"),
            models.CheckConstraint(
                condition=Q(state="open", closed_at__isnull=True)
                | Q(state="closed", closed_at__isnull=False),
                name="box_closed_has_moment",
            ),
            models.CheckConstraint(condition=Q(keyed_cast__lte=F("keyed")), name="box_codes_cast_once"),
            models.CheckConstraint(condition=Q(apart={}) | ~Q(adjusted=""), name="box_apart_has_reason"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def reference(self) -> str:
        return f"box:{self.number}"

    @property
    def is_public(self) -> bool:
        return True


class Sheet(models.Model):
    """One printed ballot. Its serial is random, so that it tells nothing of when it was handed out."""

    class State(models.TextChoices):
        OUT = "out", _("Not seen yet")
        TYPED = "typed", _("Read once")
        DISPUTED = "disputed", _("Read differently")
        CAST = "cast", pgettext_lazy("ballot sheet", "Cast")
        SPOILED = "spoiled", pgettext_lazy("ballot sheet", "Spoiled")
        UNUSED = "unused", pgettext_lazy("ballot sheet", "Unused")

    class Why(models.TextChoices):
        """Why a sheet is not cast; no other reason exists."""

        BLANK = "blank", _("Nothing is marked")
        OVER = "over", _("More is marked than the ballot allows")
        UNDER = "under", _("Fewer projects are marked than the ballot asks for")
        CONFLICT = "conflict", _("The marks contradict each other")
        UNREADABLE = "unreadable", _("What is meant cannot be told")
        NAMED = "named", _("It says who filled it in")
        REPLACED = "replaced", _("The voter gave it back and got another")
        DAMAGED = "damaged", _("It was damaged and never handed out")
        MISSING = "missing", _("It never came back")

    flow: ClassVar[Flow] = SHEET

    box = models.ForeignKey(Box, models.CASCADE, related_name="sheets")
    serial = models.CharField(max_length=24, unique=True)
    is_large = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OUT)
    why = models.CharField(max_length=10, choices=Why.choices, blank=True)
    picture = models.FileField(upload_to=scan_path, blank=True)

    class Meta:
        ordering = ["serial"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(state="spoiled") & ~Q(why="")) | (~Q(state="spoiled") & Q(why="")),
                name="sheet_spoiled_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.serial

    @property
    def reference(self) -> str:
        return f"sheet:{self.serial}"

    @property
    def is_public(self) -> bool:
        """What became of one sheet is between the office and its piles; the counts of the box are public."""
        return False


class Reading(models.Model):
    """What one person, or the scanner (`by` empty), read on a sheet. Erased as soon as the sheet is settled."""

    sheet = models.ForeignKey(Sheet, models.CASCADE, related_name="readings")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    said: Any = models.JSONField(help_text="`choices`, or `why` it cannot be cast.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "by"], name="reading_once_each"),
            models.UniqueConstraint(fields=["sheet"], condition=Q(by=None), name="reading_scanner_once"),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id} by {self.by_id or 'scanner'}"


class Mark(models.Model):
    """That somebody was marked in the voter roll of a pot at a booth: her pseudonym there. Deleted at closing.

    It knows no sheet, no code and no moment.
    """

    id = models.BigIntegerField(primary_key=True, default=any_key, editable=False)
    pot = models.ForeignKey(Pot, models.CASCADE, related_name="+")
    pseudonym = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pot", "pseudonym"], name="mark_once"),
            models.CheckConstraint(condition=~Q(pseudonym=""), name="mark_has_pseudonym"),
        ]

    def __str__(self) -> str:
        return f"mark in {self.pot_id}"


class Key(models.Model):
    """A code that opens the ballot once at the device of a booth. It knows no person. Deleted at closing."""

    id = models.BigIntegerField(primary_key=True, default=any_key, editable=False)
    box = models.ForeignKey(Box, models.CASCADE, related_name="keys")
    digest = models.CharField(max_length=64, unique=True)
    is_used = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"key of {self.box_id}"
