"""Taking down and putting back, with reasons that everyone can read."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import handling
from madang.commons.matters.models import Matter
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.services.square.domain import counting
from madang.services.square.enums import HideReason
from madang.services.square.events import CommentModerated
from madang.services.square.models import Comment, Flag, Idea


def _known(reason_code: str) -> None:
    if reason_code not in HideReason.values:
        raise RefusedError(_("Choose one of the published reasons."), "moderation.reason", status=422)


@transaction.atomic
def hide_comment(*, actor: Actor, comment: Comment, reason_code: str, reason: str) -> Comment:
    """Take a comment down. Its place, reason and moderator's office stay visible."""
    _known(reason_code)
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
    publish(CommentModerated(fresh.pk))
    return fresh


@transaction.atomic
def restore_comment(*, actor: Actor, comment: Comment, reason: str) -> Comment:
    """Put a comment back."""
    fresh = move(comment, "restore", actor=actor, reason=reason, changes={"hide_reason": ""})
    Comment.objects.filter(pk=fresh.pk).update(uncounted=counting.more(1))
    publish(CommentModerated(fresh.pk))
    return fresh


@transaction.atomic
def hide_idea(*, actor: Actor, idea: Idea, reason_code: str, reason: str) -> Matter:
    """Take an idea's page down."""
    _known(reason_code)
    idea.flags.filter(settled_at__isnull=True).update(settled_at=clock.now())
    return handling.hide(actor=actor, matter=idea.matter, reason_code=reason_code, reason=reason)


@transaction.atomic
def flag(*, actor: Actor, reason: str, comment: Comment | None = None, idea: Idea | None = None) -> bool:
    """Ask moderation to look; a second time by the same reader changes nothing."""
    policy.require("square.flag.raise", actor, comment or idea)
    _known(reason)
    try:
        with transaction.atomic():
            Flag.objects.create(comment=comment, idea=idea, by=actor.account, reason=reason, at=clock.now())
    except IntegrityError:
        return False
    return True


@transaction.atomic
def dismiss(*, actor: Actor, flag: Flag) -> None:
    """Moderation looked and leaves the thing as it is."""
    subject = flag.comment
    matter = subject.idea.matter if subject is not None else flag.idea.matter  # type: ignore[union-attr]
    policy.require("matters.matter.hide", actor, matter)
    open_flags = Flag.objects.filter(settled_at__isnull=True)
    same = open_flags.filter(comment=flag.comment) if flag.comment_id else open_flags.filter(idea=flag.idea)
    same.update(settled_at=clock.now())
