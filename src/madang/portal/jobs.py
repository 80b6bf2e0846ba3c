"""Periodic work of the portal: the plan is in the search index; sessions and kept answers that ran out go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.contrib.sessions.models import Session

from madang.commons.search import api as search
from madang.kernel import clock, plan
from madang.kernel.jobs import every
from madang.portal.api import idempotency

ISSUED = datetime(2018, 3, 1, tzinfo=clock.SEOUL)


def _texts(language: str) -> Iterator[tuple[str, str, str]]:
    """Reference, title and body of every item of the plan in one language."""
    whole = plan.load()
    for commitment in whole.commitments:
        yield commitment.ref, commitment.pledge[language], commitment.heading[language]
    details = {detail.project: detail for detail in whole.key_details}
    for project in whole.projects:
        detail = details.get(project.number)
        body = " ".join(bullet[language] for bullet in detail.bullets) if detail else ""
        yield project.ref, project.title[language], body
    for value in whole.values:
        yield value.ref, value.name[language], value.idea[language]
    for goal in whole.indices:
        yield goal.ref, goal.name[language], f"{goal.sentence[language]} {goal.status_text[language]}"


def entries() -> Iterator[search.Entry]:
    """The whole plan as search entries; a hit leads to the item's page (`manifest.resolve`)."""
    for language in ("ko", "en"):
        for ref, title, body in _texts(language):
            yield search.Entry(
                reference=f"plan:{language}:{ref}",
                kind="plan",
                title=title,
                body=body,
                language=language,
                happened_at=ISSUED,
            )


def batch(after: int, limit: int) -> tuple[list[search.Entry], int | None]:
    """The next items by their place in the plan, for rebuilding the index."""
    page = list(entries())[after : after + limit]
    return page, after + len(page) if page else None


search.register_source("plan", batch)


@every(6 * 3600, "portal.index_plan")
def index_plan() -> int:
    """Put the plan into the index; changes nothing when it is there. Runs when the worker starts."""
    found = list(entries())
    search.index_many(found)
    return len(found)


@every(3600, "portal.clear_sessions", by_date=True)
def clear_sessions() -> int:
    """Delete sessions that have run out."""
    count, _each = Session.objects.filter(expire_date__lt=clock.now()).delete()
    return count


@every(3600, "portal.clear_answers", by_date=True)
def clear_answers() -> int:
    """Delete the answers that the API kept for a day."""
    return idempotency.sweep()
