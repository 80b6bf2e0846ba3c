"""What becomes of matters when the official who works on them cannot go on: they fall back to her office, visibly.

The office stays responsible at every moment; date and clock do not move. Her successor is named by the office, one by
one or all at once, and each author is told the new name.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import desk_queries
from madang.commons.matters.domain import handling, together
from madang.commons.matters.enums import OWED
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Matter
from madang.kernel import clock
from madang.kernel.actors import Actor, system
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import Mandate, Role, User
from madang.services.casework.models import Handover

RULE = "casework.handover"
BATCH = 200


def _valid() -> QuerySet[Mandate]:
    """Mandates by which somebody works on a matter of the outer query now."""
    now = clock.now()
    return Mandate.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=now),
        valid_from__lte=now,
        user=OuterRef("officer"),
        user__is_active=True,
        post__organisation=OuterRef("responsible"),
        post__role__in=[Role.OFFICER, Role.APPROVER],
    )


def left_behind(*, user_id: int | None = None) -> QuerySet[Matter]:
    """Owed matters whose officer has no mandate at the responsible office any more.

    Only people whose mandate has ended or whose account is closed are looked at; what somebody was named for before
    her mandate began is found once that has ended.
    """
    if user_id is not None:
        rows = Matter.objects.filter(officer=user_id)
    else:
        ended = Mandate.objects.filter(
            valid_to__lte=clock.now(), post__role__in=[Role.OFFICER, Role.APPROVER]
        ).values("user")
        closed = User.objects.filter(is_active=False).values("pk")
        rows = Matter.objects.filter(Q(officer__in=ended) | Q(officer__in=closed))
    return rows.filter(state__in=OWED).filter(~Exists(_valid()))


def release(*, user_id: int | None = None, most: int = BATCH) -> int:
    """Let what was left behind fall back to its office; how many. Each by itself, safe to stop at any moment."""
    rows = left_behind(user_id=user_id).select_related("responsible").order_by("pk")[:most]
    return sum(_release(matter) for matter in rows)


@transaction.atomic
def _release(matter: Matter) -> int:
    fresh = Matter.objects.select_for_update().get(pk=matter.pk)
    if fresh.officer_id is None or fresh.state not in OWED:
        return 0
    officer = fresh.officer_id
    fresh = together.fall_back(actor=system(RULE), matter=fresh)
    Handover.objects.filter(matter=fresh, named_at__isnull=True).update(named_at=clock.now())
    Handover.objects.create(matter=fresh, office=fresh.responsible, of_id=officer, at=clock.now())
    return 1


def of_offices(actor: Actor) -> QuerySet[Handover]:
    """What fell back to her offices, what waits for a name first, then the latest."""
    offices = actor.offices(Role.OFFICER, Role.APPROVER)
    return (
        Handover.objects.filter(office__in=offices)
        .select_related("matter", "office", "of", "to")
        .order_by(F("named_at").asc(nulls_first=True), "-at", "-pk")
    )


@transaction.atomic
def name(*, actor: Actor, rows: Iterable[Handover], officer: User) -> int:
    """Name who takes these over; all or none, and their authors are told. How many.

    Raises:
        RefusedError: 403 another office's; 422 she does not work at that office.
    """
    done = 0
    for row in sorted(rows, key=lambda one: one.matter_id):
        if not desk_queries.officers_of(row.office_id).filter(pk=officer.pk).exists():
            raise RefusedError(
                _("This person does not work at that office. Choose somebody from the list."),
                "handover.officer",
                status=422,
            )
        locked = Handover.objects.select_for_update().select_related("matter").get(pk=row.pk)
        if locked.named_at is not None or locked.matter.responsible_id != row.office_id:
            continue
        handling.take(actor=actor, matter=locked.matter, officer=officer)
        done += _close(locked)
    return done


@transaction.atomic
def _close(row: Handover) -> int:
    """The matter has an officer again, or is not the office's any more: the handover is over, and its author told."""
    matter = Matter.objects.select_for_update().get(pk=row.matter_id)
    officer = matter.officer_id if matter.responsible_id == row.office_id else None
    changed = Handover.objects.filter(pk=row.pk, named_at__isnull=True).update(
        named_at=clock.now(), to=officer
    )
    if changed and officer is not None and matter.state in OWED:
        publish(MatterChanged(matter.pk, "officer"))
    return changed


def settle(most: int = BATCH) -> int:
    """Close handovers of matters that somebody has taken, or that have left the office or ended; how many."""
    over = Q(matter__officer__isnull=False) | ~Q(matter__state__in=OWED) | ~Q(matter__responsible=F("office"))
    return sum(_close(row) for row in Handover.objects.filter(over, named_at__isnull=True)[:most])
