from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from madang.commons.matters.enums import Channel
from madang.kernel.flow import Flow
from madang.services.square import flows
from madang.services.square.enums import CommentState, HideReason, Stance


class Idea(models.Model):
    """A matter in the square: where it was filed and how many stand behind it.

    `threshold` is copied from the rules of filing. Totals are written in batches, never in the
    transaction of a support or comment.
    """

    matter = models.OneToOneField("matters.Matter", models.CASCADE, primary_key=True, related_name="+")
    process = models.ForeignKey("square.Process", models.PROTECT, related_name="ideas")
    phase = models.ForeignKey("square.Phase", models.PROTECT, related_name="+")
    category = models.ForeignKey("square.Category", models.PROTECT, null=True, blank=True, related_name="+")
    edition = models.ForeignKey(
        "square.Edition",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The published version of the space that it was filed under; it stays that one.",
    )
    place = models.CharField(max_length=80, blank=True)
    district = models.CharField(max_length=10, blank=True, help_text="Code of `kernel.places`")
    threshold = models.PositiveIntegerField()
    support_total = models.PositiveIntegerField(default=0)
    imported_likes = models.PositiveIntegerField(default=0)
    is_topic = models.BooleanField(
        default=False, help_text="Gathers ideas; its total counts each person once."
    )
    topic = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="gathered")
    gathered_at = models.DateTimeField(null=True, blank=True, help_text="Since when it is part of its topic.")
    comment_total = models.PositiveIntegerField(default=0)
    qualified_at = models.DateTimeField(null=True, blank=True)
    discussion_ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["process", "-support_total"], name="idea_by_support"),
            models.Index(fields=["-support_total"], name="idea_most_supported"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(is_topic=False) | Q(topic__isnull=True), name="idea_topic_in_no_topic"
            ),
            models.CheckConstraint(
                condition=Q(topic__isnull=True) | Q(gathered_at__isnull=False),
                name="idea_gathered_has_moment",
            ),
        ]

    def __str__(self) -> str:
        return str(self.matter)


class Support(models.Model):
    """One person stands behind one idea: one row, for ever, under a unique key.

    Taking support back sets `withdrawn_at`; giving it again clears it. `uncounted` is what the idea's total
    does not know of this row yet (+1, -1 or 0); the tally adds it and empties the column, so that a total
    costs as many rows as are new, however many there are.
    """

    # The unique key begins with the idea: an index of its own would be a second one to write.
    idea = models.ForeignKey(Idea, models.CASCADE, related_name="supports", db_index=False)
    supporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.WEB)
    at = models.DateTimeField()
    changed_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    uncounted = models.SmallIntegerField(null=True, blank=True, default=1)

    class Meta:
        indexes = [
            models.Index(fields=["idea"], name="support_uncounted", condition=Q(uncounted__isnull=False))
        ]
        constraints = [models.UniqueConstraint(fields=["idea", "supporter"], name="support_once")]

    def __str__(self) -> str:
        return f"{self.supporter_id} → {self.idea_id}"


class Comment(models.Model):
    """What someone says about an idea. Replies hang on a first-level comment.

    `uncounted` is what the idea's total does not know of this row yet, as in `Support`.
    """

    flow: ClassVar[Flow] = flows.COMMENT

    idea = models.ForeignKey(Idea, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    stance = models.CharField(max_length=8, choices=Stance.choices)
    body = models.TextField()
    language = models.CharField(max_length=2, default="ko")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    channel = models.CharField(max_length=8, choices=Channel.choices, default=Channel.WEB)
    is_official = models.BooleanField(default=False)
    office = models.ForeignKey("kernel.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=CommentState.choices, default=CommentState.SHOWN)
    hide_reason = models.CharField(max_length=16, choices=HideReason.choices, blank=True)
    uncounted = models.SmallIntegerField(null=True, blank=True, default=1)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [
            models.Index(fields=["idea", "parent", "at"], name="comment_thread"),
            models.Index(fields=["idea"], name="comment_uncounted", condition=Q(uncounted__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="shown") | ~Q(hide_reason=""), name="comment_hidden_has_reason"
            )
        ]

    def __str__(self) -> str:
        return f"{self.stance} {self.body[:40]}"

    @property
    def reference(self) -> str:
        return f"comment:{self.pk}"

    @property
    def is_public(self) -> bool:
        return self.idea.matter.is_public


class Flag(models.Model):
    """A reader asks moderation to look. One per reader and thing."""

    comment = models.ForeignKey(Comment, models.CASCADE, null=True, blank=True, related_name="flags")
    idea = models.ForeignKey(Idea, models.CASCADE, null=True, blank=True, related_name="flags")
    vote = models.ForeignKey(
        "square.PlanningVote", models.CASCADE, null=True, blank=True, related_name="flags"
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(max_length=16, choices=HideReason.choices)
    at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(comment__isnull=False, idea__isnull=True, vote__isnull=True)
                | Q(comment__isnull=True, idea__isnull=False, vote__isnull=True)
                | Q(comment__isnull=True, idea__isnull=True, vote__isnull=False),
                name="flag_on_one_thing",
            ),
            models.UniqueConstraint(fields=["comment", "by"], name="flag_comment_once"),
            models.UniqueConstraint(fields=["idea", "by"], name="flag_idea_once"),
            models.UniqueConstraint(fields=["vote", "by"], name="flag_vote_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} by {self.by_id}"
