"""Whether a call of a web hook is its sender's: Standard Webhooks, version 1. Plain Python."""

from __future__ import annotations

import base64
import hashlib
import hmac

TOLERANCE = 300
"""Seconds by which the moment of signing may differ from now: what was overheard is of no use later."""


class SecretError(ValueError):
    """A secret that nothing can be signed with; the argument says what it must be."""


def key_of(secret: str) -> bytes:
    """The key in a secret of the Standard Webhooks contract, `whsec_` and then Base64 of 24 to 64 bytes.

    Raises:
        SecretError: it is none.
    """
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except ValueError:
        key = b""
    if not 24 <= len(key) <= 64:
        raise SecretError("must be whsec_ and then 24 to 64 random bytes in Base64")
    return key


def sign(key: bytes, message_id: str, timestamp: int, body: bytes) -> str:
    """The signature of one call, `v1,…`."""
    made = hmac.new(key, f"{message_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(made).decode()}"


def problem(key: bytes, message_id: str, timestamp: str, signatures: str, body: bytes, *, now: float) -> str:
    """Why a call is not believed: `unsigned`, `late` or `forged`; "" when it is.

    Args:
        signatures: one or several, divided by spaces; one that fits is enough (a secret is being changed).
    """
    if not message_id or not timestamp or not signatures:
        return "unsigned"
    if not (timestamp.isascii() and timestamp.isdecimal() and len(timestamp) < 12):
        return "unsigned"
    right = sign(key, message_id, int(timestamp), body)
    # All are compared, in a time that tells nothing of where they differ.
    fits = [hmac.compare_digest(right.encode(), one.encode()) for one in signatures.split(" ")[:10]]
    if not any(fits):
        return "forged"
    return "late" if abs(now - int(timestamp)) > TOLERANCE else ""
