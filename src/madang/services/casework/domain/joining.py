"""Joining an open case: the same problem, one answer, a receipt for everyone."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.matters.domain import handling
from madang.commons.matters.enums import OWED
from madang.commons.matters.models import Matter
from madang.commons.matters.policies import is_author
from madang.kernel import clock, policy
from madang.kernel.actors import Actor, system
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.services.casework.events import CaseChanged
from madang.services.casework.models import Case, Joining

JOINER = "casework.join"


@dataclass(frozen=True, slots=True)
class Joined:
    """What joining gives back; `filed.code` opens the receipt of the one who joined."""

    joining: Joining
    filed: matters.Filed


def has_joined(actor: Actor, case: Case) -> bool:
    """Whether this person has joined, by account or by a receipt of this session."""
    rows = Joining.objects.filter(case=case)
    mine = rows.filter(matter__in=list(actor.receipts)) if actor.receipts else rows.none()
    if actor.user is not None:
        mine = mine | rows.filter(matter__author=actor.user)
    return mine.exists()


@transaction.atomic
def join(
    *,
    actor: Actor,
    case: Case,
    words: str = "",
    is_anonymous: bool = False,
    author_label: str = "",
    contact_email: str = "",
) -> Joined:
    """Follow a public case that is not answered yet, with a receipt of one's own; the office reads what one adds.

    What a joiner writes is read by her and the offices only. She is told with everyone who follows the case.

    Raises:
        RefusedError: 403 for what is not public; 409 when it has ended, is one's own, or was joined before.
    """
    Matter.objects.select_for_update().get(pk=case.pk)
    fresh = Case.objects.select_related("matter__rule", "matter__host", "category").get(pk=case.pk)
    policy.require("casework.case.join", actor, fresh)
    if fresh.matter.state not in OWED:
        raise RefusedError(
            _("This case is not open any more. File one of your own."), "join.ended", status=409
        )
    if is_author(actor, fresh.matter):
        raise RefusedError(_("This is your own case."), "join.own", status=409)
    if has_joined(actor, fresh):
        raise RefusedError(_("You have joined this case already."), "join.twice", status=409)
    is_nameless = is_anonymous or not (actor.is_signed_in or author_label)
    if is_nameless and fresh.category is not None and not fresh.category.may_be_anonymous:
        raise RefusedError(
            _("This category needs a name, because the law asks for one."), "case.not_anonymous", status=422
        )
    filed = matters.file(
        actor=Actor(channel=actor.channel) if is_anonymous else actor,
        kind=fresh.matter.kind,
        title=fresh.matter.title,
        body=words or _now("I have the same problem."),
        rule=fresh.matter.rule,
        host=fresh.matter.host,
        author_label="" if is_anonymous else author_label,
        contact_email=contact_email,
        disclosure="private",
        state=matters.State.OPEN,
    )
    joining = Joining.objects.create(case=fresh, matter=filed.matter, at=clock.now())
    handling.merge(
        actor=system(JOINER),
        matter=filed.matter,
        into=fresh.matter,
        reason=_now("Somebody with the same problem joined."),
    )
    filed.matter.refresh_from_db()
    publish(CaseChanged(fresh.pk, "joined"))
    return Joined(joining, filed)
