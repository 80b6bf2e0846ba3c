"""Writing together: inviting, accepting, declining, leaving."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.models import Matter
from madang.commons.notices import api as notices
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import User
from madang.services.square.events import CoAuthorMoved
from madang.services.square.models import CoAuthor, Idea

MOST = 10


def is_coauthor(actor: Actor, matter: Matter) -> bool:
    """Whether this person writes it with its author."""
    return CoAuthor.objects.filter(idea=matter.pk, user=actor.user, state="accepted").exists()


def invitations(user: User) -> QuerySet[CoAuthor]:
    """Open invitations to this person: to her account, or to its confirmed address."""
    mine = Q(user=user) | Q(user__isnull=True, email=user.email.lower())
    return CoAuthor.objects.filter(mine, state="invited").select_related("idea__matter", "invited_by")


def authors_of(idea: Idea) -> list[User]:
    """Everybody who writes it and has an account."""
    rows = idea.coauthors.filter(state="accepted").select_related("user")
    found = [row.user for row in rows if row.user is not None]
    return [idea.matter.author, *found] if idea.matter.author is not None else found


def follow_as_author(idea: Idea, reference: str) -> None:
    """The authors hear of a thing that hangs on their idea."""
    for user in authors_of(idea):
        notices.follow(reference=reference, user=user, why="author")


@transaction.atomic
def invite(*, actor: Actor, idea: Idea, email: str) -> CoAuthor | None:
    """Ask somebody to write with one. Only she hears of it, and whether she has an account is not told.

    Returns:
        The invitation, or None where one waits already or she is an author.
    """
    matter = Matter.objects.select_for_update().get(pk=idea.pk)
    policy.require("square.coauthor.invite", actor, idea)
    email = email.strip().lower()
    user = User.objects.filter(email=email, is_active=True, erased_at__isnull=True).first()
    rows = idea.coauthors.filter(state__in=["invited", "accepted"])
    if rows.count() >= MOST:
        raise RefusedError(_("More than ten authors cannot be invited."), "coauthor.many", status=422)
    known = rows.filter(user=user) if user is not None else rows.filter(email=email)
    if known.exists() or (user is not None and user.pk == matter.author_id):
        return None
    row = CoAuthor.objects.create(
        idea=idea,
        user=user,
        email="" if user is not None else email,
        invited_by=actor.user,
        at=clock.now(),
    )
    # Nobody else hears of it: the act is in the log without its object.
    audit.record(actor=actor, action="square.coauthor.invite", target=row.reference, is_public=False)
    publish(CoAuthorMoved(row.pk, "invited"))
    return row


@transaction.atomic
def accept(*, actor: Actor, invitation: CoAuthor) -> CoAuthor:
    """Become an author: equal in everything, and named on the page."""
    Matter.objects.select_for_update().get(pk=invitation.idea_id)
    fresh = move(
        invitation,
        "accept",
        actor=actor,
        changes={"user": actor.user, "email": "", "answered_at": clock.now()},
    )
    publish(CoAuthorMoved(fresh.pk, "accepted"))
    return fresh


@transaction.atomic
def decline(*, actor: Actor, invitation: CoAuthor) -> CoAuthor:
    """Say no; the address is forgotten."""
    changes = {"user": actor.user, "email": "", "answered_at": clock.now()}
    return move(invitation, "decline", actor=actor, changes=changes)


@transaction.atomic
def leave(*, actor: Actor, coauthor: CoAuthor) -> CoAuthor:
    """Stop being an author; what she wrote stays in the versions."""
    return move(coauthor, "leave", actor=actor, changes={"answered_at": clock.now()})
