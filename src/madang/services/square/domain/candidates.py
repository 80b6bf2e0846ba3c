"""Candidates for the planning group: proposing an idea or a topic, taking it back, taking its words down."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from madang.commons.matters.models import Matter
from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.services.square.domain import picking, planning_group, subjects, terms
from madang.services.square.events import CandidateMoved
from madang.services.square.models import Candidate, Idea, PlanningSeat


@transaction.atomic
def propose(*, actor: Actor, idea: Idea, why: str) -> Candidate:
    """Propose an idea or a topic to the planning group of its space.

    Raises:
        RefusedError: 422 without a reason or with too many that wait, 409 where it is with the group already or was
            decided not long ago, 403 by the policy.
    """
    Matter.objects.select_for_update().get(pk=idea.pk)
    fresh = Idea.objects.select_related("matter", "process__space__host", "topic__matter").get(pk=idea.pk)
    policy.require("square.candidate.propose", actor, fresh)
    space, rules, now = fresh.process.space, terms.planning(), clock.now()
    why = text.clean(why)
    if not why:
        raise RefusedError(_("Say why the group should pick it."), "candidate.reason", status=422)
    _require_free(actor, fresh, rules)
    group = planning_group.members(space.host_id)
    if not group:
        raise RefusedError(_("This space has no planning group yet."), "candidate.no_group", status=409)
    # Two candidates of one space at once: the second takes the next number after the first.
    type(space).objects.select_for_update().get(pk=space.pk)
    last = Candidate.objects.filter(space=space).aggregate(last=Max("number"))["last"] or 0
    try:
        with transaction.atomic():
            row = Candidate.objects.create(
                space=space,
                number=last + 1,
                idea=fresh,
                by=actor.account,
                why=why,
                at=now,
                due_at=now + timedelta(days=rules.vote_days),
                terms=asdict(rules),
            )
    except IntegrityError:
        raise _already() from None
    for mandate in group:
        PlanningSeat.objects.create(
            candidate=row, user=mandate.user, title_ko=mandate.post.title_ko, title_en=mandate.post.title_en
        )
    audit.record(
        actor=actor,
        action="square.candidate.propose",
        target=row.reference,
        is_public=row.is_public,
        # Not her words: moderation may have to take them down, and an entry stays.
        payload={"idea": fresh.matter.number, "due": row.due_at.isoformat(), "seats": len(group)},
    )
    picking.recuse_authors(row)
    publish(CandidateMoved(row.pk, "proposed", actor.account.pk))
    return row


def _already() -> RefusedError:
    return RefusedError(_("The group votes on it already."), "candidate.twice", status=409)


def _require_free(actor: Actor, idea: Idea, rules: terms.PlanningTerms) -> None:
    before = Candidate.objects.filter(idea=idea)
    if before.filter(state__in=["open", "counted"]).exists():
        raise _already()
    if before.filter(state="picked").exists():
        raise RefusedError(_("The group has picked it already."), "candidate.picked", status=409)
    since = clock.now() - timedelta(days=rules.again_days)
    decided = Q(state="passed", decided_at__gt=since)
    # Who proposes and takes back all day only wakes people.
    if before.filter(decided | Q(state="withdrawn", by=actor.account, at__gt=since)).exists():
        raise RefusedError(
            ngettext(
                "The group has decided about it, or you have taken it back, less than %(n)s day ago.",
                "The group has decided about it, or you have taken it back, less than %(n)s days ago.",
                rules.again_days,
            )
            % {"n": rules.again_days},
            "candidate.again",
            status=409,
        )
    today = clock.now() - timedelta(days=1)
    mine = Candidate.objects.filter(Q(state="open") | Q(at__gt=today), by=actor.account)
    if mine.count() >= rules.each:
        raise RefusedError(
            _("You have several candidates waiting. Wait for a decision before you propose another one."),
            "candidate.many",
            status=422,
        )


@transaction.atomic
def withdraw(*, actor: Actor, candidate: Candidate) -> Candidate:
    """Whoever proposed it takes it back, while nobody has voted."""
    return move(planning_group.locked(candidate), "withdraw", actor=actor)


@transaction.atomic
def hide(*, actor: Actor, candidate: Candidate, reason_code: str, reason: str) -> Candidate:
    """Moderation takes down why it was proposed, for a published reason; the vote goes on."""
    planning_group.locked(candidate)
    subjects.require_up(candidate, reason_code)
    return move(
        candidate,
        "hide",
        actor=actor,
        reason_code=reason_code,
        reason=reason,
        changes={"hide_reason": reason_code},
    )
