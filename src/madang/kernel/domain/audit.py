"""Writing what happened: the audit row and its ledger leaf, in the transaction of the act."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from datetime import datetime
from typing import Any

import rfc8785
from django.db import transaction

from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.models import Audit, Organisation, Outbox

LEAF_PREFIX = b"\x00"


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
    """The unsaved pair of rows for one act (bulk imports save many pairs at once)."""
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
    leaf = canonical(
        {
            "v": 1,
            # A private thing is not named: its reference is inside the commitment only.
            "obj": target if is_public else "private",
            "act": action,
            "at": at.astimezone(clock.UTC).strftime("%Y-%m-%dT%HZ"),
            "role": actor.kind,
            "commit": commitment(salt, full),
        }
    )
    outbox = Outbox(audit=audit, at=at, leaf=leaf, leaf_hash=hashlib.sha256(LEAF_PREFIX + leaf).hexdigest())
    return audit, outbox


@transaction.atomic
def record(**fields: Any) -> Outbox:
    """Write one act now. Arguments as `build()`, `at` defaults to the clock."""
    fields.setdefault("at", clock.now())
    audit, outbox = build(**fields)
    audit.save()
    outbox.audit = audit
    outbox.save()
    return outbox


@transaction.atomic
def record_many(pairs: list[tuple[Audit, Outbox]]) -> None:
    """Write many acts with two statements per batch."""
    Audit.objects.bulk_create([audit for audit, _ in pairs], batch_size=500)
    for audit, outbox in pairs:
        outbox.audit = audit
    Outbox.objects.bulk_create([outbox for _, outbox in pairs], batch_size=500)
