from __future__ import annotations

from django.conf import settings
from django.db import models

from madang.services.polls.enums import AnalysisKind, AnalysisState
from madang.services.polls.models.coding import Codebook
from madang.services.polls.models.polls import Poll


class Analysis(models.Model):
    """One computation. The same `input` with the same `parameters` and `versions` gives the same `result`, byte for byte."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="analyses")
    kind = models.CharField(max_length=8, choices=AnalysisKind.choices)
    codebook = models.ForeignKey(Codebook, models.CASCADE, null=True, blank=True, related_name="analyses")
    parameters = models.JSONField(
        default=dict, help_text="Boilerplate, lexicon, seed, reference: all that steers it."
    )
    versions = models.JSONField(default=dict, help_text="Of code, lexicon and tokenizer.")
    state = models.CharField(max_length=8, choices=AnalysisState.choices, default=AnalysisState.WAITING)
    done = models.PositiveIntegerField(default=0, help_text="Chunks finished.")
    total = models.PositiveIntegerField(default=0, help_text="Chunks there are.")
    input = models.CharField(
        max_length=64, blank=True, help_text="SHA-256 of the texts and labels that went in."
    )
    result = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the result in canonical form.")
    error = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.kind} of {self.poll_id}"


class Chunk(models.Model):
    """The counts of one part of an analysis; what is here is not counted again after a restart. Gone when it is done."""

    analysis = models.ForeignKey(Analysis, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    counts = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["analysis", "number"], name="chunk_once")]

    def __str__(self) -> str:
        return f"chunk {self.number}"


class Report(models.Model):
    """An edition that was published. Later editions stand beside it; none is taken away."""

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="reports")
    edition = models.PositiveSmallIntegerField()
    analyses = models.ManyToManyField(Analysis, related_name="reports")
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
