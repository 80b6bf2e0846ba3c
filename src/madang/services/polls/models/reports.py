from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from madang.services.polls.enums import AnalysisState, Trouble
from madang.services.polls.models.coding import Codebook
from madang.services.polls.models.polls import Poll


class Analysis(models.Model):
    """One reading of a poll's words. The same `input` with the same `parameters` and `versions` gives the same `result`, byte
    for byte."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="analyses")
    parameters = models.JSONField(
        default=dict, help_text="Own boilerplate and words asked for: all that steers it."
    )
    versions = models.JSONField(default=dict, help_text="Of code, lexicon and tokenizer.")
    state = models.CharField(max_length=8, choices=AnalysisState.choices, default=AnalysisState.WAITING)
    done = models.PositiveIntegerField(default=0, help_text="Chunks finished.")
    total = models.PositiveIntegerField(default=0, help_text="Chunks there are.")
    input = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the answers that went in.")
    result = models.JSONField(default=dict)
    quotable = models.JSONField(
        default=dict,
        help_text="Number of an answer → its words, with personal data and names masked; only where they may be quoted.",
    )
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the result in canonical form.")
    error = models.CharField(max_length=300, blank=True)
    trouble = models.CharField(
        max_length=6, choices=Trouble.choices, blank=True, help_text="What the last reader that died died of."
    )
    deaths = models.PositiveSmallIntegerField(
        default=0, help_text="Readers that died one after the other, without a part read in between."
    )
    taken_by = models.CharField(max_length=16, blank=True, help_text="Reader that puts the parts together.")
    taken_at = models.DateTimeField(null=True, blank=True, help_text="When it was last heard of.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"words of {self.poll_id}"


class Chunk(models.Model):
    """One part of an analysis: which answers, and what was read of them. What has been read is not read again after a
    restart; a part whose reader has died is taken over. Gone when the analysis is done."""

    analysis = models.ForeignKey(Analysis, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    first = models.BigIntegerField(help_text="Random key of its first answer.")
    last = models.BigIntegerField(help_text="Random key of its last answer.")
    taken_by = models.CharField(max_length=16, blank=True, help_text="Reader that has it.")
    taken_at = models.DateTimeField(null=True, blank=True, help_text="When its reader was last heard of.")
    read = models.BinaryField(
        null=True, help_text="The bytes of `logic.store.Chunk`; none while it is not read."
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["analysis", "number"], name="chunk_once")]

    def __str__(self) -> str:
        return f"chunk {self.number}"


class Report(models.Model):
    """An edition that was published. Later editions stand beside it; none is taken away."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="reports")
    edition = models.PositiveSmallIntegerField()
    analysis = models.ForeignKey(Analysis, models.PROTECT, null=True, blank=True, related_name="reports")
    codebook = models.ForeignKey(Codebook, models.PROTECT, null=True, blank=True, related_name="reports")
    body = models.JSONField(help_text="Everything that pages, CSV and PDF show.")
    bundle = models.FileField(upload_to="polls/bundles/", blank=True)
    digest = models.CharField(max_length=64, help_text="SHA-256 of the bundle; in the log.")
    note_ko = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    published_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-edition"]
        constraints = [models.UniqueConstraint(fields=["poll", "edition"], name="report_edition_once")]

    def __str__(self) -> str:
        return f"edition {self.edition}"


class Publication(models.Model):
    """An edition that somebody ordered: a worker makes it. It ends with the report, or with why there is none."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="publications")
    codebook = models.ForeignKey(Codebook, models.CASCADE, null=True, blank=True, related_name="+")
    analysis = models.ForeignKey(Analysis, models.CASCADE, null=True, blank=True, related_name="+")
    after = models.PositiveSmallIntegerField(help_text="The last edition that she had seen; 0 for none.")
    note_ko = models.TextField(blank=True)
    note_en = models.TextField(blank=True)
    state = models.CharField(max_length=8, choices=AnalysisState.choices, default=AnalysisState.WAITING)
    step = models.PositiveSmallIntegerField(
        default=0, help_text="Of `editions.STEPS`: the one that is being done."
    )
    attempts = models.PositiveSmallIntegerField(default=0, help_text="How often a worker has begun it.")
    why = models.JSONField(default=dict, help_text="Language → why it failed.")
    report = models.OneToOneField(Report, models.CASCADE, null=True, blank=True, related_name="publication")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    heard_at = models.DateTimeField(help_text="When something last happened to it.")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll"], condition=Q(state__in=["waiting", "running"]), name="publication_one_live"
            )
        ]

    def __str__(self) -> str:
        return f"edition {self.after + 1} of {self.poll_id}"

    @property
    def is_live(self) -> bool:
        return self.state in (AnalysisState.WAITING, AnalysisState.RUNNING)
