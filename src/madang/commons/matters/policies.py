"""Who may do what with a matter, and why not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from madang.commons.matters import queries
from madang.commons.matters.enums import Disclosure, Kind, State
from madang.commons.matters.models import (
    Answer,
    Attachment,
    Dispute,
    Effect,
    EffectReport,
    Inquiry,
    Matter,
    MoreTime,
)
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.models import SEEING, Role
from madang.kernel.policy import OK, Verdict, allow, no

NOT_TRIAGE = no(_("Only the triage desk of the office that received this may do that."), "mandate.triage")
NOT_OFFICE = no(_("Only the office that is responsible now may do that."), "mandate.office")
NOT_ARBITER = no(_("After the third transfer only the arbiter names the office."), "mandate.arbiter")
SETTLED = no(_("The arbiter has named this office. It cannot be passed on again."), "transfer.settled")
NOT_AUTHOR = no(
    _("Only the person who filed this may do that. Open it with your receipt first."), "not_author"
)


_leads: list[Callable[[Matter], Matter | None]] = []


def is_led_by(lead_of: Callable[[Matter], Matter | None]) -> None:
    """A service says of which matter another one is a part: the author of the one is the author of the other."""
    _leads.append(lead_of)


def _lead_of(matter: Matter) -> Matter | None:
    # Only what has no author of its own may be a part.
    if matter.author_id is not None or matter.author_label:
        return None
    return next((lead for lead_of in _leads if (lead := lead_of(matter)) is not None), None)


_also_authors: list[Callable[[Actor, Matter], bool]] = []


def also_authors(knows: Callable[[Actor, Matter], bool]) -> None:
    """Services say who else is an author of a matter, beside the one who filed it."""
    _also_authors.append(knows)


def is_author(actor: Actor, matter: Matter) -> bool:
    """Whether this is an author: by account, by the receipt opened in this session, or as a service knows."""
    mine = actor.user is not None and matter.author_id == actor.user.pk
    # A receipt that was given up (somebody else took the matter over) opens nothing any more.
    if mine or (matter.pk in actor.receipts and matter.code_hash is not None):
        return True
    if actor.user is not None and any(knows(actor, matter) for knows in _also_authors):
        return True
    if actor.user is None and not actor.receipts:
        return False
    lead = _lead_of(matter)
    return lead is not None and is_author(actor, lead)


def in_office(actor: Actor, matter: Matter) -> bool:
    return actor.holds(Role.OFFICER, matter.responsible_id) or actor.holds(
        Role.APPROVER, matter.responsible_id
    )


@allow("matters.matter.view")
def view(actor: Actor, matter: Matter) -> Verdict:
    if matter.disclosure == Disclosure.PUBLIC:
        return OK
    return view_inside(actor, matter)


def view_inside(actor: Actor, matter: Matter) -> Verdict:
    """Who sees what is not for everybody: its author, and the offices that have or had to do with it."""
    if is_author(actor, matter) or actor.is_system:
        return OK
    officials = actor.offices(*SEEING)
    if matter.responsible_id in officials or matter.host_id in officials or queries.is_shown(actor, matter):
        return OK
    if matter.state == State.ARBITRATION and actor.holds(Role.ARBITER):
        return OK
    return no(_("This is not public."), "not_public")


@allow("matters.attachment.view")
def view_file(actor: Actor, attachment: Attachment) -> Verdict:
    """A file goes with its matter; one that was covered, as if the matter were not public."""
    gate = view if attachment.covered_at is None else view_inside
    return gate(actor, attachment.matter)


@allow("matters.attachment.position")
def position(actor: Actor, matter: Matter) -> Verdict:
    """Where a photo was taken may be somebody's home: whoever reads the page of a public matter is not told."""
    if is_author(actor, matter):
        return OK
    return on_desk(actor, matter)


@allow("matters.matter.desk")
def on_desk(actor: Actor, matter: Matter) -> Verdict:
    """Who works on it: the responsible office, the desk it came in through, the arbiter while it is hers."""
    if in_office(actor, matter) or actor.holds(Role.TRIAGE, matter.host_id):
        return OK
    if matter.state == State.ARBITRATION and actor.holds(Role.ARBITER):
        return OK
    return no(_("This is not on your desk. It may have gone to another office."), "mandate.desk")


