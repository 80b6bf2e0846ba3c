from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from madang.commons.meetings.enums import Act, Outcome, PassKind
from madang.commons.meetings.models.meetings import Meeting
from madang.commons.meetings.models.notes import Table
from madang.commons.meetings.models.registrations import Registration
from madang.kernel.saying import tongue


class HallPass(models.Model):
    """Somebody without an account may help for one day: at the door, at a table, or running the meeting."""

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="passes")
    kind = models.CharField(max_length=12, choices=PassKind.choices)
    table = models.ForeignKey(Table, models.CASCADE, null=True, blank=True, related_name="passes")
    label = models.CharField(max_length=40, help_text="A task, not a name")
    code_hash = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="scribe") | Q(table__isnull=False), name="pass_scribe_has_table"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.label}"

    @property
    def reference(self) -> str:
        return f"pass:{self.pk}"


class CheckIn(models.Model):
    """Somebody came. Once: a second scan changes nothing. `at` is the moment on the helper's device."""

    registration = models.OneToOneField(Registration, models.CASCADE, related_name="check_in")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    by_pass = models.ForeignKey(HallPass, models.PROTECT, null=True, blank=True, related_name="+")

    def __str__(self) -> str:
        return f"{self.registration_id} came"


class HallAct(models.Model):
    """What a hall page sent, under the page's own key: sent twice it acts once. Conflicts stay to be looked at.

    `at` is the moment on the device (never later than `received_at`), `detail` what was sent and what came of it.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="acts")
    key = models.UUIDField(unique=True)
    kind = models.CharField(max_length=12, choices=Act.choices)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    by_pass = models.ForeignKey(HallPass, models.PROTECT, null=True, blank=True, related_name="+")
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    detail = models.JSONField(default=dict)
    settled_at = models.DateTimeField(null=True, blank=True, help_text="Somebody has looked at the conflict")

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(
                fields=["meeting"],
                name="hall_act_to_look_at",
                condition=~Q(outcome="done") & Q(settled_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.outcome}"

    @property
    def refusal(self) -> str:
        """Why it needs a look, for whoever reads: who sent it may have read the other language."""
        return str(self.detail.get("said", {}).get(tongue()) or self.detail["sentence"])
