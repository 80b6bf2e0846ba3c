"""A poll is prepared, opened, prolonged, closed or called off."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.notices import api as notices
from madang.kernel import actors, clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.ids import CROCKFORD
from madang.kernel.levels import Level
from madang.kernel.models import Organisation
from madang.services.polls.domain import counting, slips
from madang.services.polls.domain import questions as questioning
from madang.services.polls.domain.questions import Draft
from madang.services.polls.enums import PollState
from madang.services.polls.events import PollChanged
from madang.services.polls.logic import form
from madang.services.polls.models import Poll, Slip

SIZE = 6
SOON = timedelta(days=1)
FIELDS = frozenset({
    "title_ko", "title_en", "intro_ko", "intro_en", "consent_ko", "consent_en", "about", "level", "once",
    "channels", "opens_at", "closes_at", "embed_origins", "previous",
})  # fmt: skip


class StaleError(RefusedError):
    """Somebody else saved meanwhile; `poll` is how it stands now."""

    def __init__(self, poll: Poll) -> None:
        super().__init__(
            _("Somebody else changed this poll meanwhile. Nothing of yours is lost: compare and save again."),
            "polls.stale",
            status=409,
        )
        self.poll = poll


class UnaskableError(RefusedError):
    """The questions cannot be asked yet; `findings` say why."""

    def __init__(self, findings: Sequence[form.Finding]) -> None:
        super().__init__(_("Some questions have to be finished first."), "polls.questions", status=422)
        self.findings = tuple(findings)


def new_code() -> str:
    return "".join(secrets.choice(CROCKFORD) for _ in range(SIZE))


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Only fields that an official may set, and none that contradict each other.

    Raises:
        RefusedError: 422, with the name of the field in its code.
    """
    unknown = set(fields) - FIELDS
    if unknown:
        raise ValueError(f"not a field of a poll: {sorted(unknown)}")
    opens, closes = fields.get("opens_at"), fields.get("closes_at")
    if opens and closes and closes <= opens:
        raise RefusedError(_("The end has to lie after the beginning."), "polls.closes_at", status=422)
    if fields.get("once") and fields.get("level", Level.ANONYMOUS) == Level.ANONYMOUS:
        raise RefusedError(
            _("One answer a person needs an account: choose who takes part."), "polls.level", status=422
        )
    if fields.get("embed_origins") and fields.get("level", Level.ANONYMOUS) != Level.ANONYMOUS:
        raise RefusedError(
            _("On other sites nobody is signed in: only a poll without accounts can be shown there."),
            "polls.embed_origins",
            status=422,
        )
    return dict(fields)


@transaction.atomic
def create(*, actor: Actor, host: Organisation, questions: Sequence[Draft] = (), **fields: Any) -> Poll:
    """Prepare a poll; nobody outside the office sees it before it is opened.

    Raises:
        RefusedError: no mandate at the office, or fields that contradict each other.
    """
    policy.require("polls.poll.create", actor, host)
    now = clock.now()
    poll = Poll.objects.create(
        code=new_code(),
        host=host,
        created_at=now,
        changed_at=now,
        changed_by=actor.user,
        secret=slips.new_secret(),
        **({"channels": ["web"]} | _checked(fields)),
    )
    questioning.replace(poll, questions)
    audit.record(
        actor=actor,
        action="polls.poll.create",
        target=poll.reference,
        after=poll.state,
        organisation=host,
        is_public=False,
    )
    return poll


@transaction.atomic
def edit(
    *, actor: Actor, poll: Poll, seen: int, questions: Sequence[Draft] | None = None, **fields: Any
) -> Poll:
    """Change a draft that the official saw in revision `seen`.

    Raises:
        StaleError: 409, somebody else saved meanwhile; nothing was changed.
        RefusedError: no mandate, it is open already, or fields that contradict each other.
    """
    locked = Poll.objects.select_for_update().get(pk=poll.pk)
    policy.require("polls.poll.edit", actor, locked)
    if locked.state == PollState.DRAFT and locked.revision != seen:
        raise StaleError(locked)
    fresh = move(
        locked,
        "edit",
        actor=actor,
        organisation=locked.host,
        changes=_checked(fields)
        | {"revision": locked.revision + 1, "changed_at": clock.now(), "changed_by": actor.user},
    )
    if questions is not None:
        questioning.replace(fresh, questions)
    return fresh


@transaction.atomic
def open_(*, actor: Actor, poll: Poll) -> Poll:
    """Publish it. Questions, consent and rules stand from now on; people answer from `opens_at` on.

    Raises:
        UnaskableError: the questions are not finished.
        RefusedError: no mandate, open already, or an end that has passed.
    """
    # Locked before the questions are read: what is sealed is what was saved last.
    locked = Poll.objects.select_for_update().get(pk=poll.pk)
    policy.require("polls.poll.open", actor, locked)
    now = clock.now()
    rows = list(locked.questions.all())
    found = form.flaws(questioning.asked(rows))
    if found:
        raise UnaskableError(found)
    if locked.closes_at is not None and locked.closes_at <= now:
        raise RefusedError(_("The end has to lie in the future."), "polls.closes_at", status=422)
    opens = locked.opens_at if locked.opens_at is not None and locked.opens_at > now else now
    fresh = move(
        locked,
        "open",
        actor=actor,
        organisation=locked.host,
        payload={
            "title": {"ko": locked.title_ko, "en": locked.title_en},
            "consent": {"ko": locked.consent_ko, "en": locked.consent_en},
            "questions": questioning.frozen(rows),
            "level": locked.level,
            "once": locked.once,
            "channels": locked.channels,
            "opens_at": opens.isoformat(timespec="seconds"),
            "closes_at": locked.closes_at.isoformat(timespec="seconds") if locked.closes_at else "",
        },
        changes={"opens_at": opens},
    )
    announce(fresh, "polls.opened", _ends(fresh))
    publish(PollChanged(fresh.pk, fresh.about, fresh.state))
    return fresh