@allow("matters.matter.qualify", "matters.matter.close", "matters.matter.absorb")
def by_rule(actor: Actor, matter: Matter) -> Verdict:
    """Steps the platform takes by a rule; triage may merge, and merging absorbs."""
    if actor.is_system or actor.holds(Role.TRIAGE, matter.host_id):
        return OK
    return NOT_TRIAGE


@allow("matters.matter.assign", "matters.matter.merge")
def triage(actor: Actor, matter: Matter) -> Verdict:
    return OK if actor.is_system or actor.holds(Role.TRIAGE, matter.host_id) else NOT_TRIAGE


@allow("matters.matter.mature", "matters.matter.let_go")
def facilitate(actor: Actor, matter: Matter) -> Verdict:
    if actor.is_system or actor.holds(Role.FACILITATOR, matter.host_id):
        return OK
    return no(_("Only a facilitator of the office that received this may do that."), "mandate.facilitator")


@allow("matters.matter.reword")
def reword(actor: Actor, matter: Matter) -> Verdict:
    """Its authors change the words; a facilitator does so where a topic is hers to write or authors are silent."""
    if is_author(actor, matter) or actor.holds(Role.FACILITATOR, matter.host_id):
        return OK
    return NOT_AUTHOR


@allow("matters.matter.reclassify")
def reclassify(actor: Actor, matter: Matter) -> Verdict:
    """Correcting what it is under a rule of its service: the desk it came in through, or the office that has it."""
    return OK if actor.holds(Role.TRIAGE, matter.host_id) or in_office(actor, matter) else NOT_TRIAGE


_typed_elsewhere: list[Callable[[Matter], bool]] = []


def has_own_types(knows: Callable[[Matter], bool]) -> None:
    """A service says which matters have a type of its own beside the kind: it is changed there."""
    _typed_elsewhere.append(knows)


@allow("matters.matter.retype_owed", "matters.matter.retype_idea")
def retype(actor: Actor, matter: Matter) -> Verdict:
    if any(knows(matter) for knows in _typed_elsewhere):
        return no(_("It is a case: its type is changed on the page of the case."), "retype.case")
    return OK if actor.holds(Role.TRIAGE, matter.host_id) or in_office(actor, matter) else NOT_TRIAGE


@allow("matters.matter.transfer", "matters.matter.arbitrate")
def pass_on(actor: Actor, matter: Matter) -> Verdict:
    if not in_office(actor, matter):
        return NOT_OFFICE
    # The count only reaches the limit on the way to the arbiter, whose decision is final.
    return OK if matter.transfers < int(matter.rule.body.get("arbiter_at", 3)) else SETTLED


_others_stand_behind: list[Callable[[Matter], bool]] = []


def stays_public(knows: Callable[[Matter], bool]) -> None:
    """Services say which matters belong to many by now, so that no office takes them out of sight."""
    _others_stand_behind.append(knows)


@allow("matters.matter.seclude")
def seclude(actor: Actor, matter: Matter) -> Verdict:
    """Whoever may re-type it, while it is its author's affair alone."""
    if any(knows(matter) for knows in _others_stand_behind):
        return no(
            _("Enough people stand behind this that an answer is owed to all of them. It stays public."),
            "seclude.supported",
        )
    return retype(actor, matter)


@allow("matters.matter.resume")
def resume(actor: Actor, matter: Matter) -> Verdict:
    """The office, or time and the author's answer (`inquiries`)."""
    return OK if actor.is_system or in_office(actor, matter) else NOT_OFFICE


@allow("matters.matter.pause")
def office(actor: Actor, matter: Matter) -> Verdict:
    return OK if in_office(actor, matter) else NOT_OFFICE


@allow("matters.matter.extend")
def extend(actor: Actor, matter: Matter) -> Verdict:
    """The office; and the site, where the author has agreed to what the office asked (`more_time`)."""
    return OK if actor.is_system or in_office(actor, matter) else NOT_OFFICE


