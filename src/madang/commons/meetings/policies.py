"""Who may do what in the hall, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.commons.meetings import queries
from madang.commons.meetings.enums import PassKind, Place, State
from madang.commons.meetings.models import Meeting, Minutes, Question, Registration, Speaker, Table
from madang.kernel.actors import Actor
from madang.kernel.levels import Level, reaches
from madang.kernel.models import Organisation, Role
from madang.kernel.policy import OK, Verdict, allow, no

ORGANISING = (Role.OFFICER, Role.TRIAGE, Role.MODERATOR, Role.APPROVER)
SIGN_IN = no(_("Sign in first. What you typed stays here."), "sign_in")
NOT_HOST = no(_("Only people of the office that holds this meeting may do that."), "mandate.host")
NOT_HELPER = no(
    _("Only people who run this meeting may do that. Open the hall page with the code that you were given."),
    "hall.pass",
)
NOT_HERS = no(
    _("Only the person who registered may do that. Open the registration with its code first."), "not_hers"
)
NOT_IN_THE_ROOM = no(
    _(
        "Questions, support and speaking are for people on the list. Register, or type the code of your ticket."
    ),
    "room.ticket",
)
NOT_RUNNING = no(_("The meeting is not under way."), "meeting.not_running")


def organises(actor: Actor, host: Organisation | int) -> bool:
    return any(actor.holds(role, host) for role in ORGANISING)


def has_pass(actor: Actor, meeting_id: int, *kinds: str) -> bool:
    """Whether a pass of one of these kinds was opened in this session and is valid now."""
    found = queries.passes_of(actor, meeting_id)
    return any(held.kind in kinds for held in found)


def facilitates(actor: Actor, meeting: Meeting) -> bool:
    """Runs the meeting in the hall: the office, its facilitators (who plan nothing and see no list of people), or somebody
    with a pass for the day."""
    mandated = organises(actor, meeting.host_id) or actor.holds(Role.FACILITATOR, meeting.host_id)
    return mandated or has_pass(actor, meeting.pk, PassKind.FACILITATOR)


def is_hers(actor: Actor, registration: Registration) -> bool:
    """By account, or by the code opened in this session."""
    mine = actor.user is not None and registration.person_id == actor.user.pk
    return mine or registration.reference in actor.held


@allow("meetings.meeting.plan")
def plan(actor: Actor, host: Organisation) -> Verdict:
    return OK if organises(actor, host) else NOT_HOST


@allow(
    "meetings.meeting.open",
    "meetings.meeting.close",
    "meetings.meeting.change",
    "meetings.meeting.move",
    "meetings.meeting.cancel",
    "meetings.meeting.organise",
)
def organise(actor: Actor, meeting: Meeting) -> Verdict:
    return OK if organises(actor, meeting.host_id) else NOT_HOST


@allow("meetings.meeting.start", "meetings.meeting.run")
def run(actor: Actor, meeting: Meeting) -> Verdict:
    return OK if facilitates(actor, meeting) else NOT_HELPER


@allow("meetings.meeting.publish")
def publish_meeting(actor: Actor, meeting: Meeting) -> Verdict:
    """The step that goes with the first minutes; who may publish those may take it."""
    return OK if actor.holds(Role.APPROVER, meeting.host_id) else NOT_APPROVER


@allow("meetings.meeting.door")
def door(actor: Actor, meeting: Meeting) -> Verdict:
    may = facilitates(actor, meeting) or has_pass(actor, meeting.pk, PassKind.DOOR)
    return OK if may else NOT_HELPER


@allow("meetings.registration.make")
def register(actor: Actor, meeting: Meeting) -> Verdict:
    if meeting.state != State.OPEN:
        return no(_("Registration is not open for this meeting."), "meeting.not_open")
    if reaches(Level.CONTACT, meeting.level):
        return OK
    if not actor.is_signed_in:
        return SIGN_IN
    if not reaches(actor.level, meeting.level):
        return no(
            _("Only verified residents take part here. You can have yourself verified on your page."),
            "level.resident",
        )
    return OK


@allow("meetings.registration.seat", "meetings.registration.wait")
def place(actor: Actor, registration: Registration) -> Verdict:
    return OK if actor.is_system or is_hers(actor, registration) else NOT_HERS


@allow("meetings.registration.promote")
def promote(actor: Actor, registration: Registration) -> Verdict:
    """Nobody chooses who moves up: the list does."""
    return OK if actor.is_system else no(_("The waiting list moves by itself."), "waiting.by_rule")


@allow("meetings.registration.view")
def view(actor: Actor, registration: Registration) -> Verdict:
    return OK if is_hers(actor, registration) else NOT_HERS


@allow("meetings.registration.cancel")
def cancel(actor: Actor, registration: Registration) -> Verdict:
    return OK if actor.is_system or is_hers(actor, registration) else NOT_HERS


@allow("meetings.room.take_part")
def take_part(actor: Actor, registration: Registration | None) -> Verdict:
    """Ask, support, ask to speak: people on the list, before and during the meeting."""
    if registration is None or registration.state != Place.SEATED or not is_hers(actor, registration):
        return NOT_IN_THE_ROOM
    if registration.meeting.state not in (State.OPEN, State.RUNNING):
        return NOT_RUNNING
    return OK


@allow("meetings.speaker.call", "meetings.speaker.finish")
def call(actor: Actor, speaker: Speaker) -> Verdict:
    return OK if facilitates(actor, speaker.meeting) else NOT_HELPER


@allow("meetings.speaker.leave")
def leave(actor: Actor, speaker: Speaker) -> Verdict:
    if speaker.registration is not None and is_hers(actor, speaker.registration):
        return OK
    return OK if facilitates(actor, speaker.meeting) else NOT_HELPER


@allow(
    "meetings.question.answer",
    "meetings.question.reopen",
    "meetings.question.merge",
    "meetings.question.hide",
    "meetings.question.restore",
)
def steer_question(actor: Actor, question: Question) -> Verdict:
    return OK if facilitates(actor, question.meeting) else NOT_HELPER


@allow("meetings.note.write")
def write_note(actor: Actor, table: Table) -> Verdict:
    if facilitates(actor, table.meeting):
        return OK
    held = queries.passes_of(actor, table.meeting_id)
    return OK if any(one.table_id == table.pk for one in held) else NOT_HELPER


NOT_APPROVER = no(_("Only an approver of the office that held the meeting may do that."), "mandate.approver")


@allow("meetings.minutes.submit", "meetings.minutes.draft")
def draft_minutes(actor: Actor, minutes: Minutes) -> Verdict:
    return OK if organises(actor, minutes.meeting.host_id) else NOT_HOST


@allow("meetings.minutes.give_back", "meetings.minutes.publish")
def approve(actor: Actor, minutes: Minutes) -> Verdict:
    if not actor.holds(Role.APPROVER, minutes.meeting.host_id):
        return NOT_APPROVER
    if actor.user is not None and minutes.drafted_by_id == actor.user.pk:
        return no(_("Somebody else has to approve what you drafted."), "minutes.own")
    return OK
