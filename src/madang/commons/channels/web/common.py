"""What the pages of intake share: who may open them, what they may be for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from madang.commons.channels import targets
from madang.commons.channels.policies import NOT_OPERATOR
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.kernel.web.acting import actor_of

P = ParamSpec("P")
INTAKE_ROLES = (Role.OPERATOR, Role.TRIAGE)


def offices_of(actor: Actor) -> tuple[int, ...]:
    """The offices she takes things in for."""
    return actor.offices(*INTAKE_ROLES)


def for_operators(
    view: Callable[Concatenate[HttpRequest, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
    """A page for operators and triage desks; others are asked to sign in, or told why not."""

    @never_cache
    @wraps(view)
    def gated(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        actor = actor_of(request)
        if not actor.is_signed_in:
            return redirect_to_login(request.get_full_path())
        if not offices_of(actor):
            raise RefusedError(NOT_OPERATOR.reason, NOT_OPERATOR.code)
        return view(request, *args, **kwargs)

    return gated


def choices(actor: Actor, *roles: str) -> list[tuple[str, str]]:
    """What she may take in, as choices."""
    offices = actor.offices(*(roles or INTAKE_ROLES))
    return [
        (target.key, f"{target.title} · {target.intake.label}")
        for target in targets.every()
        if target.place.host_id in offices
    ]


def titles() -> dict[str, str]:
    """Titles of every target, for lists."""
    return {target.key: target.title for target in targets.every()}


WHY = {
    "auto-submitted": gettext_lazy("an automatic reply"),
    "precedence": gettext_lazy("a bulk mail"),
    "list": gettext_lazy("from a mailing list"),
    "bounce": gettext_lazy("a mail that came back"),
    "report": gettext_lazy("a report on a delivery"),
    "sender": gettext_lazy("sent from an address of a program"),
    "flood": gettext_lazy("too many from one address"),
    "sealed with a lost key": gettext_lazy("sealed with a key that is lost"),
}
"""What is stored as a code, in words for the desk."""
NOT_TAKEN = {
    "mail server": gettext_lazy("the mail server did not take it (%(error)s)"),
    "carrier": gettext_lazy("the carrier did not take it (%(error)s)"),
}


def why(stored: str) -> str:
    """The reason beside a mail or text message; one that a policy gave is a sentence already."""
    if stored in WHY:
        return str(WHY[stored])
    who, _colon, error = stored.partition(": ")
    return str(NOT_TAKEN[who]) % {"error": error} if who in NOT_TAKEN else stored


def crumbs(*more: tuple[str, str]) -> list[dict[str, Any]]:
    return [
        {"label": _("Desk"), "url": reverse("desk")},
        {"label": _("Channels"), "url": reverse("channels")},
        *({"label": label, "url": url} for label, url in more),
    ]
