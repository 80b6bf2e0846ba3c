"""Taking part: one statement at a time, and what one has answered.

An answer leaves no message, no session and no address behind: the next page is all the confirmation there is.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from madang.commons.opinions import engine, queries
from madang.commons.opinions.domain import forgetting, statements, voting
from madang.commons.opinions.enums import ANSWERS
from madang.commons.opinions.limits import VOTE, VOTE_WITHOUT_ACCOUNT
from madang.commons.opinions.models import Conversation, Statement
from madang.commons.opinions.web import drawing
from madang.commons.opinions.web.pages import (
    Part,
    address,
    crumb,
    frame,
    newcomer,
    participant_of,
    personal,
    remember,
    resident_url,
    sign_in_url,
    with_conversation,
)
from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of
from madang.kernel.web.errors import shown_again_by


def next_of(
    conversation: Conversation, shown: list[Statement], answered: dict[int, int], participant: str | None
) -> Statement | None:
    """The statement to ask next, by the routing of the engine; None when all are answered."""
    left = [row for row in shown if row.number not in answered]
    if not left:
        return None
    number = engine.choose(
        conversation.board.picture, [row.number for row in left], who=participant or "", turn=len(answered)
    )
    return next(row for row in left if row.number == number)


@require_safe
@ensure_csrf_cookie
@with_conversation
def take(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """The question and the next statement."""
    return _page(request, conversation)


def _page(
    request: HttpRequest, conversation: Conversation, *, refused: str = "", status: int = 200
) -> HttpResponse:
    actor = actor_of(request)
    verdict = policy.can("opinions.vote.cast", actor, conversation)
    participant = participant_of(request, conversation)
    shown = list(statements.shown(conversation))
    answered = voting.answers_of(conversation, participant) if participant else {}
    asked: Statement | None = None
    if verdict or verdict.code in ("sign_in", "level.resident"):
        typed = request.GET.get("statement", "") or request.POST.get("statement", "")
        asked = next((row for row in shown if typed.isdigit() and str(row.number) == typed), None)
        asked = asked or next_of(conversation, shown, answered, participant)
    here = address(conversation)
    context = frame(request, conversation, "opinion") | {
        "refused": refused,
        "asked": asked,
        "given": answered.get(asked.number) if asked else None,
        "answered": len(answered),
        "total": len(shown),
        "left": len(shown) - len(answered),
        "verdict": verdict,
        "sign_in_url": sign_in_url(here) if verdict.code == "sign_in" else "",
        "verify_url": resident_url(here) if verdict.code == "level.resident" else "",
        "may_write": policy.can("opinions.statement.write", actor, conversation),
        "mine": list(queries.written_by(actor, conversation).exclude(state="shown").order_by("-number")[:5]),
        "map": drawing.small(conversation, answered),
        "hall_url": address(conversation, "opinion_hall"),
    }
    return personal(render(request, "opinions/take.html", context, status=status))


@with_conversation
def _again(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Somebody signed in or out in another window: the same statement, to be answered once more."""
    refused = _("You signed in or out meanwhile, so this answer was not taken. Give it once more.")
    return _page(request, conversation, refused=refused, status=403)


@shown_again_by(_again)
@require_POST
@with_conversation
def answer(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """One answer. Whoever has no account gets a key for this conversation with the first one."""
    actor = actor_of(request)
    limits.spend(request, VOTE if actor.is_signed_in else VOTE_WITHOUT_ACCOUNT)
    verdict = policy.can("opinions.vote.cast", actor, conversation)
    if verdict.code == "sign_in":
        return redirect(sign_in_url(address(conversation)))
    if verdict.code == "opinions.not_open":
        return _page(
            request,
            conversation,
            refused=_("It closed before your answer came: this answer does not count. Earlier ones do."),
            status=403,
        )
    typed, number = request.POST.get("answer", ""), request.POST.get("statement", "")
    if typed not in ANSWERS or not (number.isascii() and number.isdigit() and len(number) < 9):
        raise RefusedError(_("Choose agree, disagree or pass."), "opinions.answer", status=422)
    participant, key = participant_of(request, conversation), ""
    if participant is None:
        participant, key = newcomer(request, conversation)
    voting.cast(
        actor=actor,
        conversation=conversation,
        participant=participant,
        number=int(number),
        answer=ANSWERS[typed],
    )
    back = "opinion_mine" if request.POST.get("from") == "mine" else "opinion"
    anchor = f"#s{number}" if back == "opinion_mine" else "#ask-text"
    response = redirect(address(conversation, back) + anchor)
    if key:
        remember(response, conversation, key)
    return personal(response)


@require_safe
@ensure_csrf_cookie
@with_conversation
def mine(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """What I have answered; each can be changed while the conversation is open."""
    participant = participant_of(request, conversation)
    answered = voting.answers_of(conversation, participant) if participant else {}
    rows: list[Part] = [
        {"statement": row, "given": answered[row.number]}
        for row in statements.shown(conversation)
        if row.number in answered
    ]
    context = frame(request, conversation, "opinion") | {
        "rows": rows,
        "is_open": bool(policy.can("opinions.vote.cast", actor_of(request), conversation)),
        "breadcrumb": [
            crumb(_("Opinion maps"), reverse("opinions")),
            crumb(conversation.code, address(conversation)),
            crumb(_("My answers")),
        ],
    }
    return personal(render(request, "opinions/mine.html", context))


@require_POST
@with_conversation
def withdraw(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Take back everything I answered. No trace of it stays, not even that it was taken back."""
    participant = participant_of(request, conversation)
    if participant is None or not conversation.is_open:
        raise RefusedError(
            _("There is nothing of yours that could be taken back."), "opinions.nothing", status=409
        )
    forgetting.withdraw(actor=actor_of(request), conversation=conversation, participant=participant)
    return personal(redirect(address(conversation)))
