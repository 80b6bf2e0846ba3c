"""Filing, supporting and commenting: who may, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import State
from madang.commons.matters.policies import is_author
from madang.kernel.actors import Actor
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.square import queries
from madang.services.square.models import Idea, Process
from madang.services.square.policies.common import NOT_NOW, SIGN_IN, at_level, in_discussion


@allow("square.idea.file")
def file_idea(actor: Actor, process: Process) -> Verdict:
    cell = queries.cell_now(process)
    if cell is None or not cell.can_file:
        return no(
            _("Ideas are not taken in at the moment. The page says when it opens again."), "phase.closed"
        )
    return at_level(actor, cell.needed_to_file)


@allow("square.idea.support")
def support(actor: Actor, idea: Idea) -> Verdict:
    verdict = take_back(actor, idea)
    if not verdict:
        return verdict
    needed = queries.level_to_support(idea)
    return at_level(actor, needed) if needed else NOT_NOW


@allow("square.idea.unsupport")
def take_back(actor: Actor, idea: Idea) -> Verdict:
    """Taking back needs no level: whoever has lost hers may still go."""
    if not in_discussion(idea):
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
