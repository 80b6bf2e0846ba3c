"""What is asked back: an office asks the author for more, a citizen disputes that a promise is kept."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.commons.matters import flows
from madang.commons.matters.models.answers import Effect
from madang.commons.matters.models.matters import Matter
from madang.kernel.flow import Flow


class InquiryState(models.TextChoices):
    OPEN = "open", _("Waits for the author")
    ANSWERED = "answered", pgettext_lazy("inquiry", "Answered")
    LAPSED = "lapsed", _("Not answered in time")
    BOUNCED = "bounced", _("Came back undelivered")
    CLOSED = "closed", _("The office went on")


class Inquiry(models.Model):
    """The office asks the author for more. Its clock stands still meanwhile, until `due_at` at the latest.

    `days` is what the office gave (`rule` says how much it may), `more` how often the author took as many again, and
    `is_again` that she was asked a last time after silence.
    """

    flow: ClassVar[Flow] = flows.INQUIRY

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="inquiries")
    question = models.TextField()
    at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Then the office goes on with what is there.")
    days = models.PositiveSmallIntegerField(default=14)
    more = models.PositiveSmallIntegerField(default=0)
    is_again = models.BooleanField(default=False)
    rule = models.ForeignKey("kernel.Rule", models.PROTECT, null=True, blank=True, related_name="+")
    office = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=InquiryState.choices, default=InquiryState.OPEN)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["matter"], condition=Q(state="open"), name="inquiry_open_once"),
            models.CheckConstraint(
                condition=~Q(state="answered") | ~Q(answer=""), name="inquiry_answered_has_answer"
            ),
        ]

    def __str__(self) -> str:
        return f"inquiry {self.pk} of {self.matter_id}: {self.state}"

    @property
    def reference(self) -> str:
        return f"inquiry:{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.matter.is_public


class MoreTimeState(models.TextChoices):
    OPEN = "open", _("Waits for the author")
    AGREED = "agreed", pgettext_lazy("more time", "The author agreed")
    REFUSED = "refused", pgettext_lazy("more time", "The author refused")
    CLOSED = "closed", pgettext_lazy("more time", "No longer asked")


class MoreTime(models.Model):
    """The office asks the author to agree to one more extension; the clock runs on meanwhile.

    Only her own answer counts as consent: the office cannot enter it. Silence is no consent.
    """

    flow: ClassVar[Flow] = flows.MORE_TIME

    matter = models.ForeignKey(Matter, models.CASCADE, related_name="more_time")
    reason_code = models.CharField(max_length=16)
    reason = models.TextField()
    amount = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=16)
    at = models.DateTimeField()
    office = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=8, choices=MoreTimeState.choices, default=MoreTimeState.OPEN)
    words = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["matter"], condition=Q(state="open"), name="more_time_open_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "refused"]) | Q(decided_at__isnull=False),
                name="more_time_decided_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return f"more time {self.pk} for {self.matter_id}: {self.state}"

    @property
    def reference(self) -> str:
        return f"more_time:{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.matter.is_public


class DisputeState(models.TextChoices):
    OPEN = "open", _("Waits for the office")
    REPLIED = "replied", _("Waits for the arbiter")
    UPHELD = "upheld", _("Upheld: the work goes on")
    REFUSED = "refused", _("Not upheld")
    WITHDRAWN = "withdrawn", _("Taken back")


class Dispute(models.Model):
    """Somebody says that a promise reported as done is not done. `done_on` names the report that is disputed."""

    flow: ClassVar[Flow] = flows.DISPUTE

    effect = models.ForeignKey(Effect, models.CASCADE, related_name="disputes")
    done_on = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    evidence_url = models.URLField(blank=True)
    due_at = models.DateTimeField(help_text="Until when the office replies, by the rules of filing.")
    state = models.CharField(max_length=10, choices=DisputeState.choices, default=DisputeState.OPEN)
    reply = models.TextField(blank=True)
    replied_at = models.DateTimeField(null=True, blank=True)
    decision = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["effect"], condition=Q(state__in=["open", "replied"]), name="dispute_open_once"
            ),
            models.UniqueConstraint(fields=["effect", "by", "done_on"], name="dispute_once_each"),
            models.CheckConstraint(
                condition=~Q(state__in=["upheld", "refused"])
                | (~Q(decision="") & Q(decided_at__isnull=False)),
                name="dispute_decided_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"dispute {self.pk} of effect {self.effect_id}: {self.state}"

    @property
    def reference(self) -> str:
        return f"dispute:{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.effect.matter.is_public
