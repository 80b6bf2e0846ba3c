"""What the views of the square share: finding the idea behind an address, sign-in with return, rule words."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from madang.commons.matters import api as matters
from madang.commons.matters.enums import Disclosure
from madang.kernel import ids, policy
from madang.kernel.models import Audit, Rule
from madang.kernel.web.acting import actor_of
from madang.services.square.enums import HideReason
from madang.services.square.models import Idea

P = ParamSpec("P")

WHOLE = (
    "matter__responsible",
    "matter__host",
    "matter__officer",
    "matter__author",
    "matter__rule",
    "matter__merged_into",
    "process__space",
    "category",
    "topic__matter",
    "edition",
)


def crumb(label: Any, url: str = "") -> dict[str, Any]:
    return {"label": label, "url": url}


def desk_crumb() -> dict[str, Any]:
    """The way back to the desk, from the pages of those who work there."""
    return crumb(_("Desk"), reverse("desk"))


def ideas_crumb() -> dict[str, Any]:
    return crumb(_("Ideas"), reverse("ideas"))


def trail(idea: Idea, last: str) -> list[dict[str, Any]]:
    """The way to a page about an idea."""
    number = idea.matter.number
    return [ideas_crumb(), crumb(number, reverse("item", args=[number])), crumb(last)]


def is_key(typed: str) -> bool:
    """Whether this can be the key of a row: digits, and no more than a key has."""
    return typed.isascii() and typed.isdigit() and len(typed) < 19


def optional_url(name: str, *args: Any) -> str:
    """The address of a page of another part of the house, or nothing when that part is switched off."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def sign_in_url(back: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': back})}"


def resident_url(back: str) -> str:
    """Where she has herself verified as a resident, and comes back from; nothing without a portal."""
    url = optional_url("residence")
    return f"{url}?{urlencode({'next': back})}" if url else ""


def taken_down(request: HttpRequest, idea: Idea) -> HttpResponse:
    """The page of a hidden idea: its number and the published reason, nothing of its words."""
    act = (
        Audit.objects.filter(target=idea.matter.reference, action="matters.matter.hide")
        .order_by("-at")
        .first()
    )
    labels = dict(HideReason.choices)
    context = {
        "number": idea.matter.number,
        "reason_label": labels.get(act.reason_code, "") if act else "",
        "reason": act.reason if act else "",
        "at": act.at if act else None,
        "breadcrumb": [ideas_crumb(), crumb(idea.matter.number)],
    }
    return render(request, "square/taken_down.html", context, status=410)


def with_idea(
    view: Callable[Concatenate[HttpRequest, Idea, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
    """Give the view the idea behind a number, through the policy gate.

    A number typed without dashes or in small letters is sent on to its written form. What is not public
    looks as if it did not exist; what moderation took down says why.
    """

    @wraps(view)
    def found(request: HttpRequest, number: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        written = ids.read_number(number)
        idea = Idea.objects.select_related(*WHOLE).filter(matter__number=written).first() if written else None
        if written is not None and idea is None and (home := matters.homes_of([written])):
            return redirect(home[written])
        if idea is None or written is None:
            raise Http404
        if not policy.can("matters.matter.view", actor_of(request), idea.matter):
            if idea.matter.disclosure == Disclosure.HIDDEN:
                return taken_down(request, idea)
            raise Http404
        if written != number and request.method == "GET":
            query = f"?{request.GET.urlencode()}" if request.GET else ""
            return redirect(request.path.replace(number, written, 1) + query, permanent=True)
        return view(request, idea, *args, **kwargs)

    return found


def answer_period_words(rule: Rule) -> str:
    terms = rule.body.get("answer", {})
    return matters.period_words(int(terms.get("amount", 0)), str(terms.get("unit", "days")))
