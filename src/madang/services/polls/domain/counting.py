"""What came in: how many answers by which means, and the digest that seals them at closing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Count

from madang.kernel.domain import audit
from madang.services.polls.models import Poll, Response


def lines(poll: Poll) -> Iterator[bytes]:
    """Every response that counts, in the order of its random key, as one line of canonical JSON: what is digested."""
    rows = Response.objects.filter(poll=poll, is_withdrawn=False).order_by("pk")
    parts = rows.prefetch_related("replies__question", "traits__question")
    for row in parts.iterator(chunk_size=1_000):
        yield (
            audit.canonical(
                {
                    "id": str(row.pk),
                    "day": row.day.isoformat(),
                    "channel": row.channel,
                    "language": row.language,
                    "may_quote": row.may_quote,
                    "replies": {str(reply.question.number): reply.value for reply in row.replies.all()},
                    "traits": {str(trait.question.number): trait.value for trait in row.traits.all()},
                }
            )
            + b"\n"
        )


def record_of(poll: Poll) -> dict[str, Any]:
    """Counts and digest as the log keeps them: from then on nobody can change a response unseen."""
    digest = hashlib.sha256()
    for line in lines(poll):
        digest.update(line)
    return counts_of(poll) | {"responses_sha256": digest.hexdigest()}


def counts_of(poll: Poll) -> dict[str, Any]:
    """How many answered, by which means, and how many took it back."""
    return counts_of_many([poll])[poll.pk]


def counts_of_many(polls: Iterable[Poll]) -> dict[int, dict[str, Any]]:
    """The same for several polls with one query."""
    found: dict[int, dict[str, Any]] = {
        poll.pk: {"responses": 0, "withdrawn": 0, "channels": {}} for poll in polls
    }
    rows = Response.objects.filter(poll__in=list(found)).order_by("channel")
    grouped = rows.values_list("poll", "is_withdrawn", "channel").annotate(many=Count("pk"))
    for key, is_withdrawn, channel, many in grouped:
        if is_withdrawn:
            found[key]["withdrawn"] += many
        else:
            found[key]["responses"] += many
            found[key]["channels"][channel] = many
    return found
