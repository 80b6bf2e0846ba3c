"""Appeals against moderation: by the author, with a clock, to somebody other than who decided first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import handling
from madang.commons.matters.enums import Disclosure
from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from madang.services.square.domain import moderation, terms
from madang.services.square.models import Appeal, Comment, Idea


def taking_down(subject: Comment | Idea) -> Audit | None:
    """The act that took a thing down, while it is down; None otherwise."""
    if isinstance(subject, Comment):
        if subject.state != "hidden":
            return None
        action, target = "square.comment.hide", subject.reference
    else:
        if subject.matter.disclosure != Disclosure.HIDDEN:
            return None
        action, target = "matters.matter.hide", subject.matter.reference
    return Audit.objects.filter(action=action, target=target).order_by("-at", "-pk").first()


def author_of(subject: Comment | Idea) -> int | None:
    return subject.author_id if isinstance(subject, Comment) else subject.matter.author_id


def until(act: Audit) -> Any:
    """The moment after which an act can no longer be appealed against."""
    return act.at + timedelta(days=terms.moderation().appeal_days)


@transaction.atomic
def appeal(*, actor: Actor, subject: Comment | Idea, words: str) -> Appeal:
    """Ask another moderator to look again.

    Raises:
        RefusedError: not the author's, not taken down, too late, or appealed already.
    """
    policy.require("square.appeal.file", actor, subject)
    act = taking_down(subject)
    if act is None:
        raise RefusedError(_("It is not taken down any more."), "appeal.none", status=409)
    now, rules = clock.now(), terms.moderation()
    if now > until(act):
        raise RefusedError(_("The time for an appeal is over."), "appeal.late", status=409)
    said = text.clean(words)
    if not said:
        raise RefusedError(_("Say why it should be put back."), "appeal.empty", status=422)
    matter = subject.idea.matter if isinstance(subject, Comment) else subject.matter
    try:
        with transaction.atomic():
            row = Appeal.objects.create(
                comment=subject if isinstance(subject, Comment) else None,
                idea=subject if isinstance(subject, Idea) else None,
                act=act,
                author=actor.account,
                host_id=matter.host_id,
                words=said,
                filed_at=now,
                due_at=now + timedelta(days=rules.appeal_answer_days),
            )
    except IntegrityError:
        raise RefusedError(
            _("You have appealed already. Another moderator looks at it."), "appeal.twice", status=409
        ) from None
    # What she wrote may repeat what was taken down, so the entry says only that she asked.
    audit.record(
        actor=actor,
        action="square.appeal.file",
        target=row.reference,
        payload={"of": act.target, "due": row.due_at.isoformat()},
    )
    return row


@transaction.atomic
def decide(*, actor: Actor, appeal: Appeal, puts_back: bool, reason: str) -> Appeal:
    """Another moderator decides: put back, or stays down; with a reason that everyone reads."""
    locked = (
        Appeal.objects.select_for_update(of=("self",))
        .select_related("comment__idea__matter", "idea__matter")
        .get(pk=appeal.pk)
    )
    fresh = move(
        locked,
        "grant" if puts_back else "uphold",
        actor=actor,
        reason=reason,
        organisation=locked.host,
        payload={"of": locked.act.target},
        changes={"decided_at": clock.now(), "decision": reason},
    )
    subject = locked.comment or locked.idea
    if puts_back and subject is not None and taking_down(subject) is not None:
        if isinstance(subject, Comment):
            moderation.restore_comment(actor=actor, comment=subject, reason=reason)
        else:
            handling.restore(actor=actor, matter=subject.matter, reason=reason)
    if locked.comment is not None:
        moderation.tell_author(locked.comment, "square.appeal_decided", {"granted": puts_back})
    return fresh
