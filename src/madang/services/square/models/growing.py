"""How a text grows: its versions, who writes it, and what others propose to change."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel.fields import SealedEmailField
from madang.kernel.flow import Flow
from madang.services.square import flows
from madang.services.square.enums import HideReason
from madang.services.square.models.ideas import Idea


class AmendmentState(models.TextChoices):
    OPEN = "open", _("Waits for the authors")
    UNANSWERED = "unanswered", _("Unanswered")
    ACCEPTED = "accepted", pgettext_lazy("amendment", "Accepted")
    REFUSED = "refused", pgettext_lazy("amendment", "Refused")
    WITHDRAWN = "withdrawn", _("Taken back by its author")


class CoAuthorState(models.TextChoices):
    INVITED = "invited", _("Invited")
    ACCEPTED = "accepted", pgettext_lazy("coauthor", "Author")
    DECLINED = "declined", _("Declined")
    ENDED = "ended", _("Was an author")


class CoAuthor(models.Model):
    """Somebody who writes an idea with its author, or is an author of an idea that a topic gathers.

    Invited by an address: `email` stays until somebody who holds it has answered, sealed. `via` is the idea by
    which she came to a topic.
    """

    flow: ClassVar[Flow] = flows.COAUTHOR

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="coauthors")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    email = SealedEmailField(blank=True)
    state = models.CharField(max_length=8, choices=CoAuthorState.choices, default=CoAuthorState.INVITED)
    via = models.ForeignKey(Idea, models.CASCADE, null=True, blank=True, related_name="+")
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["idea", "user"],
                condition=Q(state__in=["invited", "accepted"], user__isnull=False),
                name="coauthor_once",
            ),
            models.UniqueConstraint(
                fields=["idea", "email"],
                condition=Q(state="invited") & ~Q(email=""),
                name="coauthor_invited_once",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "ended"]) | Q(user__isnull=False),
                name="coauthor_is_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"co-author {self.pk} of {self.idea_id}: {self.state}"

    @property
    def reference(self) -> str:
        return f"coauthor:{self.pk}"

    @property
    def is_public(self) -> bool:
        # Who was asked and said no, or has not answered, is nobody's business.
        return self.state in (CoAuthorState.ACCEPTED, CoAuthorState.ENDED) and self.idea.matter.is_public


class TextVersion(models.Model):
    """The words of an idea as they stood from one moment on; append-only. The first is the text as filed.

    Versions are written when a text is first changed: an idea without rows here has one version, its own.
    """

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField()
    reason = models.TextField(blank=True)
    changed = models.PositiveSmallIntegerField(default=0, help_text="Changed words, per thousand")
    is_substantial = models.BooleanField(default=False)
    amendment = models.OneToOneField(
        "square.Amendment", models.PROTECT, null=True, blank=True, related_name="version"
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["idea", "number"], name="text_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="text_version_from_one"),
            models.CheckConstraint(condition=Q(number=1) | ~Q(reason=""), name="text_version_has_reason"),
        ]

    def __str__(self) -> str:
        return f"version {self.number} of {self.idea_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("a version is frozen once written; add another one")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("versions stay")


class Amendment(models.Model):
    """A changed text that somebody proposes, against the version she read (`base`)."""

    flow: ClassVar[Flow] = flows.AMENDMENT

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="amendments")
    number = models.PositiveIntegerField()
    base = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    reason = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Until when the authors answer, by the rules of filing.")
    state = models.CharField(max_length=10, choices=AmendmentState.choices, default=AmendmentState.OPEN)
    answer = models.TextField(blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    is_partly = models.BooleanField(default=False, help_text="Accepted with changes of the authors' own.")
    hide_reason = models.CharField(max_length=16, choices=HideReason.choices, blank=True)

    class Meta:
        ordering = ["-number"]
        indexes = [models.Index(fields=["state", "due_at"], name="amendment_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["idea", "number"], name="amendment_number_once"),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(answer=""), name="amendment_refused_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"amendment {self.number} to {self.idea_id}: {self.state}"

    @property
    def reference(self) -> str:
        return f"amendment:{self.idea.matter.number}:{self.number}"

    @property
    def is_public(self) -> bool:
        return self.idea.matter.is_public


class StepBackState(models.TextChoices):
    OPEN = "open", _("A supporter may take it over")
    TAKEN = "taken", _("Taken over")
    UNDONE = "undone", _("The author stayed")
    WITHDRAWN = "withdrawn", _("Nobody took it over")
    CLOSED = "closed", _("It ended meanwhile")


class StepBack(models.Model):
    """The author of an idea that others support gives it up. Until `until` one of them may go on with it."""

    flow: ClassVar[Flow] = flows.STEP_BACK

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="step_backs")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField()
    reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=StepBackState.choices, default=StepBackState.OPEN)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["idea"], condition=Q(state="open"), name="step_back_open_once"),
            models.CheckConstraint(
                condition=~Q(state="taken") | Q(taken_by__isnull=False), name="step_back_taken_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"step back {self.pk} of {self.idea_id}: {self.state}"

    @property
    def reference(self) -> str:
        return f"stepback:{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.idea.matter.is_public
