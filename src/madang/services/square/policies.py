"""Who may do what in the square, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import State
from madang.commons.matters.policies import NOT_AUTHOR, is_author
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.levels import Level, reaches
from madang.kernel.models import Organisation, Role
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.square import queries
from madang.services.square.domain import subjects
from madang.services.square.domain.subjects import Subject
from madang.services.square.models import (
    Amendment,
    Appeal,
    Candidate,
    Challenge,
    CoAuthor,
    Comment,
    Edition,
    Idea,
    PlanningSeat,
    PlanningVote,
    Process,
    StepBack,
    Support,
    Synthesis,
)

SIGN_IN = no(_("Sign in first. What you typed stays here."), "sign_in")
NOT_NOW = no(_("This phase does not allow it."), "phase.closed")


NOT_VERIFIED = no(
    _("Only verified residents take part here. You can have yourself verified on your page."),
    "level.resident",
)


def _at_level(actor: Actor, needed: str) -> Verdict:
    if needed == Level.ANONYMOUS or actor.is_system:
        return OK
    if not actor.is_signed_in:
        return SIGN_IN
    if needed == Level.CONTACT:
        return OK  # every account has confirmed its address
    return OK if reaches(actor.level, needed) else NOT_VERIFIED


@allow("square.idea.file")
def file_idea(actor: Actor, process: Process) -> Verdict:
    cell = queries.cell_now(process)
    if cell is None or not cell.can_file:
        return no(
            _("Ideas are not taken in at the moment. The page says when it opens again."), "phase.closed"
        )
    return _at_level(actor, cell.needed_to_file)


def _in_discussion(idea: Idea) -> bool:
    return idea.matter.is_public and idea.matter.state in (
        State.OPEN,
        State.MATURING,
        State.TRIAGE,
        State.ASSIGNED,
        State.ARBITRATION,
    )


@allow("square.idea.support")
def support(actor: Actor, idea: Idea) -> Verdict:
    verdict = take_back(actor, idea)
    if not verdict:
        return verdict
    needed = queries.level_to_support(idea)
    return _at_level(actor, needed) if needed else NOT_NOW


@allow("square.idea.unsupport")
def take_back(actor: Actor, idea: Idea) -> Verdict:
    """Taking back needs no level: whoever has lost hers may still go."""
    if not _in_discussion(idea):
        return no(_("The discussion of this idea has ended."), "idea.ended")
    cell = queries.cell_of(idea)
    if cell is None or not cell.can_support:
        return NOT_NOW
    if not actor.is_signed_in:
        return no(_("Sign in to support: each person counts once."), "sign_in")
    if actor.user is not None and idea.matter.author_id == actor.user.pk:
        return no(_("This is your own idea; you count as its author."), "idea.own")
    if idea.is_topic and is_author(actor, idea.matter):
        return no(_("Your idea is part of this topic; you count as its author."), "idea.own")
    return OK


@allow("square.comment.write")
def comment(actor: Actor, idea: Idea) -> Verdict:
    if not idea.matter.is_public or idea.matter.state in (State.MERGED, State.WITHDRAWN, State.CLOSED):
        return no(_("The discussion of this idea has ended."), "idea.ended")
    cell = queries.cell_of(idea)
    if cell is None or not cell.can_comment:
        return NOT_NOW
    return OK if actor.is_signed_in else SIGN_IN


def may_change(idea: Idea) -> bool:
    """Whether the text may still change: not once an answer is owed to what people have supported."""
    return idea.matter.is_public and idea.matter.state in (State.OPEN, State.MATURING)


NOT_CHANGED = no(
    _("The text does not change any more: an answer is owed to it, or the discussion has ended."),
    "text.fixed",
)


def facilitates(actor: Actor, idea: Idea) -> bool:
    return actor.holds(Role.FACILITATOR, idea.matter.host_id)


@allow("square.idea.write")
def write(actor: Actor, idea: Idea) -> Verdict:
    """Its authors write; a facilitator writes the text of a topic."""
    if not may_change(idea):
        return NOT_CHANGED
    if is_author(actor, idea.matter) or (idea.is_topic and facilitates(actor, idea)):
        return OK
    return NOT_AUTHOR


@allow("square.coauthor.invite")
def invite(actor: Actor, idea: Idea) -> Verdict:
    if not actor.is_signed_in:
        return SIGN_IN
    if idea.is_topic:
        return no(_("The authors of a topic are those of its ideas."), "topic.authors")
    return write(actor, idea)


@allow("square.coauthor.accept", "square.coauthor.decline")
def answer_invitation(actor: Actor, row: CoAuthor) -> Verdict:
    if actor.user is None:
        return SIGN_IN
    asked = row.user_id == actor.user.pk if row.user_id else row.email == actor.user.email.lower()
    return OK if asked else no(_("This invitation is for somebody else."), "coauthor.other")


@allow("square.coauthor.lead")
def lead(actor: Actor, row: CoAuthor) -> Verdict:
    return OK if actor.is_system else no(_("Time does that by itself."), "by_rule")


@allow("square.step_back.take")
def take(actor: Actor, row: StepBack) -> Verdict:
    """Who has supported it before its author stepped back, so that nobody comes only to take it."""
    if actor.user is None:
        return SIGN_IN
    mine = Support.objects.filter(
        idea=row.idea_id, supporter=actor.user, withdrawn_at__isnull=True, changed_at__lte=row.at
    )
    if mine.exists():
        return OK
    return no(
        _("Only those who supported it before its author stepped back can take it over."), "step_back.other"
    )


@allow("square.step_back.come_back")
def come_back(actor: Actor, row: StepBack) -> Verdict:
    return OK if is_author(actor, row.idea.matter) else NOT_AUTHOR


@allow("square.step_back.lapse", "square.step_back.close")
def end_step_back(actor: Actor, row: StepBack) -> Verdict:
    return OK if actor.is_system else no(_("Time does that by itself."), "by_rule")


@allow("square.coauthor.leave")
def leave(actor: Actor, row: CoAuthor) -> Verdict:
    mine = actor.user is not None and row.user_id == actor.user.pk
    return OK if mine else no(_("Only she can leave."), "coauthor.other")


@allow("square.amendment.propose")
def propose(actor: Actor, idea: Idea) -> Verdict:
    if not may_change(idea):
        return NOT_CHANGED
    cell = queries.cell_of(idea)
    if cell is None or not cell.can_comment:
        return NOT_NOW
    if not actor.is_signed_in:
        return SIGN_IN
    if write(actor, idea):
        return no(_("You are an author: change the text itself."), "amendment.own")
    return OK


@allow("square.amendment.accept", "square.amendment.refuse")
def answer_amendment(actor: Actor, row: Amendment) -> Verdict:
    return write(actor, row.idea)


@allow("square.amendment.take_up")
def take_up(actor: Actor, row: Amendment) -> Verdict:
    if not may_change(row.idea):
        return NOT_CHANGED
    if facilitates(actor, row.idea):
        return OK
    return no(_("Only a facilitator may do that, once the authors were silent."), "mandate.facilitator")


@allow("square.amendment.withdraw")
def take_back_amendment(actor: Actor, row: Amendment) -> Verdict:
    mine = actor.user is not None and row.by_id == actor.user.pk
    return OK if mine else no(_("Only the person who proposed it can take it back."), "not_author")


@allow("square.amendment.lapse")
def lapse(actor: Actor, row: Amendment) -> Verdict:
    return OK if actor.is_system else no(_("Time does that by itself."), "by_rule")


@allow("square.amendment.hide")
def hide_amendment(actor: Actor, row: Amendment) -> Verdict:
    return _moderates(actor, row.idea.matter.host_id, row.by_id)


@allow("square.synthesis.write", "square.synthesis.view_draft")
def write_synthesis(actor: Actor, idea: Idea) -> Verdict:
    """The facilitator of the host, or the office that is responsible now."""
    office = idea.matter.responsible_id
    mine = actor.holds(Role.OFFICER, office) or actor.holds(Role.APPROVER, office)
    if not idea.matter.is_public:
        return no(_("This is not public."), "not_public")
    if mine or facilitates(actor, idea):
        return OK
    return no(_("Only the facilitator or the responsible office writes the synthesis."), "mandate.office")


@allow("square.synthesis.submit")
def submit_synthesis(actor: Actor, row: Synthesis) -> Verdict:
    return write_synthesis(actor, row.idea)


@allow("square.synthesis.publish", "square.synthesis.give_back", "square.synthesis.supersede")
def approve_synthesis(actor: Actor, row: Synthesis) -> Verdict:
    """Somebody of the responsible office who has not written in it."""
    if not actor.holds(Role.APPROVER, row.idea.matter.responsible_id):
        return no(_("Only an approver of the responsible office publishes it."), "mandate.approver")
    if row.state == "submitted" and actor.user is not None and row.writers.filter(pk=actor.user.pk).exists():
        return no(_("Somebody else has to approve what you have written."), "four_eyes")
    return OK


@allow("square.topic.gather")
def gather(actor: Actor, process: Process) -> Verdict:
    if process.space.is_archive:
        return no(_("An archive is read only."), "archive")
    if actor.holds(Role.FACILITATOR, process.space.host_id):
        return OK
    return no(_("Only a facilitator of the office that received this may do that."), "mandate.facilitator")


@allow("square.flag.raise")
def flag(actor: Actor, subject: object) -> Verdict:
    return OK if actor.is_signed_in else SIGN_IN


def _moderates(actor: Actor, host: int, author: int | None) -> Verdict:
    """A moderator of the host, and never about her own words."""
    if not actor.holds(Role.MODERATOR, host):
        return no(_("Only a moderator may do that."), "mandate.moderator")
    if actor.user is not None and author == actor.user.pk:
        return no(_("Another moderator has to decide about your own comment."), "moderator.own")
    return OK


@allow(
    "square.comment.hide",
    "square.comment.restore",
    "square.planning_vote.hide",
    "square.planning_vote.restore",
)
def moderate(actor: Actor, subject: Comment | PlanningVote) -> Verdict:
    return _moderates(actor, subjects.matter_of(subject).host_id, subjects.author_of(subject))


NOT_FACILITATOR = no(
    _("Only a facilitator of the office that hosts the space may do that."), "mandate.facilitator"
)


@allow("square.space.build")
def build(actor: Actor, host: Organisation) -> Verdict:
    return OK if actor.holds(Role.FACILITATOR, host.pk) else NOT_FACILITATOR


@allow("square.edition.check", "square.edition.reopen", "square.edition.publish", "square.edition.discard")
def edition(actor: Actor, version: Edition) -> Verdict:
    return OK if actor.holds(Role.FACILITATOR, version.host_id) else NOT_FACILITATOR


@allow("square.edition.supersede")
def supersede(actor: Actor, version: Edition) -> Verdict:
    """A version is replaced by the publication of the next, and by nothing else."""
    return OK if actor.is_system else no(_("Only the next version replaces this one."), "edition.system")


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


@allow("square.candidate.propose")
def propose_candidate(actor: Actor, idea: Idea) -> Verdict:
    """Anyone signed in, for what is public and talked about; what is part of a topic is proposed as the topic."""
    if idea.process.space.is_archive or not _in_discussion(idea):
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
    return _moderates(actor, candidate.space.host_id, candidate.by_id)


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
    return _moderates(actor, row.seat.candidate.space.host_id, row.by_id)
