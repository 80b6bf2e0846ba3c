"""Who is who in a poll, without saying who: pseudonyms, receipt codes, and what the public log may know of them.

A pseudonym is an HMAC of the account under the poll's secret, which lies sealed in the database and is destroyed at
closing. A receipt code has 100 random bits and is kept as a hash. The act of handing in stands in the log under a number
made of the code by another hash: the database alone cannot say which response an act belongs to; whoever holds the code can.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from django.utils.translation import gettext_lazy as _

from madang.kernel import ids
from madang.kernel.domain.audit import canonical
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.services.polls.models import Poll, Response, Slip

SIZE = 32  # hexadecimal characters: 128 bits
SYMBOLS = 12  # of the number on the receipt: 60 bits


def new_secret() -> str:
    return secrets.token_hex(32)


def participant(poll: Poll, user: User) -> str:
    """The pseudonym of somebody with an account in this poll.

    Raises:
        RefusedError: 409, the poll is closed and its secret destroyed.
    """
    # Also where the key of the site was lost: made of nothing, it would be the same for whoever computes it.
    if len(poll.secret) < SIZE:
        raise RefusedError(
            _("This poll is closed. Nobody can be linked to an answer any more, not even by this site."),
            "polls.closed",
            status=409,
        )
    return hmac.new(poll.secret.encode(), f"person:{user.pk}".encode(), hashlib.sha256).hexdigest()[:SIZE]


def number_of(code: str) -> str:
    """The number on a receipt, which the log's private part knows: nobody gets from it to the code or the response."""
    digest = hashlib.sha256(b"madang/polls/number/v1\0" + code.encode()).digest()
    symbols = "".join(ids.CROCKFORD[byte % 32] for byte in digest[:SYMBOLS])
    return "-".join(symbols[start : start + 4] for start in range(0, SYMBOLS, 4))


def reference_of(code: str) -> str:
    """How the log calls the response of this code."""
    return f"response:{number_of(code)}"


def fingerprint(code: str, poll: Poll, said: dict[str, object]) -> str:
    """What the receipt seals of an answer: only somebody with the code can compute it, even from the same words."""
    return hashlib.sha256(canonical({"code": code, "poll": poll.code, **said})).hexdigest()


def by_code(typed: str) -> Response | None:
    """The response behind a receipt code as typed; None when it opens nothing here."""
    # Also for what cannot be a code: no way is shorter than another.
    hashed = ids.code_hash(ids.read_code(typed) or "")
    slip = Slip.objects.filter(code=hashed).select_related("response", "poll", "poll__host").first()
    if slip is None:
        return None
    response: Response = slip.response
    response.poll = slip.poll
    return response


def of_person(poll: Poll, user: User) -> Response | None:
    """Her response while the poll is open and each person answers once; None otherwise."""
    if not poll.once or not poll.secret:
        return None
    slip = Slip.objects.filter(poll=poll, participant=participant(poll, user)).select_related("response")
    found = slip.first()
    return found.response if found is not None else None
