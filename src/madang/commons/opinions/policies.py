"""Who may do what in a conversation, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.opinions.enums import StatementState
from madang.commons.opinions.models import Conversation, Statement
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.levels import Level, reaches
from madang.kernel.models import Organisation, Role
from madang.kernel.policy import OK, Verdict, allow, no

FACILITATORS = (Role.FACILITATOR, Role.MODERATOR, Role.OFFICER, Role.APPROVER)
NOT_HERS = no(_("Only somebody who moderates for the hosting office may do that."), "mandate.facilitator")


def facilitates(actor: Actor, host: Organisation | int) -> bool:
    return any(actor.holds(role, host) for role in FACILITATORS)


def _facilitator(actor: Actor, conversation: Conversation) -> Verdict:
    return OK if actor.is_system or facilitates(actor, conversation.host_id) else NOT_HERS


@allow("opinions.conversation.create")
def create(actor: Actor, host: Organisation) -> Verdict:
    return OK if actor.is_system or facilitates(actor, host) else NOT_HERS


@allow("opinions.conversation.open", "opinions.conversation.close", "opinions.conversation.change")
def lead(actor: Actor, conversation: Conversation) -> Verdict:
    return _facilitator(actor, conversation)


@allow("opinions.conversation.archive")
def archive(actor: Actor, conversation: Conversation) -> Verdict:
    return OK if actor.is_system else NOT_HERS


@allow("opinions.conversation.view")
def view(actor: Actor, conversation: Conversation) -> Verdict:
    """Drafts are seen by those who prepare them."""
    return OK if conversation.is_public else _facilitator(actor, conversation)


def _taking_part(actor: Actor, conversation: Conversation, level: str) -> Verdict:
    if conversation.is_archive:
        return no(_("This conversation was held elsewhere. It is read here."), "opinions.archive")
    if not conversation.is_open or (
        conversation.closes_at is not None and clock.now() >= conversation.closes_at
    ):
        return no(_("This conversation is not open now."), "opinions.not_open")
    if level == Level.ANONYMOUS:
        return OK
    if not actor.is_signed_in:
        return no(_("Sign in first: each person counts once."), "sign_in")
    if not reaches(actor.level, level):
        return no(
            _("Only verified residents take part here. You can have yourself verified on your page."),
            "level.resident",
        )
    return OK


@allow("opinions.vote.cast")
def cast(actor: Actor, conversation: Conversation) -> Verdict:
    return _taking_part(actor, conversation, conversation.vote_level)


@allow("opinions.statement.write")
def write(actor: Actor, conversation: Conversation) -> Verdict:
    return _taking_part(actor, conversation, conversation.write_level)


@allow("opinions.statement.reword")
def reword(actor: Actor, statement: Statement) -> Verdict:
    if actor.user is None or statement.author_id != actor.user.pk:
        return no(_("Only its author can reword a statement."), "opinions.not_author")
    return _taking_part(actor, statement.conversation, statement.conversation.write_level)


@allow(
    "opinions.statement.accept",
    "opinions.statement.return",
    "opinions.statement.hide",
    "opinions.statement.restore",
)
def decide(actor: Actor, statement: Statement) -> Verdict:
    if actor.is_system:  # the gate, for what it has no doubt about
        return OK
    verdict = _facilitator(actor, statement.conversation)
    if verdict and actor.user is not None and statement.author_id == actor.user.pk and not statement.is_seed:
        return no(_("Another facilitator has to decide about your own statement."), "opinions.own")
    return verdict


@allow("opinions.statement.seed")
def seed(actor: Actor, conversation: Conversation) -> Verdict:
    return _facilitator(actor, conversation)


@allow("opinions.statement.view")
def view_statement(actor: Actor, statement: Statement) -> Verdict:
    """Words that were not let through are seen by their author and those who decide."""
    if statement.state == StatementState.SHOWN:
        return view(actor, statement.conversation)
    if actor.user is not None and statement.author_id == actor.user.pk:
        return OK
    return _facilitator(actor, statement.conversation)
