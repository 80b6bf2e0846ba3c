"""The same request sent twice is answered once (header Idempotency-Key).

The answer is kept for a day in the session table, which every installation has and from which an hourly
job deletes what has run out (`portal.jobs`): the row is written in the transaction of the act, so there is never the one without the other, whatever
process or restart lies between. What is kept is encrypted with the caller's key, of which only a digest is
stored: a receipt code never lies open in the database, and no such row can be used as a session.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock
from madang.portal.api.problems import FieldError, ProblemError

KEPT = timedelta(hours=24)
Answer = dict[str, Any]


def once(*, owner: str, scope: str, key: str, asked: str, act: Callable[[], Answer]) -> Answer:
    """The answer of `act()`, or the one it gave before under this key.

    Args:
        owner: who asks; keys of different people never meet.
        scope: the operation.
        key: the caller's key; without one `act()` simply runs.
        asked: the request in one canonical text.

    Raises:
        ProblemError: 422, the key was used for another request.
    """
    if not key:
        return act()
    secret = hashlib.sha256(f"madang/idempotency/v1\0{scope}\0{owner}\0{key}".encode()).digest()
    name = hashlib.sha256(b"name" + secret).hexdigest()[:40]
    box = Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"box" + secret).digest()))
    try:
        with transaction.atomic():
            Session.objects.filter(session_key=name, expire_date__lt=clock.now()).delete()
            known = _read(box, name, asked)
            if known is not None:
                return known
            # Taken first: a second request under the same key waits here, then finds the answer.
            row = Session(session_key=name, session_data="", expire_date=clock.now() + KEPT)
            row.save(force_insert=True)
            answer = act()
            row.session_data = box.encrypt(json.dumps([_digest(asked), answer]).encode()).decode()
            row.save(force_update=True)
            return answer
    except IntegrityError:
        known = _read(box, name, asked)
        if known is None:
            raise
        return known


def _read(box: Fernet, name: str, asked: str) -> Answer | None:
    row = Session.objects.filter(session_key=name).first()
    if row is None:
        return None
    try:
        digest, answer = json.loads(box.decrypt(row.session_data.encode()))
    except (InvalidToken, ValueError):
        return None
    if digest != _digest(asked):
        message = _("This key was used for another request. Take a new one for a new request.")
        raise ProblemError(
            422, "idempotency.reused", message, errors=[FieldError("Idempotency-Key", message)]
        )
    kept: Answer = answer
    return kept


def _digest(asked: str) -> str:
    return hashlib.sha256(asked.encode()).hexdigest()
