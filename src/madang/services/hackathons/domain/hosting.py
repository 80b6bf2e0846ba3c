"""What the hosting office does: prepare, open, name people, prolong, call off, end."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.domain.rules import enact
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation, User
from madang.services.hackathons.models import Criterion, Hackathon, Juror, Mentor

State = Hackathon.State


@transaction.atomic
def create(*, actor: Actor, host: Organisation, answer_days: int = 30, **fields: Any) -> Hackathon:
    """A draft, with the rule under which the office will owe the winners an answer (in calendar days)."""
    policy.require("hackathons.hackathon.create", actor, host)
    rule = enact(
        actor=actor,
        code=f"hackathons.{fields['slug']}",
        body={
            "answer": {"amount": answer_days, "unit": "calendar_days"},
            "arbiter_at": 3,
            "objections": 1,
            "objection_days": 15,
        },
        valid_from=clock.today(),
    )
    made = Hackathon.objects.create(host=host, rule=rule, created_by=actor.account, **fields)
    audit.record(
        actor=actor,
        action="hackathons.hackathon.create",
        target=made.reference,
        organisation=host,
        is_public=False,
    )
    return made


@transaction.atomic
def edit(
    *,
    actor: Actor,
    hackathon: Hackathon,
    criteria: Sequence[tuple[str, str, int]] | None = None,
    **fields: Any,
) -> Hackathon:
    """Change a draft. Criteria (Korean, English, weight) replace those before."""
    fresh = move(hackathon, "edit", actor=actor, changes=fields)
    if criteria is not None:
        fresh.criteria.all().delete()
        Criterion.objects.bulk_create(
            Criterion(hackathon=fresh, order=order, title_ko=ko, title_en=en, weight=weight)
            for order, (ko, en, weight) in enumerate(criteria, start=1)
        )
    return fresh


@transaction.atomic
def open_(*, actor: Actor, hackathon: Hackathon) -> Hackathon:
    """Publish it. Rubric whole, nothing that has passed: what follows is decided by its dates.

    Raises:
        RefusedError: 422 where weights do not sum to 100, or teams could not form any more.
    """
    fresh = move(
        hackathon,
        "open",
        actor=actor,
        organisation=hackathon.host,
        payload={
            "criteria": [[one.title_ko, one.weight] for one in hackathon.criteria.all()],
            "submits_until": hackathon.submits_until.isoformat(),
            "vote_weight": hackathon.vote_weight,
            "prizes": hackathon.prizes,
        },
    )
    if sum(one.weight for one in fresh.criteria.all()) != 100:
        raise RefusedError(
            _("The weights of the criteria have to sum to 100."), "hackathons.weights", status=422
        )
    if fresh.forms_until <= clock.now():
        raise RefusedError(
            _("The time in which teams form has passed already. Change the dates."),
            "hackathons.past",
            status=422,
        )
    return fresh


@transaction.atomic
def name_mentor(*, actor: Actor, hackathon: Hackathon, user: User) -> Mentor:
    policy.require("hackathons.hackathon.name", actor, _locked(hackathon))
    mentor, is_new = Mentor.objects.get_or_create(hackathon=hackathon, user=user)
    if is_new:
        _named(actor, hackathon, "mentor")
    return mentor


@transaction.atomic
def name_juror(*, actor: Actor, hackathon: Hackathon, user: User) -> Juror:
    """Members of teams do not judge."""
    fresh = _locked(hackathon)
    policy.require("hackathons.hackathon.name", actor, fresh)
    if fresh.teams.filter(members__user=user, members__state="joined").exists():
        raise RefusedError(_("She is a member of a team here and cannot judge."), "juror.member", status=422)
    juror, is_new = Juror.objects.get_or_create(hackathon=fresh, user=user)
    if is_new:
        _named(actor, fresh, "juror")
    return juror


def _named(actor: Actor, hackathon: Hackathon, role: str) -> None:
    audit.record(
        actor=actor,
        action=f"hackathons.hackathon.name_{role}",
        target=hackathon.reference,
        organisation=hackathon.host,
        is_public=hackathon.is_public,
    )


def _locked(hackathon: Hackathon) -> Hackathon:
    return Hackathon.objects.select_for_update().get(pk=hackathon.pk)


def prolong(*, actor: Actor, hackathon: Hackathon, until: datetime, reason: str) -> Hackathon:
    """Give the jury more time, in public; never less.

    Raises:
        RefusedError: 422 where the new moment is not later than the old one and than now.
    """
    if until <= max(clock.now(), hackathon.judges_until):
        raise RefusedError(
            _("Choose a later moment than now and than before."), "hackathons.sooner", status=422
        )
    return move(
        hackathon,
        "prolong",
        actor=actor,
        reason=reason,
        organisation=hackathon.host,
        payload={"from": hackathon.judges_until.isoformat(), "to": until.isoformat()},
        changes={"judges_until": until},
    )


def call_off(*, actor: Actor, hackathon: Hackathon, reason: str) -> Hackathon:
    return move(hackathon, "call_off", actor=actor, reason=reason, organisation=hackathon.host)


def close(*, actor: Actor, hackathon: Hackathon, reason: str) -> Hackathon:
    return move(hackathon, "close", actor=actor, reason=reason, organisation=hackathon.host)


def advance() -> int:
    """Let states follow the clock; returns how many moved. Run by the worker, as often as it likes."""
    moved = 0
    now, actor = clock.now(), system("hackathon_clock")
    for row in Hackathon.objects.filter(state=State.OPEN, forms_until__lte=now):
        moved += _try(row, "begin", actor)
    for row in Hackathon.objects.filter(state=State.SUBMITTING, submits_until__lte=now):
        moved += _try(row, "judge", actor)
    return moved


def _try(row: Hackathon, step: str, actor: Actor) -> int:
    try:
        move(row, step, actor=actor, organisation=row.host)
    except RefusedError:  # another worker was first, or it was called off
        return 0
    return 1
