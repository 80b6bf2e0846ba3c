from __future__ import annotations

import secrets
import zlib
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.services.budgeting.models.rounds import Pot, Round


def any_key() -> int:
    """A random key: it does not tell in which order ballots came."""
    return secrets.randbits(62)


class Ballot(models.Model):
    """What one person chose in one pot, and its seal. It knows no person, no session, no day.

    `choices` and `salt` are there while the vote is open. At closing the choices go into the published file, the seals into
    the published table, and here stays which receipt code finds which seal: nobody can tell a choice from a receipt.
    """

    id = models.BigIntegerField(primary_key=True, default=any_key, editable=False)
    pot = models.ForeignKey(Pot, models.CASCADE, related_name="ballots")
    choices: Any = models.JSONField(
        null=True, help_text="Codes of projects, in order for a ranking; for points by code how many."
    )
    salt = models.CharField(max_length=64, blank=True, help_text="Of the seal; nobody is told.")
    seal = models.CharField(max_length=64, help_text="SHA-256 over salt and choices.")
    code = models.CharField(max_length=64, unique=True, help_text="SHA-256 of the receipt code.")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(choices__isnull=False) | Q(salt=""), name="ballot_counted_has_no_salt"
            )
        ]

    def __str__(self) -> str:
        return f"ballot of {self.pot_id}"


class Voter(models.Model):
    """That somebody has voted in a pot: her pseudonym there, so that one ballot counts. Deleted at closing."""

    ballot = models.OneToOneField(Ballot, models.CASCADE, primary_key=True, related_name="voter")
    pot = models.ForeignKey(Pot, models.CASCADE, related_name="+")
    pseudonym = models.CharField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["pot", "pseudonym"], name="voter_once"),
            models.CheckConstraint(condition=~Q(pseudonym=""), name="voter_has_pseudonym"),
        ]

    def __str__(self) -> str:
        return f"voter of {self.ballot_id}"


class Arrival(models.Model):
    """That one more person has voted in a pot, until the turnout knows it. It leads to no ballot and stays for seconds."""

    pot = models.ForeignKey(Pot, models.CASCADE, related_name="+")
    many = models.SmallIntegerField(
        default=1, help_text="-1: a booth has taken out a ballot that was cast online."
    )

    def __str__(self) -> str:
        return f"arrival in {self.pot_id}"


class Residence(models.Model):
    """In which district one person votes in a round that has pots of districts. Deleted at closing.

    One row for a person and one district in it: her first ballot for a district fixes it, so that nobody votes in two,
    whatever a new proof or a new word says.
    """

    OTHER = "other"

    round = models.ForeignKey(Round, models.CASCADE, related_name="+")
    pseudonym = models.CharField(max_length=32)
    district = models.CharField(max_length=10, help_text="Code of `kernel.places`, or OTHER.")
    is_fixed = models.BooleanField(default=False, help_text="She has voted there.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "pseudonym"], name="residence_once"),
            models.CheckConstraint(condition=~Q(pseudonym=""), name="residence_has_pseudonym"),
        ]

    def __str__(self) -> str:
        return f"{self.district} in {self.round_id}"


class Tally(models.Model):
    """What closing fixed of a pot: how many ballots, the table of their seals; and whether the second count agrees."""

    class Recount(models.TextChoices):
        WAITING = "waiting", _("Waits for the second count")
        AGREES = "agrees", _("Both counts agree")
        DIFFERS = "differs", _("The two counts differ")
        FAILED = "failed", _("Could not be counted a second time")

    pot = models.OneToOneField(Pot, models.CASCADE, primary_key=True, related_name="tally")
    ballots = models.PositiveIntegerField()
    packed = models.BinaryField(help_text="The table of seals, a line each, sorted; zlib.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the table, as it stands in the log.")
    closed_at = models.DateTimeField()
    recount = models.CharField(max_length=8, choices=Recount.choices, default=Recount.WAITING)
    said = models.TextField(blank=True, help_text="What the second program said.")
    recounted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "tallies"

    def __str__(self) -> str:
        return f"tally of {self.pot_id}"

    @property
    def seals(self) -> bytes:
        """The published table."""
        return zlib.decompress(bytes(self.packed))

    @seals.setter
    def seals(self, content: bytes) -> None:
        self.packed = zlib.compress(content, 1)  # digests hardly shrink
