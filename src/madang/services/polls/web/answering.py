"""A resident answers in one screen, here or in a frame on another site, and gets a receipt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from madang.commons.notices import api as notices
from madang.kernel import clock, manifest, policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.levels import Level
from madang.kernel.web import errors as error_pages
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of
from madang.services.polls.channels import EMBED
from madang.services.polls.channels import label_of as channel_label
from madang.services.polls.domain import counting, files, responses, slips
from madang.services.polls.limits import ANSWER, ANSWER_WITHOUT_ACCOUNT
from madang.services.polls.logic import form
from madang.services.polls.models import Poll, Question, Response
from madang.services.polls.policies import NOT_OPEN, is_answered_now
from madang.services.polls.web import receipts, shown, tickets
from madang.services.polls.web.pages import (
    Part,
    address,
    crumb,
    crumbs,
    personal,
    resident_url,
    sign_in_url,
    tag,
    with_poll,
)
from madang.services.polls.web.reading import raw_of

READS = {"GET", "HEAD"}


@with_poll
def _again(request: HttpRequest, poll: Poll) -> HttpResponse:
    """Somebody signed in or out in another window while she answered: the form with all of it, and nothing taken."""
    ticket = tickets.read(request.POST.get("ticket", ""), poll)
    if ticket is not None and ticket.is_change:
        # What it changes is named by the form alone, which another site may have made.
        return error_pages.expired(request)
    return _taken(
        request, poll, actor_of(request), "polls/poll.html", _frame(request, poll), has_run_out=True
    )


@error_pages.shown_again_by(_again)
@require_http_methods(["GET", "HEAD", "POST"])
@with_poll
def poll(request: HttpRequest, poll: Poll) -> HttpResponse:
    """The poll: its questions while it is open, how it stands before and after."""
    actor = actor_of(request)
    verdict = policy.can("polls.response.hand_in", actor, poll)
    if request.method == "POST":
        return _taken(request, poll, actor, "polls/poll.html", _frame(request, poll))
    context = _frame(request, poll) | {"verdict": verdict}
    if verdict:
        mine = slips.of_person(poll, actor.user) if actor.user is not None else None
        context |= _form(poll, said=responses.said_of(mine) if mine else None)
        context["has_answered"] = mine is not None and not mine.is_withdrawn
    elif is_answered_now(poll):
        # Whoever has to sign in first sees what is asked.
        context |= _form(poll) | {
            "sign_in_url": sign_in_url(request.path) if verdict.code == "sign_in" else "",
            "verify_url": resident_url(request.path) if verdict.code == "level.resident" else "",
        }
    else:
        context["asked"] = shown.parts(poll.questions.all(), {})
        if poll.closed_at is not None and poll.state != "called_off":
            context["figures"] = figures_of(counting.counts_of(poll))
    return personal(render(request, "polls/poll.html", context))


def _frame(request: HttpRequest, poll: Poll) -> Part:
    """What the page shows around the questions."""
    return {
        "poll": poll,
        "tag": tag(poll),
        "is_open": is_answered_now(poll),
        "begins": poll.opens_at
        if poll.state == "open" and poll.opens_at and clock.now() < poll.opens_at
        else None,
        "above": manifest.links([poll.about]).get(poll.about) if poll.about else None,
        "follow": _follow(request, poll),
        "breadcrumb": crumbs(crumb(poll.title)),
        "action": request.path,
    }


def _follow(request: HttpRequest, poll: Poll) -> Part | None:
    user = actor_of(request).user
    if user is None or poll.is_archive:
        return None
    return {"reference": poll.reference, "is_following": notices.is_following(user, poll.reference)}


def _form(
    poll: Poll,
    *,
    raw: Mapping[int, form.Raw] | None = None,
    said: Mapping[str, Any] | None = None,
    code: str = "",
    findings: tuple[form.Finding, ...] = (),
    more_errors: Mapping[int, str] | None = None,
    ticket: str = "",
    may_quote: bool = False,
    consented: bool = False,
) -> Part:
    """The questions with what was typed, or with what is kept of an earlier answer."""
    rows = list(poll.questions.all())
    if said is not None:
        raw = {int(number): value for number, value in {**said["replies"], **said["traits"]}.items()}
        may_quote = bool(said["may_quote"])
    parts = shown.parts(rows, raw or {}, findings, more_errors)
    for part in parts:
        if part["is_file"]:
            part["kept"] = files.token(part["value"])
    return {
        "questions": [part for part in parts if not part["row"].is_trait],
        "traits": [part for part in parts if part["row"].is_trait],
        "has_free_text": any(row.kind == "text" for row in rows),
        "has_files": any(row.kind == "file" for row in rows),
        "ticket": ticket or tickets.make(poll, code=code),
        "may_quote": may_quote,
        "consented": consented,
    }


def change_page(request: HttpRequest, poll: Poll, response: Response, code: str) -> HttpResponse:
    """The form with what is kept of a response, for whoever showed its receipt."""
    context = _frame(request, poll) | _form(poll, said=responses.said_of(response), code=code)
    context |= {"verdict": policy.can("polls.response.hand_in", actor_of(request), poll), "is_changing": True}
    context["action"] = address(poll)
    return personal(render(request, "polls/poll.html", context))


def _taken(
    request: HttpRequest,
    poll: Poll,
    actor: Actor,
    template: str,
    frame: Part,
    *,
    channel: str = "",
    has_run_out: bool = False,
) -> HttpResponse:
    """Hand in what was sent, or show the form again with everything that was typed.

    Args:
        has_run_out: the form's protection has, so it may come from anywhere: it is only shown.
    """
    rows: list[Question] = list(poll.questions.all())
    verdict = policy.can("polls.response.hand_in", actor, poll)
    raw, file_errors = raw_of(request, rows, takes_files=bool(verdict) and not has_run_out)
    if verdict.code == NOT_OPEN.code:
        return _too_late(request, poll, template, frame, rows, raw)
    ticket = tickets.read(request.POST.get("ticket", ""), poll)
    errors: list[Part] = []
    findings: tuple[form.Finding, ...] = ()
    status, wait = 422, 0
    consented, may_quote = bool(request.POST.get("consent")), bool(request.POST.get("may_quote"))
    try:
        if verdict.code == "sign_in":
            raise RefusedError(
                _(
                    "You are signed out, so nothing was handed in yet. Sign in in the window that opens, come back to this"
                    " one and hand in: your answers stay here."
                ),
                verdict.code,
                status=403,
            )
        if has_run_out:
            raise RefusedError(
                _(
                    "You signed in or out while you answered, so nothing was handed in yet. Your answers are still here:"
                    " check them and hand in."
                ),
                "polls.ran_out",
                status=403,
            )
        if request.POST.get("website"):
            raise RefusedError(
                _("Leave the field “Leave this empty” empty, then send again."), "polls.trap", status=422
            )
        if ticket is None or (ticket.age < tickets.MIN_SECONDS and not ticket.is_change):
            raise RefusedError(
                _("That was very quick. Nothing is lost: check your answers and send them again."),
                "polls.quick",
                status=422,
            )
        if file_errors:
            raise responses.RepliesError(responses.read(poll, raw)[1].findings)
        limits.spend(request, ANSWER if actor.is_signed_in else ANSWER_WITHOUT_ACCOUNT)
        done = responses.hand_in(
            actor=actor,
            poll=poll,
            raw=raw,
            code=ticket.code,
            has_consented=consented,
            may_quote=may_quote,
            channel=channel,
        )
        return receipts.page(request, poll, done, is_embedded=template == "polls/embed.html")
    except responses.RepliesError as error:
        findings = error.findings
    except TooManyError as error:
        errors.append({"text": str(error), "href": ""})
        status, wait = 429, error.retry_after
    except RefusedError as error:
        if error.code == NOT_OPEN.code:  # it closed while this answer was on its way
            return _too_late(request, poll, template, frame, rows, raw)
        errors.append({"text": str(error), "href": "#consent" if error.code == "polls.consent" else ""})
        status = error.status
        if error.code in ("polls.withdrawn", "polls.other_person"):
            ticket = None
        if error.code == "polls.consent":
            findings = responses.read(poll, raw)[1].findings
    # Whoever made a form that has run out may know the code of the receipt that its ticket would give.
    fresh = "" if ticket is None or has_run_out else request.POST.get("ticket", "")
    context = frame | _form(
        poll,
        raw=raw,
        findings=findings,
        more_errors=file_errors,
        ticket=fresh,
        may_quote=may_quote,
        consented=consented,
    )
    for part in (*context["questions"], *context["traits"]):
        if part["error"]:
            errors.append({"text": f"{part['label']}: {part['error']}", "href": f"#{part['first']}"})
    errors.sort(
        key=lambda one: one["href"] == "#consent"
    )  # in the order of the page, where consent comes last
    context |= {
        "verdict": verdict,
        "errors": errors,
        "needs_consent": not consented and status != 403,
        "sign_in_url": sign_in_url(request.path) if verdict.code == "sign_in" else "",
        "keeps_typed": True,
        "is_changing": bool(ticket and ticket.is_change),
    }
    response = personal(render(request, template, context, status=status))
    if wait:
        response["Retry-After"] = str(wait)
    return response


def _too_late(
    request: HttpRequest,
    poll: Poll,
    template: str,
    frame: Part,
    rows: list[Question],
    raw: Mapping[int, form.Raw],
) -> HttpResponse:
    """The poll ended while she answered: how it stands, why nothing was taken, and her words to copy."""
    poll.refresh_from_db()
    context = frame | {
        "is_open": False,
        "errors": [{"text": _("This poll is not open any more. Your answers were not taken."), "href": ""}],
        "asked": shown.parts(rows, {}),
        "typed": shown.typed(rows, raw, responses.read(poll, raw)[1].values),
    }
    return personal(render(request, template, context, status=403))


@csrf_exempt  # without cookies there is nothing that another site could misuse; the ticket is the key
@xframe_options_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@with_poll
def embed(request: HttpRequest, poll: Poll) -> HttpResponse:
    """The form for a frame on another site: the only page that may be framed, and only by origins the poll lists.

    Nobody is signed in here, no cookie is read or set.
    """
    if not poll.embed_origins or poll.level != Level.ANONYMOUS:
        raise Http404
    actor = Actor()
    frame = _frame(request, poll) | {"bare": True, "page_url": f"{settings.PUBLIC_URL}{address(poll)}"}
    if request.method == "POST":
        response = _taken(request, poll, actor, "polls/embed.html", frame, channel=EMBED)
    else:
        verdict = policy.can("polls.response.hand_in", actor, poll)
        context = frame | {"verdict": verdict} | (_form(poll) if verdict else {})
        response = personal(render(request, "polls/embed.html", context))
    response._csp_replace = {"frame-ancestors": poll.embed_origins}  # type: ignore[attr-defined]
    return response


def preview_of(poll: Poll) -> Part:
    """The form as a resident will see it, for the official who prepares it."""
    return {"poll": poll, "tag": tag(poll), "is_open": False, "is_preview": True, "action": ""} | _form(poll)


def figures_of(counted: Mapping[str, Any]) -> list[Part]:
    """What came in, by means, for lists of facts."""
    means = " · ".join(
        f"{channel_label(channel)} {many:,}" for channel, many in sorted(counted["channels"].items())
    )
    return [
        {"term": _("Answers"), "text": f"{counted['responses']:,}"},
        *([{"term": _("By means"), "text": means}] if means else []),
        *([{"term": _("Taken back"), "text": f"{counted['withdrawn']:,}"}] if counted["withdrawn"] else []),
    ]


def embed_code(poll: Poll) -> str:
    """What another site puts into its page."""
    return (
        f'<iframe src="{settings.PUBLIC_URL}{address(poll, "poll_embed")}" title="{escape(poll.title)}"'
        ' width="100%" height="800"></iframe>'
    )
