from __future__ import annotations

from django.conf import settings
from django.db import models

from madang.commons.meetings.models.meetings import AgendaItem, Meeting


class Table(models.Model):
    """A table where some people talk and several write."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="tables")
    place = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=100, blank=True)
    item = models.ForeignKey(AgendaItem, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["place"]
        constraints = [models.UniqueConstraint(fields=["meeting", "place"], name="table_place_once")]

    def __str__(self) -> str:
        return f"{self.place}"


class Note(models.Model):
    """What was said at a table, as one row with its whole history. `text` and `version` are those of the last version.

    `beside`: written at the same time as a change of that note, where the two could not be joined; both stay.
    """

    table = models.ForeignKey(Table, models.CASCADE, related_name="notes")
    key = models.UUIDField(
        unique=True, help_text="Given by the page that wrote it, with or without a network"
    )
    text = models.TextField()
    language = models.CharField(max_length=2, default="ko")
    version = models.PositiveIntegerField(default=1)
    beside = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="siblings")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:40]


class NoteVersion(models.Model):
    """One version of a note. Append-only: no word that was written is lost."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="versions")
    version = models.PositiveIntegerField()
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    by_pass = models.ForeignKey("meetings.HallPass", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["version"]
        constraints = [models.UniqueConstraint(fields=["note", "version"], name="note_version_once")]

    def __str__(self) -> str:
        return f"{self.note_id} v{self.version}"