@allow("matters.matter.send_back", "matters.matter.close_undelivered")
def end_unanswered(actor: Actor, matter: Matter) -> Verdict:
    """The approver of the office, as for an answer. An idea belongs to those who support it, too."""
    if matter.kind == Kind.IDEA:
        return no(_("People stand behind an idea: it is answered, not sent back."), "send_back.idea")
    if not actor.holds(Role.APPROVER, matter.responsible_id):
        return no(_("Only the office's approver may do that."), "mandate.approver")
    if is_author(actor, matter):
        return no(_("Somebody else has to end what you filed yourself."), "four_eyes")
    return OK


@allow("matters.matter.settle")
def settle(actor: Actor, matter: Matter) -> Verdict:
    return OK if actor.holds(Role.ARBITER) else NOT_ARBITER


@allow("matters.matter.answer")
def answer(actor: Actor, matter: Matter) -> Verdict:
    return OK if actor.holds(Role.APPROVER, matter.responsible_id) else NOT_OFFICE


@allow("matters.matter.withdraw")
def withdraw(actor: Actor, matter: Matter) -> Verdict:
    """Its author; or time, where she has stepped back and nobody took it over."""
    return OK if actor.is_system or is_author(actor, matter) else NOT_AUTHOR


@allow(
    "matters.matter.hand_over",
    "matters.matter.follow",
    "matters.matter.answer_with",
    "matters.matter.fall_back",
    "matters.matter.succeed",
)
def hand_over(actor: Actor, matter: Matter) -> Verdict:
    return OK if actor.is_system else no(_("The site does that by its rules."), "by_rule")


@allow("matters.more_time.agree", "matters.more_time.refuse")
def decide_more_time(actor: Actor, request: MoreTime) -> Verdict:
    """Her own word only; an official who filed it does not agree to what her own office asks."""
    if not is_author(actor, request.matter):
        return NOT_AUTHOR
    if in_office(actor, request.matter):
        return no(_("Your own office asks: somebody who works there cannot agree for herself."), "four_eyes")
    return OK


@allow("matters.more_time.close")
def close_more_time(actor: Actor, request: MoreTime) -> Verdict:
    return OK if actor.is_system else no(_("The site does that by its rules."), "by_rule")


@allow("matters.inquiry.bounce")
def bounce(actor: Actor, inquiry: Inquiry) -> Verdict:
    """The office that asks. Who has an account reads it there: nothing comes back."""
    if not in_office(actor, inquiry.matter):
        return NOT_OFFICE
    if inquiry.matter.author_id is not None:
        return no(
            _("The author has an account and reads the question there. It cannot come back."),
            "inquiry.account",
        )
    return OK


@allow("matters.inquiry.answer", "matters.inquiry.prolong")
def answer_inquiry(actor: Actor, inquiry: Inquiry) -> Verdict:
    return OK if is_author(actor, inquiry.matter) else NOT_AUTHOR


@allow("matters.inquiry.lapse", "matters.inquiry.close")
def end_inquiry(actor: Actor, inquiry: Inquiry) -> Verdict:
    return OK if actor.is_system else no(_("The site does that by its rules."), "by_rule")


DISPUTE_DAYS = 90


@allow("matters.effect.dispute")
def dispute(actor: Actor, effect: Effect) -> Verdict:
    """Anyone signed in, for some months after it was reported as done; not the office that reported it."""
    if effect.state != "done" or effect.done_on is None or not effect.is_public:
        return no(_("Only what is reported as done can be disputed."), "dispute.not_done")
    days = int(effect.matter.rule.body.get("dispute_days", DISPUTE_DAYS))
    if clock.today() > effect.done_on + timedelta(days=days):
        return no(_("The time to dispute this is over."), "dispute.over")
    if not actor.is_signed_in:
        return no(_("Sign in first. What you typed stays here."), "sign_in")
    if effect.owner_id in actor.offices(*SEEING):
        return no(_("Your office made this promise: report on it instead."), "dispute.own")
    return OK


@allow("matters.dispute.reply")
def reply(actor: Actor, row: Dispute) -> Verdict:
    owner = row.effect.owner_id
    if actor.holds(Role.OFFICER, owner) or actor.holds(Role.APPROVER, owner):
        return OK
    return no(_("Only the office that made the promise replies."), "mandate.office")


