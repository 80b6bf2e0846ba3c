"""Taking down and putting back, with reasons that everyone can read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Min

from madang.commons.matters.domain import handling
from madang.commons.matters.models import Matter
from madang.commons.notices import api as notices
from madang.kernel import clock, policy
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.events import publish
from madang.services.square.domain import counting, subjects, terms
from madang.services.square.domain.subjects import Subject
from madang.services.square.events import CommentModerated
from madang.services.square.models import Comment, Flag, Idea, PlanningVote


@transaction.atomic
def hide_comment(*, actor: Actor, comment: Comment, reason_code: str, reason: str) -> Comment:
    """Take a comment down. Its place, reason and moderator's office stay visible."""
    subjects.require_reason(reason_code)
    fresh = move(
        comment,
        "hide",
        actor=actor,
        reason_code=reason_code,
        reason=reason,
        payload={"matter": comment.idea.matter.number},
        changes={"hide_reason": reason_code},
    )
    fresh.flags.filter(settled_at__isnull=True).update(settled_at=clock.now())
    Comment.objects.filter(pk=fresh.pk).update(uncounted=counting.more(-1))
    tell_author(fresh, "square.taken_down", {"reason": reason_code})
    publish(CommentModerated(fresh.pk))
    return fresh


def tell_author(subject: Subject, kind: str, data: dict[str, Any]) -> None:
    """Who wrote a comment or a reason hears of every decision about it: nothing is taken down behind anybody's back."""
    if isinstance(subject, Idea):
        return  # its author follows the matter
    author = subject.author if isinstance(subject, Comment) else subject.seat.user
    notices.follow(reference=subject.reference, user=author, why="author")
    notices.tell(
        reference=subject.reference,
        kind=kind,
        title=subjects.matter_of(subject).title,
        data=data | {"about": subjects.kind_of(subject)},
    )


@transaction.atomic
def restore_comment(*, actor: Actor, comment: Comment, reason: str) -> Comment:
    """Put a comment back."""
    fresh = move(comment, "restore", actor=actor, reason=reason, changes={"hide_reason": ""})
    Comment.objects.filter(pk=fresh.pk).update(uncounted=counting.more(1))
    tell_author(fresh, "square.put_back", {})
    publish(CommentModerated(fresh.pk))
    return fresh


@transaction.atomic
def hide_idea(*, actor: Actor, idea: Idea, reason_code: str, reason: str) -> Matter:
    """Take an idea's page down."""
    subjects.require_reason(reason_code)
    idea.flags.filter(settled_at__isnull=True).update(settled_at=clock.now())
    return handling.hide(actor=actor, matter=idea.matter, reason_code=reason_code, reason=reason)


@transaction.atomic
def hide_vote(*, actor: Actor, vote: PlanningVote, reason_code: str, reason: str) -> PlanningVote:
    """Take down why a member of a planning group voted so. Her vote stays, and counts."""
    subjects.require_reason(reason_code)
    fresh = move(
        vote,
        "hide",
        actor=actor,
        reason_code=reason_code,
        reason=reason,
        payload={"matter": subjects.matter_of(vote).number},
        changes={"hide_reason": reason_code},
    )
    fresh.flags.filter(settled_at__isnull=True).update(settled_at=clock.now())
    tell_author(fresh, "square.taken_down", {"reason": reason_code})
    return fresh


@transaction.atomic
def restore_vote(*, actor: Actor, vote: PlanningVote, reason: str) -> PlanningVote:
    """Put a member's reason back."""
    fresh = move(
        vote,
        "restore",
        actor=actor,
        reason=reason,
        payload={"matter": subjects.matter_of(vote).number},
        changes={"hide_reason": ""},
    )
    tell_author(fresh, "square.put_back", {})
    return fresh


def hide(*, actor: Actor, subject: Subject, reason_code: str, reason: str) -> None:
    """Take a thing down, whatever it is."""
    told: dict[str, Any] = {"actor": actor, "reason_code": reason_code, "reason": reason}
    if isinstance(subject, Comment):
        hide_comment(comment=subject, **told)
    elif isinstance(subject, Idea):
        hide_idea(idea=subject, **told)
    else:
        hide_vote(vote=subject, **told)


def restore(*, actor: Actor, subject: Subject, reason: str) -> None:
    """Put a thing back, whatever it is."""
    if isinstance(subject, Comment):
        restore_comment(actor=actor, comment=subject, reason=reason)
    elif isinstance(subject, Idea):
        handling.restore(actor=actor, matter=subject.matter, reason=reason)
    else:
        restore_vote(actor=actor, vote=subject, reason=reason)


@transaction.atomic
def flag(*, actor: Actor, subject: Subject, reason: str) -> bool:
    """Ask moderation to look; a second time by the same reader changes nothing."""
    policy.require("square.flag.raise", actor, subject)
    subjects.require_reason(reason)
    try:
        with transaction.atomic():
            Flag.objects.create(**subjects.named(subject), by=actor.account, reason=reason, at=clock.now())
    except IntegrityError:
        return False
    return True


@transaction.atomic
def dismiss(*, actor: Actor, flag: Flag) -> None:
    """Moderation looked and leaves the thing as it is."""
    subject = subjects.of(flag)
    matter = subjects.matter_of(subject)
    policy.require("matters.matter.hide", actor, matter)
    settled = subject.flags.filter(settled_at__isnull=True).update(settled_at=clock.now())
    if settled:  # of two moderators at once the first decides, and one entry says so
        audit.record(
            actor=actor,
            action="square.flag.dismiss",
            target=subjects.reference_of(subject),
            payload={"reports": settled, "matter": matter.number},
            organisation=matter.host,
            is_public=matter.is_public,
        )


def lapse() -> int:
    """What only few reported, and moderation did not decide in time, stays up; the log says so.

    What many reported goes on waiting and is shown as overdue: neither way a thing goes down by itself.

    Returns:
        How many things that were.
    """
    rules, now = terms.moderation(), clock.now()
    before = now - timedelta(hours=rules.flag_hours)
    open_flags = Flag.objects.filter(settled_at__isnull=True)
    waiting = (
        open_flags.order_by()
        .values(*subjects.KINDS)
        .annotate(n=Count("pk"), since=Min("at"))
        .filter(since__lt=before, n__lt=rules.few)
    )
    done = 0
    for row in list(waiting[:500]):
        about = {kind: row[kind] for kind in subjects.KINDS if row[kind]}
        with transaction.atomic():
            # Under a lock: a report that came in this moment, or a moderator's decision, goes first.
            flags = list(Flag.objects.select_for_update().filter(settled_at__isnull=True, **about))
            if not flags or len(flags) >= rules.few:
                continue
            Flag.objects.filter(pk__in=[flag.pk for flag in flags]).update(settled_at=now)
            subject = subjects.of(flags[0])
            matter = subjects.matter_of(subject)
            audit.record(
                actor=system("moderation_limit"),
                action="square.flag.lapse",
                target=subjects.reference_of(subject),
                payload={"reports": len(flags), "hours": rules.flag_hours, "matter": matter.number},
                organisation=matter.host,
                is_public=matter.is_public,
            )
        done += 1
    return done
