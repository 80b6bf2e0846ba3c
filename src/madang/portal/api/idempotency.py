"""The same request sent twice is answered once (header Idempotency-Key).

The key is claimed first, in a transaction of its own, so that a second request meets the claim and is told to wait
(409) instead of acting. Act and kept answer are then one transaction that holds the claim's row: a restart in between
loses neither or both, and a claim that was left behind by a dead process can be taken over after a minute without
anything being done twice. What is kept is sealed with the caller's key, of which only a digest is stored: a receipt
code never lies open in the database.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.db import DatabaseError, transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock
from madang.portal.api.problems import FieldError, ProblemError
from madang.portal.models import KeptAnswer

KEPT = timedelta(hours=24)
WORKING = timedelta(minutes=1)
Answer = dict[str, Any]


def once(*, owner: str, scope: str, key: str, asked: str, act: Callable[[], Answer]) -> Answer:
    """The answer of `act()`, or the one it gave before under this key.

    Args:
        owner: who asks; keys of different people never meet.
        scope: the operation.
        key: the caller's key; without one `act()` simply runs.
        asked: the request in one canonical text.

    Raises:
        ProblemError: 422, the key was used for another request; 409, the first one is still at work.
    """
    if not key:
        return act()
    secret = hashlib.sha256(f"madang/idempotency/v1\0{scope}\0{owner}\0{key}".encode()).digest()
    name = hashlib.sha256(b"name" + secret).hexdigest()
    box = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"box" + secret).digest()))
    claim = secrets.token_hex(16)
    kept = _claim(name, claim)
    if kept:
        return _open(box, kept, asked)
    mine = KeptAnswer.objects.filter(name=name, claim=claim, answer="")
    try:
        with transaction.atomic():
            # Held until the end: nobody takes the claim over while its act is under way.
            if mine.select_for_update().first() is None:
                raise _at_work()
            answer = act()
            mine.update(answer=box.encrypt(json.dumps([_digest(asked), answer]).encode()).decode())
            return answer
    except BaseException:
        with suppress(DatabaseError):  # a claim that cannot be taken back lapses by itself
            mine.delete()
        raise


def _claim(name: str, claim: str) -> str:
    """Take the key; empty when it is ours now, else the answer that is kept under it."""
    now = clock.now()
    fresh = {"claim": claim, "claimed_until": now + WORKING, "expires_at": now + KEPT, "answer": ""}
    row, is_new = KeptAnswer.objects.get_or_create(name=name, defaults=fresh)
    if is_new:
        return ""
    if row.expires_at > now and row.answer:
        return row.answer
    if row.expires_at > now and row.claimed_until > now:
        raise _at_work()
    # Left behind, or older than a day. Whoever changes the row that was read has it.
    taken = KeptAnswer.objects.filter(pk=row.pk, claim=row.claim, answer=row.answer).update(**fresh)
    if not taken:
        raise _at_work()
    return ""


def _open(box: Fernet, kept: str, asked: str) -> Answer:
    try:
        digest, answer = json.loads(box.decrypt(kept.encode()))
    except (InvalidToken, ValueError) as error:
        raise _reused() from error
    if digest != _digest(asked):
        raise _reused()
    found: Answer = answer
    return found


def _reused() -> ProblemError:
    message = _("This key was used for another request. Take a new one for a new request.")
    return ProblemError(422, "idempotency.reused", message, errors=[FieldError("Idempotency-Key", message)])


def _at_work() -> ProblemError:
    return ProblemError(
        409,
        "idempotency.at_work",
        _("A request with this key is being worked on. Send it again in a moment to get its answer."),
        headers={"Retry-After": "2"},
    )


def sweep() -> int:
    """Delete what has run out; how many there were."""
    count, _each = KeptAnswer.objects.filter(expires_at__lt=clock.now()).delete()
    return count


def _digest(asked: str) -> str:
    return hashlib.sha256(asked.encode()).hexdigest()
