"""A round is announced: from then on its money, dates, ballot and rule of counting stand, in public."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, places, policy
from madang.kernel.actors import Actor
from madang.kernel.domain.audit import canonical
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.levels import Level
from madang.services.budgeting.domain import delegating
from madang.services.budgeting.domain.rounds import StaleError
from madang.services.budgeting.enums import BY_KEY, TIE_ORDERS, fits
from madang.services.budgeting.events import RoundChanged
from madang.services.budgeting.logic import writing
from madang.services.budgeting.models import Pot, Round

FORMAT = "madang-round/1"
VOTING_LEVELS = (Level.CONTACT, Level.RESIDENT)


@dataclass(frozen=True, slots=True)
class Missing:
    """What has to be mended first: the field of the form, and a sentence that says how."""

    field: str
    words: str | Promise


class UnreadyError(RefusedError):
    """It cannot be announced yet; `found` says why."""

    def __init__(self, found: Sequence[Missing]) -> None:
        super().__init__(_("Something is missing before it can be announced."), "rounds.unready", status=422)
        self.found = tuple(found)


def missing(row: Round, pots: Sequence[Pot]) -> list[Missing]:
    """What keeps a draft from being announced, in the order of the form; empty when nothing does."""
    return [*_money(row, pots), *_dates(row), *_ballot(row), *_voters(row, pots)]


def _money(row: Round, pots: Sequence[Pot]) -> list[Missing]:
    found = []
    if not pots:
        found.append(Missing("pots", _("There is no pot yet. Add at least one with its amount.")))
    if any(pot.amount <= 0 for pot in pots):
        found.append(Missing("pots", _("Give every pot an amount of more than 0 won.")))
    if row.whole_budget is not None:
        if not row.whole_source:
            found.append(Missing("whole_source", _("Say where the figure of the whole budget is from.")))
        if sum(pot.amount for pot in pots) > row.whole_budget:
            found.append(
                Missing("whole_budget", _("The pots hold more than the whole budget. Check the amounts."))
            )
    return found


def _dates(row: Round) -> list[Missing]:
    found = []
    if row.intake_from < clock.now():
        found.append(Missing("intake_from", _("Proposals would have begun already. Choose a later moment.")))
    if row.votes_until <= clock.now():
        found.append(Missing("votes_until", _("The vote would be over already. Choose a later moment.")))
    if row.results_on < clock.seoul(row.votes_until).date():
        found.append(Missing("results_on", _("The result comes after the vote. Choose a later day.")))
    if row.settles_on <= row.results_on:
        found.append(Missing("settles_on", _("What was spent is told after the result. Choose a later day.")))
    return found


def _ballot(row: Round) -> list[Missing]:
    found = []
    if row.ballot not in Round.Ballot.values:
        found.append(Missing("ballot", _("Choose how people vote.")))
    if row.least < 1:
        found.append(Missing("least", _("A ballot names at least 1 project.")))
    if row.ballot == Round.Ballot.POINTS and row.points < 1:
        found.append(Missing("points", _("Say how many points a voter gives out.")))
    if row.method not in BY_KEY:
        found.append(Missing("method", _("Choose how the ballots are counted.")))
    elif not fits(row.ballot, row.method):
        found.append(
            Missing(
                "method",
                _("This way of counting looks only at which projects are named, not at points or ranks. Choose one that fits the ballot."),
            )
        )  # fmt: skip
    if row.method in BY_KEY and BY_KEY[row.method].weights and not hasattr(row, "delegation"):
        found.append(
            Missing(
                "method", _("This way of counting needs the marks of a delegation. Give the round one first.")
            )
        )
    if row.tie_order not in TIE_ORDERS:
        found.append(Missing("tie_order", _("Choose which of equal projects comes first.")))
    return found


def _voters(row: Round, pots: Sequence[Pot]) -> list[Missing]:
    found = []
    if row.level not in VOTING_LEVELS:
        found.append(Missing("level", _("Choose who votes: nobody votes without an account.")))
    if any(pot.district and places.district(pot.district) is None for pot in pots):
        found.append(Missing("pots", _("A pot is for a district that does not exist. Choose one.")))
    has_areas = any(pot.district for pot in pots)
    if has_areas and row.level != Level.RESIDENT and row.district_by == Round.DistrictBy.PROOF:
        found.append(
            Missing("district_by", _("Without verified residents nothing proves who lives where. Let voters say it, or let residents vote."))
        )  # fmt: skip
    if row.minimum_age and row.level != Level.RESIDENT:
        found.append(
            Missing("minimum_age", _("Without verified residents nothing proves an age. Write 0, or let residents vote."))
        )  # fmt: skip
    return found


def _moment(moment: datetime) -> str:
    return clock.seoul(moment).isoformat(timespec="seconds")


def frozen_of(row: Round, pots: Sequence[Pot]) -> dict[str, Any]:
    """Everything that stands from the announcement on, as it is published. Amounts are won, moments Seoul time."""
    method = BY_KEY[row.method]
    return {
        "format": FORMAT,
        "slug": row.slug,
        "host": row.host.code,
        "title": {"ko": row.title_ko, "en": row.title_en},
        "about": {"ko": row.about_ko, "en": row.about_en},
        "year": row.year,
        "whole_budget": row.whole_budget,
        "whole_budget_source": row.whole_source,
        "pots": [
            {
                "code": pot.code,
                "ko": pot.title_ko,
                "en": pot.title_en,
                "amount": pot.amount,
                "district": pot.district,
            }
            for pot in pots
        ],
        "dates": {
            **{name: _moment(getattr(row, name)) for name in ("intake_from", "intake_until", "votes_from", "votes_until")},
            "results_on": row.results_on.isoformat(),
            "settles_on": row.settles_on.isoformat(),
        },
        "ballot": {"kind": row.ballot, "least": row.least, "most": row.most, "points": row.points},
        "count": {
            "method": method.key,
            "rule": method.rule,
            "utility": method.utility,
            "completion": method.completion,
            "increment": writing.STEP if method.grows else None,
            "ties": row.tie_order,
            **({"weights": method.weights} if method.weights else {}),
        },
        "level": row.level,
        "voters": {
            "district_by": row.district_by if any(pot.district for pot in pots) else None,
            "minimum_age": row.minimum_age,
            "born_until": row.born_until.isoformat() if row.born_until else None,
        },
        "on_paper": row.on_paper or None,
        "answers": {"rule": row.rule.code, "version": row.rule.version, "days": row.answer_days},
        **delegating.announced(row),
    }  # fmt: skip


def digest_of(frozen: dict[str, Any]) -> str:
    """SHA-256 of the canonical JSON (RFC 8785) of what was announced, as it stands in the log."""
    return hashlib.sha256(canonical(frozen)).hexdigest()


@transaction.atomic
def announce(*, actor: Actor, row: Round, seen: int) -> Round:
    """Publish a draft that the official saw in revision `seen`. What is frozen here does not change any more.

    Raises:
        StaleError: 409, somebody else saved meanwhile: what would be published is not what she saw.
        UnreadyError: 422, its `found` say what is missing.
        RefusedError: no mandate, or it is announced already.
    """
    # Locked before the pots are read: what is frozen is what was saved last.
    locked = Round.objects.select_for_update(of=("self",)).select_related("rule", "host").get(pk=row.pk)
    policy.require("budgeting.round.announce", actor, locked)
    pots = list(locked.pots.all())
    changes: dict[str, Any] = {}
    if locked.state == Round.State.DRAFT:  # otherwise the step is refused below
        if locked.revision != seen:
            raise StaleError(locked)
        found = missing(locked, pots)
        if found:
            raise UnreadyError(found)
        changes = {"frozen": frozen_of(locked, pots), "secret": secrets.token_hex(32)}
    fresh = move(
        locked,
        "announce",
        actor=actor,
        organisation=locked.host,
        payload={"announced": changes.get("frozen"), "sha256": digest_of(changes.get("frozen", {}))},
        changes=changes,
    )
    publish(RoundChanged(fresh.pk, fresh.state))
    return fresh
