"""Writing a statement, with what the gate has found; nothing typed is lost."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from madang.commons.opinions.domain import statements
from madang.commons.opinions.enums import StatementState
from madang.commons.opinions.limits import STATEMENT_MAX, WRITE, WRITE_WITHOUT_ACCOUNT
from madang.commons.opinions.logic import gate
from madang.commons.opinions.models import Conversation, Statement
from madang.commons.opinions.web.forms import StatementForm
from madang.commons.opinions.web.pages import (
    Part,
    address,
    crumb,
    frame,
    personal,
    resident_url,
    sign_in_url,
    with_conversation,
)
from madang.kernel import policy, text
from madang.kernel.errors import RefusedError
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of
from madang.kernel.web.errors import shown_again_by

KEPT = "opinions.statement"
WAYS_IN = ("sign_in", "level.resident")
"""Refusals that she can do something about, and come back."""


def _kinds() -> dict[str, str]:
    return {
        "resident_number": _("looks like a resident number"),
        "phone": _("looks like a phone number"),
        "email": _("looks like an e-mail address"),
        "card": _("looks like a card number"),
        "account": _("looks like an account number"),
        "plate": _("looks like a number plate"),
        "handle": _("looks like somebody’s account name"),
    }


def found_in(words: str, look: statements.Look) -> Part:
    """What the gate says about a text, in words, with the parts it means marked."""
    personal_parts = [finding for finding in look.findings if finding.code == gate.PERSONAL]
    two = [finding for finding in look.findings if finding.code == gate.TWO_CLAIMS]
    return {
        "personal": [
            {"words": words[finding.start : finding.end], "kind": _kinds()[finding.kind]}
            for finding in personal_parts
        ],
        "two": bool(two),
        "near": look.near,
        "marked": text.marked(words, [(one.start, one.end) for one in personal_parts or two]),
    }


@with_conversation
def _again(request: HttpRequest, conversation: Conversation, place: int = 0) -> HttpResponse:
    """She signed in or out in another window while she wrote: her words are in the form, and nothing was taken."""
    words = request.POST.get("words", "")[:1000]
    refused = _(
        "You signed in or out while you wrote, so nothing was sent yet. Your words are still here: send again."
    )
    return _page(request, conversation, _own(request, conversation, place), words=words, refused=refused)


@shown_again_by(_again)
@with_conversation
def write(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """A new statement."""
    return _page(request, conversation, None)


def _own(request: HttpRequest, conversation: Conversation, place: int) -> Statement | None:
    actor = actor_of(request)
    statement = Statement.objects.filter(conversation=conversation, number=place).first()
    is_own = statement is not None and actor.user is not None and statement.author_id == actor.user.pk
    return statement if is_own else None


@shown_again_by(_again)
@with_conversation
def reword(request: HttpRequest, conversation: Conversation, place: int) -> HttpResponse:
    """The author's way to a better one, after it was sent back."""
    statement = _own(request, conversation, place)
    if statement is None:
        raise Http404
    if statement.state != StatementState.RETURNED:
        return redirect(address(conversation))
    return _page(request, conversation, statement)


def _page(
    request: HttpRequest,
    conversation: Conversation,
    old: Statement | None,
    *,
    words: str | None = None,
    refused: str = "",
) -> HttpResponse:
    """
    Args:
        words, refused: what is only shown again, and why nothing was taken.
    """
    actor = actor_of(request)
    verdict = policy.can("opinions.statement.write", actor, conversation)
    kept = request.session.get(KEPT, {})
    if words is None:
        words = old.text if old else kept.get("words", "") if kept.get("code") == conversation.code else ""
    form = StatementForm(initial={"words": words})
    found: Part = {}
    status = 403 if refused else 200
    lost: list[tuple[str, str]] = [("words", words)] if refused else []
    if request.method == "POST" and not refused:
        form = StatementForm(request.POST)
        if not verdict:
            typed = request.POST.get("words", "")[:1000]
            if verdict.code in WAYS_IN:
                # She comes back here after signing in, and finds what she typed.
                request.session[KEPT] = {"code": conversation.code, "words": typed}
            if verdict.code == "sign_in":
                return redirect(sign_in_url(request.path))
            refused, status = _("Your statement was not taken. %(why)s") % {"why": verdict.reason}, 403
            lost = [("words", typed)] if typed.strip() else []
        elif form.is_valid():
            limits.spend(request, WRITE if actor.is_signed_in else WRITE_WITHOUT_ACCOUNT)
            typed = form.cleaned_data["words"]
            look = statements.look(conversation, typed, but=old)
            if not look.doubts or request.POST.get("sure") == typed:
                try:
                    return _sent(request, conversation, old, typed)
                except RefusedError as error:
                    form.add_error("words", str(error))
            else:
                found = found_in(typed, look)
            status = 422
        else:
            status = 422
    context = frame(request, conversation, "opinion") | {
        "form": form,
        "found": found,
        "old": old,
        "verdict": verdict,
        "refused": refused,
        "lost": lost,
        "sign_in_url": sign_in_url(request.path) if verdict.code == "sign_in" else "",
        "verify_url": resident_url(request.path) if verdict.code == "level.resident" else "",
        "most": STATEMENT_MAX,
        "breadcrumb": [
            crumb(_("Opinion maps"), reverse("opinions")),
            crumb(conversation.code, address(conversation)),
            crumb(_("Write a statement")),
        ],
    }
    return personal(render(request, "opinions/write.html", context, status=status))


def _sent(
    request: HttpRequest, conversation: Conversation, old: Statement | None, words: str
) -> HttpResponse:
    actor = actor_of(request)
    if old is not None:
        done = statements.reword(actor=actor, statement=old, words=words)
    else:
        done = statements.write(actor=actor, conversation=conversation, words=words)
    request.session.pop(KEPT, None)
    if done.state == StatementState.SHOWN:
        messages.success(request, _("Your statement is shown now. You can answer it like everybody else."))
    else:
        messages.info(
            request, _("A facilitator looks at your statement. You are told what becomes of it, and why.")
        )
    return redirect(address(conversation))
