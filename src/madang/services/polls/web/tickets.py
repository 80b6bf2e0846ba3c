"""The ticket of a form that answers a poll: it holds the code that the receipt will have.

So a double click, a reload or the same form in two tabs hand in one response, without a session and without a cookie; and
a program gets one response for every form it asks for.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.core import signing

from madang.kernel import clock, ids
from madang.services.polls.models import Poll

SALT = "madang.polls.ticket"
MIN_SECONDS = 2.0
DAYS = 7
"""A form that lay open longer gets a new ticket; what was typed stays."""


@dataclass(frozen=True, slots=True)
class Ticket:
    code: str
    age: float
    """Seconds since the form was made."""
    is_change: bool
    """Made for somebody who showed her receipt."""


def make(poll: Poll, *, code: str = "") -> str:
    """A sealed ticket: for a new response, or with the code of one that is to be changed."""
    held = {
        "c": code or ids.new_code(),
        "p": poll.code,
        "t": clock.now().timestamp(),
        "x": bool(code),
    }
    return signing.dumps(held, salt=SALT, compress=False)


def read(sealed: str, poll: Poll) -> Ticket | None:
    """What a ticket holds; None when it is not one of ours, of another poll or too old."""
    try:
        held = signing.loads(sealed, salt=SALT)
    except signing.BadSignature:
        return None
    if not isinstance(held, dict) or held.get("p") != poll.code:
        return None
    age = clock.now().timestamp() - float(held["t"])
    return Ticket(str(held["c"]), age, bool(held["x"])) if age < DAYS * 86_400 else None
