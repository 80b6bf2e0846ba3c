"""The outbox: cases that another Open311 server is to have, kept until it has them.

Each waits as a row and is tried by the worker, put off a little longer each time, for nine days. The same key goes with
every attempt, so that a server that knows it files once however often the line breaks. What leaves is the case itself:
title, words, place and published pictures; never who filed it.
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.models import Attachment
from madang.commons.notices import api as notices
from madang.kernel import clock, policy, retrying, text
from madang.kernel.actors import Actor, person, system
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.services.casework.domain import hearing, peers
from madang.services.casework.models import Case, Forward, Peer, PeerService, PeerWord, ReceivedUpdate
from madang.services.casework.open311.logic import passing

PAUSES = (1, 5, 15, 60, 240, 720, 1440, 1440, 1440, 1440, 1440, 1440, 1440, 1440)
"""Minutes until the next try; nine days in all, so that a long holiday's outage loses nothing."""
RULE = "casework.outbox"
DESCRIPTION_MAX = 4000


def put(*, actor: Actor, case: Case, peer: Peer, service_code: str = "") -> Forward:
    """Put a case into the outbox for another server.

    Args:
        service_code: over there; where none is given, that of the case's category.

    Raises:
        RefusedError: 403 by policy; 409 it is there already; 422 it cannot be passed on.
    """
    policy.require("casework.case.forward", actor, case)
    if not peer.is_active or peer.center_id != case.center_id:
        raise RefusedError(_("This server is switched off. Choose another one."), "outbox.peer", status=422)
    code = service_code or (
        PeerService.objects.filter(peer=peer, category=case.category_id)
        .values_list("service_code", flat=True)
        .first()
        or ""
    )
    if not code:
        raise RefusedError(
            _("Say which service of the other server this is; the table of services does not know it."),
            "outbox.service",
            status=422,
        )
    if case.point is None and not case.address:
        raise RefusedError(
            _("Open311 passes on only what has a place. Add an address to the case first."),
            "outbox.place",
            status=422,
        )
    now = clock.now()
    try:
        with transaction.atomic():
            made = Forward.objects.create(
                case=case, peer=peer, service_code=code, key=secrets.token_hex(32), made_at=now, next_at=now,
                by=actor.user,
            )  # fmt: skip
            _record(actor, made, "casework.case.forward", after="waiting")
    except IntegrityError as error:
        raise RefusedError(
            _("This case is in the outbox for this server already."), "outbox.twice", status=409
        ) from error
    return made


def fitting(case: Case) -> QuerySet[PeerService]:
    """Services of other servers that are what this case is about."""
    return PeerService.objects.filter(
        category=case.category_id, peer__is_active=True, peer__center=case.center_id
    ).select_related("peer")


def still_fitting(case: Case) -> QuerySet[PeerService]:
    """Those of servers that it was not passed on to yet."""
    had = case.forwards.exclude(state=Forward.State.DROPPED).values("peer")
    return fitting(case).exclude(peer__in=had)


def put_automatically(case: Case) -> int:
    """What the table of services passes on by itself; how many rows. What came from a server does not go back to it."""
    services = fitting(case).filter(is_automatic=True)
    received = getattr(case, "received", None)
    from_whom = received.holder_id if received is not None else None
    done = 0
    for service in services:
        if from_whom is not None and service.peer.reports_as_id == from_whom:
            continue
        if case.point is None and not case.address:
            continue
        put(actor=system(RULE), case=case, peer=service.peer, service_code=service.service_code)
        done += 1
    return done


def _held(actor: Actor, forward: Forward) -> Forward:
    """Its row under a lock, while it may still be acted upon."""
    policy.require("casework.case.forward", actor, forward.case)
    row = Forward.objects.select_for_update().get(pk=forward.pk)
    if row.state in (Forward.State.SENT, Forward.State.DROPPED):
        raise RefusedError(_("This case is not waiting any more."), "outbox.over", status=409)
    return row


@transaction.atomic
def again(*, actor: Actor, forward: Forward) -> None:
    """Try one more time from the beginning, whatever became of it but success.

    Raises:
        RefusedError: 403 by policy; 409 it was taken over there, or taken out.
    """
    row = _held(actor, forward)
    before = row.state
    Forward.objects.filter(pk=row.pk).update(
        state=Forward.State.WAITING, attempts=0, next_at=clock.now(), finished_at=None, problem=""
    )
    _record(actor, row, "casework.case.forward_again", before=before, after="waiting")


@transaction.atomic
def drop(*, actor: Actor, forward: Forward) -> None:
    """Take it out of the outbox.

    Raises:
        RefusedError: 403 by policy; 409 it was taken over there, or taken out.
    """
    row = _held(actor, forward)
    Forward.objects.filter(pk=row.pk).update(
        state=Forward.State.DROPPED, next_at=None, finished_at=clock.now()
    )
    _record(actor, row, "casework.case.forward_drop", before=row.state, after="dropped")


