"""Who may do what at a hackathon, when, and why not."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.levels import Level, reaches
from madang.kernel.models import Organisation, Role
from madang.kernel.policy import OK, Verdict, allow, no
from madang.services.hackathons.models import FollowUp, Hackathon, Juror, Member, Mentor, Slot, Team

SIGN_IN = no(_("Sign in first. What you typed stays here."), "sign_in")
NOT_HOST = no(
    _("Only a facilitator of the office that hosts the hackathon may do that."), "mandate.facilitator"
)
NOT_FORMING = no(_("Teams can be formed and changed only while the page says so."), "time.forming")
OVER = no(_("The deadline has passed. What was handed in stays as it is."), "time.submitting")
NOT_MEMBER = no(_("Only members of the team may do that."), "team.member")
NOT_CAPTAIN = no(_("Only the captain of the team may do that."), "team.captain")
LIVE = (Hackathon.State.OPEN, Hackathon.State.SUBMITTING)


def is_forming(hackathon: Hackathon) -> bool:
    """Whether teams form at this moment: from the first second to the last before the deadline."""
    return hackathon.state in LIVE and hackathon.opens_at <= clock.now() < hackathon.forms_until


def is_submitting(hackathon: Hackathon) -> bool:
    return hackathon.state in LIVE and hackathon.opens_at <= clock.now() < hackathon.submits_until


def is_voting(hackathon: Hackathon) -> bool:
    live = (*LIVE, Hackathon.State.JUDGING)
    return hackathon.state in live and hackathon.submits_until <= clock.now() < hackathon.votes_until


def is_judging(hackathon: Hackathon) -> bool:
    live = (*LIVE, Hackathon.State.JUDGING)
    return hackathon.state in live and hackathon.submits_until <= clock.now() < hackathon.judges_until


def hosts(actor: Actor, hackathon: Hackathon) -> bool:
    return actor.holds(Role.FACILITATOR, hackathon.host_id)


def is_member(actor: Actor, team: Team) -> bool:
    return actor.user is not None and team.members.filter(user=actor.user, state="joined").exists()


def leads(actor: Actor, team: Team) -> bool:
    return actor.user is not None and team.captain_id == actor.user.pk


@allow("hackathons.hackathon.create")
def create(actor: Actor, host: Organisation) -> Verdict:
    return OK if actor.holds(Role.FACILITATOR, host.pk) else NOT_HOST


@allow(
    "hackathons.hackathon.edit",
    "hackathons.hackathon.open",
    "hackathons.hackathon.prolong",
    "hackathons.hackathon.call_off",
    "hackathons.hackathon.desk",
)
def office(actor: Actor, hackathon: Hackathon) -> Verdict:
    return OK if hosts(actor, hackathon) else NOT_HOST


@allow("hackathons.hackathon.name")
def name_people(actor: Actor, hackathon: Hackathon) -> Verdict:
    """Mentors and jurors are named until the work is handed in: nobody picks jurors who knows the teams' work."""
    if not hosts(actor, hackathon):
        return NOT_HOST
    if hackathon.state == Hackathon.State.DRAFT or clock.now() < hackathon.submits_until:
        return OK if hackathon.state in (Hackathon.State.DRAFT, *LIVE) else OVER
    return OVER


@allow("hackathons.hackathon.decide")
def decide(actor: Actor, hackathon: Hackathon) -> Verdict:
    if not hosts(actor, hackathon):
        return NOT_HOST
    if clock.now() < max(hackathon.judges_until, hackathon.votes_until):
        return no(_("Judging and public vote have to end first."), "time.judging")
    return OK


@allow("hackathons.hackathon.close")
def close(actor: Actor, hackathon: Hackathon) -> Verdict:
    return OK if actor.is_system or hosts(actor, hackathon) else NOT_HOST


@allow(
    "hackathons.hackathon.begin",
    "hackathons.hackathon.judge",
    "hackathons.hackathon.follow",
    "hackathons.followup.open",
)
def by_time(actor: Actor, subject: object) -> Verdict:
    return OK if actor.is_system else no(_("Time does that by itself."), "by_rule")


@allow("hackathons.team.found")
def found(actor: Actor, hackathon: Hackathon) -> Verdict:
    if not is_forming(hackathon):
        return NOT_FORMING
    if actor.user is None:
        return SIGN_IN
    if hosts(actor, hackathon):
        return no(_("Who works for the hosting office does not take part."), "team.host")
    if Juror.objects.filter(hackathon=hackathon, user=actor.user).exists():
        return no(_("Jurors do not take part."), "team.juror")
    if Member.objects.filter(hackathon=hackathon, user=actor.user, state="joined").exists():
        return no(_("You are in a team of this hackathon already. Leave it first."), "team.one")
    return OK


@allow("hackathons.team.ask")
def ask(actor: Actor, team: Team) -> Verdict:
    return found(actor, team.hackathon)


@allow("hackathons.member.ask")
def ask_again(actor: Actor, member: Member) -> Verdict:
    mine = actor.user is not None and member.user_id == actor.user.pk
    return found(actor, member.team.hackathon) if mine else NOT_MEMBER


@allow("hackathons.team.change", "hackathons.team.invite", "hackathons.team.hand_over")
def lead(actor: Actor, team: Team) -> Verdict:
    if not is_forming(team.hackathon):
        return NOT_FORMING
    return OK if leads(actor, team) else NOT_CAPTAIN


