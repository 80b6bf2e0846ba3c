"""Proposing a changed text, and what becomes of it: accepted with credit, refused with a reason, or unanswered."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.models import Matter
from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.services.square.domain import subjects, versions
from madang.services.square.events import AmendmentMoved
from madang.services.square.logic import texts
from madang.services.square.models import Amendment, Idea

log = logging.getLogger("madang.square")
DAYS = 14
OPEN_EACH = 3
"""Amendments of one person to one idea that may wait at the same time."""


@transaction.atomic
def propose(*, actor: Actor, idea: Idea, base: int, title: str, body: str, reason: str) -> Amendment:
    """Propose a changed text. The authors have the days of the rules to answer.

    Raises:
        RefusedError: 422 without a change or a reason, or with too many that wait already.
    """
    matter = Matter.objects.select_for_update(of=("self",)).select_related("rule").get(pk=idea.pk)
    policy.require("square.amendment.propose", actor, idea)
    title, body, reason = text.clean_line(title), text.clean(body), text.clean(reason)
    before = versions.text_of(idea, base)
    if (title, body) == before:
        raise RefusedError(_("Nothing is different yet. Change the text first."), "text.same", status=422)
    if not reason:
        raise RefusedError(_("Say in a sentence why the text should change."), "text.reason", status=422)
    if idea.amendments.filter(by=actor.account, state__in=["open", "unanswered"]).count() >= OPEN_EACH:
        raise RefusedError(
            _("You have several amendments waiting here. Wait for an answer, or take one back."),
            "amendment.many",
            status=422,
        )
    now = clock.now()
    row = Amendment.objects.create(
        idea=idea,
        number=(idea.amendments.order_by("-number").values_list("number", flat=True).first() or 0) + 1,
        base=base,
        title=title,
        body=body,
        reason=reason,
        by=actor.account,
        at=now,
        due_at=now + timedelta(days=int(matter.rule.body.get("amendment_days", DAYS))),
    )
    audit.record(
        actor=actor,
        action="square.amendment.propose",
        target=row.reference,
        is_public=row.is_public,
        # Not her words: moderation may have to take them down, and an entry stays.
        payload={"base": base},
    )
    publish(AmendmentMoved(row.pk, "proposed", actor.account.pk))
    return row


def rebased(amendment: Amendment) -> tuple[str, texts.Merged]:
    """Title and body of an amendment put onto the version that stands now, with what did not fit in."""
    idea = amendment.idea
    title, body = versions.text_of(idea, amendment.base)
    matter = idea.matter
    merged_title = texts.merge(title, matter.title, amendment.title)
    merged_body = texts.merge(body, matter.body, amendment.body)
    return merged_title.text, texts.Merged(
        merged_body.text, (*merged_title.conflicts, *merged_body.conflicts)
    )


def _move(actor: Actor, amendment: Amendment, step: str, what: str, **more: Any) -> Amendment:
    # The matter first: everybody who writes a version takes the locks in this order.
    Matter.objects.select_for_update().get(pk=amendment.idea_id)
    fresh = move(amendment, step, actor=actor, **more)
    publish(AmendmentMoved(fresh.pk, what, actor.user.pk if actor.user else None))
    return fresh


@transaction.atomic
def accept(
    *, actor: Actor, amendment: Amendment, base: int, title: str, body: str, answer: str = ""
) -> Amendment:
    """Take it into the text, whole or in part: what the authors send becomes the next version, with credit.

    Args:
        base: the version the authors have read.
        title: the text as it shall stand; where it differs from the proposed one, it is accepted in part.
    """
    is_late = amendment.state == "unanswered" and not policy.can("square.amendment.accept", actor, amendment)
    proposed_title, proposed = rebased(amendment)
    title, body = text.clean_line(title), text.clean(body)
    fresh = _move(
        actor,
        amendment,
        "take_up" if is_late else "accept",
        "accepted",
        reason=text.clean(answer),
        changes={
            "answer": text.clean(answer),
            "answered_at": clock.now(),
            "is_partly": (title, body) != (proposed_title, proposed.text),
        },
    )
    versions.write(
        actor=actor,
        idea=fresh.idea,
        base=base,
        title=title,
        body=body,
        # Not the words of who proposed it: a version and an entry stay when those are taken down.
        reason=text.clean(answer) or gettext("Amendment %(n)s was taken in.") % {"n": fresh.number},
        amendment=fresh,
        author=fresh.by,
    )
    return fresh


@transaction.atomic
def refuse(*, actor: Actor, amendment: Amendment, reason: str) -> Amendment:
    """Refuse it, with a reason that everyone can read."""
    reason = text.clean(reason)
    changes = {"answer": reason, "answered_at": clock.now()}
    return _move(actor, amendment, "refuse", "refused", reason=reason, changes=changes)


@transaction.atomic
def withdraw(*, actor: Actor, amendment: Amendment) -> Amendment:
    """Whoever proposed it takes it back."""
    return _move(actor, amendment, "withdraw", "withdrawn", changes={"answered_at": clock.now()})


@transaction.atomic
def hide(*, actor: Actor, amendment: Amendment, reason_code: str, reason: str) -> Amendment:
    """Moderation takes its words down, for a published reason. An open one ends by it."""
    Matter.objects.select_for_update().get(pk=amendment.idea_id)
    subjects.require_up(amendment, reason_code)
    return _move(
        actor,
        amendment,
        "hide",
        "hidden",
        reason_code=reason_code,
        reason=reason,
        changes={"hide_reason": reason_code},
    )


def lapse() -> int:
    """Silence has a limit: what was not answered in time says so from now on. Each is moved once."""
    silent = Amendment.objects.filter(state="open", due_at__lte=clock.now()).select_related("idea__matter")
    moved = 0
    for row in silent.order_by("due_at")[:200]:
        try:
            _lapse(row)
        except RefusedError as refusal:  # answered meanwhile; the rest goes on
            log.info("%s did not lapse: %s", row.reference, refusal.code)
        else:
            moved += 1
    return moved


@transaction.atomic
def _lapse(row: Amendment) -> None:
    _move(system("amendment_silence"), row, "lapse", "unanswered")