def forget(case_id: int) -> None:
    """The words of a private case are erased: what others said about it goes too, nothing is sent or asked any more."""
    withhold(case_id)
    Forward.objects.filter(case=case_id).update(ask_at=None)
    PeerWord.objects.filter(forward__case=case_id).update(notes="", media_url="")
    ReceivedUpdate.objects.filter(case=case_id).update(description="", media_url="")


def withhold(case_id: int) -> None:
    """What still waits in the outbox is not sent: its author took the case back, or it became part of another."""
    Forward.objects.filter(case=case_id, state=Forward.State.WAITING).update(
        state=Forward.State.DROPPED, next_at=None, finished_at=clock.now()
    )


def waiting() -> QuerySet[Forward]:
    """What is to be sent."""
    return Forward.objects.filter(state=Forward.State.WAITING, peer__is_active=True).select_related(
        "peer", "case__matter"
    )


def send_due() -> int:
    """Send what is due; how many the other side took. Each is put off before it is sent."""
    # Killed while it tried for the last time: nobody knows, so a person decides.
    Forward.objects.filter(state=Forward.State.WAITING, next_at=None).update(
        state=Forward.State.GIVEN_UP, finished_at=clock.now()
    )
    taken = 0
    for row in retrying.due(waiting(), PAUSES, at="next_at", tries="attempts"):
        taken += _send(row)
    return taken


def _send(row: Forward) -> bool:
    fields = fields_of(row)
    headers = peers.headers() | {"Content-Type": passing.TYPE, "Idempotency-Key": row.key}
    url = f"{row.peer.url.rstrip('/')}/requests.json"
    try:
        answered = notices.call(
            url, passing.body(fields), headers, local=settings.HOOKS_LOCAL, read=passing.READ
        )
    except notices.CallError as error:
        return _mark(row, passing.Heard("later", why=str(error)), None)
    return _mark(row, passing.hear(answered.status, answered.body), answered.status)


def fields_of(row: Forward) -> dict[str, str]:
    """What leaves: the case without its author. Pictures go as an address, and only where everybody may see them."""
    case, matter = row.case, row.case.matter
    picture = ""
    # The gate that the file itself stands behind, asked for somebody whom nobody knows.
    if policy.can("matters.matter.view", person(None), matter):
        found = Attachment.objects.filter(
            matter=matter, content_type__startswith="image/", covered_at=None
        ).first()
        picture = f"{settings.PUBLIC_URL}{reverse('file', args=[found.pk])}" if found else ""
    said = f"{matter.title}\n\n{matter.body}" if not matter.body.startswith(matter.title) else matter.body
    return {
        "api_key": row.peer.api_key,
        "jurisdiction_id": row.peer.jurisdiction,
        "service_code": row.service_code,
        "description": said if len(said) <= DESCRIPTION_MAX else text.excerpt(said, DESCRIPTION_MAX - 1),
        "lat": f"{case.lat:.6f}" if case.lat is not None else "",
        "long": f"{case.long:.6f}" if case.long is not None else "",
        "address_string": case.address,
        "media_url": picture,
        # What is not published here is not to be published there.
        "non_public": "" if matter.is_public else "1",
    }


@transaction.atomic
def _mark(row: Forward, heard: passing.Heard, status: int | None) -> bool:
    """Write what came of one attempt; True when the other side took it."""
    state, now = Forward.State.WAITING, clock.now()
    if heard.outcome == "taken":
        state = Forward.State.SENT
    elif heard.outcome == "refused":
        state = Forward.State.REFUSED
    elif row.next_at is None:
        state = Forward.State.GIVEN_UP
    more: dict[str, Any] = {}
    if state != Forward.State.WAITING:
        more = {"state": state, "next_at": None, "finished_at": now}
    if state == Forward.State.SENT:
        more["ask_at"] = now + hearing.FIRST
    changed = Forward.objects.filter(pk=row.pk, state=Forward.State.WAITING).update(
        status=status,
        problem=text.clean_line(heard.why)[:300],
        their_id=text.clean_line(heard.number),
        their_token=text.clean_line(heard.token),
        **more,
    )
    if changed and state != Forward.State.WAITING:
        _record(system(RULE), row, f"casework.case.forward_{state}", before="waiting", after=str(state))
    return bool(changed) and state == Forward.State.SENT


def _record(actor: Actor, row: Forward, action: str, *, before: str = "", after: str) -> None:
    matter = row.case.matter
    works_on_it = actor.holds(Role.OFFICER, matter.responsible_id) or actor.holds(
        Role.APPROVER, matter.responsible_id
    )
    audit.record(
        actor=actor,
        action=action,
        target=row.case.reference,
        at=clock.now(),
        before=before,
        after=after,
        organisation=None if actor.is_system else matter.responsible if works_on_it else matter.host,
        is_public=matter.is_public,
        payload={"server": row.peer.name, "service": row.service_code},
    )
