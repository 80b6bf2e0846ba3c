"""The front door of budgeting for the portal: plain values."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from madang.kernel import clock, rows
from madang.kernel.actors import Actor
from madang.kernel.models import User
from madang.kernel.rows import Ready
from madang.services.budgeting import live, queries
from madang.services.budgeting.domain import casting, seating, voters
from madang.services.budgeting.domain.casting import PaperError
from madang.services.budgeting.enums import BY_KEY
from madang.services.budgeting.limits import CAST
from madang.services.budgeting.models import Count, Election, Pot, Round
from madang.services.budgeting.web import papers

__all__ = [
    "CAST",
    "PaperError",
    "cast",
    "count",
    "election",
    "elections",
    "erase_person",
    "in_words",
    "own_data",
    "turnout",
]


def own_data(user_id: int) -> dict[str, Any]:
    """What votes and delegations keep of one person, for her own copy."""
    return {**voters.own_data(user_id), "delegations": seating.own_data(user_id)}


def erase_person(*, actor: Actor, user: User) -> None:
    """Cut what leads from her account to ballots and seats."""
    voters.erase_person(actor=actor, user=user)
    seating.erase_person(actor=actor, user=user)


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


def turnout(slug: str) -> dict[str, Any]:
    """How many ballots lie in each pot of a public round.

    Raises:
        Http404: there is none.
    """
    found = Round.objects.filter(slug=slug, frozen__isnull=False).prefetch_related("pots__tally").first()
    if found is None:
        raise Http404
    return {
        "round": found.slug,
        "is_open": found.takes_ballots(clock.now()),
        "votes_from": found.votes_from,
        "votes_until": found.votes_until,
        "ballots": {pot.code: live.turnout([pot]) for pot in found.pots.all()},
    }


def _pot(slug: str, code: str) -> Pot:
    found = _keys.first(slug=slug, code=code)
    if found is None:
        raise Http404
    pot = rows.by_key(Pot, found[0])
    pot.round = rows.by_key(Round, found[1])
    return pot


_keys = Ready(
    lambda slug, code: Pot.objects.filter(
        round__slug=slug, round__frozen__isnull=False, code=code
    ).values_list("pk", "round")[:1],
    slug=str,
    code=str,
)


def cast(*, actor: Actor, slug: str, pot: str, choices: object) -> dict[str, Any]:
    """Cast by a program; what its person takes home.

    Raises:
        Http404: there is no such pot.
        RefusedError: as the page.
        PaperError: what has to be corrected.
    """
    done = casting.cast(actor=actor, pot=_pot(slug, pot), given=choices)
    return {"code": done.code, "seal": done.ballot.seal, "is_change": done.is_change}


def in_words(slug: str, pot: str, error: PaperError) -> list[str]:
    """What has to be corrected, a sentence each."""
    titles = papers.titles(_pot(slug, pot))
    return [papers.sentence(one, titles) for one in error.findings]
