"""What other systems have of a case and say about it: for the desk everything, for its author what concerns her."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, pgettext_lazy

from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.services.casework.domain import hearing
from madang.services.casework.models import Case, Forward, PeerWord, ReceivedUpdate
from madang.services.casework.open311.logic.hearing import address

MOST = 20
TONES = {"waiting": "ochre", "sent": "jade", "refused": "persimmon", "given_up": "persimmon", "dropped": ""}
PROBLEMS: dict[str, str | Promise] = {
    "connection": gettext_lazy("No connection to the other server."),
    "timeout": gettext_lazy("The other server did not answer in time."),
    "certificate": gettext_lazy("The certificate of the other server is not valid."),
    "unknown_host": gettext_lazy("There is no server with this name."),
    "private_address": gettext_lazy("The address lies inside a private network."),
    "address_private": gettext_lazy("The address lies inside a private network."),
    "no_number": gettext_lazy(
        "The other server answered without a number, so nobody knows whether it filed."
    ),
}
STATUSES: dict[str, str | Promise] = {
    "open": pgettext_lazy("elsewhere", "Open there"),
    "closed": pgettext_lazy("elsewhere", "Closed there"),
    "investigating": pgettext_lazy("elsewhere", "Being looked into there"),
    "in_progress": pgettext_lazy("elsewhere", "Under way there"),
    "action_scheduled": pgettext_lazy("elsewhere", "Planned there"),
    "fixed": pgettext_lazy("elsewhere", "Fixed, they say"),
    "duplicate": pgettext_lazy("elsewhere", "Told there before"),
    "no_further_action": pgettext_lazy("elsewhere", "Nothing more is done there"),
    "not_councils_responsibility": pgettext_lazy("elsewhere", "Not theirs, they say"),
    "internal_referral": pgettext_lazy("elsewhere", "Passed on inside there"),
    "reopen": pgettext_lazy("elsewhere", "Open there again"),
}
"""The states of the standard and of its extension for updates; other words are shown as they were said."""


@dataclass(frozen=True)
class Saying:
    """One thing that another system said, with its source."""

    source: str
    host: str
    status: str | Promise
    notes: str
    agency: str
    media_url: str
    said_at: datetime | None
    heard_at: datetime
    expected_at: datetime | None = None

    @property
    def media_host(self) -> str:
        """The machine that a link to a picture leads to; said before somebody follows it."""
        return urlsplit(self.media_url).hostname or ""


def status_label(status: str) -> str | Promise:
    """A state over there in words."""
    return STATUSES.get(status.lower(), status)


def problem(forward: Forward) -> str | Promise:
    """Why the last try to pass it on failed."""
    return PROBLEMS.get(forward.problem, forward.problem)


def _of_word(forward: Forward, word: PeerWord) -> Saying:
    return Saying(
        source=forward.peer.name,
        host=urlsplit(forward.peer.url).hostname or "",
        status=status_label(word.status),
        notes=word.notes,
        agency=word.agency,
        media_url=address(word.media_url),
        said_at=word.said_at,
        heard_at=word.at,
        expected_at=word.expected_at,
    )


def _of_update(update: ReceivedUpdate, sources: dict[int, Forward]) -> Saying:
    forward = sources.get(update.holder_id or 0)
    named = update.holder.shown_name if update.holder is not None else ""
    return Saying(
        source=forward.peer.name if forward is not None else named,
        host=urlsplit(forward.peer.url).hostname or "" if forward is not None else "",
        status=status_label(update.status),
        notes=update.description,
        agency="",
        media_url=address(update.media_url),
        said_at=update.said_at,
        heard_at=update.at,
    )


def _sources(forwards: list[Forward]) -> dict[int, Forward]:
    """By the account with whose key a server reports back."""
    return {one.peer.reports_as_id: one for one in forwards if one.peer.reports_as_id is not None}


def at_desk(actor: Actor, case: Case) -> dict[str, Any]:
    """Where it was passed on to with all that was heard, what was reported, and a picture that lies elsewhere."""
    forwards = list(hearing.of(case))
    sources = _sources(forwards)
    may = bool(forwards) and bool(policy.can("casework.case.forward", actor, case))
    updates = case.updates_received.select_related("holder")[:MOST]
    received = getattr(case, "received", None)
    picture = address(received.media_url) if received is not None else ""
    return {
        "rows": [_row(one, may=may) for one in forwards],
        "updates": [_of_update(one, sources) for one in updates],
        "picture": picture,
        "picture_host": urlsplit(picture).hostname or "",
        "outbox_url": reverse("desk_outbox") if may else "",
    }


def _row(forward: Forward, *, may: bool) -> dict[str, Any]:
    words = list(forward.words.all()[:MOST])
    said = [_of_word(forward, one) for one in words]
    return {
        "forward": forward,
        "tone": TONES[forward.state],
        "problem": problem(forward),
        "latest": said[:1],
        "earlier": said[1:],
        "ask_url": reverse("desk_forward", args=[forward.pk, "ask"])
        if may and forward.state == Forward.State.SENT
        else "",
    }


def for_author(case: Case) -> list[Saying]:
    """The last word of each server that has this public case, and what it reported by itself; the newest first.

    Of a private case nothing: what strangers write about it is the office's to read first.
    """
    if not case.matter.is_public:
        return []
    forwards = [one for one in hearing.of(case) if one.state == Forward.State.SENT]
    said = [_of_word(one, one.words.all()[0]) for one in forwards if one.words.all()]
    sources = _sources(forwards)
    updates = case.updates_received.filter(holder__in=sources).select_related("holder")[:MOST]
    said += [_of_update(one, sources) for one in updates]
    return sorted(said, key=lambda one: one.heard_at, reverse=True)
