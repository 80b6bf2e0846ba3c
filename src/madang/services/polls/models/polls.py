from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from madang.kernel.fields import SealedField
from madang.kernel.flow import Flow
from madang.kernel.levels import Level
from madang.kernel.saying import in_english
from madang.services.polls import flows
from madang.services.polls.enums import PollState, QuestionKind


class Poll(models.Model):
    """One set of questions that an office asks, open from one moment to another.

    `secret` makes a person's pseudonym in this poll; sealed, and emptied at closing: from then on only somebody with
    a receipt code finds a response.
    """

    flow: ClassVar[Flow] = flows.POLL

    code = models.CharField(max_length=8, unique=True, help_text="In the address; six Crockford characters.")
    host = models.ForeignKey("kernel.Organisation", models.PROTECT, related_name="+")
    about = models.CharField(
        max_length=80, blank=True, db_index=True, help_text="Reference of what it hangs on, e.g. space:haedam"
    )
    title_ko = models.CharField(max_length=120)
    title_en = models.CharField(max_length=160)
    intro_ko = models.TextField(blank=True)
    intro_en = models.TextField(blank=True)
    consent_ko = models.TextField(
        help_text="What happens with the answers; agreed to before anything is kept."
    )
    consent_en = models.TextField()
    level = models.CharField(max_length=10, choices=Level.choices, default=Level.ANONYMOUS)
    once = models.BooleanField(default=False, help_text="One response a person; needs an account.")
    channels = models.JSONField(default=list, help_text="Means by which it is answered: web, mail, paper, …")
    state = models.CharField(max_length=10, choices=PollState.choices, default=PollState.DRAFT)
    created_at = models.DateTimeField()
    opens_at = models.DateTimeField(null=True, blank=True)
    closes_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(
        null=True, blank=True, help_text="When followers were told that it closes soon."
    )
    previous = models.ForeignKey(
        "self",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The round before this one.",
    )
    secret = SealedField(max_length=200, blank=True, purpose="polls")
    digest = models.CharField(max_length=64, blank=True, help_text="Of the responses at closing; in the log.")
    embed_origins = models.JSONField(
        default=list,
        blank=True,
        help_text="Other sites that may show its form in a frame, as https://example.kr",
    )
    revision = models.PositiveIntegerField(
        default=1, help_text="Counted up with each edit: two officials at once."
    )
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    changed_at = models.DateTimeField(null=True, blank=True)
    is_archive = models.BooleanField(default=False, help_text="Brought from elsewhere, never open here.")
    source = models.CharField(
        max_length=300, blank=True, help_text="Where imported answers come from, licence."
    )

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True)
                | Q(opens_at__isnull=True)
                | Q(closes_at__gt=F("opens_at")),
                name="poll_moments_in_order",
            ),
            # Nobody can be linked to a response any more: the rule of the house stands in the database.
            models.CheckConstraint(
                condition=Q(state__in=["draft", "open"]) | Q(secret=""), name="poll_closed_has_no_secret"
            ),
            models.CheckConstraint(
                condition=Q(once=False) | ~Q(level="anonymous"), name="poll_once_needs_account"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def reference(self) -> str:
        return f"poll:{self.code}"

    @property
    def is_public(self) -> bool:
        """Opened once. A draft that was called off has no moment of opening, and nobody else ever sees it."""
        return self.state != PollState.DRAFT and not (
            self.state == PollState.CALLED_OFF and self.opens_at is None
        )

    @property
    def title(self) -> str:
        return self.title_en if in_english() else self.title_ko

    @property
    def intro(self) -> str:
        return self.intro_en if in_english() else self.intro_ko

    @property
    def consent(self) -> str:
        return self.consent_en if in_english() else self.consent_ko


class Question(models.Model):
    """One thing that is asked. Its form stands from the opening on.

    `options`: for choice, choices, scale, ranking `[{"code", "ko", "en"}]`; `rows`: the lines of a matrix, the same
    shape. `limits`: `{"longest": letters, "least": n, "most": n}` as the kind needs. `condition`:
    `{"question": number, "any_of": [codes]}`: shown only then; empty means always.
    """

    poll = models.ForeignKey(Poll, models.CASCADE, related_name="questions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=8, choices=QuestionKind.choices)
    label_ko = models.CharField(max_length=300)
    label_en = models.CharField(max_length=300)
    help_ko = models.CharField(max_length=300, blank=True)
    help_en = models.CharField(max_length=300, blank=True)
    is_required = models.BooleanField(default=False)
    is_headline = models.BooleanField(default=False, help_text="The free text that is coded and reported.")
    is_trait = models.BooleanField(default=False, help_text="About the person: optional, stored apart.")
    options = models.JSONField(default=list, blank=True)
    rows = models.JSONField(default=list, blank=True)
    limits = models.JSONField(default=dict, blank=True)
    condition = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["poll", "number"], name="question_number_once"),
            models.UniqueConstraint(
                fields=["poll"], condition=Q(is_headline=True), name="question_one_headline"
            ),
            models.CheckConstraint(
                condition=Q(is_headline=False) | Q(kind="text", is_trait=False),
                name="question_headline_is_text",
            ),
            models.CheckConstraint(
                condition=Q(is_trait=False) | Q(is_required=False, kind__in=["choice", "scale"]),
                name="question_trait_is_optional",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return self.label_en if in_english() else self.label_ko

    @property
    def help(self) -> str:
        return self.help_en if in_english() else self.help_ko
