"""The ticket of a ballot's form: it holds the code that the receipt will have, so a double click casts one ballot."""

from __future__ import annotations

from django.core import signing

from madang.kernel import ids
from madang.services.budgeting.models import Pot

SALT = "madang.budgeting.ballot"
HOURS = 24


def make(pot: Pot) -> str:
    return signing.dumps({"c": ids.new_code(), "p": pot.pk}, salt=SALT)


def read(sealed: str, pot: Pot) -> str:
    """The code in it; empty when it is not ours, of another pot or too old: a fresh one is taken then."""
    try:
        held = signing.loads(sealed, salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature:
        return ""
    return str(held["c"]) if isinstance(held, dict) and held.get("p") == pot.pk else ""
