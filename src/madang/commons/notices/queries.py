"""What a person follows and was told."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _

from madang.commons.notices.kinds import sentence_of
from madang.commons.notices.models import Delivery, Follow, Hook, HookDelivery, Notice, Preference
from madang.kernel import manifest
from madang.kernel.models import User


@dataclass(frozen=True)
class Told:
    """One notice as its reader sees it. `url` is empty when the thing has no public page (any more)."""

    id: int
    reference: str
    kind: str
    sentence: str
    title: str
    url: str
    at: datetime
    is_read: bool


@dataclass(frozen=True)
class Followed:
    """A thing that a person hears of, and why. `why` is a sentence in the active language."""

    reference: str
    why_code: str
    why: str
    since: datetime


def followed_by(user: User, limit: int = 20, why: Collection[str] = ()) -> list[Followed]:
    """What a person hears of now, the latest first; `why` narrows it to some reasons."""
    rows = Follow.objects.filter(user=user, ended_at=None)
    if why:
        rows = rows.filter(why__in=why)
    rows = rows.order_by("-created_at", "-pk")[:limit]
    return [Followed(row.reference, row.why, str(row.get_why_display()), row.created_at) for row in rows]


def is_following(user: User, reference: str) -> bool:
    """Whether this person hears of a thing."""
    return Follow.objects.filter(user=user, reference=reference, ended_at=None).exists()


def followers_count(reference: str) -> int:
    """How many people and addresses hear of a thing."""
    return Follow.objects.filter(reference=reference, ended_at=None).count()


def notices_of(user: User) -> QuerySet[Notice]:
    """Her notices, newest first."""
    return Notice.objects.filter(user=user).select_related("event").order_by("-event__at", "-pk")


def unread_count(user: User) -> int:
    """How many notices she has not read."""
    return Notice.objects.filter(user=user, read_at=None).count()


def inbox(user: User, limit: int = 20, offset: int = 0) -> list[Told]:
    """The notices of a person, newest first, in the active language.

    What is no longer public keeps its place without its words, except for its author.
    """
    return as_told(list(notices_of(user)[offset : offset + limit]))


def as_told(rows: Sequence[Notice]) -> list[Told]:
    """Notices as their reader sees them, in the active language."""
    links = manifest.links({row.event.reference for row in rows})
    told = []
    for row in rows:
        event = row.event
        link = links.get(event.reference)
        visible = link is not None or row.is_author
        told.append(
            Told(
                id=row.pk,
                reference=event.reference if visible else "",
                kind=event.kind,
                sentence=sentence_of(event.kind, event.data) if visible else _("This is no longer public."),
                title=event.title if visible else "",
                url=link.url if link is not None else "",
                at=event.at,
                is_read=row.read_at is not None,
            )
        )
    return told


def behind(token: str) -> Follow | Preference | None:
    """What a link in a mail stands for: one follow, or in a digest everything its reader gets."""
    return (
        Follow.objects.select_related("user").filter(token=token).first()
        or Preference.objects.select_related("user").filter(token=token).first()
    )


def calendar_of(token: str) -> User | None:
    """Whose private calendar this is."""
    row = Preference.objects.select_related("user").filter(calendar_token=token, user__is_active=True).first()
    return row.user if row is not None else None


def hooks_of(user: User) -> QuerySet[Hook]:
    """The web hooks of a person, the oldest first."""
    return Hook.objects.filter(user=user).order_by("created_at", "pk")


def hook_deliveries(hook: Hook, limit: int = 50) -> QuerySet[HookDelivery]:
    """The last messages of a web hook, the newest first."""
    return hook.deliveries.order_by("-made_at", "-pk")[:limit]


def own_data(user: User) -> dict[str, Any]:
    """What is kept here about a person besides her notices, as plain data for her own copy."""
    wishes = Preference.objects.filter(user=user).first() or Preference(user=user)
    return {
        "mail_rhythm": wishes.rhythm,
        "quiet_hours": [wishes.quiet_from, wishes.quiet_to] if wishes.is_quiet else None,
        "has_calendar_address": wishes.calendar_token is not None,
        "follows": [
            {
                "about": row.reference,
                "why": row.why,
                "since": row.created_at.isoformat(timespec="seconds"),
                "ended_at": row.ended_at.isoformat(timespec="seconds") if row.ended_at else None,
            }
            for row in Follow.objects.filter(user=user).order_by("created_at", "pk")
        ],
        "web_hooks": [
            {"address": hook.url, "scope": hook.scope, "state": hook.state} for hook in hooks_of(user)
        ],
    }


def delivery_counts() -> list[tuple[str, int]]:
    """How many mails are in each state, by the state's name."""
    counts = dict(Delivery.objects.values_list("state").annotate(Count("pk")))
    return [(str(state.label), counts.get(state.value, 0)) for state in Delivery.State]
