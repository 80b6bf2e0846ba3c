"""Flags, taking words down, appeals."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.square.domain import subjects
from madang.services.square.domain.subjects import Subject
from madang.services.square.models import Appeal, Comment, PlanningVote
from madang.services.square.policies.common import SIGN_IN, moderates


@allow("square.flag.raise")
def flag(actor: Actor, subject: object) -> Verdict:
    return OK if actor.is_signed_in else SIGN_IN


@allow(
    "square.comment.hide",
    "square.comment.restore",
    "square.planning_vote.hide",
    "square.planning_vote.restore",
)
def moderate(actor: Actor, subject: Comment | PlanningVote) -> Verdict:
    return moderates(actor, subjects.matter_of(subject).host_id, subjects.author_of(subject))


@allow("square.appeal.file")
def appeal(actor: Actor, subject: Subject) -> Verdict:
    if not actor.is_signed_in:
        return SIGN_IN
    if actor.user is not None and subjects.author_of(subject) == actor.user.pk:
        return OK
    return no(_("Only its author may appeal."), "appeal.author")


@allow("square.appeal.uphold", "square.appeal.grant")
def decide_appeal(actor: Actor, row: Appeal) -> Verdict:
    if not actor.holds(Role.MODERATOR, row.host_id):
        return no(_("Only a moderator may do that."), "mandate.moderator")
    if actor.user is not None and actor.user.pk in (row.author_id, row.act.actor_id):
        return no(
            _("Somebody else has to decide: not the author, and not who took it down."), "appeal.four_eyes"
        )
    return OK
