"""What was just taken in for somebody else: the receipt to hand over, read out or print."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.channels.targets import Taken
from madang.commons.channels.web.common import crumbs, for_operators
from madang.commons.matters import api as matters
from madang.kernel import clock, sealing
from madang.kernel.web.qr import qr_svg

KEPT = "channels.taken"
PURPOSE = "channels.code"
MINUTES = 10
"""How long the code can be seen again, for a slow printer or a caller who looks for a pen."""


def keep(session: SessionBase, channel: str, taken: Taken | None) -> None:
    """Remember what was filed, its code sealed; what had been filed before stays as it was."""
    if taken is None:
        return
    held = asdict(taken) | {
        "code": sealing.seal(taken.code, PURPOSE),
        "filed_at": taken.filed_at.isoformat(),
        "due_at": taken.due_at.isoformat() if taken.due_at else "",
        "channel": channel,
        "at": clock.now().timestamp(),
    }
    session[KEPT] = held


def receipt_of(held: dict[str, Any]) -> tuple[dict[str, Any], str]:
    """What the receipt component shows, and the code while it may still be seen."""
    fresh = clock.now().timestamp() - held["at"] < MINUTES * 60
    try:
        code = sealing.unseal(held["code"], PURPOSE) if fresh else ""
    except sealing.UnreadableError:  # sealed with a key that was changed since
        code = ""
    return {
        "number": held["number"],
        "title": held["title"],
        "filed_at": datetime.fromisoformat(held["filed_at"]),
        "office": held["office"],
        "due": datetime.fromisoformat(held["due_at"]) if held.get("due_at") else None,
        "channel": str(dict(matters.Channel.choices)[held["channel"]]),
        "next": held["next"],
        "code": code,
        "url": held["url"],
        "qr_svg": qr_svg(f"{settings.PUBLIC_URL}/receipt/#{code}") if code else "",
    }, code


@require_safe
@for_operators
def taken(request: HttpRequest) -> HttpResponse:
    """The receipt of what this operator filed last."""
    held = request.session.get(KEPT)
    if held is None or held["channel"] == "kiosk":
        # What somebody filed while this browser was a kiosk is hers, not of the operator who signs in afterwards.
        return redirect("channels")
    receipt, code = receipt_of(held)
    context = {
        "receipt": receipt,
        "groups": code.split("-") if code else [],
        "is_phone": held["channel"] == "phone",
        "breadcrumb": crumbs((_("Receipt"), "")),
    }
    return render(request, "channels/taken.html", context)
