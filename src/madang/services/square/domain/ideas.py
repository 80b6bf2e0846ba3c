"""Filing an idea, standing behind it, counting in batches."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.matters.domain import handling
from madang.commons.matters.enums import TALKING, Channel, Kind, State
from madang.commons.matters.models import Matter
from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor, system
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.queries import rule_in_force
from madang.kernel.rows import insert_once
from madang.services.square import queries
from madang.services.square.domain import counting, terms, topics
from madang.services.square.events import CommentWritten, IdeaFiled
from madang.services.square.models import Category, Comment, Idea, Process, Space, Support

log = logging.getLogger("madang.square")

CHANNELS = frozenset(Channel.values)


@transaction.atomic
def file(
    *,
    actor: Actor,
    process: Process,
    title: str,
    body: str,
    category: Category | None = None,
    place: str = "",
    district: str = "",
    **filing: Any,
) -> tuple[Idea, matters.Filed]:
    """File an idea under the rules in force now; they stay its rules.

    Args:
        district: code of `kernel.places`, or "".
        filing: origin, group_name, author_label, contact_email, uploads (see `matters.file`).

    Raises:
        RefusedError: the phase is closed or an account is needed.
    """
    policy.require("square.idea.file", actor, process)
    cell = queries.cell_now(process)
    if cell is None:  # the phase ended between the policy's look and this one
        raise RefusedError(_("Ideas are not taken in at the moment."), "phase.closed")
    rule = rule_in_force(process.rule_code)
    filed = matters.file(
        actor=actor, kind=Kind.IDEA, title=title, body=body, rule=rule, host=process.space.host, **filing
    )
    days = rule.body.get("discussion_days")
    idea = Idea.objects.create(
        matter=filed.matter,
        process=process,
        phase=cell.phase,
        edition_id=Space.objects.values_list("edition", flat=True).get(pk=process.space_id),
        category=category,
        place=place,
        district=district,
        threshold=int(rule.body["threshold"]),
        discussion_ends_at=filed.matter.filed_at + timedelta(days=days) if days else None,
    )
    publish(IdeaFiled(idea.pk))
    return idea, filed


def support(*, actor: Actor, idea: Idea) -> bool:
    """Support an idea. Doing it twice changes nothing; the unique key sees to it.

    Returns:
        True when this call made the difference.
    """
    policy.require("square.idea.support", actor, idea)
    user, now = actor.account, clock.now()
    # One statement is one transaction. What follows from a support (total, threshold, following) comes with
    # the tally, for all of a moment at once: thousands may arrive in a minute.
    row = Support(idea_id=idea.pk, supporter_id=user.pk, at=now, changed_at=now, channel=_means(actor))
    if insert_once(row):
        return True
    taken_back = Support.objects.filter(idea=idea, supporter=user, withdrawn_at__isnull=False)
    return bool(taken_back.update(withdrawn_at=None, changed_at=now, uncounted=counting.more(1)))


def _means(actor: Actor) -> str:
    """The means by which an act came in, as it is shown."""
    return actor.channel if actor.channel in CHANNELS else Channel.WEB


@transaction.atomic
def unsupport(*, actor: Actor, idea: Idea) -> bool:
    """Take support back, as long as the threshold is not reached: what has started a clock stays counted."""
    policy.require("square.idea.unsupport", actor, idea)
    # Under the lock that `qualify` takes: of the two, the second sees what the first has done.
    if Idea.objects.select_for_update(no_key=True).get(pk=idea.pk).qualified_at is not None:
        raise RefusedError(
            _("The threshold is reached and the office owes an answer; support can no longer be taken back."),
            "support.counted",
            status=409,
        )
    now = clock.now()
    given = Support.objects.filter(idea=idea, supporter=actor.user, withdrawn_at__isnull=True)
    return bool(given.update(withdrawn_at=now, changed_at=now, uncounted=counting.more(-1)))


def tally() -> int:
    """Bring the totals up to date and start the clock where a threshold is met by it.

    Runs in the worker all the time. A row is added to its total in one transaction, whenever it was committed
    and however many workers count; thresholds are looked at afterwards, again under a lock.

    Returns:
        How many ideas got a new total.
    """
    touched = counting.settle()
    _move_late(touched)
    whole = topics.touched_by(touched)
    topics.recount(whole)
    qualify_reached(touched | whole)
    return len(touched)


def _move_late(touched: set[int]) -> None:
    """Support that was given in the moment of a merge, after it had moved the others, moves along too."""
    for merged in Idea.objects.filter(pk__in=touched, matter__state=State.MERGED).select_related("matter"):
        into = Idea.objects.select_related("matter").filter(pk=merged.matter.merged_into_id).first()
        if into is not None:
            move_supporters(idea=merged, into=into)


def qualify_reached(among: set[int] | None = None) -> int:
    """Pass on the ideas whose total meets their threshold, of these or of all; returns how many.

    All are looked at once a minute: an idea may come back into discussion, and a worker may be killed between
    the total and the clock.
    """
    if among is not None and not among:
        return 0
    ready = Idea.objects.filter(
        qualified_at__isnull=True,
        threshold__gt=0,
        support_total__gte=F("threshold"),
        matter__state__in=TALKING,
        matter__kind=Kind.IDEA,
        topic__isnull=True,  # what a topic gathers reaches the threshold with it, and no later than alone
    ).select_related("matter__rule")
    done = 0
    for idea in ready if among is None else ready.filter(pk__in=among):
        try:
            done += qualify(idea)
        except RefusedError as refusal:  # merged or withdrawn meanwhile; the rest goes on
            log.info("%s was not qualified: %s", idea.matter.reference, refusal.code)
    return done


@transaction.atomic
def qualify(idea: Idea) -> bool:
    """The threshold is met: the institution owes an answer from now on.

    Returns:
        False when it was done before, or when supporters went back on it in the meantime.
    """
    # The matter first, then the idea: the order in which merging locks them.
    if idea.is_topic:
        topics.lock_whole(idea.pk)
    Matter.objects.select_for_update().get(pk=idea.pk)
    locked = Idea.objects.select_for_update().get(pk=idea.pk)
    if locked.topic_id is not None:
        return False
    supports = topics.voices(locked.pk) if locked.is_topic else counting.supports_now([locked.pk])[locked.pk]
    if locked.qualified_at is not None or supports < locked.threshold:
        return False
    locked.qualified_at = clock.now()
    locked.save(update_fields=["qualified_at"])
    handling.qualify(
        actor=system("threshold"),
        matter=idea.matter,
        payload={"supports": supports, "threshold": locked.threshold},
    )
    if locked.is_topic:
        topics.finish(idea)
    return True


def owe_still(idea: Idea) -> None:
    """Start the clock again for what had reached its threshold before it became another kind and an idea again."""
    handling.qualify(
        actor=system("threshold"),
        matter=idea.matter,
        payload={"supports": idea.support_total, "threshold": idea.threshold},
        at=idea.qualified_at,
    )


def close_ended() -> int:
    """End the discussions whose time ran out below the threshold, with the reason and the numbers."""
    ended = Idea.objects.filter(
        Q(matter__state__in=[State.OPEN, State.MATURING]),
        qualified_at__isnull=True,
        discussion_ends_at__lt=clock.now(),
        topic__isnull=True,  # time stands still in a topic
    ).select_related("matter")[:200]
    closed = 0
    for idea in ended:
        numbers = f"{idea.support_total} / {idea.threshold}"
        try:
            if idea.is_topic:
                topics.end(idea, reason=numbers)
            else:
                handling.close(
                    actor=system("discussion_period"),
                    matter=idea.matter,
                    reason_code="below_threshold",
                    reason=numbers,
                )
        except RefusedError as refusal:  # somebody else moved it meanwhile; the rest goes on
            log.info("%s was not closed: %s", idea.matter.reference, refusal.code)
        else:
            closed += 1
    return closed


@transaction.atomic
def merge(*, actor: Actor, idea: Idea, into: Idea, reason: str) -> Matter:
    """Merge duplicates; the receiver of the fact moves the supporters, wherever the merge was asked for."""
    return handling.merge(actor=actor, matter=idea.matter, into=into.matter, reason=reason)


@transaction.atomic
def move_supporters(*, idea: Idea, into: Idea) -> int:
    """Those who stood behind a merged idea, its author too, stand behind the one that goes on.

    Each counts once, and the target's own author not at all. Returns how many were added.
    """
    now, author = clock.now(), idea.matter.author_id
    there = Support.objects.filter(idea=into, supporter=OuterRef("supporter"))
    missing = Support.objects.filter(~Exists(there), idea=idea, withdrawn_at__isnull=True)
    moved = dict(missing.values_list("supporter_id", "at"))
    if author and not Support.objects.filter(idea=into, supporter=author).exists():
        moved.setdefault(author, idea.matter.filed_at)
    moved.pop(into.matter.author_id or 0, None)
    rows = [
        Support(idea=into, supporter_id=supporter, at=at, changed_at=now) for supporter, at in moved.items()
    ]
    Support.objects.bulk_create(rows, batch_size=500, ignore_conflicts=True)
    return len(rows)


@transaction.atomic
def comment(*, actor: Actor, idea: Idea, body: str, stance: str, parent: Comment | None = None) -> Comment:
    """Say something for, against or as a question; a reply hangs on the first-level comment."""
    policy.require("square.comment.write", actor, idea)
    terms.require_room(actor)
    words = text.clean(body)
    if not words:
        raise RefusedError(_("Write something first."), "comment.empty", status=422)
    if parent is not None and parent.idea_id != idea.pk:
        raise RefusedError(_("The comment you answer belongs to another idea."), "comment.parent", status=422)
    office = None
    offices = actor.offices("officer", "approver")
    if idea.matter.responsible_id in offices:
        office = idea.matter.responsible
    row = Comment.objects.create(
        idea=idea,
        parent=parent.parent or parent if parent is not None else None,
        stance=stance,
        body=words,
        language=text.language_of(words),
        author=actor.account,
        channel=_means(actor),
        is_official=office is not None,
        office=office,
        at=clock.now(),
    )
    publish(CommentWritten(row.pk))
    return row
