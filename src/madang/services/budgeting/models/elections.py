from __future__ import annotations

import zlib
from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

COPY_LEVEL = 6  # of compression: a ballot file of 3 MB keeps 0.7 MB


class Election(models.Model):
    """One vote about one pot of money, with the file of its ballots as everybody may have it.

    The file (Pabulib's format) is what is counted. Everything else here is read from it and can be read from it again.
    Amounts are whole numbers of 1/`unit` of the currency: with `unit` 100, a cost of 12.50 is 1250.
    """

    slug = models.SlugField(unique=True, max_length=60)
    title = models.CharField(max_length=200)
    place = models.CharField(max_length=120, blank=True)
    country = models.CharField(max_length=60, blank=True)
    occasion = models.CharField(
        max_length=60, blank=True, help_text="Year or name of the round, as the file says."
    )
    held_until = models.DateField(null=True, blank=True)
    currency = models.CharField(max_length=8, blank=True)
    unit = models.PositiveIntegerField(default=1)
    budget = models.BigIntegerField()
    voters = models.PositiveIntegerField()
    vote_type = models.CharField(
        max_length=20, help_text="approval, choose-1, ordinal, cumulative or scoring"
    )
    rule = models.CharField(
        max_length=60, blank=True, help_text="By which the city decided, as the file says."
    )
    tie_order = models.CharField(
        max_length=8,
        default="id",
        help_text="Who is first of equals when it is counted: of `logic.ties.ORDERS`.",
    )
    increment = models.CharField(
        max_length=20, default="1", help_text="Step of a share when shares grow, in the currency."
    )
    remark = models.TextField(blank=True, help_text="What the file's publisher says of it.")
    language = models.CharField(max_length=8, blank=True, help_text="Of the names of its projects.")
    is_demo = models.BooleanField(default=False)
    source = models.CharField(max_length=200)
    source_url = models.URLField(blank=True)
    packed = models.BinaryField(help_text="The file, zlib.")
    digest = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the file.")
    brought_at = models.DateTimeField()

    class Meta:
        ordering = ["-held_until", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(budget__gt=0, voters__gt=0), name="election_has_money_and_voters"
            )
        ]

    def __str__(self) -> str:
        return self.slug

    @property
    def reference(self) -> str:
        return f"election:{self.slug}"

    @property
    def ballots(self) -> bytes:
        """The file as it was brought in, byte for byte."""
        return zlib.decompress(bytes(self.packed))

    @ballots.setter
    def ballots(self, content: bytes) -> None:
        self.packed = zlib.compress(content, COPY_LEVEL)

    def amount(self, units: int) -> Decimal:
        """An amount in the currency."""
        return Decimal(units) / self.unit


class Item(models.Model):
    """A project on the ballot."""

    election = models.ForeignKey(Election, models.CASCADE, related_name="items")
    code = models.CharField(max_length=60, help_text="Its number in the file.")
    order = models.PositiveSmallIntegerField(help_text="Place in the file.")
    name = models.CharField(max_length=400)
    cost = models.BigIntegerField()
    votes = models.PositiveIntegerField(help_text="Ballots that name it.")
    won = models.BooleanField(
        null=True, help_text="What the city decided; unknown where the file does not say."
    )

    class Meta:
        ordering = ["order"]
        constraints = [models.UniqueConstraint(fields=["election", "code"], name="item_code_once")]

    def __str__(self) -> str:
        return self.code


class Count(models.Model):
    """The ballots counted by one rule. Made by the worker; the same file and settings give the same digest."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waits to be counted")
        DONE = "done", _("Counted")
        FAILED = "failed", _("Could not be counted")

    election = models.ForeignKey(Election, models.CASCADE, related_name="counts")
    method = models.CharField(
        max_length=60, help_text="Rule, utility and completion: equal-shares.cost.add1."
    )
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    result: Any = models.JSONField(null=True, blank=True, help_text="What `madang count` writes.")
    digest = models.CharField(max_length=64, blank=True, help_text="Of the result, as the command prints it.")
    served = models.PositiveIntegerField(
        null=True, blank=True, help_text="Voters with a funded project on their ballot."
    )
    said = models.JSONField(default=list, blank=True, help_text="Why it failed, in both languages.")
    took = models.FloatField(null=True, blank=True, help_text="Seconds.")
    counted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["election", "method"], name="count_once")]

    def __str__(self) -> str:
        return f"{self.election_id} {self.method}"
