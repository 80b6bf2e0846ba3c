"""A delegation is set up while its round is a draft; later its panel is linked and its sessions are held."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.meetings import api as meetings
from madang.commons.panels.models import Panel
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.services.budgeting import delegation_reading as reading
from madang.services.budgeting.enums import BY_KEY
from madang.services.budgeting.models import (
    Assessment,
    Criterion,
    Delegation,
    Finding,
    Hearing,
    Presence,
    Project,
    Round,
    Sitting,
)

HEARD = (Project.State.WORKED_OUT, Project.State.COSTED, Project.State.ON_BALLOT)
"""Projects that can be put before a delegation."""
NAMES = {
    "ko": "위원은 번호로 공개합니다. 이름은 본인이 원할 때만 보여 주고, 그 뜻은 언제든 거둘 수 있습니다.",
    "en": "Delegates are published by number; by name only where they wish, and they may take that back at any time.",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A criterion of the rubric as an official types it; weight in percent."""

    title_ko: str
    title_en: str
    weight: int


def _refused(field: str, words: Any, status: int = 422) -> RefusedError:
    return RefusedError(words, f"delegation.{field}", status=status)


@transaction.atomic
def set_up(
    *,
    actor: Actor,
    round_: Round,
    by_lot: int,
    open_seats: int,
    rubric: Sequence[Line],
    most: int = 5,
    criteria_ko: str = "",
    criteria_en: str = "",
    applies_from: datetime | None = None,
    applies_until: datetime | None = None,
) -> Delegation:
    """Give a draft a delegation, or change the one it has.

    Args:
        most: points of a criterion go from 0 to this, at most 10.

    Raises:
        RefusedError: 403 no mandate; 409 the round is announced; 422 for seats, dates or weights that contradict each
            other, with the name of the field in its code.
    """
    locked = Round.objects.select_for_update(of=("self",)).select_related("host").get(pk=round_.pk)
    row = Delegation.objects.filter(round=locked).first() or Delegation(round=locked, by_lot=0)
    row.round = locked
    policy.require("budgeting.delegation.set_up", actor, row)
    if locked.state != Round.State.DRAFT:
        raise _refused(
            "frozen", _("The round is announced: its delegation and rubric do not change any more."), 409
        )
    if by_lot + open_seats < 1:
        raise _refused("by_lot", _("A delegation has at least one seat."))
    if open_seats and (applies_from is None or applies_until is None or applies_until <= applies_from):
        raise _refused("applies_until", _("Say from when until when one can apply for the open seats."))
    if open_seats and not (criteria_ko and criteria_en):
        raise _refused("criteria_ko", _("Say in both languages by what the open seats are given."))
    if not rubric or sum(line.weight for line in rubric) != 100 or any(line.weight < 1 for line in rubric):
        raise _refused("rubric", _("The weights of the criteria have to add up to 100."))
    if not 1 <= most <= 10:
        raise _refused("most", _("The scale goes from 0 to a number from 1 to 10."))
    row.by_lot, row.open_seats, row.most = by_lot, open_seats, most
    row.criteria_ko, row.criteria_en = criteria_ko, criteria_en
    row.applies_from, row.applies_until = (applies_from, applies_until) if open_seats else (None, None)
    row.save()
    row.rubric.all().delete()
    Criterion.objects.bulk_create(
        Criterion(
            delegation=row, order=at, title_ko=line.title_ko, title_en=line.title_en, weight=line.weight
        )
        for at, line in enumerate(rubric, start=1)
    )
    audit.record(
        actor=actor,
        action="budgeting.delegation.set_up",
        target=row.reference,
        organisation=locked.host,
        is_public=False,
        payload=frozen_of(row),
    )
    return row


def frozen_of(row: Delegation) -> dict[str, Any]:
    """What of a delegation is announced with its round. Moments in Seoul time."""

    def moment(at: datetime | None) -> str | None:
        return clock.seoul(at).isoformat(timespec="seconds") if at else None

    return {
        "by_lot": row.by_lot,
        "open_seats": row.open_seats,
        "criteria": {"ko": row.criteria_ko, "en": row.criteria_en},
        "applies_from": moment(row.applies_from),
        "applies_until": moment(row.applies_until),
        "scale": [0, row.most],
        "rubric": [
            {"ko": one.title_ko, "en": one.title_en, "weight": one.weight} for one in row.rubric.all()
        ],
        "names": NAMES,
    }


def announced(round_: Round) -> dict[str, Any]:
    """The part of an announcement that speaks of the delegation; nothing where the round has none."""
    row = Delegation.objects.filter(round=round_).first()
    return {"delegation": frozen_of(row)} if row is not None else {}


def locked(delegation: Delegation) -> Delegation:
    """The delegation under its lock, while it is at work and its round goes on.

    Raises:
        RefusedError: 409 otherwise.
    """
    fresh = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("round__host", "panel")
        .get(pk=delegation.pk)
    )
    if fresh.state == Delegation.State.PUBLISHED:
        raise _refused("published", _("What the delegation found is published and does not change any more."), 409)  # fmt: skip
    if not fresh.round.is_public or fresh.round.state == Round.State.CALLED_OFF:
        raise _refused("round", _("The delegation works from the announcement of its round until the round ends."), 409)  # fmt: skip
    return fresh


