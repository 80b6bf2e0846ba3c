"""The desk: an official prepares, opens, prolongs, closes or calls off a poll. Every button works without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation
from madang.kernel.web.acting import actor_of
from madang.services.polls import policies, queries
from madang.services.polls.domain import counting, polls, rounds
from madang.services.polls.domain import questions as questioning
from madang.services.polls.domain.starters import CONSENT_EN, CONSENT_KO, STARTERS
from madang.services.polls.enums import PollState, QuestionKind
from madang.services.polls.logic import form as logic
from madang.services.polls.models import Poll
from madang.services.polls.web import answering, shown
from madang.services.polls.web.arranging import arranged
from madang.services.polls.web.forms import (
    NewPollForm,
    PollForm,
    ProlongForm,
    QuestionForm,
    ReasonForm,
    choosing,
)
from madang.services.polls.web.pages import Part, address, crumb, desk_crumbs, sign_in_url, tag


def for_office(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Sign-in first, then a mandate of those who prepare polls or read answers."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        actor = actor_of(request)
        if not actor.is_signed_in:
            return redirect(sign_in_url(request.get_full_path()))
        if not actor.offices(*policies.LEADING, *policies.READING):
            raise RefusedError(policies.NOT_HERS.reason, policies.NOT_HERS.code)
        return view(request, *args, **kwargs)

    return asked


def led(request: HttpRequest, code: str) -> Poll:
    """A poll of her offices; another office's looks as if it did not exist."""
    written = queries.read_code(code)
    found = queries.led_by(actor_of(request)).select_related("changed_by").filter(code=written or "").first()
    if found is None:
        raise Http404
    return found


