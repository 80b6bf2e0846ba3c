from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from madang.kernel.flow import Flow
from madang.services.polls import flows
from madang.services.polls.enums import AnalysisState, CodebookState, ObjectionState
from madang.services.polls.models.polls import Poll
from madang.services.polls.models.responses import Response


class Codebook(models.Model):
    """What the codes mean, in one version. `body` has the form of `logic.codebook`."""

    flow: ClassVar[Flow] = flows.CODEBOOK

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="codebooks")
    version = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=8, choices=CodebookState.choices, default=CodebookState.DRAFT)
    body = models.JSONField(default=dict)
    note = models.CharField(
        max_length=300, blank=True, help_text="What is different from the version before."
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    fixed_at = models.DateTimeField(null=True, blank=True)
    revision = models.PositiveIntegerField(
        default=1, help_text="Counted up with each edit: two analysts at once."
    )
    mapping = models.JSONField(
        default=dict,
        blank=True,
        help_text="Where codes of the version before went: `{old: new}`, empty where they are read anew.",
    )
    assist = models.BooleanField(
        default=False, help_text="Suggestions are shown where one person codes; never where two do."
    )

    class Meta:
        ordering = ["poll", "version"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "version"], name="codebook_version_once"),
        ]

    def __str__(self) -> str:
        return f"codebook {self.version}"

    @property
    def reference(self) -> str:
        return f"codebook:{self.poll.code}-{self.version}"

    @property
    def is_public(self) -> bool:
        return self.state != CodebookState.DRAFT and self.poll.is_public


class Task(models.Model):
    """One response that one coder has been given, in her own random order. `is_double`: somebody else has it too."""

    codebook = models.ForeignKey(Codebook, models.CASCADE, related_name="tasks")
    response = models.ForeignKey(Response, models.CASCADE, related_name="tasks")
    coder = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    place = models.PositiveIntegerField()
    is_double = models.BooleanField(default=False)
    purpose = models.CharField(
        max_length=8, default="sample", help_text="sample, rest, drift or doubt: why this one was given out."
    )
    alike = models.CharField(
        max_length=16, blank=True, help_text="The same for answers that say the same: coded in one act."
    )

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["codebook", "response", "coder"], name="task_once"),
        ]
        indexes = [models.Index(fields=["codebook", "coder", "place"], name="task_of_coder")]

    def __str__(self) -> str:
        return f"task {self.place}"


class Coding(models.Model):
    """One coder's reading of one response: `code` for the headline, `more` beside it. Shown to no other coder before
    she has coded it herself."""

    task = models.OneToOneField(Task, models.CASCADE, primary_key=True, related_name="coding")
    code = models.CharField(max_length=40)
    more = models.JSONField(default=list, blank=True)
    saw_suggestion = models.BooleanField(default=False)
    is_carried = models.BooleanField(default=False, help_text="Taken over from the version before.")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="coding_at")]

    def __str__(self) -> str:
        return self.code


class Ruling(models.Model):
    """The code that counts where coders differ, or after an objection; the latest one counts."""

    codebook = models.ForeignKey(Codebook, models.CASCADE, related_name="rulings")
    response = models.ForeignKey(Response, models.CASCADE, related_name="rulings")
    turn = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(max_length=40)
    more = models.JSONField(default=list, blank=True)
    reason = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    objection = models.OneToOneField(
        "Objection", models.PROTECT, null=True, blank=True, related_name="ruling"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["codebook", "response", "turn"], name="ruling_turn_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="ruling_has_reason"),
        ]

    def __str__(self) -> str:
        return self.code


class Suggestion(models.Model):
    """What the machine would code. `ranking`: `[[code, confidence], …]`, best first. Never published by itself."""

    codebook = models.ForeignKey(Codebook, models.CASCADE, related_name="suggestions")
    response = models.ForeignKey(Response, models.CASCADE, related_name="suggestions")
    ranking = models.JSONField()
    confidence = models.FloatField(help_text="Of the first, 0 to 1.")
    model = models.CharField(max_length=64, help_text="Digest of what it had learned from.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["codebook", "response"], name="suggestion_once"),
        ]

    def __str__(self) -> str:
        return f"{self.confidence:.2f}"


class Learning(models.Model):
    """One time that the machine learned from human codes: from how many, and how good it was on those held out."""

    codebook = models.ForeignKey(Codebook, models.CASCADE, related_name="learnings")
    state = models.CharField(max_length=8, choices=AnalysisState.choices, default=AnalysisState.WAITING)
    codings = models.PositiveIntegerField(
        default=0, help_text="Answers with a code by people that it learned from."
    )
    suggested = models.PositiveIntegerField(default=0, help_text="Answers that it made a suggestion for.")
    result = models.JSONField(default=dict, help_text="How good it was on answers that it had not seen.")
    digest = models.CharField(max_length=64, blank=True, help_text="Of what it learned from.")
    error = models.CharField(max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["codebook"],
                condition=Q(state__in=["waiting", "running"]),
                name="learning_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"learned from {self.codings}"


class Objection(models.Model):
    """Somebody says that her own answer was coded wrongly. Answered by somebody who did not code it."""

    flow: ClassVar[Flow] = flows.OBJECTION

    codebook = models.ForeignKey(Codebook, models.CASCADE, related_name="objections")
    response = models.ForeignKey(Response, models.CASCADE, related_name="objections")
    text = models.CharField(max_length=1000)
    wanted = models.CharField(
        max_length=40, blank=True, help_text="The code she thinks right, if she said one."
    )
    state = models.CharField(max_length=8, choices=ObjectionState.choices, default=ObjectionState.OPEN)
    at = models.DateTimeField()
    rule = models.ForeignKey(
        "kernel.Rule",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="In force on that day.",
    )
    due_at = models.DateTimeField()
    answer = models.CharField(max_length=1000, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who answered.",
    )

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["codebook", "response"], condition=Q(state="open"), name="objection_one_open"
            ),
            models.CheckConstraint(
                condition=Q(state="open") | ~Q(answer=""), name="objection_ended_has_answer"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]

    @property
    def reference(self) -> str:
        return f"objection:{self.pk}"

    @property
    def is_public(self) -> bool:
        return False
