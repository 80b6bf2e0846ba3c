"""Who acts in a request. The middleware puts the actor there; this is the one typed way to read it."""

from __future__ import annotations

from django.http import HttpRequest

from madang.kernel.actors import Actor


def actor_of(request: HttpRequest) -> Actor:
    """The actor of this request, as `ActorMiddleware` set it."""
    found: Actor = request.actor  # type: ignore[attr-defined]
    return found
