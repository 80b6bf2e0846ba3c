"""What a team shows and hands in can be taken down by moderation, with a published reason, and put back.

It stays in the hackathon: what is hidden are its words and files, from the public. Members, jurors and moderators read them,
so that a team can mend what it wrote and is judged by what it made.
"""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.notices import api as notices
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.services.hackathons.models import HideReason, Team


@transaction.atomic
def take_down(*, actor: Actor, team: Team, why: str, words: str) -> Team:
    """Hide words and files of a team, with one of the reasons and a sentence; both are public.

    Raises:
        RefusedError: no mandate, no reason, or it is hidden already. Nothing is changed then.
    """
    fresh = _locked(team)
    policy.require("hackathons.team.take_down", actor, fresh)
    if why not in HideReason.values or not words.strip():
        raise RefusedError(
            _("Choose a reason and say it in a sentence; both are public."), "team.why", status=422
        )
    if fresh.hidden_why:
        raise RefusedError(_("It is taken down already."), "team.hidden", status=409)
    fresh.hidden_why, fresh.hidden_at, fresh.hidden_by = why, clock.now(), actor.account
    fresh.save(update_fields=["hidden_why", "hidden_at", "hidden_by"])
    _record(actor, "take_down", fresh, why, words)
    notices.tell(reference=fresh.reference, kind="hackathons.taken_down", title=fresh.name)
    return fresh


@transaction.atomic
def put_back(*, actor: Actor, team: Team, words: str) -> Team:
    """Show it again, with a published reason: the team has mended it, or it was a mistake.

    Who took it down does not decide alone about an objection: another moderator may always put it back.
    """
    fresh = _locked(team)
    policy.require("hackathons.team.put_back", actor, fresh)
    if not fresh.hidden_why:
        raise RefusedError(_("It is shown already."), "team.shown", status=409)
    if not words.strip():
        raise RefusedError(_("Say why it is put back; it is public."), "team.why", status=422)
    fresh.hidden_why, fresh.hidden_at, fresh.hidden_by = "", None, None
    fresh.save(update_fields=["hidden_why", "hidden_at", "hidden_by"])
    _record(actor, "put_back", fresh, "", words)
    notices.tell(reference=fresh.reference, kind="hackathons.put_back", title=fresh.name)
    return fresh


def _locked(team: Team) -> Team:
    return Team.objects.select_for_update(of=("self",)).select_related("hackathon__host").get(pk=team.pk)


def _record(actor: Actor, act: str, team: Team, why: str, words: str) -> None:
    audit.record(
        actor=actor,
        action=f"hackathons.team.{act}",
        target=team.reference,
        organisation=team.hackathon.host,
        is_public=team.is_public,
        reason_code=why,
        reason=words.strip()[:1000],
    )
