"""Tables, and passes for people who help for a day without an account."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from madang.commons.meetings.enums import PassKind
from madang.commons.meetings.models import AgendaItem, HallPass, Meeting, Table
from madang.kernel import clock, ids, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError

AFTER = timedelta(hours=24)
"""How long after the end of the meeting a pass still opens, for what was written without a network."""


@transaction.atomic
def set_table(*, actor: Actor, meeting: Meeting, topic: str, item: AgendaItem | None = None) -> Table:
    """One more table."""
    locked = Meeting.objects.select_for_update().get(pk=meeting.pk)
    policy.require("meetings.meeting.organise", actor, locked)
    last: int | None = locked.tables.aggregate(last=Max("place"))["last"]
    return Table.objects.create(meeting=locked, place=(last or 0) + 1, topic=topic, item=item)


@transaction.atomic
def give_pass(
    *, actor: Actor, meeting: Meeting, kind: str, label: str, table: Table | None = None
) -> tuple[HallPass, str]:
    """A pass and its code, which is shown once; only its hash is kept.

    Raises:
        RefusedError: 422 when a scribe has no table.
    """
    policy.require("meetings.meeting.organise", actor, meeting)
    if kind == PassKind.SCRIBE and table is None:
        raise RefusedError(_("Choose the table at which the notes are written."), "pass.table", status=422)
    code = ids.new_code()
    made = HallPass.objects.create(
        meeting=meeting,
        kind=kind,
        table=table if kind == PassKind.SCRIBE else None,
        label=label,
        code_hash=ids.code_hash(code),
        made_by=actor.account,
        made_at=clock.now(),
        until=meeting.ends_at + AFTER,
    )
    audit.record(
        actor=actor,
        action="meetings.pass.give",
        target=meeting.reference,
        organisation=meeting.host,
        payload={"kind": kind, "table": made.table.place if made.table else None},
    )
    return made, code


@transaction.atomic
def revoke(*, actor: Actor, held: HallPass) -> None:
    """From now on the code opens nothing."""
    policy.require("meetings.meeting.organise", actor, held.meeting)
    if HallPass.objects.filter(pk=held.pk, revoked_at=None).update(revoked_at=clock.now()):
        audit.record(
            actor=actor,
            action="meetings.pass.revoke",
            target=held.meeting.reference,
            organisation=held.meeting.host,
            payload={"kind": held.kind},
        )


def by_code(typed: str) -> HallPass | None:
    """The valid pass that a code opens."""
    code = ids.read_code(typed)
    if code is None:
        return None
    rows = HallPass.objects.filter(code_hash=ids.code_hash(code), revoked_at=None, until__gt=clock.now())
    return rows.select_related("meeting", "table").first()
