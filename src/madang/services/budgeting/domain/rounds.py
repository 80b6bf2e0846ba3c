"""A round is prepared or called off by its office; what follows from its dates, the clock does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.domain.rules import enact
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import Organisation, Rule
from madang.services.budgeting.domain import roll, telling
from madang.services.budgeting.events import RoundChanged
from madang.services.budgeting.models import Arrival, Ballot, Pot, Residence, Round, Voter

State = Round.State
LAST = timedelta(days=1)
FIELDS = frozenset({
    "title_ko", "title_en", "about_ko", "about_en", "year", "whole_budget", "whole_source", "ballot", "least", "most",
    "points", "method", "tie_order", "level", "on_paper", "district_by", "minimum_age", "intake_from", "intake_until", "votes_from", "votes_until", "results_on",
    "settles_on",
})  # fmt: skip
TAKEN = frozenset({"new"})
"""Short names that stand for pages of the desk."""
BY_CLOCK = (
    (State.ANNOUNCED, "begin", "intake_from"),
    (State.INTAKE, "screen", "intake_until"),
    (State.BALLOT, "vote", "votes_from"),
)
"""State, step, and the moment from which it is due; in order, so that a round that was missed catches up at once."""


class StaleError(RefusedError):
    """Somebody else saved meanwhile; `row` is how it stands now."""

    def __init__(self, row: Round) -> None:
        super().__init__(
            _(
                "Somebody else changed this round meanwhile. Nothing of yours is lost: compare and save again."
            ),
            "rounds.stale",
            status=409,
        )
        self.row = row


@dataclass(frozen=True, slots=True)
class PotDraft:
    """A pot as an official types it. Without a `code` it gets one."""

    title_ko: str
    title_en: str
    amount: int
    district: str = ""
    code: str = ""


def _refused(field: str, words: Any) -> RefusedError:
    """422, with the name of the field in its code."""
    return RefusedError(words, f"rounds.{field}", status=422)


def _checked(fields: Mapping[str, Any], before: Round | None = None) -> dict[str, Any]:
    """Only fields that an official may set, and none that contradict each other.

    Raises:
        RefusedError: 422, with the name of the field in its code.
    """
    unknown = set(fields) - FIELDS
    if unknown:
        raise ValueError(f"not a field of a round: {sorted(unknown)}")

    held = before or Round()

    def now(name: str) -> Any:
        return fields.get(name, getattr(held, name))

    moments = [now(name) for name in ("intake_from", "intake_until", "votes_from", "votes_until")]
    if None not in moments:
        begins, ends, votes, closes = moments
        if ends <= begins:
            raise _refused("intake_until", _("Proposals end after they begin. Choose a later moment."))
        if votes < ends:
            raise _refused(
                "votes_from", _("The vote begins after proposals have ended. Choose a later moment.")
            )
        if closes <= votes:
            raise _refused("votes_until", _("The vote ends after it begins. Choose a later moment."))
    least, most = now("least"), now("most")
    if least > most:
        raise _refused("least", _("The least may not be more than the most."))
    return dict(fields)


def _put(row: Round, pots: Sequence[PotDraft]) -> None:
    """The pots of a draft, instead of those before."""
    given = {pot.code for pot in pots if pot.code}
    if len(given) != sum(1 for pot in pots if pot.code):
        raise _refused("pots", _("Two pots have the same short name. Remove one of them."))
    if any(pot.amount <= 0 for pot in pots):
        raise _refused("pots", _("Give every pot an amount of more than 0 won."))
    free = (code for number in range(1, 1_000) if (code := f"p{number}") not in given)
    row.pots.all().delete()
    Pot.objects.bulk_create(
        Pot(
            round=row,
            order=order,
            code=pot.code or next(free),
            title_ko=pot.title_ko,
            title_en=pot.title_en,
            amount=pot.amount,
            district=pot.district,
        )
        for order, pot in enumerate(pots, start=1)
    )


def _rule(actor: Actor, slug: str, days: int) -> Rule:
    """Under which an office owes each proposal an answer (in calendar days), and what may be objected to."""
    return enact(
        actor=actor,
        code=f"budgeting.{slug}",
        body={
            "answer": {"amount": days, "unit": "calendar_days"},
            "arbiter_at": 3,
            "objections": 1,
            "objection_days": 15,
        },
        valid_from=clock.today(),
    )


@transaction.atomic
def create(
    *,
    actor: Actor,
    host: Organisation,
    slug: str,
    pots: Sequence[PotDraft] = (),
    answer_days: int = 30,
    is_demo: bool = False,
    **fields: Any,
) -> Round:
    """Prepare a round; nobody outside the office sees it before it is announced.

    Args:
        answer_days: calendar days in which an office answers a proposal.

    Raises:
        RefusedError: no mandate at the office, a short name that is taken, or fields that contradict each other.
    """
    policy.require("budgeting.round.create", actor, host)
    known = _checked(fields)
    taken = RefusedError(
        _("Another round has this short name. Choose another one."), "rounds.slug", status=422
    )
    if slug in TAKEN or Round.objects.filter(slug=slug).exists():
        raise taken
    now = clock.now()
    try:
        with transaction.atomic():
            row = Round.objects.create(
                slug=slug,
                host=host,
                rule=_rule(actor, slug, answer_days),
                is_demo=is_demo,
                created_by=actor.account,
                created_at=now,
                changed_by=actor.account,
                changed_at=now,
                **known,
            )
    except IntegrityError as error:  # somebody else took the name this very moment
        raise taken from error
    _put(row, pots)
    audit.record(
        actor=actor,
        action="budgeting.round.create",
        target=row.reference,
        after=row.state,
        organisation=host,
        is_public=False,
    )
    return row


@transaction.atomic
def edit(
    *,
    actor: Actor,
    row: Round,
    seen: int,
    pots: Sequence[PotDraft] | None = None,
    answer_days: int | None = None,
    **fields: Any,
) -> Round:
    """Change a draft that the official saw in revision `seen`; pots replace those before.

    Raises:
        StaleError: 409, somebody else saved meanwhile; nothing was changed.
        RefusedError: no mandate, it is announced already, or fields that contradict each other.
    """
    locked = Round.objects.select_for_update(of=("self",)).select_related("rule", "host").get(pk=row.pk)
    policy.require("budgeting.round.edit", actor, locked)
    if locked.state == State.DRAFT and locked.revision != seen:
        raise StaleError(locked)
    changes = _checked(fields, locked) | {
        "revision": locked.revision + 1,
        "changed_at": clock.now(),
        "changed_by": actor.account,
    }
    if answer_days is not None and answer_days != locked.answer_days:
        changes["rule"] = _rule(actor, locked.slug, answer_days)
    fresh = move(locked, "edit", actor=actor, organisation=locked.host, changes=changes)
    if pots is not None:
        _put(fresh, pots)
    return fresh


@transaction.atomic
def call_off(*, actor: Actor, row: Round, reason: str) -> Round:
    """End it without a decision, in public. Ballots, and what links people to them, are destroyed in the same moment.

    `move` holds the row: a ballot that is being written is destroyed too, or refused.
    """
    fresh = move(row, "call_off", actor=actor, reason=reason, organisation=row.host, changes={"secret": ""})
    Voter.objects.filter(pot__round=fresh).delete()
    Residence.objects.filter(round=fresh).delete()
    Arrival.objects.filter(pot__round=fresh).delete()
    Ballot.objects.filter(pot__round=fresh).delete()
    roll.forget(fresh)
    fresh.pots.update(turnout=0)
    _told(fresh, "called_off" if fresh.is_public else "")
    return fresh


def advance() -> int:
    """Let states follow the clock; returns how many moved. Run by the worker, as often as it likes."""
    moved, actor = 0, system("budgeting.clock")
    for state, step, due in BY_CLOCK:
        for row in Round.objects.filter(state=state, **{f"{due}__lte": clock.now()}).select_related("host"):
            moved += _step(row, step, actor)
    return moved


@transaction.atomic
def _step(row: Round, step: str, actor: Actor) -> int:
    try:
        fresh = move(row, step, actor=actor, organisation=row.host)
    except RefusedError:  # another worker was first, or it was called off
        return 0
    _told(fresh, fresh.state)
    return 1


def remind() -> int:
    """Tell the followers of votes that end within a day, once; of how many. A vote as short as that has just been told."""
    done, now = 0, clock.now()
    ending = Round.objects.filter(reminded_at=None, votes_until__gt=now, votes_until__lte=now + LAST)
    for row in ending.filter(state__in=(State.BALLOT, State.VOTING)):
        if row.votes_until - row.votes_from > LAST:
            done += _remind(row)
    return done


@transaction.atomic
def _remind(row: Round) -> int:
    """The mark and what is told are one: another worker finds it done."""
    first = Round.objects.filter(pk=row.pk, reminded_at=None).update(reminded_at=clock.now())
    if first:
        telling.of_vote(row, "closing", data={"until": row.votes_until.isoformat(timespec="seconds")})
    return first


def _told(row: Round, kind: str) -> None:
    """Followers hear of it, and the rest of the house."""
    if kind:
        until = {State.INTAKE: row.intake_until, State.VOTING: row.votes_until}.get(State(row.state))
        data = {"until": until.isoformat(timespec="seconds")} if until else {}
        telling.of_vote(row, kind, data=data)
    publish(RoundChanged(row.pk, row.state))