@allow("hackathons.member.accept", "hackathons.member.decline")
def answer(actor: Actor, member: Member) -> Verdict:
    if actor.user is None:
        return SIGN_IN
    mine = member.user_id == actor.user.pk if member.user_id else member.email == actor.user.email.lower()
    return OK if mine else no(_("This invitation is for somebody else."), "member.other")


@allow("hackathons.member.admit", "hackathons.member.refuse")
def admit(actor: Actor, member: Member) -> Verdict:
    return OK if leads(actor, member.team) else NOT_CAPTAIN


@allow("hackathons.member.take_back")
def take_back(actor: Actor, member: Member) -> Verdict:
    if actor.user is None:
        return SIGN_IN
    mine = member.state == "asked" and member.user_id == actor.user.pk
    return OK if mine or (member.state == "invited" and leads(actor, member.team)) else NOT_CAPTAIN


@allow("hackathons.member.leave")
def leave(actor: Actor, member: Member) -> Verdict:
    if actor.user is None or member.user_id != actor.user.pk:
        return NOT_MEMBER
    if not is_submitting(member.team.hackathon):
        return OVER
    if leads(actor, member.team):
        return no(_("Hand the team over to another member first."), "team.captain_leaves")
    return OK


@allow("hackathons.submission.hand_in")
def hand_in(actor: Actor, team: Team) -> Verdict:
    if not is_submitting(team.hackathon):
        return OVER
    return OK if is_member(actor, team) else NOT_MEMBER


def moderates(actor: Actor, hackathon: Hackathon) -> bool:
    return actor.holds(Role.MODERATOR, hackathon.host_id)


@allow("hackathons.team.take_down", "hackathons.team.put_back")
def moderate(actor: Actor, team: Team) -> Verdict:
    if not moderates(actor, team.hackathon):
        return no(_("Only a moderator of the hosting office may do that."), "mandate.moderator")
    if is_member(actor, team):
        return no(_("Another moderator has to decide about your own team."), "moderator.own")
    return OK


@allow("hackathons.team.read")
def read(actor: Actor, team: Team) -> Verdict:
    """What a team says of itself is public; while it is taken down only those read it who mend, judge or decide."""
    if not team.hidden_why or is_member(actor, team) or moderates(actor, team.hackathon):
        return OK
    if actor.user is not None and Juror.objects.filter(hackathon=team.hackathon_id, user=actor.user).exists():
        return OK
    return no(_("Moderation has taken this down."), "team.hidden")


@allow("hackathons.submission.view")
def view(actor: Actor, team: Team) -> Verdict:
    """Before the deadline a submission is the team's own; then everybody's, unless it is taken down."""
    if not team.hackathon.is_public:
        return no(_("This is not public."), "not_public")
    readable = read(actor, team)
    if not readable:
        return readable
    if clock.now() >= team.hackathon.submits_until or is_member(actor, team):
        return OK
    return no(_("It can be read once the deadline has passed."), "time.secret")


@allow("hackathons.slot.offer")
def offer(actor: Actor, mentor: Mentor) -> Verdict:
    mine = actor.user is not None and mentor.user_id == actor.user.pk
    return OK if mine else no(_("Only the mentor offers her own time."), "mentor.other")


@allow("hackathons.slot.book")
def book(actor: Actor, team: Team) -> Verdict:
    if not is_submitting(team.hackathon):
        return OVER
    return OK if is_member(actor, team) else NOT_MEMBER


@allow("hackathons.slot.cancel")
def cancel(actor: Actor, slot: Slot) -> Verdict:
    if slot.team is not None and (is_member(actor, slot.team) or offer(actor, slot.mentor)):
        return OK
    return NOT_MEMBER


@allow("hackathons.jury.declare", "hackathons.jury.score", "hackathons.jury.hand_in")
def judge(actor: Actor, juror: Juror) -> Verdict:
    if actor.user is None or juror.user_id != actor.user.pk:
        return no(_("Only the juror herself may do that."), "juror.other")
    if not is_judging(juror.hackathon):
        return no(_("The jury judges after the submission deadline and until its own."), "time.judging")
    if juror.handed_in_at is not None:
        return no(_("You have handed in your points. They stay as they are."), "juror.handed_in")
    return OK


@allow("hackathons.jury.see")
def see(actor: Actor, juror: Juror) -> Verdict:
    """Others' points are shown to a juror only when her own can no longer change."""
    mine = actor.user is not None and juror.user_id == actor.user.pk
    if mine and juror.handed_in_at is not None:
        return OK
    return no(_("You see the points of others once you have handed in yours."), "juror.blind")


@allow("hackathons.vote.cast")
def vote(actor: Actor, hackathon: Hackathon) -> Verdict:
    if not is_voting(hackathon) or hackathon.vote_weight == 0:
        return no(_("The public vote is not open. The page says when it is."), "time.voting")
    if actor.user is None:
        return SIGN_IN
    if hackathon.vote_level in (Level.ANONYMOUS, Level.CONTACT) or reaches(actor.level, hackathon.vote_level):
        return OK
    return no(
        _("Only verified residents vote here. You can have yourself verified on your page."), "level.resident"
    )


@allow("hackathons.followup.report")
def report(actor: Actor, followup: FollowUp) -> Verdict:
    owner = followup.effect.owner_id
    if actor.holds(Role.OFFICER, owner) or actor.holds(Role.APPROVER, owner):
        return OK
    return no(_("Only the office that owns the promise may report on it."), "mandate.owner")
