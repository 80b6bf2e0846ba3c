"""Appeals against moderation: by the author, with a clock, to somebody other than who decided first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from madang.services.square.domain import moderation, subjects, terms
from madang.services.square.domain.subjects import Subject
from madang.services.square.models import Appeal


def until(act: Audit) -> Any:
    """The moment after which an act can no longer be appealed against."""
    return act.at + timedelta(days=terms.moderation().appeal_days)


@transaction.atomic
def appeal(*, actor: Actor, subject: Subject, words: str) -> Appeal:
    """Ask another moderator to look again.

    Raises:
        RefusedError: not the author's, not taken down, too late, or appealed already.
    """
    policy.require("square.appeal.file", actor, subject)
    act = subjects.taking_down(subject)
    if act is None:
        raise RefusedError(_("It is not taken down any more."), "appeal.none", status=409)
    now, rules = clock.now(), terms.moderation()
    if now > until(act):
        raise RefusedError(_("The time for an appeal is over."), "appeal.late", status=409)
    said = text.clean(words)
    if not said:
        raise RefusedError(_("Say why it should be put back."), "appeal.empty", status=422)
    try:
        with transaction.atomic():
            row = Appeal.objects.create(
                **subjects.named(subject),
                act=act,
                author=actor.account,
                host_id=subjects.matter_of(subject).host_id,
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
        payload={
            "of": act.target,
            "due": row.due_at.isoformat(),
            "matter": subjects.matter_of(subject).number,
        },
    )
    return row


@transaction.atomic
def decide(*, actor: Actor, appeal: Appeal, puts_back: bool, reason: str) -> Appeal:
    """Another moderator decides: put back, or stays down; with a reason that everyone reads."""
    locked = Appeal.objects.select_for_update(of=("self",)).select_related("act", "host").get(pk=appeal.pk)
    subject = subjects.of(locked)
    fresh = move(
        locked,
        "grant" if puts_back else "uphold",
        actor=actor,
        reason=reason,
        organisation=locked.host,
        payload={"of": locked.act.target, "matter": subjects.matter_of(subject).number},
        changes={"decided_at": clock.now(), "decision": reason},
    )
    if puts_back and subjects.is_down(subject):
        moderation.restore(actor=actor, subject=subject, reason=reason)
    moderation.tell_author(subject, "square.appeal_decided", {"granted": puts_back})
    return fresh
