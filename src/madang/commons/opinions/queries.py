"""Reading: starts from what the viewer may see."""

from __future__ import annotations

from django.db.models import Count, Q, QuerySet

from madang.commons.opinions.enums import ConversationState, StatementState
from madang.commons.opinions.models import Conversation, Statement
from madang.commons.opinions.policies import FACILITATORS
from madang.kernel.actors import Actor


def public() -> QuerySet[Conversation]:
    """What everyone sees."""
    return Conversation.objects.exclude(state=ConversationState.DRAFT)


def listed() -> QuerySet[Conversation]:
    """For lists: open ones first, then closed, then those from elsewhere; each with its counts, in one query."""
    return (
        public()
        .select_related("host", "board")
        .annotate(shown=Count("statements", filter=Q(statements__state=StatementState.SHOWN)))
        .order_by("is_archive", "-state", "-opened_at", "-pk")
    )


def led_by(actor: Actor) -> QuerySet[Conversation]:
    """What somebody facilitates, with how many statements wait for her."""
    return (
        Conversation.objects.filter(host__in=actor.offices(*FACILITATORS), is_archive=False)
        .select_related("host", "board")
        .annotate(waiting=Count("statements", filter=Q(statements__state=StatementState.WAITING)))
        .order_by("-waiting", "-created_at", "-pk")
    )


def about(reference: str) -> QuerySet[Conversation]:
    """Public conversations that hang on a thing, the open one first."""
    return public().filter(about=reference).select_related("host", "board").order_by("-state", "-opened_at")


def written_by(actor: Actor, conversation: Conversation) -> QuerySet[Statement]:
    """A person's own statements in a conversation, whatever became of them; the facilitator's seeds are not hers."""
    if actor.user is None:
        return Statement.objects.none()
    return Statement.objects.filter(conversation=conversation, author=actor.user, is_seed=False)
