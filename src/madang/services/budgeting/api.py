"""The front door of budgeting for the portal: plain values."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from madang.services.budgeting import queries
from madang.services.budgeting.enums import BY_KEY
from madang.services.budgeting.models import Count, Election


def _election(slug: str) -> Election:
    found = queries.elections().filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _plain(one: Election) -> dict[str, Any]:
    return {
        "slug": one.slug,
        "title": one.title,
        "place": one.place,
        "country": one.country,
        "held_until": one.held_until,
        "currency": one.currency,
        "budget": str(one.amount(one.budget)),
        "voters": one.voters,
        "projects": one.items_many,  # type: ignore[attr-defined]
        "vote_type": one.vote_type,
        "rule": one.rule,
        "is_demo": one.is_demo,
        "source": one.source,
        "source_url": one.source_url,
        "sha256": one.digest,
    }


def elections() -> list[dict[str, Any]]:
    """Every election, the latest first."""
    return [_plain(one) for one in queries.elections()]


def election(slug: str) -> dict[str, Any]:
    """One election with its projects and how far its counts are.

    Raises:
        Http404: there is none.
    """
    one = _election(slug)
    return _plain(one) | {
        "items": [
            {
                "project_id": item.code,
                "name": item.name,
                "cost": str(one.amount(item.cost)),
                "votes": item.votes,
                "decided": item.won,
            }
            for item in queries.items(one)
        ],
        "counts": [
            {"method": count.method, "state": count.state, "digest": count.digest or None}
            for count in queries.counts(one).values()
        ],
    }


def count(slug: str, method: str) -> dict[str, Any]:
    """The result of one rule, as `madang count` writes it.

    Raises:
        Http404: no such election or method, or not counted yet.
    """
    found = _election(slug).counts.filter(method=method, state=Count.State.DONE).first()
    if method not in BY_KEY or found is None:
        raise Http404
    result: dict[str, Any] = found.result
    return result