def _arbitrates(actor: Actor, effect: Effect) -> Verdict:
    """An arbiter who has reported nothing on this promise, and whose office did not make it."""
    if not actor.holds(Role.ARBITER):
        return no(_("Only an arbiter decides whether a promise is kept."), "mandate.arbiter")
    if (
        actor.user is not None
        and EffectReport.objects.filter(effect=effect.pk, by=actor.user, state="done").exists()
    ):
        return no(_("Who reported it as done does not decide about it."), "dispute.reporter")
    if actor.holds(Role.ARBITER, effect.owner_id):
        return no(_("The office that made the promise does not decide about it."), "dispute.owner")
    return OK


@allow("matters.dispute.uphold", "matters.dispute.refuse")
def decide(actor: Actor, row: Dispute) -> Verdict:
    verdict = _arbitrates(actor, row.effect)
    if verdict and row.state == "open" and row.due_at > clock.now():
        return no(_("The office still has time to reply."), "dispute.early")
    if verdict and actor.user is not None and row.by_id == actor.user.pk:
        return no(_("Who disputes it does not decide about it."), "dispute.mine")
    return verdict


@allow("matters.effect.reopen")
def reopen(actor: Actor, effect: Effect) -> Verdict:
    return _arbitrates(actor, effect)


@allow("matters.dispute.take_back")
def take_back(actor: Actor, row: Dispute) -> Verdict:
    mine = actor.user is not None and row.by_id == actor.user.pk
    return OK if mine else NOT_AUTHOR


@allow("matters.matter.object", "matters.matter.contact")
def author(actor: Actor, matter: Matter) -> Verdict:
    return OK if is_author(actor, matter) else NOT_AUTHOR


@allow("matters.matter.hide", "matters.matter.restore")
def moderate(actor: Actor, matter: Matter) -> Verdict:
    if not actor.holds(Role.MODERATOR, matter.host_id):
        return no(_("Only a moderator may do that."), "mandate.moderator")
    if is_author(actor, matter):
        return no(_("Another moderator has to decide about what you filed yourself."), "moderator.own")
    return OK


@allow("matters.matter.cover")
def cover(actor: Actor, matter: Matter) -> Verdict:
    """The office that has it, the desk it came in through, or moderation."""
    if in_office(actor, matter) or any(
        actor.holds(role, matter.host_id) for role in (Role.TRIAGE, Role.MODERATOR)
    ):
        return OK
    return NOT_OFFICE


@allow("matters.matter.reconsider")
def reconsider(actor: Actor, matter: Matter) -> Verdict:
    """An arbiter who does not sit in the office whose closing is looked at."""
    if not actor.holds(Role.ARBITER):
        return no(_("Only the board decides about that."), "mandate.arbiter")
    if in_office(actor, matter) or is_author(actor, matter):
        return no(_("Somebody else decides: it is about your own office or your own case."), "review.own")
    return OK


@allow("matters.answer.save", "matters.answer.submit")
def draft(actor: Actor, answer: Answer) -> Verdict:
    return OK if in_office(actor, answer.matter) else NOT_OFFICE


@allow("matters.answer.publish", "matters.answer.give_back")
def approve(actor: Actor, answer: Answer) -> Verdict:
    if not actor.holds(Role.APPROVER, answer.matter.responsible_id):
        return no(_("Only the office's approver may do that."), "mandate.approver")
    if actor.user is not None and answer.writers.filter(pk=actor.user.pk).exists():
        return no(_("Somebody else has to approve what you drafted."), "four_eyes")
    if is_author(actor, answer.matter):
        return no(_("Somebody else has to approve the answer to what you filed yourself."), "four_eyes")
    return OK


@allow(
    "matters.effect.promise",
    "matters.effect.begin",
    "matters.effect.report",
    "matters.effect.finish",
    "matters.effect.stop",
)
def effect(actor: Actor, effect: Effect) -> Verdict:
    if actor.holds(Role.OFFICER, effect.owner_id) or actor.holds(Role.APPROVER, effect.owner_id):
        return OK
    return no(_("Only the office that owns the promise may report on it."), "mandate.owner")