def _ends(poll: Poll) -> dict[str, str]:
    begins = poll.opens_at is not None and poll.opens_at > clock.now()
    return {
        "from": poll.opens_at.isoformat(timespec="seconds") if begins and poll.opens_at else "",
        "until": poll.closes_at.isoformat(timespec="seconds") if poll.closes_at else "",
    }


def announce(poll: Poll, kind: str, data: Mapping[str, Any] | None = None) -> None:
    """Followers of the poll and of what it hangs on hear of it."""
    notices.tell(
        reference=poll.reference,
        kind=kind,
        title=poll.title_ko,
        data=data,
        also_references=[poll.about] if poll.about else [],
    )


@transaction.atomic
def prolong(*, actor: Actor, poll: Poll, until: datetime, reason: str) -> Poll:
    """Give people more time, in public; never less.

    Raises:
        RefusedError: 422 where the moment is not later than the old one and than now, or without a reason.
    """
    if until <= clock.now() or (poll.closes_at is not None and until <= poll.closes_at):
        raise RefusedError(
            _("Choose a later moment than now and than the present end."), "polls.until", status=422
        )
    fresh = move(
        poll,
        "prolong",
        actor=actor,
        reason=reason,
        organisation=poll.host,
        payload={
            "from": poll.closes_at.isoformat(timespec="seconds") if poll.closes_at else "",
            "to": until.isoformat(timespec="seconds"),
        },
        changes={"closes_at": until, "reminded_at": None},
    )
    announce(fresh, "polls.prolonged", _ends(fresh))
    publish(PollChanged(fresh.pk, fresh.about, fresh.state))
    return fresh


@transaction.atomic
def call_off(*, actor: Actor, poll: Poll, reason: str) -> Poll:
    """End it without a result. What was handed in is not counted; what links people to it is destroyed as at closing."""
    locked = Poll.objects.select_for_update().get(pk=poll.pk)
    unseen = {"opens_at": None} if locked.state == PollState.DRAFT else {}
    fresh = move(
        locked,
        "call_off",
        actor=actor,
        reason=reason,
        organisation=locked.host,
        changes={"secret": ""} | _end() | unseen,
    )
    _part(fresh)
    if fresh.is_public:
        announce(fresh, "polls.called_off")
    publish(PollChanged(fresh.pk, fresh.about, fresh.state))
    return fresh


def _end() -> dict[str, Any]:
    return {"closed_at": clock.now()}


def _part(poll: Poll) -> None:
    """Take the pseudonyms away. Receipt codes stay: they are in the hands of those who answered."""
    Slip.objects.filter(poll=poll).exclude(participant="").update(participant="")


@transaction.atomic
def close(*, actor: Actor, poll: Poll) -> Poll:
    """End it: digest and counts into the public log, secret and pseudonyms destroyed. All of it once, or nothing.

    The row is locked first: a response that is being written is either counted here or refused.
    """
    locked = Poll.objects.select_for_update().get(pk=poll.pk)
    record = counting.record_of(locked)
    fresh = move(
        locked,
        "close",
        actor=actor,
        organisation=locked.host,
        payload=record,
        changes={"secret": "", "digest": record["responses_sha256"]} | _end(),
    )
    _part(fresh)
    announce(fresh, "polls.closed")
    publish(PollChanged(fresh.pk, fresh.about, fresh.state))
    return fresh


def close_ended() -> int:
    """Close what has reached its end; returns how many. Run by the worker, as often as it likes."""
    done = 0
    for poll in Poll.objects.filter(state=PollState.OPEN, closes_at__lte=clock.now()):
        try:
            close(actor=actors.system("polls.close_ended"), poll=poll)
        except RefusedError:  # another worker was first, or it was prolonged or called off
            continue
        done += 1
    return done


def remind() -> int:
    """Tell followers once that a poll closes within a day; returns of how many polls. One that is short is announced once."""
    now = clock.now()
    due = Poll.objects.filter(
        state=PollState.OPEN,
        reminded_at__isnull=True,
        opens_at__lte=now - SOON,
        closes_at__gt=now,
        closes_at__lte=now + SOON,
    )
    told = 0
    for poll in due:
        with transaction.atomic():
            if Poll.objects.filter(pk=poll.pk, reminded_at__isnull=True).update(reminded_at=now):
                announce(poll, "polls.closing", _ends(poll))
                told += 1
    return told
