from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q

from madang.services.polls.models.polls import Poll, Question


def any_key() -> int:
    """A random key: it does not tell in which order responses came."""
    return secrets.randbits(62)


class Response(models.Model):
    """What one person handed in: the row that is analysed. It knows no person, no session and only the day.

    `revision` counts how often it was handed in; only the last version is kept, of each the log holds a fingerprint.
    """

    id = models.BigIntegerField(primary_key=True, default=any_key, editable=False)
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="responses")
    day = models.DateField()
    channel = models.CharField(max_length=16, default="web")
    language = models.CharField(max_length=2, default="ko")
    revision = models.PositiveSmallIntegerField(default=1)
    may_quote = models.BooleanField(default=False, help_text="Her words may be shown, without a name.")
    is_withdrawn = models.BooleanField(default=False, help_text="Counts nowhere; its words are gone.")

    class Meta:
        indexes = [models.Index(fields=["poll", "id"], name="response_of_poll")]

    def __str__(self) -> str:
        return f"response to {self.poll_id}"


class Reply(models.Model):
    """The answer to one question. `value`: a text, an option's code, a list of codes in order, a number, or for a
    matrix `{row code: option code}`; for a file the name of the stored file."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="replies")
    question = models.ForeignKey(Question, models.CASCADE, related_name="replies")
    value = models.JSONField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "question"], name="reply_once"),
        ]

    def __str__(self) -> str:
        return f"reply to question {self.question_id}"


class Trait(models.Model):
    """What somebody said about herself. In a table of its own; read only where groups are compared."""

    response = models.ForeignKey(Response, models.CASCADE, related_name="traits")
    question = models.ForeignKey(Question, models.CASCADE, related_name="traits")
    value = models.CharField(max_length=40)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["response", "question"], name="trait_once"),
        ]

    def __str__(self) -> str:
        return f"trait {self.question_id}"


class Slip(models.Model):
    """The half that belongs to the person. `participant` is her pseudonym, emptied at closing; `code` a hash of the
    receipt code that only she has."""

    response = models.OneToOneField(Response, models.CASCADE, primary_key=True, related_name="slip")
    poll = models.ForeignKey(Poll, models.CASCADE, related_name="+")
    participant = models.CharField(max_length=32, blank=True)
    code = models.CharField(
        max_length=64, unique=True, help_text="SHA-256 of the receipt code with the site's key."
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "participant"], condition=~Q(participant=""), name="slip_participant_once"
            ),
        ]

    def __str__(self) -> str:
        return f"slip of {self.response_id}"
