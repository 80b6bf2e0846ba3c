"""Something happened: tell those who follow."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from madang.commons.notices.domain import hooks, preferring
from madang.commons.notices.models import Delivery, Event, Follow, Notice, Rhythm, Why
from madang.kernel import clock, manifest
from madang.kernel.models import User

BATCH = 500
AUTHORS_ONLY = "authors_only"
LOST_AFTER = timedelta(minutes=1)


@transaction.atomic(savepoint=False)
def tell(
    *,
    reference: str,
    kind: str,
    title: str,
    data: Mapping[str, Any] | None = None,
    also_references: Collection[str] = (),
    not_followers_of: str = "",
    not_user: User | None = None,
    authors_only: bool = False,
) -> None:
    """Something happened: its followers will be told. Call it in the transaction of the act.

    The event and the task that fans it out are rows of that transaction, so either the act happened and its
    followers hear of it, or neither. While the thing is not public only its author is told.

    Args:
        title: of the thing, as its followers know it.
        data: what the kind's sentence needs; JSON, no personal data.
        also_references: their followers are told too, unless the thing is not public.
        not_followers_of: a thing that tells the same by itself; whoever follows it hears of it once, from there.
        not_user: who did it; nobody is told of her own act.
        authors_only: it concerns nobody else who follows the thing.
    """
    from madang.commons.notices import jobs  # the task runs fan_out(), which lives below

    event = Event.objects.create(
        reference=reference,
        kind=kind,
        title=title,
        data={**(data or {}), **({AUTHORS_ONLY: True} if authors_only else {})},
        also_references=[other for other in dict.fromkeys(also_references) if other != reference],
        not_followers_of=not_followers_of,
        not_user=not_user,
    )
    jobs.fan_out.enqueue(event.pk)


def fan_out(event_id: int, *, batches: int | None = None) -> int:
    """Give every follower a notice and, if she wants mail, a mail that waits; returns how many were reached.

    Follows are read in batches by key. Each batch is one transaction that also writes how far the telling got,
    so it goes on there after a kill, and twice at once adds nothing: rows that exist stay as they are.

    Args:
        batches: stop after so many, so that other tasks have their turn; see `is_told()`. All of them without it.
    """
    event = Event.objects.select_related("not_user").filter(pk=event_id).first()
    if event is None or event.told_at is not None:
        return 0
    reached = done = 0
    public = is_public(event.reference) and AUTHORS_ONLY not in event.data
    lists = [event.reference, *event.also_references] if public else [event.reference]
    if event.list_at == 0 and event.follow_at == 0:
        hooks.enqueue(event, is_public=public)
    for place in range(event.list_at, len(lists)):
        rows = _audience(event, lists[place], authors_only=not public)
        after = event.follow_at if place == event.list_at else 0
        while batch := list(rows.filter(pk__gt=after).order_by("pk")[:BATCH]):
            if done == batches:
                return reached
            after = batch[-1].pk
            with transaction.atomic():
                _reach(event, batch)
                Event.objects.filter(pk=event.pk).update(
                    list_at=place, follow_at=after, worked_at=clock.now()
                )
            reached += len(batch)
            done += 1
    Event.objects.filter(pk=event.pk).update(told_at=clock.now())
    return reached


def is_told(event_id: int) -> bool:
    """Whether every follower of an event has been reached; an unknown event has none."""
    return not Event.objects.filter(pk=event_id, told_at=None).exists()


def is_public(reference: str) -> bool:
    """Whether a thing has a public page now; one that no app knows has none."""
    return reference in manifest.links([reference])


def _audience(event: Event, reference: str, *, authors_only: bool) -> QuerySet[Follow]:
    """Open follows that may hear of it."""
    rows = Follow.objects.filter(reference=reference, ended_at=None).select_related("user")
    if authors_only:
        rows = rows.filter(why=Why.AUTHOR)
    if event.not_followers_of:
        there = Follow.objects.filter(reference=event.not_followers_of, ended_at=None)
        rows = rows.exclude(user__in=there.filter(user__isnull=False).values("user"))
        rows = rows.exclude(address__in=there.filter(address__isnull=False).values("address"))
    if event.not_user_id is not None:
        rows = rows.exclude(user=event.not_user_id)
    return rows.exclude(user__is_active=False)


def _reach(event: Event, batch: list[Follow]) -> None:
    Notice.objects.bulk_create(
        [
            Notice(
                user=row.user,
                event=event,
                is_author=row.why == Why.AUTHOR and row.reference == event.reference,
            )
            for row in batch
            if row.user is not None
        ],
        ignore_conflicts=True,
    )
    wishes = preferring.of_many(batch)
    now = clock.now()
    own = event.not_user.email.lower() if event.not_user is not None else ""
    mails = []
    for row in batch:
        if row.user is not None and not row.user.mail_notices:
            continue
        address = (row.user.email if row.user is not None else row.address or "").lower()
        if not address or address == own:
            continue
        language = row.user.language if row.user is not None else row.language
        mine = wishes.get(row.user_id or row.address or "")
        rhythm = mine.rhythm if mine is not None else Rhythm.INSTANT
        mails.append(
            Delivery(
                event=event,
                follow=row,
                address=address,
                language=language,
                rhythm=rhythm,
                next_at=preferring.due(rhythm, now),
            )
        )
    Delivery.objects.bulk_create(mails, ignore_conflicts=True)


def sweep() -> int:
    """Tell anew what nobody has worked on for a minute: its task was lost. Returns how many events there were."""
    from madang.commons.notices import jobs  # as in tell()

    quiet = Event.objects.filter(told_at=None, worked_at__lt=clock.now() - LOST_AFTER).order_by("worked_at")
    lost = list(quiet.values_list("pk", flat=True)[:100])
    Event.objects.filter(pk__in=lost).update(worked_at=clock.now())
    for event_id in lost:
        jobs.fan_out.enqueue(event_id)
    return len(lost)


@transaction.atomic
def mark_read(user: User, ids: Collection[int] | None = None) -> int:
    """Mark notices of this person as read (all of them without `ids`); returns how many were unread."""
    rows = Notice.objects.filter(user=user, read_at=None)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    return rows.update(read_at=clock.now())
