"""Who asks: a token's person within the token's scopes, a signed-in browser, or nobody.

A request with a token is answered by the token alone; a session that comes with it does not count. So a stolen page
cannot borrow a session, and a token needs no protection against other sites: no browser sends it by itself.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from madang.kernel import actors
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of
from madang.portal.api import tokens
from madang.portal.api.problems import ProblemError
from madang.portal.models import Token

REALM = 'Bearer realm="madang"'


def needs(scope: str) -> dict[str, Any]:
    """For the description: this takes a token with the scope, or a session."""
    return {"security": [{"token": [scope]}, {"session": []}]}


def perhaps(scope: str) -> dict[str, Any]:
    """For the description: it can be done by nobody in particular, too."""
    return {"security": [{}, {"token": [scope]}, {"session": []}]}


def identify(request: HttpRequest) -> None:
    """Put the token's person into the request, in place of the session's.

    Raises:
        ProblemError: 401, the token opens nothing (any more).
        TooManyError: too many such tokens from one address.
    """
    scheme, _space, written = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return
    token = tokens.find(written.strip())
    if token is None:
        limits.spend(request, limits.BAD_TOKEN)
        raise ProblemError(
            401,
            "token.invalid",
            _(
                "This token is not valid: it has a slip, has run out or was revoked. Make a new one on your page."
            ),
            headers={"WWW-Authenticate": f'{REALM}, error="invalid_token"'},
        )
    request.user = token.user
    request.token = token  # type: ignore[attr-defined]
    request.actor = actors.person(token.user, channel="api", is_in_office=False)  # type: ignore[attr-defined]
    tokens.touch(token)


def token_of(request: HttpRequest) -> Token | None:
    found: Token | None = getattr(request, "token", None)
    return found


def caller(request: HttpRequest, scope: str) -> actors.Actor:
    """Whoever asks, as the one who acts; may be nobody.

    A token acts for its person, never for her office: mandates count only under `desk:read`, which only reads.

    Raises:
        ProblemError: 403, the token does not have the scope.
    """
    token, here = token_of(request), actor_of(request)
    if token is None:
        return actors.person(here.user, channel="api", receipts=here.receipts)
    if scope not in token.scopes:
        raise ProblemError(
            403,
            "token.scope",
            gettext("This token may not do that. It needs the scope %(scope)s.") % {"scope": scope},
            headers={"WWW-Authenticate": f'{REALM}, error="insufficient_scope", scope="{scope}"'},
        )
    return actors.person(token.user, channel="api", is_in_office=scope == "desk:read")


def somebody(request: HttpRequest, scope: str) -> actors.Actor:
    """As `caller()`, but never nobody.

    Raises:
        RefusedError: `sign_in`, answered with 401.
    """
    actor = caller(request, scope)
    if actor.user is None:
        raise RefusedError(_("Sign in first."), "sign_in")
    return actor


def unknown_caller() -> ProblemError:
    """401: this takes somebody."""
    return ProblemError(
        401,
        "sign_in",
        _("This takes an account. Send a personal token (Authorization: Bearer mdg_…), or sign in."),
        headers={"WWW-Authenticate": REALM},
    )