@transaction.atomic
def link(*, actor: Actor, delegation: Delegation, panel: Panel) -> Delegation:
    """Name the panel from which the seats by lot come; once a delegate has one of its seats it stays.

    Raises:
        RefusedError: 422 for a panel of another office or size; 409 where somebody sits already.
    """
    fresh = locked(delegation)
    policy.require("budgeting.delegation.link", actor, fresh)
    if panel.host_id != fresh.round.host_id or panel.size != fresh.by_lot:
        raise _refused("panel", _("Choose a panel of this office with as many seats as were announced by lot."))  # fmt: skip
    if Delegation.objects.filter(panel=panel).exclude(pk=fresh.pk).exists():
        raise _refused("panel", _("This panel sits for another round."))
    if fresh.delegates.filter(seat__isnull=False).exists():
        raise _refused("panel", _("Somebody drawn has a seat already: the panel stays."), 409)
    return move(
        fresh,
        "link",
        actor=actor,
        organisation=fresh.round.host,
        payload={"panel": panel.slug},
        changes={"panel": panel},
    )


@transaction.atomic
def plan(*, actor: Actor, delegation: Delegation, number: str, projects: Collection[str] = ()) -> Sitting:
    """Make a meeting of the hall a session of the delegation, with the projects (by code) that are scored in it.

    Raises:
        RefusedError: 422 for a meeting of another office or one that is a session already, or projects that cannot be heard.
    """
    fresh = locked(delegation)
    policy.require("budgeting.delegation.link", actor, fresh)
    meeting = meetings.by_number(number)
    if meeting is None or meeting.host_id != fresh.round.host_id:
        raise _refused("number", _("No meeting of this office has this number. Plan it in the hall first."))
    if Sitting.objects.filter(meeting=meeting).exists():
        raise _refused("number", _("This meeting is a session already."))
    rows = list(fresh.round.projects.filter(code__in=projects, state__in=HEARD, hearing=None))
    if len(rows) != len(set(projects)):
        raise _refused("projects", _("Choose projects of this round that are in no session yet."))
    made = Sitting.objects.create(delegation=fresh, number=fresh.sittings.count() + 1, meeting=meeting)
    Hearing.objects.bulk_create(Hearing(sitting=made, project=row) for row in rows)
    audit.record(
        actor=actor,
        action="budgeting.delegation.plan",
        target=fresh.reference,
        organisation=fresh.round.host,
        is_public=fresh.is_public,
        payload={"number": made.number, "meeting": meeting.number, "projects": sorted(projects)},
    )
    return made


def _sitting(sitting: Sitting) -> Sitting:
    """A session with its delegation under lock: those who score wait for its closing, or it for them."""
    delegation = locked(sitting.delegation)
    fresh = Sitting.objects.select_for_update(of=("self",)).get(pk=sitting.pk)
    fresh.delegation = delegation
    return fresh


@transaction.atomic
def open_(*, actor: Actor, sitting: Sitting) -> Sitting:
    """Delegates score the projects of this session from now on."""
    fresh = _sitting(sitting)
    if fresh.meeting.state == "cancelled":
        raise _refused("meeting", _("This meeting was called off."), 409)
    return move(
        fresh,
        "open",
        actor=actor,
        organisation=fresh.delegation.round.host,
        payload={"number": fresh.number},
    )


@transaction.atomic
def close(*, actor: Actor, sitting: Sitting) -> Sitting:
    """The points of this session stand from now on; the log keeps the digest of their table."""
    fresh = _sitting(sitting)
    projects = [row.project_id for row in fresh.hearings.all()]
    # A lot's seat can be given back where the lot is kept: what she scored in this session goes with it.
    here = {one.pk for one in reading.active(fresh.delegation)}
    Assessment.objects.filter(project__in=projects).exclude(delegate__in=here).delete()
    table = reading.written(fresh.delegation, projects)
    return move(
        fresh,
        "close",
        actor=actor,
        organisation=fresh.delegation.round.host,
        payload={"number": fresh.number, "points_sha256": hashlib.sha256(table).hexdigest()},
    )


@transaction.atomic
def record(*, actor: Actor, sitting: Sitting, came: Collection[int]) -> Sitting:
    """Note which delegates (by key) came; a later record takes the place of the one before.

    Raises:
        RefusedError: 409 before the session begins, or where somebody has left meanwhile.
    """
    fresh = _sitting(sitting)
    policy.require("budgeting.delegation.record", actor, fresh.delegation)
    if fresh.meeting.starts_at > clock.now():
        raise _refused("early", _("This session has not begun yet."), 409)
    known = set(fresh.presences.values_list("delegate_id", flat=True))
    seats = known | {one.pk for one in reading.active(fresh.delegation)}
    if not set(came) <= seats:
        raise _refused("seats", _("Somebody has left meanwhile. Reload the page."), 409)
    fresh.presences.all().delete()
    Presence.objects.bulk_create(
        Presence(sitting=fresh, delegate_id=key, came=key in set(came)) for key in sorted(seats)
    )
    fresh.recorded_at = clock.now()
    fresh.save(update_fields=["recorded_at"])
    audit.record(
        actor=actor,
        action="budgeting.delegation.record",
        target=fresh.delegation.reference,
        organisation=fresh.delegation.round.host,
        is_public=fresh.is_public,
        payload={"number": fresh.number, "came": len(set(came)), "of": len(seats)},
    )
    return fresh


def marks(round_: Round) -> dict[str, str]:
    """What the committee's part of a composite is: the published marks in thousandths of a point, by code of the project."""
    rows = Finding.objects.filter(project__round=round_, mark__isnull=False)
    return {code: str(mark) for code, mark in rows.values_list("project__code", "mark")}


def lacks(round_: Round) -> bool:
    """Whether a round that counts a delegation's marks still waits for them, in any of its pots."""
    known = Finding.objects.filter(project__round=round_, mark__gt=0).values("project__pot")
    costed = round_.projects.filter(state=Project.State.COSTED)
    return bool(BY_KEY[round_.method].weights) and costed.exclude(pot__in=known).exists()


def rubric_of(delegation: Delegation) -> Mapping[int, int]:
    """Weights by key of the criterion."""
    return dict(delegation.rubric.values_list("pk", "weight"))
