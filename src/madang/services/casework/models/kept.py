from __future__ import annotations

from django.db import models

from madang.services.casework.models.cases import Case


class KeptFiling(models.Model):
    """That a case was written on a device without a connection, and when; it was filed when it was received.

    The device's key is the case's `form_key`, so that it is filed once however often it is sent. `answer` is what the
    device was told (its receipt code among it), sealed with a secret that only the device has, so that a device whose
    connection broke is told again; it is emptied after `answer_until`.
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="kept")
    written_at = models.DateTimeField(help_text="By the device's clock, put right by how far that was off.")
    received_at = models.DateTimeField()
    clock_off = models.IntegerField(
        help_text="Seconds by which the device's clock was ahead when it was sent."
    )
    rule = models.ForeignKey(
        "kernel.Rule", models.PROTECT, related_name="+", help_text="Which of the two moments counts for what."
    )
    content = models.CharField(max_length=64, help_text="SHA-256 of what was sent.")
    answer = models.TextField(blank=True)
    answer_until = models.DateTimeField(null=True, blank=True, db_index=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(written_at__lte=models.F("received_at")),
                name="casework_written_before_received",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} written {self.written_at:%Y-%m-%d %H:%M}"
