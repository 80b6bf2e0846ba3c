"""How much one person, one address or everybody together may do in a while. Pages and API share these counts.

A person with an account counts by the account, wherever she is; everybody else by the address (of IPv6 the /64 that
one household gets). The window slides: what was done in the window before still counts by the part of it that lies
within reach, so that nobody gets twice as much around a full minute.

Counts lie in Django's cache (Redis, or a file that all processes of the machine share), under a keyed digest: no
address stands there in the clear.
"""

from __future__ import annotations

import hmac
import math
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock
from madang.kernel.errors import TooManyError
from madang.kernel.web import addresses, caches


@dataclass(frozen=True, slots=True)
class Limit:
    """`most` times in `seconds`, for each `person` (account, else address), `address`, `visit` (one browser at an
    address, with or without a session), or for the `site` as a whole."""

    name: str
    most: int
    seconds: int
    per: Literal["person", "address", "visit", "site"] = "person"


API_READ = Limit("api.read", 600, 60)
API_WRITE = Limit("api.write", 60, 600)
BAD_TOKEN = Limit("api.token", 30, 600, "address")
SEARCH = Limit("search", 120, 60)
FILE = Limit("file", 20, 3600)  # so that a class behind one address can file
UPLOAD = Limit("upload", 60, 3600)
COMMENT = Limit("comment", 30, 600)
SUPPORT = Limit("support", 120, 600)
FLAG = Limit("flag", 20, 3600)
FOLLOW = Limit("follow", 120, 600)
STOP = Limit("stop", 60, 60, "address")
MAKE_TOKEN = Limit("token", 10, 3600)
REGISTRY = Limit("registry", 20, 3600, "address")  # beside the few wrong tries of an account
HOOK_TEST = Limit("hook.test", 10, 600)
# A library shares one address, hence two numbers. While many guess at once everybody gets few tries: whoever holds a
# receipt still opens it at once.
RECEIPT = (Limit("receipt.visit", 10, 60, "visit"), Limit("receipt.address", 60, 60, "address"))
RECEIPT_IN_FLOOD = Limit("receipt.flood", 3, 60, "address")


def who(request: HttpRequest, per: str = "person") -> str:
    """Whom a limit counts: `user:7`, `address:192.0.2.1`, `visit:…` or `site`."""
    if per == "site":
        return "site"
    user = getattr(request, "user", None)
    if per == "person" and user is not None and user.is_authenticated:
        return f"user:{user.pk}"
    here = f"address:{addresses.household(addresses.client_address(request))}"
    if per == "visit":
        return f"visit:{_browser(request)}:{here}"
    return here


def _browser(request: HttpRequest) -> str:
    """What tells one browser at an address from the next: its session, else the form's cookie that it brought.

    Whoever types a receipt code on a library's machine has no session yet. Without the cookie all of them shared one
    count, and one flood at that address shut them out. A sender may invent cookies: the limit for the address holds.
    """
    session = getattr(request, "session", None)
    key = session.session_key if session is not None else None
    return key or request.COOKIES.get(settings.CSRF_COOKIE_NAME, "")


def spend(request: HttpRequest, *limits: Limit) -> None:
    """Count one act under each of these limits, the narrowest first.

    What a narrow limit refuses is not counted under the wide ones: one address cannot use up what is everybody's.

    Raises:
        TooManyError: 429, beyond one of them; nothing is done then. It knows after how many seconds to try again.
    """
    for limit in limits:
        spend_for(who(request, limit.per), limit)


def spend_for(whose: str, *limits: Limit) -> None:
    """The same for whom no request tells: a public terminal counts as one, whoever stands at it.

    Raises:
        TooManyError: as `spend`.
    """
    for limit in limits:
        wait = _count(whose, limit)
        if wait:
            raise TooManyError(_("That was a lot at once. Wait a little and go on."), retry_after=wait)


def note(request: HttpRequest, limit: Limit) -> None:
    """Count one act that is not refused, for `pressure`."""
    _count(who(request, limit.per), limit)


def pressure(limit: Limit) -> float:
    """How full a limit of the whole site is: 1 is just full, 2 is twice as much. Nothing is counted by asking."""
    most = limit.most * settings.LIMITS_TIMES
    if most <= 0:
        return 0.0
    window, passed = divmod(clock.now().timestamp(), limit.seconds)
    used, earlier = (cache.get(_key(limit, "site", int(window) - back), 0) for back in (0, 1))
    return float(used + earlier * (1 - passed / limit.seconds)) / most


def _count(whose: str, limit: Limit) -> int:
    """Count once; 0 within the limit, else the seconds until there is room again."""
    most = limit.most * settings.LIMITS_TIMES
    if most <= 0:
        return 0
    moment = clock.now().timestamp()
    window, passed = divmod(moment, limit.seconds)
    key, before = (_key(limit, whose, int(window) - back) for back in (0, 1))
    used, earlier = caches.count_up(cache, key, before, 2 * limit.seconds)
    reach = 1 - passed / limit.seconds
    if used + earlier * reach <= most + 1e-6:  # a fraction of a second is not counted against anybody
        return 0
    return _seconds_left(used, earlier, passed, limit.seconds, most)


def _seconds_left(used: int, earlier: int, passed: float, seconds: int, most: float) -> int:
    """After how many seconds one more act fits, when nothing is tried meanwhile."""
    if used < most:
        # The window before slides out of reach: earlier × (1 - x / seconds) + used + 1 ≤ most.
        room = max(most - used - 1, 0)
        wait = seconds * (1 - room / earlier) - passed if earlier else 0
    else:
        # This window becomes the one before.
        wait = seconds - passed + seconds * (1 - max(most - 1, 0) / used)
    return max(1, math.ceil(wait))


def _key(limit: Limit, whose: str, window: int) -> str:
    text = f"{limit.name}\0{limit.seconds}\0{whose}\0{window}"
    return "limit:" + hmac.digest(settings.SECRET_KEY.encode(), text.encode(), "sha256").hex()[:40]
