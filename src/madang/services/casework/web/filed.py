"""The receipt of a case, right after filing."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from madang.commons.matters import api as matters
from madang.commons.matters.models import Matter
from madang.kernel import clock
from madang.kernel.web.codes import unseal
from madang.kernel.web.qr import qr_svg
from madang.services.casework.domain import types
from madang.services.casework.models import Case
from madang.services.casework.queries import WHOLE
from madang.services.casework.web import words
from madang.services.casework.web.shell import crumbs

FILED = "casework.filed"
CODE_MINUTES = 10
"""How long the code can be seen again by a reload, for a slow printer or a slip of the thumb."""


def _just_filed(request: HttpRequest) -> tuple[Case | None, Matter | None, str]:
    """The case this session filed or joined last, the matter of its own, and the code while it may still be shown."""
    held = request.session.get(FILED, {})
    case = Case.objects.select_related(*WHOLE).filter(pk=held.get("pk")).first()
    own = Matter.objects.filter(pk=held.get("joining")).select_related("responsible").first()
    is_fresh = clock.now().timestamp() - held.get("at", 0) < CODE_MINUTES * 60
    if case is not None and held.get("code") and not is_fresh:
        request.session[FILED] = {**held, "code": ""}
    return case, own, unseal(held.get("code", "")) if is_fresh else ""


def next_steps(case: Case) -> list[str]:
    """What happens now, from the rule it was filed under."""
    matter = case.matter
    meaning = types.meaning_of(case.type, matter.rule)
    if case.route is not None:
        first = _("It went straight to %(office)s, by the rule for this category and place.")
    else:
        first = _("%(office)s reads it and gives it to the office that is responsible.")
    return [
        first % {"office": matter.responsible.name},
        _("%(type)s: it is answered within %(period)s.")
        % {"type": meaning.label, "period": words.period(meaning)},
        _("If another office is responsible it is passed on without you, and you see where it is."),
        meaning.remedy,
    ]


def joined_steps(case: Case) -> list[str]:
    """What happens now for somebody who joined."""
    return [
        _("You follow %(number)s now: its answer is for you too.") % {"number": case.matter.number},
        _("%(office)s is responsible for it.") % {"office": case.matter.responsible.name},
        _("With your receipt you prove that you reported it, and when."),
    ]


@never_cache
@require_safe
def filed(request: HttpRequest) -> HttpResponse:
    """The receipt: number or code, office, date, and what comes next."""
    case, own, code = _just_filed(request)
    if case is None:
        return redirect("case_new")
    matter = own or case.matter
    proof = matters.receipt(matter, code=code)
    shown: dict[str, Any] = {
        "number": matter.number,
        "title": matter.title,
        "filed_at": matter.filed_at,
        "channel": matter.get_channel_display(),
        "office": case.matter.responsible.name,
        "next": [one for one in (joined_steps(case) if own else next_steps(case)) if one],
        "due": case.matter.due_at,
        "code": code,
        "qr_svg": qr_svg(f"{settings.PUBLIC_URL}/receipt/#{code}") if code else "",
        "position": proof.leaf.index if proof else None,
    }
    context = {
        "case": case,
        "receipt": shown,
        "code": code,
        "case_url": words.address(case),
        "receipt_url": matters.address_of(request.session, matter),
        "has_joined": own is not None,
        "is_nameless": matter.author_id is None,
        "has_contact": hasattr(matter, "contact"),
        "is_print": "print" in request.GET,
        "breadcrumb": crumbs(_("Receipt")),
    }
    return render(request, "casework/filed.html", context)
