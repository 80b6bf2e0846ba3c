"""Writing what happened: the audit row and its ledger leaf, in the transaction of the act."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import rfc8785
from django.db import connection, transaction

from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.models import ActCount, Audit, Organisation, Outbox

LEAF_PREFIX = b"\x00"
# One statement on both engines: two first acts of a kind at the same moment must not both be number 1.
_COUNT = """
    INSERT INTO kernel_actcount (action, last) VALUES (%s, %s)
    ON CONFLICT (action) DO UPDATE SET last = kernel_actcount.last + EXCLUDED.last RETURNING last
"""


def canonical(value: Any) -> bytes:
    """RFC 8785 bytes of a value whose strings are first put into NFC (one byte form for one Korean word)."""
    return rfc8785.dumps(_nfc(value))


def _nfc(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, dict):
        return {unicodedata.normalize("NFC", str(key)): _nfc(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_nfc(inner) for inner in value]
    return value


def commitment(salt: bytes, payload: Any) -> str:
    """SHA-256 over 32 salt bytes and the canonical payload: binding, and hiding while the salt is secret."""
    return hashlib.sha256(salt + canonical(payload)).hexdigest()


def build(
    *,
    actor: Actor,
    action: str,
    target: str,
    at: datetime,
    before: str = "",
    after: str = "",
    reason_code: str = "",
    reason: str = "",
    payload: dict[str, Any] | None = None,
    organisation: Organisation | None = None,
    is_public: bool = True,
    channel: str = "",
) -> tuple[Audit, Outbox]:
    """The unsaved pair of rows for one act; the leaf is made when they are written (`record_many`)."""
    salt = secrets.token_bytes(32)
    full = {
        "action": action,
        "target": target,
        "before": before,
        "after": after,
        "reason_code": reason_code,
        "reason": reason,
        "at": at.astimezone(clock.UTC).isoformat(timespec="seconds"),
        "data": payload or {},
    }
    audit = Audit(
        at=at,
        action=action,
        target=target,
        actor_kind=actor.kind,
        actor=actor.user,
        actor_system=actor.system,
        organisation=organisation,
        channel=channel or actor.channel,
        before=before,
        after=after,
        reason_code=reason_code,
        reason=reason,
        is_public=is_public,
        payload=full,
        salt=salt,
    )
    return audit, Outbox(audit=audit, at=at)


def _seal(audit: Audit, outbox: Outbox, number: int) -> None:
    """Make the leaf: only now, because the running number is taken as late as the transaction allows."""
    outbox.leaf = canonical(
        {
            "v": 2,
            "n": number,
            # A private thing is not named: its reference is inside the commitment only.
            "obj": audit.target if audit.is_public else "private",
            "act": audit.action,
            "at": audit.at.astimezone(clock.UTC).strftime("%Y-%m-%dT%HZ"),
            "role": audit.actor_kind,
            "commit": commitment(bytes(audit.salt or b""), audit.payload),
        }
    )
    outbox.leaf_hash = hashlib.sha256(LEAF_PREFIX + outbox.leaf).hexdigest()


def _take_numbers(wanted: Counter[str]) -> dict[str, Iterator[int]]:
    """The next running numbers of each act. The counters stay locked until the transaction ends.

    Always in one order, so that two transactions that write several kinds at once cannot wait for each
    other. For the same reason lock the rows that an act concerns before it is recorded.
    """
    taken = {}
    with connection.cursor() as cursor:
        for action, count in sorted(wanted.items()):
            cursor.execute(_COUNT, [action, count])
            last = cursor.fetchone()[0]
            taken[action] = iter(range(last - count + 1, last + 1))
    return taken


@transaction.atomic
def skip_numbers(reached: Mapping[str, int]) -> None:
    """Go on counting behind these numbers; for a database that is older than what was published."""
    for action, last in sorted(reached.items()):
        ActCount.objects.get_or_create(action=action, defaults={"last": last})
        ActCount.objects.filter(action=action, last__lt=last).update(last=last)


@transaction.atomic(savepoint=False)
def record(**fields: Any) -> Outbox:
    """Write one act now. Arguments as `build()`, `at` defaults to the clock."""
    fields.setdefault("at", clock.now())
    audit, outbox = build(**fields)
    audit.save()
    outbox.audit = audit
    # Ids are given after the number, so within a kind the log's order is that of the numbers.
    _seal(audit, outbox, next(_take_numbers(Counter([audit.action]))[audit.action]))
    outbox.save()
    return outbox


@transaction.atomic
def record_many(pairs: list[tuple[Audit, Outbox]]) -> None:
    """Write many acts with two statements per batch, and one per kind for their running numbers."""
    Audit.objects.bulk_create([audit for audit, _ in pairs], batch_size=500)
    numbers = _take_numbers(Counter(audit.action for audit, _ in pairs))
    for audit, outbox in pairs:
        outbox.audit = audit
        _seal(audit, outbox, next(numbers[audit.action]))
    Outbox.objects.bulk_create([outbox for _, outbox in pairs], batch_size=500)
