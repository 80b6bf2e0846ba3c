"""How a text grows: its authors, their stepping back, amendments, topics."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import State
from madang.commons.matters.policies import NOT_AUTHOR, is_author
from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.square import queries
from madang.services.square.models import (
    Amendment,
    CoAuthor,
    Idea,
    Process,
    StepBack,
    Support,
)
from madang.services.square.policies.common import NOT_NOW, SIGN_IN, facilitates, moderates


def may_change(idea: Idea) -> bool:
    """Whether the text may still change: not once an answer is owed to what people have supported."""
    return idea.matter.is_public and idea.matter.state in (State.OPEN, State.MATURING)


NOT_CHANGED = no(
    _("The text does not change any more: an answer is owed to it, or the discussion has ended."),
    "text.fixed",
)


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


@allow("square.coauthor.leave")
def leave(actor: Actor, row: CoAuthor) -> Verdict:
    mine = actor.user is not None and row.user_id == actor.user.pk
    return OK if mine else no(_("Only she can leave."), "coauthor.other")


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
    return moderates(actor, row.idea.matter.host_id, row.by_id)


@allow("square.topic.gather")
def gather(actor: Actor, process: Process) -> Verdict:
    if process.space.is_archive:
        return no(_("An archive is read only."), "archive")
    if actor.holds(Role.FACILITATOR, process.space.host_id):
        return OK
    return no(_("Only a facilitator of the office that received this may do that."), "mandate.facilitator")
