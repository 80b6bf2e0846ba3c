"""The receipt: see what is kept, change it, take it back, carry the proof home.

Nothing of it is kept in a session: the code travels in the form, so nothing here links a visit to a response. Other parts
of the app put their block onto the page through `add_block` (how the answer was coded, an objection).
"""

from __future__ import annotations

import mimetypes
from collections.abc import Callable

from django import forms
from django.conf import settings
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madang.commons.ledger import api as ledger
from madang.commons.matters import guessing
from madang.kernel import ids
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.web import limits
from madang.kernel.web.qr import qr_svg
from madang.services.polls.channels import label_of as channel_label
from madang.services.polls.domain import files, responses, slips
from madang.services.polls.enums import PollState, QuestionKind
from madang.services.polls.models import Poll, Response
from madang.services.polls.policies import is_answered_now
from madang.services.polls.web import shown
from madang.services.polls.web.pages import Part, address, crumb, crumbs, personal

Block = Callable[[HttpRequest, Response, str], SafeString]
_blocks: list[Block] = []


def add_block(block: Block) -> None:
    """Register what another part of the app shows on an opened receipt.

    It gets the request, the response (with its poll) and the receipt code, which its forms send along as `code`; it
    gives safe HTML, empty when it has nothing to say.
    """
    _blocks.append(block)


class CodeForm(forms.Form):
    """A receipt code as typed."""

    code = forms.CharField(
        max_length=60,
        label=gettext_lazy("Receipt code"),
        help_text=gettext_lazy("Five groups of four characters, as on your receipt."),
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "spellcheck": "false",
                "autocapitalize": "characters",
                "data-receipt-code": "",
            }
        ),
        error_messages={"required": gettext_lazy("Type the code from your receipt.")},
    )


def page(
    request: HttpRequest, poll: Poll, done: responses.HandedIn, *, is_embedded: bool = False
) -> HttpResponse:
    """What somebody sees who has just handed in."""
    context = _receipt(poll, done.response, done.code) | {
        "is_new": done.is_new,
        "is_change": done.is_change,
        "is_embedded": is_embedded,
        "bare": is_embedded,
        "draft_key": f"poll-{poll.code}",
        # Behind the # it never reaches a server by itself; the page for codes puts it into its field.
        "qr_svg": qr_svg(f"{settings.PUBLIC_URL}{reverse('poll_receipt')}#{done.code}"),
    }
    return personal(render(request, "polls/handed_in.html", context))


def _receipt(poll: Poll, response: Response, code: str) -> Part:
    leaf = responses.leaf_of(code)
    proof = None
    if leaf is not None:
        try:
            proof = ledger.receipt_proof(leaf.pk)
        except (
            ledger.LedgerError
        ):  # the receipt says that it is not in the log yet; the state of the log is shown there
            proof = None
    rows = list(poll.questions.all())
    return {
        "poll": poll,
        "response": response,
        "number": slips.number_of(code),
        "code": code,
        "at": leaf.at if leaf is not None else None,
        "position": proof["index"] if proof else None,
        "has_file": leaf is not None and leaf.audit.salt is not None,
        "channel": channel_label(response.channel),
        "kept": shown.kept(rows, responses.said_of(response)),
        "is_open": is_answered_now(poll),
        "next": _next(poll, response),
        "breadcrumb": crumbs(crumb(poll.title, address(poll)), crumb(pgettext("polls", "Receipt"))),
    }


def _next(poll: Poll, response: Response) -> list[str]:
    if response.is_withdrawn:
        return [_("Nothing more is expected of you.")]
    if is_answered_now(poll):
        return [
            _("Until the poll closes you can change your answer or take it back with the code."),
            _("Then nobody can link you to it any more, not even this site. The code still opens it."),
            _(
                "People read the answers and publish a report. Here you see how yours was read, and may object."
            ),
        ]
    if poll.state == PollState.CALLED_OFF:
        return [_("The poll was called off. Nothing of it is counted.")]
    return [
        _("People read the answers and publish a report. Here you see how yours was read, and may object.")
    ]


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def receipt(request: HttpRequest) -> HttpResponseBase:
    """Type the code: then see, change, take back, carry the proof home."""
    form = CodeForm(request.POST or None)
    status, wait = 200, 0
    if request.method == "POST":
        status = 422
        try:
            if guessing.is_flood():
                limits.spend(request, limits.RECEIPT_IN_FLOOD)
            limits.spend(request, *limits.RECEIPT)
        except TooManyError as error:
            form.add_error(None, _("Too many tries. Wait a minute and try again."))
            status, wait = 429, error.retry_after
        if not wait and form.is_valid():
            found = slips.by_code(form.cleaned_data["code"])
            if found is not None:
                return _act(request, found, ids.read_code(form.cleaned_data["code"]) or "")
            guessing.missed()
            form.add_error("code", str(responses.NOT_FOUND))
    context = {"form": form, "breadcrumb": crumbs(crumb(pgettext("polls", "Receipt")))}
    response = render(request, "polls/receipt_code.html", context, status=status)
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _act(request: HttpRequest, response: Response, code: str) -> HttpResponseBase:
    act = request.POST.get("act", "")
    if act == "file":
        return _file(code)
    if act.startswith("reply-"):
        return _reply_file(response, act.removeprefix("reply-"))
    if act == "change" and is_answered_now(response.poll) and not response.is_withdrawn:
        from madang.services.polls.web import answering  # which shows receipts

        return answering.change_page(request, response.poll, response, code)
    if act == "withdraw":
        return _withdrawn(request, response, code)
    return show(request, response, code)


def open_anywhere(request: HttpRequest, code: str) -> HttpResponseBase | None:
    """The page for codes of all kinds opens those of polls too."""
    written = ids.read_code(code) or ""
    found = slips.by_code(written)
    return show(request, found, written) if found is not None else None


def show(
    request: HttpRequest, response: Response, code: str, *, note: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    """The opened receipt; also what another part of the app shows after it has done something with the code."""
    blocks = [block(request, response, code) for block in _blocks] if not response.is_withdrawn else []
    context = _receipt(response.poll, response, code) | {
        "blocks": [block for block in blocks if block],
        "note": note,
        "errors": [{"text": error}] if error else [],
    }
    return personal(render(request, "polls/receipt.html", context, status=status))


def _withdrawn(request: HttpRequest, response: Response, code: str) -> HttpResponse:
    """Asks once more, then takes it back."""
    if not request.POST.get("sure"):
        context = _receipt(response.poll, response, code)
        return personal(render(request, "polls/withdraw.html", context))
    try:
        gone = responses.withdraw(code=code)
    except RefusedError as refused:
        return show(request, response, code, error=str(refused), status=refused.status)
    gone.poll = response.poll
    return show(request, gone, code, note=_("Your answer is taken back. Its words are erased."))


def _file(code: str) -> HttpResponse:
    text = responses.receipt_file(code)
    if not text:
        raise Http404
    answer = HttpResponse(text, content_type="text/plain; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="receipt-{slips.number_of(code)}.txt"'
    return personal(answer)


def _reply_file(response: Response, number: str) -> HttpResponseBase:
    """The file she sent with an answer."""
    reply = (
        response.replies.filter(question__number=int(number), question__kind=QuestionKind.FILE).first()
        if number.isascii() and number.isdigit() and len(number) < 5
        else None
    )
    if reply is None or not default_storage.exists(reply.value):
        raise Http404
    kind = mimetypes.guess_type(reply.value)[0] or "application/octet-stream"
    return FileResponse(
        default_storage.open(reply.value),
        as_attachment=True,
        filename=files.shown_name(reply.value),
        content_type=kind,
    )
