"""What the planning group of a space votes on: candidates for the forum, who has to vote, and every vote."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madang.kernel.flow import Flow
from madang.services.square import flows
from madang.services.square.enums import CommentState, HideReason
from madang.services.square.models.ideas import Idea
from madang.services.square.models.spaces import Space


class CandidateState(models.TextChoices):
    OPEN = "open", _("The group votes")
    COUNTED = "counted", _("Voted; the reason is to come")
    PICKED = "picked", pgettext_lazy("candidate", "Picked")
    PASSED = "passed", _("Not picked")
    UNDECIDED = "undecided", _("Undecided: too few voted")
    WITHDRAWN = "withdrawn", pgettext_lazy("candidate", "Taken back")
    ENDED = "ended", _("Ended: the idea went on elsewhere")


class Choice(models.TextChoices):
    FOR = "for", _("For")
    AGAINST = "against", _("Against")
    RECUSED = "recused", _("Does not vote: conflict of interest")


class Candidate(models.Model):
    """An idea or topic that somebody proposes to the planning group. `terms` are those of the day it was proposed."""

    flow: ClassVar[Flow] = flows.CANDIDATE

    space = models.ForeignKey(Space, models.CASCADE, related_name="candidates")
    number = models.PositiveIntegerField()
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="candidacies")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    why = models.TextField()
    at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="Until when the group votes.")
    terms = models.JSONField()
    state = models.CharField(max_length=9, choices=CandidateState.choices, default=CandidateState.OPEN)
    counted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decision = models.TextField(blank=True, help_text="Why the group decided so, in words.")
    hide_reason = models.CharField(max_length=16, choices=HideReason.choices, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="candidate_waiting")]
        constraints = [
            models.UniqueConstraint(fields=["space", "number"], name="candidate_number_once"),
            models.UniqueConstraint(
                fields=["idea"], condition=Q(state__in=["open", "counted"]), name="candidate_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["picked", "passed"]) | ~Q(decision=""),
                name="candidate_decided_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"candidate {self.number} of {self.space_id}: {self.state}"

    @property
    def reference(self) -> str:
        return f"candidate:{self.space.slug}:{self.number}"

    @property
    def is_public(self) -> bool:
        return self.idea.matter.is_public


class PlanningSeat(models.Model):
    """Somebody who sat in the group when a candidate was proposed, and so has a vote on it.

    `end` says how the time passed for a seat without a vote; it is written when the votes are counted.
    """

    class End(models.TextChoices):
        SILENT = "silent", _("Silent until the end")
        LEFT = "left", _("Left the group before the end")

    candidate = models.ForeignKey(Candidate, models.CASCADE, related_name="seats")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    title_ko = models.CharField(max_length=60)
    title_en = models.CharField(max_length=80)
    end = models.CharField(max_length=6, choices=End.choices, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["candidate", "user"], name="planning_seat_once")]

    def __str__(self) -> str:
        return f"seat {self.pk} on {self.candidate_id}"


class PlanningVote(models.Model):
    """What a member said, with her reason; append-only. The last row of a seat counts, the earlier ones stay to read.

    Moderation may take the words of the reason down (`state`); the vote counts all the same.
    """

    flow: ClassVar[Flow] = flows.PLANNING_VOTE

    seat = models.ForeignKey(PlanningSeat, models.CASCADE, related_name="votes")
    choice = models.CharField(max_length=7, choices=Choice.choices)
    reason = models.TextField(blank=True)
    is_by_rule = models.BooleanField(
        default=False,
        help_text="Taken out of the vote: an author of the idea, or by a challenge that was right.",
    )
    at = models.DateTimeField()
    state = models.CharField(max_length=6, choices=CommentState.choices, default=CommentState.SHOWN)
    hide_reason = models.CharField(max_length=16, choices=HideReason.choices, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_by_rule=True, choice="recused") | (Q(is_by_rule=False) & ~Q(reason="")),
                name="planning_vote_has_reason",
            ),
            # Out is out: nothing is said on a seat after a conflict, and it is declared once.
            models.UniqueConstraint(
                fields=["seat"], condition=Q(choice="recused"), name="planning_vote_recused_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.choice} on seat {self.seat_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        changed = kwargs.get("update_fields")
        if self.pk is not None and (changed is None or not set(changed) <= {"state", "hide_reason"}):
            raise TypeError("a vote stays as it was given; another one follows it")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("votes stay")

    @property
    def reference(self) -> str:
        return f"vote:{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.seat.candidate.is_public
