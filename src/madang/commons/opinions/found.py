"""Where references to conversations and statements lead."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse

from madang.commons.opinions import queries
from madang.commons.opinions.enums import ConversationState, StatementState
from madang.commons.opinions.models import Statement
from madang.kernel.manifest import Link
from madang.kernel.text import excerpt


def conversations(references: Iterable[str]) -> dict[str, Link]:
    """Public conversations by their question."""
    codes = [reference.removeprefix("conversation:") for reference in references]
    return {
        row.reference: Link(row.question, reverse("opinion", args=[row.code]))
        for row in queries.public().filter(code__in=codes)
    }


def statements(references: Iterable[str]) -> dict[str, Link]:
    """Statements that are shown (`statement:CODE-NUMBER`)."""
    wanted = set(references)
    codes = {reference.removeprefix("statement:").rpartition("-")[0] for reference in wanted}
    rows = (
        Statement.objects.filter(conversation__code__in=codes, state=StatementState.SHOWN)
        .exclude(conversation__state=ConversationState.DRAFT)
        .select_related("conversation")
    )
    return {
        row.reference: Link(
            excerpt(row.text, 80),
            f"{reverse('opinion', args=[row.conversation.code])}?statement={row.number}",
        )
        for row in rows
        if row.reference in wanted
    }
