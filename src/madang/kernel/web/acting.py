"""Who acts in a request, and pages that are only for people of an office.

The middleware puts the actor into the request; `actor_of` is the one typed way to read it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.policy import Verdict, no

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
NOT_OFFICIAL = no(_("Only officials of an office work here."), "mandate.office")


def actor_of(request: HttpRequest) -> Actor:
    """The actor of this request, as `ActorMiddleware` set it."""
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found


def for_officials(*roles: str, refusal: Verdict = NOT_OFFICIAL) -> Callable[[View[P]], View[P]]:
    """A page for whoever holds one of these roles somewhere: sign-in first, then `refusal` for all others."""

    def gate(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not actor_of(request).offices(*roles):
                raise RefusedError(refusal.reason, refusal.code)
            return view(request, *args, **kwargs)

        return guarded

    return gate
