"""How much one person or address may write in a while.

Counted in the cache: with several server processes, point CACHES at a shared one, else each counts alone.
"""

from __future__ import annotations

import ipaddress

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock
from madang.portal.api.problems import ProblemError

WRITES = (60, 600)  # any writing request: 60 in ten minutes
FILINGS = (20, 3600)  # ideas: 20 an hour, so that a class behind one address can file


def who(request: HttpRequest) -> str:
    """The account, else the address; of IPv6 the /64 that one household gets."""
    if request.user.is_authenticated:
        return f"user:{request.user.pk}"
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return "address:unknown"
    if address.version == 6:
        return f"address:{ipaddress.ip_network((address, 64), strict=False)}"
    return f"address:{address}"


def spend(scope: str, request: HttpRequest, budget: tuple[int, int]) -> None:
    """Count one request. Raises `ProblemError` (429) beyond `budget` = (requests, seconds)."""
    most, seconds = budget
    moment = int(clock.now().timestamp())
    key = f"api:{scope}:{who(request)}:{moment // seconds}"
    cache.add(key, 0, timeout=seconds)
    try:
        used = cache.incr(key)
    except ValueError:  # dropped in between
        used = 1
    if used > most:
        raise ProblemError(
            429,
            "limit.reached",
            _("That was a lot at once. Wait a little and go on."),
            headers={"Retry-After": str(seconds - moment % seconds)},
        )


def spend_write(request: HttpRequest) -> None:
    spend("write", request, WRITES)


def spend_filing(request: HttpRequest) -> None:
    spend("file", request, FILINGS)
