"""Teams: founding, inviting, asking, joining, leaving, handing over."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madang.commons.notices import api as notices
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.services.hackathons.models import Hackathon, Juror, Member, Team

WAITING_MOST = 20


def invitations(user: User, hackathon: Hackathon) -> QuerySet[Member]:
    """Open invitations to this person: to her account, or to its confirmed address."""
    mine = Q(user=user) | Q(user__isnull=True, email=user.email.lower())
    return Member.objects.filter(mine, state="invited", hackathon=hackathon).select_related("team__captain")


def _lock(team: Team) -> Team:
    """The team as it stands; joins of one team follow each other."""
    return Team.objects.select_for_update(of=("self",)).select_related("hackathon").get(pk=team.pk)


@transaction.atomic
def found(*, actor: Actor, hackathon: Hackathon, name: str, about: str, wanted: str = "") -> Team:
    """Found a team and become its captain.

    Raises:
        RefusedError: 403 outside of the time or for who is in a team already; 422 where the name is taken.
    """
    policy.require("hackathons.team.found", actor, Hackathon.objects.get(pk=hackathon.pk))
    if Team.objects.filter(hackathon=hackathon, name=name).exists():
        raise RefusedError(_("There is a team of this name. Choose another one."), "team.name", status=422)
    try:
        with transaction.atomic():
            team = Team.objects.create(
                hackathon=hackathon,
                name=name,
                about=about,
                wanted=wanted,
                captain=actor.account,
                founded_at=clock.now(),
            )
            Member.objects.create(
                team=team, hackathon=hackathon, user=actor.user, state="joined", at=clock.now()
            )
    except IntegrityError as error:
        raise _again() from error
    audit.record(actor=actor, action="hackathons.team.found", target=team.reference, is_public=team.is_public)
    notices.follow(reference=team.reference, user=actor.account, why="author")
    return team


def _again() -> RefusedError:
    """The database kept one team a person, or one name a team."""
    return RefusedError(
        _("You are in a team of this hackathon already, or the name was just taken. Reload the page."),
        "team.one",
        status=409,
    )


@transaction.atomic
def change(*, actor: Actor, team: Team, about: str, wanted: str) -> Team:
    fresh = _lock(team)
    policy.require("hackathons.team.change", actor, fresh)
    fresh.about, fresh.wanted = about, wanted
    fresh.save(update_fields=["about", "wanted"])
    audit.record(actor=actor, action="hackathons.team.change", target=fresh.reference, is_public=False)
    return fresh


def _room(team: Team) -> None:
    if team.members.filter(state="joined").count() >= team.hackathon.team_most:
        raise RefusedError(_("The team is full."), "team.full", status=422)


@transaction.atomic
def invite(*, actor: Actor, team: Team, email: str) -> Member | None:
    """Ask somebody to join. Only she hears of it, and whether she has an account is not told.

    Returns:
        The invitation, or None where one waits already or she is a member.
    """
    fresh = _lock(team)
    policy.require("hackathons.team.invite", actor, fresh)
    _room(fresh)
    email = email.strip().lower()
    if fresh.members.filter(state="invited").count() >= WAITING_MOST:
        raise RefusedError(_("Too many invitations wait for an answer."), "team.waiting", status=422)
    user = User.objects.filter(email=email, is_active=True, erased_at__isnull=True).first()
    waiting = fresh.members.filter(state__in=["invited", "asked", "joined"])
    known = waiting.filter(user=user) if user is not None else waiting.filter(email=email)
    if known.exists():
        return None
    row = Member.objects.create(
        team=fresh,
        hackathon=fresh.hackathon,
        user=user,
        email="" if user is not None else email,
        at=clock.now(),
    )
    audit.record(actor=actor, action="hackathons.team.invite", target=row.reference, is_public=False)
    if user is not None:
        notices.follow(reference=row.reference, user=user, why="author")
        notices.tell(reference=row.reference, kind="hackathons.invited", title=fresh.name)
    return row


@transaction.atomic
def ask(*, actor: Actor, team: Team, words: str) -> Member:
    """Say that one would like to join. The team reads it; no contact is shown to anybody."""
    fresh = _lock(team)
    policy.require("hackathons.team.ask", actor, fresh)
    if fresh.members.filter(user=actor.user, state__in=["invited", "asked", "joined"]).exists():
        raise RefusedError(_("The team knows already. Wait for its answer."), "team.asked", status=409)
    _room(fresh)
    said = {"words": words, "at": clock.now()}
    earlier = fresh.members.filter(user=actor.user, state__in=["declined", "left"]).first()
    if earlier is not None:
        row = move(earlier, "ask", actor=actor, changes=said)
    else:
        row = Member.objects.create(
            team=fresh, hackathon=fresh.hackathon, user=actor.user, state="asked", **said
        )
    audit.record(actor=actor, action="hackathons.team.ask", target=row.reference, is_public=False)
    notices.tell(reference=fresh.reference, kind="hackathons.asked", title=fresh.name, not_user=actor.account)
    return row


@transaction.atomic
def accept(*, actor: Actor, member: Member) -> Member:
    """Take the place that was offered."""
    return _join(actor, member, "accept", actor.account)


@transaction.atomic
def admit(*, actor: Actor, member: Member) -> Member:
    """The captain lets somebody in who asked."""
    return _join(actor, member, "admit", None)


def _join(actor: Actor, member: Member, step: str, user: User | None) -> Member:
    team = _lock(member.team)
    # Who accepts must be free to join; who admits must be captain; both while teams form.
    policy.require("hackathons.team.ask" if step == "accept" else "hackathons.team.invite", actor, team)
    if Juror.objects.filter(hackathon=team.hackathon_id, user=user or member.user).exists():
        raise RefusedError(_("Jurors do not take part."), "team.juror", status=422)
    _room(team)
    changes = {"at": clock.now()} | ({"user": user, "email": ""} if user is not None else {})
    try:
        with transaction.atomic():
            fresh = move(member, step, actor=actor, changes=changes)
    except IntegrityError as error:
        raise RefusedError(
            _("A person can be in one team of a hackathon, and she is in another one."),
            "team.one",
            status=409,
        ) from error
    if fresh.user is not None:
        notices.follow(reference=team.reference, user=fresh.user, why="author")
        notices.tell(
            reference=team.reference, kind="hackathons.joined", title=team.name, not_user=actor.account
        )
    return fresh


def decline(*, actor: Actor, member: Member) -> Member:
    """Say no; the address is forgotten."""
    return move(member, "decline", actor=actor, changes={"user": actor.user, "email": "", "at": clock.now()})


def refuse(*, actor: Actor, member: Member) -> Member:
    return move(member, "refuse", actor=actor, changes={"words": "", "at": clock.now()})


def take_back(*, actor: Actor, member: Member) -> Member:
    """An invitation or a wish to join is taken back; address and words are forgotten."""
    return move(member, "take_back", actor=actor, changes={"email": "", "words": "", "at": clock.now()})


@transaction.atomic
def leave(*, actor: Actor, member: Member) -> Member:
    """Leave the team; the captain hands over first."""
    team = _lock(member.team)
    fresh = move(member, "leave", actor=actor, changes={"at": clock.now()})
    notices.unfollow(reference=team.reference, user=actor.account)
    return fresh


@transaction.atomic
def hand_over(*, actor: Actor, team: Team, to: Member) -> Team:
    """Another member becomes captain."""
    fresh = _lock(team)
    policy.require("hackathons.team.hand_over", actor, fresh)
    heir = fresh.members.filter(pk=to.pk, state="joined").first()
    if heir is None or heir.user is None:
        raise RefusedError(_("Choose a member of the team."), "team.heir", status=422)
    fresh.captain = heir.user
    fresh.save(update_fields=["captain"])
    audit.record(
        actor=actor, action="hackathons.team.hand_over", target=fresh.reference, is_public=fresh.is_public
    )
    return fresh
