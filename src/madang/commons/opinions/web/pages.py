"""What the views share: the conversation behind a code, who somebody is in it, tabs and refusals."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from madang.commons.opinions import policies, pseudonyms
from madang.commons.opinions.limits import NEWCOMER, STEP_FROM
from madang.commons.opinions.live import read_code
from madang.commons.opinions.models import Conversation
from madang.kernel import manifest, policy
from madang.kernel.levels import Level
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of

P = ParamSpec("P")
Part = dict[str, Any]

SALT = "opinions"
DAYS = 60


def with_conversation(
    view: Callable[Concatenate[HttpRequest, Conversation, P], HttpResponseBase],
) -> Callable[Concatenate[HttpRequest, str, P], HttpResponseBase]:
    """Give the view the conversation behind a code; what somebody may not see looks as if it did not exist."""

    @wraps(view)
    def found(request: HttpRequest, code: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        written = read_code(code)
        rows = Conversation.objects.select_related("host", "board")
        conversation = rows.filter(code=written).first() if written else None
        if conversation is None or not policy.can(
            "opinions.conversation.view", actor_of(request), conversation
        ):
            raise Http404
        if written is not None and written != code and request.method == "GET":
            return redirect(request.path.replace(code, written, 1))
        return view(request, conversation, *args, **kwargs)

    return found


def cookie_name(conversation: Conversation) -> str:
    return f"voice_{conversation.code}"


def participant_of(request: HttpRequest, conversation: Conversation) -> str | None:
    """The pseudonym of whoever asks, where she has one; None before the first answer without an account."""
    if not conversation.secret:
        return None
    user = actor_of(request).user
    if user is not None:
        return pseudonyms.of_person(conversation, user)
    if conversation.vote_level != Level.ANONYMOUS:
        return None
    key = request.get_signed_cookie(cookie_name(conversation), default="", salt=SALT)
    return pseudonyms.of_key(conversation, key) if key else None


def newcomer(request: HttpRequest, conversation: Conversation) -> tuple[str, str]:
    """Pseudonym and new key for somebody who answers for the first time without an account."""
    policy.require("opinions.vote.cast", actor_of(request), conversation)
    limits.spend(request, NEWCOMER)
    key = pseudonyms.new_key()
    return pseudonyms.of_key(conversation, key), key


def remember(response: HttpResponse, conversation: Conversation, key: str) -> None:
    """Keep the key in this browser, signed, for this conversation alone."""
    response.set_signed_cookie(
        cookie_name(conversation),
        key,
        salt=SALT,
        max_age=DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE_COOKIES,
    )


def personal(response: HttpResponse) -> HttpResponse:
    """A page with somebody's own answers: no cache keeps it."""
    response["Cache-Control"] = "private, no-store"
    return response


def crumb(label: Any, url: str = "") -> Part:
    return {"label": label, "url": url}


def address(conversation: Conversation, name: str = "opinion") -> str:
    return reverse(name, args=[conversation.code])


def short_address(conversation: Conversation) -> str:
    """What is typed from a wall."""
    return f"{settings.PUBLIC_URL}/o/{conversation.code}"


def sign_in_url(back: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': back})}"


def resident_url(back: str) -> str:
    try:
        return f"{reverse('residence')}?{urlencode({'next': back})}"
    except NoReverseMatch:
        return ""


def frame(request: HttpRequest, conversation: Conversation, current: str) -> Part:
    """What every page of a conversation has: breadcrumb, tabs, what it hangs on, the tools of a facilitator."""
    names = {
        "opinion": pgettext("tab of a conversation", "Answer") if conversation.is_open else _("Question"),
        "opinion_map": _("Map"),
        "opinion_statements": _("Statements"),
        "opinion_results": _("Results and record"),
    }
    above = manifest.links([conversation.about]).get(conversation.about) if conversation.about else None
    return {
        "conversation": conversation,
        "board": conversation.board,
        "step_from": STEP_FROM,
        "tabs": [
            {"label": label, "url": address(conversation, name), "active": name == current}
            for name, label in names.items()
        ],
        "above": above,
        "breadcrumb": [
            crumb(_("Opinion maps"), reverse("opinions")),
            *(
                [crumb(conversation.code, address(conversation)), crumb(names[current])]
                if current in names and current != "opinion"
                else [crumb(conversation.code)]
            ),
        ],
        "lead_url": address(conversation, "opinion_lead")
        if policies.facilitates(actor_of(request), conversation.host_id) and not conversation.is_archive
        else "",
    }
