"""What goes wrong on purpose."""

from __future__ import annotations

import errno

from django.db import OperationalError
from django.utils.functional import Promise

NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def is_full_disk(error: BaseException) -> bool:
    """Whether something could not be written for want of room, be it a file or the database."""
    if isinstance(error, OperationalError):
        return "disk is full" in str(error) or "No space left" in str(error)
    return isinstance(error, OSError) and error.errno in NO_ROOM


class RefusedError(Exception):
    """An act that is not allowed or not possible now, with a reason a citizen can read.

    Args:
        reason: translated (lazy) sentence that says what to do.
        code: short machine-readable cause, stable across languages (`clock.reason_not_permitted`).
        status: HTTP status a page or API answers with (403 not allowed, 409 changed meanwhile, 422 bad input).
    """

    def __init__(self, reason: str | Promise, code: str, *, status: int = 403) -> None:
        super().__init__(code)
        self.reason = reason
        self.code = code
        self.status = status

    def __str__(self) -> str:
        return str(self.reason)


class HeldError(OperationalError):
    """Something was to be written while the installation is held still. Nothing was; it is tried again afterwards."""


class TooManyError(RefusedError):
    """Too much at once (429). `retry_after` is the number of seconds after which there is room again."""

    def __init__(self, reason: str | Promise, *, retry_after: int) -> None:
        super().__init__(reason, "limit.reached", status=429)
        self.retry_after = retry_after
