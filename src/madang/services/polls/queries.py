"""Reading. Lists start at what the viewer may see."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from madang.kernel.actors import Actor
from madang.kernel.ids import CROCKFORD, LOOKALIKES
from madang.services.polls.enums import PollState
from madang.services.polls.models import Poll
from madang.services.polls.policies import LEADING, READING

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

    class _Many(TypedDict):
        many: int

    Counted = WithAnnotations[Poll, _Many]
    """A poll with `many`, the number of responses that count."""

CODE = re.compile(f"[{CROCKFORD}]{{6}}")


def read_code(typed: str) -> str | None:
    """A code as typed from a poster, in its written form; None when it cannot be one."""
    written = typed.strip().upper().translate(LOOKALIKES)
    return written if CODE.fullmatch(written) else None


def public() -> QuerySet[Poll]:
    """Everything that was opened once."""
    unseen = Q(state=PollState.DRAFT) | Q(state=PollState.CALLED_OFF, opens_at__isnull=True)
    return Poll.objects.exclude(unseen).select_related("host")


def by_code(code: str) -> Poll | None:
    return Poll.objects.select_related("host", "previous").filter(code=code).first()


def with_counts(rows: QuerySet[Poll]) -> QuerySet[Counted]:
    """Polls with `many`, the number of responses that count."""
    return rows.annotate(many=Count("responses", filter=Q(responses__is_withdrawn=False)))


def ordered(rows: QuerySet[Poll]) -> QuerySet[Poll]:
    """What can be answered first, what elsewhere was held last; the newest first."""
    place = Case(
        When(is_archive=True, then=Value(3)),
        When(state=PollState.OPEN, then=Value(0)),
        When(state=PollState.CALLED_OFF, then=Value(2)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return rows.annotate(place=place).order_by("place", "-opens_at", "-pk")


def led_by(actor: Actor) -> QuerySet[Counted]:
    """Polls of the offices where this person prepares polls or reads answers, drafts too."""
    return with_counts(
        Poll.objects.filter(host__in=actor.offices(*LEADING, *READING)).select_related("host")
    ).order_by("-created_at", "-pk")


def rounds_before(poll: Poll) -> QuerySet[Poll]:
    """Polls of the same office that are over: what this one can be a further round of."""
    over = Poll.objects.filter(host=poll.host_id, state__in=[PollState.CLOSED, PollState.PUBLISHED])
    return over.exclude(pk=poll.pk).order_by("-closed_at", "-pk")


def about(reference: str) -> QuerySet[Poll]:
    """Public polls that hang on a thing, the open ones first."""
    return public().filter(about=reference).order_by("-opens_at", "-pk")
