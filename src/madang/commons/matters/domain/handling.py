"""What offices do with a matter on its way to an answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import clocks, contacts
from madang.commons.matters.domain.intake import content_digest
from madang.commons.matters.enums import OWED, Disclosure, Disposition, Kind, Origin, State, TransferReason
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Assignment, Matter
from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.traces import draw
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import Organisation, Trace, User
from madang.kernel.queries import rule_in_force

OWN_AFFAIRS = "own_affairs"


def _tell(matter: Matter, what: str, actor: Actor) -> None:
    publish(MatterChanged(matter.pk, what, actor.user.pk if actor.user else None))


def hand_to(
    matter: Matter,
    office: Organisation,
    *,
    actor: Actor,
    at: datetime,
    step: str,
    reason_code: str = "",
    reason: str = "",
) -> None:
    """Close the open assignment and open the next: one responsible office at every moment."""
    matter.assignments.filter(ended_at__isnull=True).update(ended_at=at)
    Assignment.objects.create(
        matter=matter,
        organisation=office,
        started_at=at,
        reason_code=reason_code,
        reason=reason,
        by=actor.user,
    )
    clocks.received(matter=matter, office=office, step=step, at=at)


@transaction.atomic
def qualify(
    *, actor: Actor, matter: Matter, payload: dict[str, Any] | None = None, at: datetime | None = None
) -> Matter:
    """The threshold is reached: the clock on the institution starts, under the rules of filing."""
    fresh = move(matter, "qualify", actor=actor, payload=payload)
    clocks.start(matter=fresh, rule=fresh.rule, at=at or clock.now())
    _tell(fresh, "qualified", actor)
    return fresh


@transaction.atomic
def assign(*, actor: Actor, matter: Matter, office: Organisation, officer: User | None = None) -> Matter:
    """Give a matter to the office that has to answer."""
    fresh = move(
        matter,
        "assign",
        actor=actor,
        organisation=office,
        payload={"office": office.code},
        changes={"responsible": office, "officer": officer},
    )
    hand_to(fresh, office, actor=actor, at=clock.now(), step="assign")
    _tell(fresh, "assigned", actor)
    return fresh


@transaction.atomic
def transfer(*, actor: Actor, matter: Matter, office: Organisation, reason_code: str, reason: str) -> Matter:
    """Pass a matter on, with a reason. The third time an arbiter decides instead.

    Raises:
        RefusedError: 422 when the office is the same or the reason is missing.
    """
    # The count of transfers is read under the lock: of two at once, the second must not count as the first.
    matter = Matter.objects.select_for_update().select_related("rule").get(pk=matter.pk)
    if office.pk == matter.responsible_id:
        raise RefusedError(
            _("It is with this office already. Choose another one."), "transfer.same", status=422
        )
    if reason_code not in TransferReason.values:
        raise RefusedError(_("Choose why it is passed on."), "transfer.reason", status=422)
    limit = int(matter.rule.body.get("arbiter_at", 3))
    goes_to_arbiter = matter.transfers + 1 >= limit
    changes: dict[str, Any] = {"transfers": matter.transfers + 1}
    if not goes_to_arbiter:
        changes |= {"responsible": office, "officer": None}
    fresh = move(
        matter,
        "arbitrate" if goes_to_arbiter else "transfer",
        actor=actor,
        reason_code=reason_code,
        reason=reason,
        organisation=office,
        payload={"to": office.code, "transfer": matter.transfers + 1},
        changes=changes,
    )
    if not goes_to_arbiter:
        hand_to(
            fresh,
            office,
            actor=actor,
            at=clock.now(),
            step="transfer",
            reason_code=reason_code,
            reason=reason,
        )
        # An unfinished draft belongs to the office that wrote it.
        fresh.answers.exclude(state="published").delete()
    _tell(fresh, "arbitration" if goes_to_arbiter else "transferred", actor)
    return fresh


@transaction.atomic
def settle(*, actor: Actor, matter: Matter, office: Organisation, reason: str) -> Matter:
    """The arbiter names the office for good."""
    matter = Matter.objects.select_for_update().get(pk=matter.pk)
    stays = office.pk == matter.responsible_id
    fresh = move(
        matter,
        "settle",
        actor=actor,
        reason=reason,
        organisation=office,
        payload={"office": office.code},
        changes={"responsible": office} if stays else {"responsible": office, "officer": None},
    )
    if not stays:
        hand_to(fresh, office, actor=actor, at=clock.now(), step="settle", reason=reason)
        fresh.answers.exclude(state="published").delete()
    _tell(fresh, "settled", actor)
    return fresh


@transaction.atomic
def take(*, actor: Actor, matter: Matter, officer: User) -> Matter:
    """Name the officer in charge within the responsible office."""
    fresh = Matter.objects.select_for_update().get(pk=matter.pk)
    policy.require("matters.matter.resume", actor, fresh)
    fresh.officer = officer
    fresh.save(update_fields=["officer"])
    audit.record(
        actor=actor,
        action="matters.matter.take",
        target=fresh.reference,
        is_public=fresh.is_public,
        organisation=fresh.responsible,
    )
    return fresh


@transaction.atomic
def retype(*, actor: Actor, matter: Matter, kind: str, reason: str, private: bool = False) -> Matter:
    """Change what a matter is. Filing date, supporters, number and receipt stay.

    A question or complaint is owed an answer at once, under the rule in force for its kind. Where an answer was owed
    already, its period counts from that first receipt; else from now. The page shows both dates. An idea that becomes
    one keeps its page.

    Args:
        private: only its author and the office read it from now on, for a complaint about her own affairs; never what
            so many have supported that an answer is owed to them.
    """
    if kind == matter.kind or kind not in Kind.values:
        raise RefusedError(_("Choose another kind."), "retype.same", status=422)
    step = "retype_idea" if kind == Kind.IDEA else "retype_owed"
    changes: dict[str, Any] = {"kind": kind, "responsible": matter.host, "officer": None}
    if private and kind == Kind.COMPLAINT and matter.disclosure != Disclosure.PRIVATE:
        # Recorded while it is still public: that an office took it out of sight stands in the public log.
        move(matter, "seclude", actor=actor, reason_code=OWN_AFFAIRS, organisation=matter.responsible)
        changes["disclosure"] = Disclosure.PRIVATE
    fresh = move(
        matter,
        step,
        actor=actor,
        reason=reason,
        payload={"from": matter.kind, "to": kind},
        changes=changes,
    )
    now = clock.now()
    if kind == Kind.IDEA:
        clocks.stop(matter=fresh, at=now)
    else:
        clocks.retime(matter=fresh, rule=rule_in_force(f"matters.answer.{kind}"), at=now)
    if matter.responsible_id != fresh.host_id:
        hand_to(fresh, fresh.host, actor=actor, at=now, step="retype", reason=reason)
    fresh.answers.exclude(state="published").delete()
    _tell(fresh, "retyped", actor)
    return Matter.objects.get(pk=fresh.pk)


@transaction.atomic
def merge(*, actor: Actor, matter: Matter, into: Matter, reason: str) -> Matter:
    """Fold a duplicate into the matter that goes on; its author and followers are told and stay counted.

    Raises:
        RefusedError: 422 when both are one, the target has ended or was merged itself, or the answer that is owed
            would be lost or come later.
    """
    if matter.pk == into.pk:
        raise RefusedError(_("Choose another one to merge into."), "merge.self", status=422)
    # Lock both rows in one order, whoever merges which way.
    list(Matter.objects.select_for_update().filter(pk__in=sorted([matter.pk, into.pk])).order_by("pk"))
    target = Matter.objects.get(pk=into.pk)
    policy.require("matters.matter.absorb", actor, target)
    if target.state in (State.MERGED, State.WITHDRAWN, State.CLOSED) or not target.is_public:
        raise RefusedError(
            _("The one to merge into has ended or is not public. Choose one that goes on."),
            "merge.ended",
            status=422,
        )
    _keep_what_is_owed(Matter.objects.get(pk=matter.pk), target)
    now = clock.now()
    fresh = move(
        matter,
        "merge",
        actor=actor,
        reason=reason,
        payload={"into": target.number},
        changes={"merged_into": target, "ended_at": now},
    )
    clocks.stop(matter=fresh, at=now)
    fresh.answers.exclude(state="published").delete()
    audit.record(
        actor=actor,
        action="matters.matter.absorb",
        target=target.reference,
        is_public=target.is_public,
        reason=reason,
        payload={"from": fresh.number},
    )
    draw(
        actor=actor, kind=Trace.Kind.MERGES, source=fresh.reference, target=target.reference, evidence=reason
    )
    _tell(fresh, "merged", actor)
    return fresh


def _keep_what_is_owed(matter: Matter, target: Matter) -> None:
    """Nobody merges an answer away that people wait for: the one that goes on is owed one too, and no later."""
    if matter.state not in OWED:
        return
    later = matter.due_at is not None and (target.due_at is None or target.due_at > matter.due_at)
    if target.state not in OWED or later:
        raise RefusedError(
            _(
                "An answer is owed to this one, and the one to merge into is owed none, or a later one. "
                "Merge the other way round."
            ),
            "merge.owed",
            status=422,
        )


@transaction.atomic
def mature(*, actor: Actor, matter: Matter, reason: str, topic: str) -> Matter:
    """It is worked on as part of a topic (`topic` is its reference)."""
    fresh = move(matter, "mature", actor=actor, reason=reason, payload={"topic": topic})
    _tell(fresh, "maturing", actor)
    return fresh


@transaction.atomic
def let_go(*, actor: Actor, matter: Matter, reason: str, topic: str) -> Matter:
    """It leaves its topic and is discussed by itself again."""
    fresh = move(matter, "let_go", actor=actor, reason=reason, payload={"topic": topic})
    _tell(fresh, "let_go", actor)
    return fresh


@transaction.atomic
def reword(
    *,
    actor: Actor,
    matter: Matter,
    title: str,
    body: str,
    reason: str,
    tells: bool = True,
    payload: dict[str, Any] | None = None,
) -> Matter:
    """Give it another text; whoever follows is told where the change matters (`tells`).

    The caller keeps the versions; the matter holds the one that stands.
    """
    fresh = move(
        matter,
        "reword",
        actor=actor,
        reason=reason,
        payload={**(payload or {}), "content": content_digest(title, body)},
        changes={"title": title, "body": body, "language": text.language_of(f"{title} {body}")},
    )
    _tell(fresh, "reworded" if tells else "corrected", actor)
    return fresh


@transaction.atomic
def withdraw(*, actor: Actor, matter: Matter, reason: str = "") -> Matter:
    """The author takes it back. The page stays, marked as withdrawn."""
    now = clock.now()
    fresh = move(
        matter,
        "withdraw",
        actor=actor,
        reason=reason,
        changes={"ended_at": now, "disposition": Disposition.WITHDRAWN},
    )
    clocks.stop(matter=fresh, at=now)
    fresh.answers.exclude(state="published").delete()
    _tell(fresh, "withdrawn", actor)
    return fresh


_may_stay: list[Callable[[Actor, Matter, str], bool]] = []


def before_withdrawal(keeps: Callable[[Actor, Matter, str], bool]) -> None:
    """A service may keep a matter that its author gives up, for others who stand behind it; it returns whether."""
    _may_stay.append(keeps)


@transaction.atomic
def give_up(*, actor: Actor, matter: Matter, reason: str = "") -> Matter:
    """The author takes it back; withdrawn, unless the service keeps it for others."""
    fresh = Matter.objects.select_for_update().get(pk=matter.pk)
    policy.require("matters.matter.withdraw", actor, fresh)
    if any(keeps(actor, fresh, reason) for keeps in _may_stay):
        return Matter.objects.get(pk=matter.pk)
    return withdraw(actor=actor, matter=fresh, reason=reason)


@transaction.atomic
def hand_over(*, actor: Actor, matter: Matter, to: User, reason: str) -> Matter:
    """Somebody else is its author from now on. The receipt of the first one opens it no more."""
    fresh = move(
        matter,
        "hand_over",
        actor=actor,
        reason=reason,
        changes={
            "author": to,
            "author_label": to.shown_name,
            "author_left": False,
            "origin": Origin.INDIVIDUAL,
            "group_name": "",
            "code_hash": None,
        },
    )
    contacts.drop(fresh)
    _tell(fresh, "handed_over", actor)
    return fresh


@transaction.atomic
def close(*, actor: Actor, matter: Matter, reason_code: str, reason: str) -> Matter:
    """End a discussion that did not reach its threshold, saying so."""
    fresh = move(
        matter,
        "close",
        actor=actor,
        reason_code=reason_code,
        reason=reason,
        changes={"ended_at": clock.now()},
    )
    _tell(fresh, "closed", actor)
    return fresh


@transaction.atomic
def hide(*, actor: Actor, matter: Matter, reason_code: str, reason: str) -> Matter:
    """Take a page down for a published reason. Author and office still see it; the number stays known."""
    # Read under the lock: what became private meanwhile must not become "taken down", which can be put back.
    matter = Matter.objects.select_for_update().get(pk=matter.pk)
    if matter.disclosure != Disclosure.PUBLIC:
        raise RefusedError(_("It is not public."), "hide.not_public", status=409)
    # Recorded while the matter is still public, so that the act itself stands in the public ledger.
    fresh = move(matter, "hide", actor=actor, reason_code=reason_code, reason=reason)
    Matter.objects.filter(pk=fresh.pk).update(disclosure=Disclosure.HIDDEN)
    fresh.disclosure = Disclosure.HIDDEN
    _tell(fresh, "hidden", actor)
    return fresh


@transaction.atomic
def restore(*, actor: Actor, matter: Matter, reason: str) -> Matter:
    """Put a page back that moderation had taken down."""
    matter = Matter.objects.select_for_update().get(pk=matter.pk)
    if matter.disclosure != Disclosure.HIDDEN:
        raise RefusedError(_("It is not taken down."), "restore.not_hidden", status=409)
    fresh = move(matter, "restore", actor=actor, reason=reason, changes={"disclosure": Disclosure.PUBLIC})
    _tell(fresh, "restored", actor)
    return fresh