@for_office
@require_safe
def polls_desk(request: HttpRequest) -> HttpResponse:
    """The polls of her offices, drafts first."""
    actor = actor_of(request)
    rows = [
        {
            "title": poll.title,
            "url": address(poll, "poll_lead"),
            "tags": [tag(poll)],
            "meta": [poll.code, poll.host.name],
            "figure": poll.many,
            "figure_label": _("answers"),
        }
        for poll in sorted(queries.led_by(actor)[:300], key=lambda one: one.state != PollState.DRAFT)
    ]
    context = {
        "rows": rows,
        "may_create": bool(actor.offices(*policies.LEADING)),
        "breadcrumb": desk_crumbs(),
    }
    return render(request, "polls/desk.html", context)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Which office, and what to begin with; the next page has everything filled in that can be."""
    actor = actor_of(request)
    offices = Organisation.objects.filter(pk__in=actor.offices(*policies.LEADING))
    if not offices:
        raise RefusedError(policies.NOT_HERS.reason, policies.NOT_HERS.code)
    form = NewPollForm(request.POST or None, initial={"starter": "free"}, offices=offices)
    choosing(form, "starter").choices = [(key, f"{one.label}: {one.about}") for key, one in STARTERS.items()]
    if request.method == "POST" and form.is_valid():
        starter = STARTERS[form.cleaned_data["starter"]]
        poll = polls.create(
            actor=actor,
            host=form.cleaned_data["host"],
            questions=starter.questions,
            title_ko=starter.title[0] or "새 설문",
            title_en=starter.title[1] or "New poll",
            intro_ko=starter.intro[0],
            intro_en=starter.intro[1],
            consent_ko=CONSENT_KO,
            consent_en=CONSENT_EN,
            about=request.GET.get("about", "")[:80],
        )
        return redirect(address(poll, "poll_edit"))
    context = {"form": form, "breadcrumb": desk_crumbs(crumb(_("New poll")))}
    return render(request, "polls/new.html", context, status=422 if form.errors else 200)


def _question_forms(request: HttpRequest) -> list[QuestionForm]:
    typed = request.POST.get("count", "0")
    many = min(int(typed), logic.MOST_QUESTIONS) if typed.isascii() and typed.isdigit() else 0
    return [QuestionForm(request.POST, prefix=f"q{place}") for place in range(1, many + 1)]


def _forms_of(poll: Poll) -> list[QuestionForm]:
    return [
        QuestionForm(initial=QuestionForm.initial_of(row), prefix=f"q{place}")
        for place, row in enumerate(poll.questions.all(), start=1)
    ]


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """One page for everything. Each button saves first, so that nothing typed is ever lost."""
    poll, actor = led(request, code), actor_of(request)
    if poll.state != PollState.DRAFT:
        return redirect(address(poll, "poll_lead"))
    policy.require("polls.poll.edit", actor, poll)
    if request.method != "POST":
        form = PollForm(initial=PollForm.initial_of(poll), rounds=queries.rounds_before(poll))
        return _edit_page(request, poll, form, _forms_of(poll))
    form = PollForm(request.POST, rounds=queries.rounds_before(poll))
    questions = _question_forms(request)
    are_valid = [form.is_valid(), *[one.is_valid() for one in questions]]
    if not all(are_valid):
        return _edit_page(request, poll, form, questions, status=422)
    drafts, anchor = arranged([one.draft() for one in questions], request.POST.get("do", ""))
    if sum(one.is_headline and one.kind == QuestionKind.TEXT for one in drafts) > 1:
        error = _("The report can be about one free text only: choose one question for it.")
        return _edit_page(request, poll, form, questions, errors=[error], status=422)
    try:
        polls.edit(
            actor=actor, poll=poll, seen=form.cleaned_data["seen"], questions=drafts, **form.fields_of()
        )
    except polls.StaleError as stale:
        return _stale(request, stale.poll, form, questions)
    except RefusedError as refused:
        field = refused.code.removeprefix("polls.")
        form.add_error(field if field in form.fields else None, str(refused))
        return _edit_page(request, poll, form, questions, status=refused.status)
    act = request.POST.get("do", "")
    if act == "preview":
        return redirect(address(poll, "poll_preview"))
    if act == "open":
        return redirect(address(poll, "poll_open"))
    if act == "save":
        messages.success(request, _("The draft is saved."))
    return redirect(f"{address(poll, 'poll_edit')}{anchor}")


def _edit_page(
    request: HttpRequest,
    poll: Poll,
    form: PollForm,
    questions: list[QuestionForm],
    *,
    errors: list[str] | None = None,
    stale: Part | None = None,
    status: int = 200,
) -> HttpResponse:
    flaws = logic.flaws(questioning.asked(poll.questions.all())) if not form.is_bound else ()
    rows = {row.number: row for row in poll.questions.all()}
    by_number: dict[int, list[str]] = {}
    for finding in flaws:
        by_number.setdefault(finding.number, []).append(shown.sentence(finding, rows.get(finding.number)))
    context = {
        "poll": poll,
        "form": form,
        "questions": [
            {"form": one, "place": place, "flaws": by_number.get(place, [])}
            for place, one in enumerate(questions, start=1)
        ],
        "kinds": QuestionKind.choices,
        "errors": [{"text": error} for error in errors or []]
        + [
            {"text": f"{place}. {field.label}: {message}", "href": f"#{field.auto_id}"}
            for place, one in enumerate(questions, start=1)
            for field in one
            for message in field.errors
        ],
        "stale": stale,
        "breadcrumb": desk_crumbs(crumb(poll.title, address(poll, "poll_lead")), crumb(_("Edit"))),
    }
    return render(request, "polls/edit.html", context, status=status)


def _stale(request: HttpRequest, now: Poll, form: PollForm, questions: list[QuestionForm]) -> HttpResponse:
    """Somebody else saved meanwhile: what was typed stays, what differs is named, saving again overrules."""
    saved = PollForm.initial_of(now)
    differs = [
        str(form.fields[name].label)
        for name, value in form.cleaned_data.items()
        if name != "seen" and value != (now.embed_origins if name == "embed_origins" else saved[name])
    ]
    typed = [one.draft() for one in questions]
    kept = [questioning.row_of(now, place, draft) for place, draft in enumerate(typed, start=1)]
    if questioning.frozen(kept) != questioning.frozen(now.questions.all()):
        differs.append(_("Questions"))
    data = request.POST.copy()
    data["seen"] = str(now.revision)
    form.data = data
    stale = {
        "by": now.changed_by.shown_name if now.changed_by else "",
        "at": now.changed_at,
        "differs": differs,
    }
    return _edit_page(request, now, form, questions, stale=stale, status=409)


@for_office
@require_safe
def preview(request: HttpRequest, code: str) -> HttpResponse:
    """As a resident will see it."""
    poll = led(request, code)
    context = answering.preview_of(poll) | {
        "edit_url": address(poll, "poll_edit" if poll.state == PollState.DRAFT else "poll_lead"),
        "breadcrumb": desk_crumbs(crumb(poll.title, address(poll, "poll_lead")), crumb(_("Preview"))),
    }
    return render(request, "polls/poll.html", context)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def lead(request: HttpRequest, code: str) -> HttpResponse:
    """How a poll stands, and what can be done with it."""
    poll = led(request, code)
    return _lead_page(request, poll)


def _lead_page(
    request: HttpRequest,
    poll: Poll,
    *,
    act: str = "",
    form: Any = None,
    errors: list[Part] | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = actor_of(request)
    leads = policies.leads(actor, poll.host_id)
    counted = counting.counts_of(poll)
    context = {
        "poll": poll,
        "tag": tag(poll),
        "leads": leads,
        "act": act,
        "prolong": form if act == "prolong" else ProlongForm(),
        "call_off": form if act == "call_off" else ReasonForm(),
        "errors": errors or [],
        "figures": answering.figures_of(counted),
        "questions": shown.parts(poll.questions.all(), {}),
        "embed_code": answering.embed_code(poll) if poll.embed_origins else "",
        "breadcrumb": desk_crumbs(crumb(poll.title)),
    }
    return render(request, "polls/lead.html", context, status=status)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def open_(request: HttpRequest, code: str) -> HttpResponse:
    """Asks once more: from then on the questions stand."""
    poll, actor = led(request, code), actor_of(request)
    policy.require("polls.poll.open", actor, poll)
    errors: list[Part] = []
    rows = {row.number: row for row in poll.questions.all()}
    status = 200
    if request.method == "POST":
        try:
            polls.open_(actor=actor, poll=poll)
            messages.success(request, _("The poll is published. This is its page."))
            return redirect(address(poll))
        except polls.UnaskableError as refused:
            status = refused.status
            errors = [
                {
                    "text": f"{one.number}. {shown.sentence(one, rows.get(one.number))}"
                    if one.number
                    else shown.sentence(one),
                    "href": f"{address(poll, 'poll_edit')}#question-{one.number}",
                }
                for one in refused.findings
            ]
        except RefusedError as refused:
            status = refused.status
            errors = [{"text": str(refused), "href": address(poll, "poll_edit")}]
    context = {
        "poll": poll,
        "errors": errors,
        "questions": shown.parts(rows.values(), {}),
        "breadcrumb": desk_crumbs(crumb(poll.title, address(poll, "poll_lead")), crumb(_("Open it"))),
    }
    return render(request, "polls/open.html", context, status=status)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def close(request: HttpRequest, code: str) -> HttpResponse:
    """Asks once more: closing destroys what links people to answers, and cannot be undone."""
    poll, actor = led(request, code), actor_of(request)
    policy.require("polls.poll.close", actor, poll)
    if request.method == "POST":
        polls.close(actor=actor, poll=poll)
        messages.success(request, _("The poll is closed. Nobody can be linked to an answer any more."))
        return redirect(address(poll, "poll_lead"))
    context = {
        "poll": poll,
        "figures": answering.figures_of(counting.counts_of(poll)),
        "breadcrumb": desk_crumbs(crumb(poll.title, address(poll, "poll_lead")), crumb(_("Close it"))),
    }
    return render(request, "polls/close.html", context)


@require_http_methods(["POST"])
@for_office
def act(request: HttpRequest, code: str) -> HttpResponse:
    """Prolong or call off, with a reason; or begin the next round."""
    poll, actor, what = led(request, code), actor_of(request), request.POST.get("act", "")
    if what == "next":
        made = rounds.next_round(actor=actor, poll=poll)
        messages.success(
            request, _("A draft with the same questions. Its report will stand beside this one.")
        )
        return redirect(address(made, "poll_edit"))
    form: Any = ProlongForm(request.POST) if what == "prolong" else ReasonForm(request.POST)
    if what not in ("prolong", "call_off"):
        raise Http404
    if not form.is_valid():
        return _lead_page(request, poll, act=what, form=form, status=422)
    try:
        if what == "prolong":
            polls.prolong(actor=actor, poll=poll, **form.cleaned_data)
            messages.success(request, _("The poll has a later end."))
        else:
            polls.call_off(actor=actor, poll=poll, reason=form.cleaned_data["reason"])
            messages.success(request, _("The poll is called off."))
    except RefusedError as refused:
        field = refused.code.removeprefix("polls.")
        form.add_error(field if field in form.fields else None, str(refused))
        return _lead_page(request, poll, act=what, form=form, status=refused.status)
    return redirect(address(poll, "poll_lead"))
