"""Who hears of what."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import transaction

from madang.commons.notices.models import Delivery, Event, Follow, Hook, Notice, Preference, Why
from madang.kernel import clock
from madang.kernel.models import User
from madang.kernel.rows import insert_once

BATCH = 500
_STRENGTH = {why: rank for rank, why in enumerate(Why.values)}


@transaction.atomic(savepoint=False)
def follow(
    *, reference: str, user: User | None = None, address: str = "", why: str, language: str = "ko"
) -> None:
    """Follow a thing, as a person with an account (`user`) or by e-mail alone (`address`).

    Following twice changes nothing but the reason, which becomes the stronger one. A new act follows again
    even after a stop. An author hears of the thing even while it is not public; nobody else does.

    Args:
        why: `author`, `supporter`, `commenter` or `follower`.
        language: of mails to an address; a person's own language counts otherwise.

    Raises:
        ValueError: both or neither of user and address, or an unknown reason.
    """
    if (user is None) == (not address):
        raise ValueError("follow as a user or by an address")
    if why not in _STRENGTH:
        raise ValueError(f"{why} is no reason to follow")
    who: dict[str, Any] = {"address": address.strip().lower()}
    if user is not None:
        who = {"user": user}
    if insert_once(Follow(**who, reference=reference, why=why, language=language)):
        return
    row = Follow.objects.filter(**who, reference=reference, ended_at=None).first()
    if row is not None and _STRENGTH[why] < _STRENGTH[row.why]:
        Follow.objects.filter(pk=row.pk).update(why=why)


@transaction.atomic(savepoint=False)
def follow_many(*, reference: str, users: Collection[int], why: str) -> None:
    """`follow` for many people at once, by their keys: two statements for each five hundred."""
    weaker = [other for other, rank in _STRENGTH.items() if rank > _STRENGTH[why]]
    Follow.objects.bulk_create(
        [Follow(user_id=user, reference=reference, why=why) for user in users],
        batch_size=BATCH,
        ignore_conflicts=True,
    )
    for first in range(0, len(users), BATCH):
        some = list(users)[first : first + BATCH]
        Follow.objects.filter(reference=reference, user__in=some, ended_at=None, why__in=weaker).update(
            why=why
        )


@transaction.atomic
def unfollow(*, reference: str, user: User | None = None, address: str = "") -> None:
    """Stop following; no error when nobody of that name followed.

    A person's follow is ended. An address is erased with everything that was or would be sent to it about
    this thing and about what it was merged into: whoever takes an address back wants it gone.

    Raises:
        ValueError: both or neither of user and address.
    """
    if (user is None) == (not address):
        raise ValueError("unfollow as a user or by an address")
    rows = Follow.objects.filter(reference=reference)
    if user is not None:
        rows.filter(user=user, ended_at=None).update(ended_at=clock.now())
        return
    keys: set[int] = set()
    for row in rows.filter(address=address.strip().lower()):
        keys |= _chain(row)
    Delivery.objects.filter(follow__in=keys).delete()
    Follow.objects.filter(pk__in=keys).delete()


@transaction.atomic
def stop(token: str) -> Follow | None:
    """End the follow of a mail's stop link and those that merges made of it; None for an unknown token."""
    first = Follow.objects.filter(token=token).first()
    if first is not None:
        Follow.objects.filter(pk__in=_chain(first), ended_at=None).update(ended_at=clock.now())
    return first


@transaction.atomic
def erase_person(user: User) -> None:
    """Everything that a person follows, was told and was or would be sent goes; events forget that it was she."""
    Delivery.objects.filter(follow__user=user).delete()
    Delivery.objects.filter(address=user.email.lower()).delete()
    Notice.objects.filter(user=user).delete()
    Follow.objects.filter(user=user).delete()
    Preference.objects.filter(user=user).delete()
    Hook.objects.filter(user=user).delete()
    Event.objects.filter(not_user=user).update(not_user=None)


@transaction.atomic
def erase_address(address: str) -> int:
    """Everything that goes to an address alone goes; how many follows there were."""
    rows = Follow.objects.filter(address=address.strip().lower())
    count = rows.count()
    Delivery.objects.filter(address=address.strip().lower()).delete()
    rows.delete()
    Preference.objects.filter(address=address.strip().lower()).delete()
    return count


@transaction.atomic
def forget_thing(reference: str) -> None:
    """Everything that was told of a thing goes, with its title, and nobody follows it any more."""
    Event.objects.filter(reference=reference).delete()
    Delivery.objects.filter(follow__reference=reference).delete()
    Follow.objects.filter(reference=reference).delete()


def _chain(row: Follow) -> set[int]:
    """Keys of a follow and of those that merges made of it."""
    seen: set[int] = set()
    following: Follow | None = row
    while following is not None and following.pk not in seen:
        seen.add(following.pk)
        following = following.successor
    return seen


@transaction.atomic
def merge_followers(source_reference: str, target_reference: str) -> int:
    """The followers of one thing follow another from now on; returns how many were added.

    They keep following the first one as well, so that they hear of the merge itself. Its authors are followers
    of the target: what is private there is not theirs. Whoever stopped following the target is not brought
    back.
    """
    added = 0
    last = 0
    while True:
        batch = list(
            Follow.objects.filter(reference=source_reference, ended_at=None, pk__gt=last).order_by("pk")[
                :BATCH
            ]
        )
        if not batch:
            return added
        last = batch[-1].pk
        added += _merge(batch, target_reference)


def _merge(batch: list[Follow], target: str) -> int:
    users = [row.user_id for row in batch if row.user_id]
    addresses = [row.address for row in batch if row.address]
    known: dict[object, Follow] = {}
    # Ended ones first, so that an open one wins.
    there = Follow.objects.filter(reference=target).order_by("-ended_at")
    for row in [*there.filter(user__in=users), *there.filter(address__in=addresses)]:
        if known.get(_who(row)) is None or row.ended_at is None:
            known[_who(row)] = row
    new = [
        Follow(
            user_id=row.user_id,
            address=row.address,
            reference=target,
            why=Why.FOLLOWER if row.why == Why.AUTHOR else row.why,
            language=row.language,
        )
        for row in batch
        if _who(row) not in known
    ]
    known.update({_who(row): row for row in Follow.objects.bulk_create(new)})
    for row in batch:
        row.successor = known[_who(row)]
    Follow.objects.bulk_update(batch, ["successor"])
    return len(new)


def _who(row: Follow) -> int | str | None:
    return row.user_id or row.address
