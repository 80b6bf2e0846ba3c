"""The planning group: candidates, votes, challenges to a seat."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.matters.policies import is_author
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.square.models import Candidate, Challenge, Idea, PlanningSeat
from madang.services.square.policies.common import SIGN_IN, in_discussion, moderates


@allow("square.candidate.propose")
def propose_candidate(actor: Actor, idea: Idea) -> Verdict:
    """Anyone signed in, for what is public and talked about; what is part of a topic is proposed as the topic."""
    if idea.process.space.is_archive or not in_discussion(idea):
        return no(_("The discussion of this idea has ended."), "idea.ended")
    if idea.topic_id is not None:
        return no(_("It is part of a topic: propose the topic."), "candidate.in_topic")
    return OK if actor.is_signed_in else SIGN_IN


def _sits_in(actor: Actor, candidate: Candidate) -> bool:
    return actor.holds(Role.PLANNER, candidate.space.host_id)


@allow("square.candidate.vote", "square.candidate.recuse")
def vote_on(actor: Actor, candidate: Candidate) -> Verdict:
    """Who sat in the group when it was proposed and still does, until the count, and without a conflict."""
    if not candidate.is_public:
        return no(_("This is not public."), "not_public")
    if candidate.state != "open" or candidate.due_at <= clock.now():
        return no(_("The time to vote is over."), "candidate.over")
    if not _sits_in(actor, candidate):
        return no(_("Only members of the planning group vote."), "mandate.planner")
    seat = candidate.seats.filter(user=actor.account).first()
    if seat is None:
        return no(
            _("You joined the group after this was proposed; you vote on the next ones."), "candidate.seat"
        )
    # Also who filed it without an account and has opened its receipt.
    if is_author(actor, candidate.idea.matter) or seat.votes.filter(choice="recused").exists():
        return no(_("You have a conflict of interest and do not vote on this."), "candidate.recused")
    return OK


@allow("square.candidate.pick", "square.candidate.pass_over")
def give_reason(actor: Actor, candidate: Candidate) -> Verdict:
    """A member of the group without a conflict, or the facilitator of the space; the result is the votes'."""
    out = candidate.seats.filter(user=actor.user, votes__choice="recused").exists() if actor.user else False
    if out or (actor.user is not None and is_author(actor, candidate.idea.matter)):
        return no(_("You have a conflict of interest: somebody else gives the reason."), "candidate.recused")
    if actor.holds(Role.FACILITATOR, candidate.space.host_id):
        return OK
    if _sits_in(actor, candidate) and candidate.seats.filter(user=actor.account).exists():
        return OK
    return no(
        _("Only a member of the planning group or the facilitator gives the reason."), "mandate.planner"
    )


@allow("square.candidate.withdraw")
def take_back_candidate(actor: Actor, candidate: Candidate) -> Verdict:
    if actor.user is None or candidate.by_id != actor.user.pk:
        return no(_("Only the person who proposed it can take it back."), "not_author")
    if candidate.seats.filter(votes__is_by_rule=False).exists():
        return no(_("Somebody has voted already."), "candidate.voted")
    return OK


@allow("square.candidate.count", "square.candidate.lapse", "square.candidate.end")
def count_candidate(actor: Actor, candidate: Candidate) -> Verdict:
    return OK if actor.is_system else no(_("Time does that by itself."), "by_rule")


@allow("square.candidate.hide")
def hide_candidate(actor: Actor, candidate: Candidate) -> Verdict:
    return moderates(actor, candidate.space.host_id, candidate.by_id)


@allow("square.challenge.file")
def challenge(actor: Actor, seat: PlanningSeat) -> Verdict:
    """Anyone signed in, about somebody else, while the group has not decided."""
    if not seat.candidate.is_public:
        return no(_("This is not public."), "not_public")
    if seat.candidate.state not in ("open", "counted"):
        return no(_("The group has decided about it."), "challenge.over")
    if actor.user is None:
        return SIGN_IN
    if seat.user_id == actor.user.pk:
        return no(_("This is your own seat: declare a conflict yourself."), "challenge.own")
    return OK


@allow("square.challenge.grant", "square.challenge.reject")
def decide_challenge(actor: Actor, row: Challenge) -> Verdict:
    """The facilitator of the space, or a member with nothing at stake: not who is meant, nor who says so."""
    if actor.user is not None and actor.user.pk in (row.by_id, row.seat.user_id):
        return no(_("Somebody else decides: it is about you, or you have filed it."), "challenge.four_eyes")
    candidate = row.seat.candidate
    mine = candidate.seats.filter(user=actor.user).first() if actor.user else None
    if actor.user is not None and is_author(actor, candidate.idea.matter):
        return no(_("You have a conflict of interest: somebody else decides."), "candidate.recused")
    if mine is not None and (
        mine.votes.filter(choice="recused").exists()
        or mine.challenges.filter(state="open", hide_reason="").exists()
    ):
        return no(_("You have a conflict of interest: somebody else decides."), "candidate.recused")
    if actor.holds(Role.FACILITATOR, candidate.space.host_id) or (
        mine is not None and _sits_in(actor, candidate)
    ):
        return OK
    return no(_("Only a member of the planning group or the facilitator decides this."), "mandate.planner")


@allow("square.challenge.hide")
def hide_challenge(actor: Actor, row: Challenge) -> Verdict:
    return moderates(actor, row.seat.candidate.space.host_id, row.by_id)
