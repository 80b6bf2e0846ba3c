"""What hackathons keep of one person: for her copy, and what goes when she leaves."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.db import transaction

from madang.commons.notices import api as notices
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.models import User
from madang.services.hackathons.models import (
    Ballot,
    Conflict,
    Juror,
    Member,
    Mentor,
    Slot,
    Submission,
    SubmissionFile,
    Team,
)

LIVE = ("draft", "open", "submitting")
"""States in which a team may still change: who leaves is no longer in it, and what only she made goes."""


def own_data(user_id: int) -> dict[str, Any]:
    """Everything in hackathons that points to this person."""
    return {
        "teams": [
            {
                "hackathon": row.hackathon.slug,
                "team": row.team.name,
                "state": row.state,
                "words": row.words,
                "captain": row.team.captain_id == user_id,
                "at": row.at.isoformat(),
            }
            for row in Member.objects.filter(user=user_id).select_related("team", "hackathon")
        ],
        "submissions": [
            {
                "team": row.team.name,
                "version": row.version,
                "title": row.title,
                "body": row.body,
                "links": row.links,
                "files": [file.name for file in row.files.all()],
                "at": row.at.isoformat(),
            }
            for row in Submission.objects.filter(by=user_id).select_related("team").prefetch_related("files")
        ],
        "votes": [
            {
                "hackathon": row.hackathon.slug,
                "number": row.number,
                "teams": row.teams,
                "at": row.at.isoformat(),
            }
            for row in Ballot.objects.filter(voter=user_id).select_related("hackathon")
        ],
        "jury": [
            {
                "hackathon": juror.hackathon.slug,
                "points": [
                    {"team": row.team.name, "criterion": row.criterion.title, "points": row.points}
                    for row in juror.scores.select_related("team", "criterion")
                ],
                "conflicts": [
                    {"team": row.team.name, "kind": row.kind}
                    for row in juror.conflicts.select_related("team")
                ],
            }
            for juror in Juror.objects.filter(user=user_id).select_related("hackathon")
        ],
        "mentoring": [
            {
                "hackathon": mentor.hackathon.slug,
                "slots": [row.starts_at.isoformat() for row in mentor.slots.all()],
            }
            for mentor in Mentor.objects.filter(user=user_id).select_related("hackathon")
        ],
    }


@transaction.atomic
def erase_person(*, actor: Actor, user: User) -> None:
    """Take a person out of hackathons: invitations, wishes, free half hours and the kind of her conflicts go.

    While teams may still change she leaves hers: another member becomes captain, and a team that was hers alone goes with all
    it handed in. After the deadline what was judged stays, and leads to an empty row: a result has to be countable.
    """
    now = clock.now()
    for row in Member.objects.select_for_update().filter(user=user).select_related("team__hackathon"):
        notices.unfollow(reference=row.team.reference, user=user)
        if row.state in (Member.State.INVITED, Member.State.ASKED, Member.State.DECLINED):
            row.delete()
        elif row.state == Member.State.JOINED and _may_change(row.team):
            _leave_team(actor, row)
        else:
            Member.objects.filter(pk=row.pk).update(words="")
    Member.objects.filter(email=user.email.lower(), user__isnull=True).delete()
    Slot.objects.filter(mentor__user=user, team__isnull=True, half_hour__gt=now.timestamp() // 1800).delete()
    # That she did not score a team stays: the figures of the result rest on it. Why she did not goes.
    Conflict.objects.filter(juror__user=user).update(kind="")


def _may_change(team: Team) -> bool:
    return team.hackathon.state in LIVE and clock.now() < team.hackathon.submits_until


def _leave_team(actor: Actor, row: Member) -> None:
    team = Team.objects.select_for_update(of=("self",)).get(pk=row.team_id)
    others = team.members.filter(state=Member.State.JOINED).exclude(pk=row.pk).order_by("at", "pk")
    heir = others.first()
    if heir is None or heir.user is None:
        for file in SubmissionFile.objects.filter(team=team):
            transaction.on_commit(partial(file.file.storage.delete, str(file.file.name)))
        notices.forget_thing(team.reference)
        team.delete()
        return
    if team.captain_id == row.user_id:
        team.captain = heir.user
        team.save(update_fields=["captain"])
    Member.objects.filter(pk=row.pk).update(state=Member.State.LEFT, words="", at=clock.now())
    audit.record(actor=actor, action="hackathons.member.leave", target=row.reference, is_public=False)
