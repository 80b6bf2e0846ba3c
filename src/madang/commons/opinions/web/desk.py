"""The desk of those who facilitate: what waits, opening and closing, seeds."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.opinions import policies, queries
from madang.commons.opinions.domain import conversations, statements
from madang.commons.opinions.enums import ReturnReason, StatementState
from madang.commons.opinions.limits import STEP_FROM
from madang.commons.opinions.models import Conversation, Statement
from madang.commons.opinions.web.forms import ConversationForm, DecisionForm, SeedsForm
from madang.commons.opinions.web.pages import Part, address, crumb, sign_in_url, with_conversation
from madang.kernel import policy
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import Mandate
from madang.kernel.web.acting import actor_of


def _mandates(actor: Actor) -> list[Mandate]:
    return [mandate for mandate in actor.mandates if mandate.post.role in policies.FACILITATORS]


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """The conversations of one's offices, those first where something waits."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect(sign_in_url(request.path))
    if not _mandates(actor):
        raise RefusedError(policies.NOT_HERS.reason, policies.NOT_HERS.code)
    context = {"rows": queries.led_by(actor)[:200], "breadcrumb": [crumb(_("Opinion maps"))]}
    return render(request, "opinions/desk.html", context)


def new(request: HttpRequest) -> HttpResponse:
    """Prepare a conversation."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect(sign_in_url(request.path))
    mandates = _mandates(actor)
    if not mandates:
        raise RefusedError(policies.NOT_HERS.reason, policies.NOT_HERS.code)
    form = ConversationForm(request.POST or None, initial={"about": request.GET.get("about", "")[:80]})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            said = form.cleaned_data
            try:
                made = conversations.create(
                    actor=actor,
                    host=mandates[0].post.organisation,
                    question=conversations.Question(
                        said["question_ko"], said["question_en"], said["intro_ko"], said["intro_en"]
                    ),
                    about=said["about"],
                    vote_level=said["vote_level"],
                    write_level=said["write_level"],
                    closes_at=form.closes_at(),
                    seeds=said["seeds"],
                )
                return redirect(address(made, "opinion_lead"))
            except RefusedError as error:
                form.add_error(None, str(error))
    context = {
        "form": form,
        "host": mandates[0].post.organisation,
        "breadcrumb": [crumb(_("Opinion maps"), reverse("opinions_desk")), crumb(_("New conversation"))],
    }
    return render(request, "opinions/new.html", context, status=status)


@with_conversation
def lead(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Everything a facilitator does with one conversation."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect(sign_in_url(request.path))
    policy.require("opinions.conversation.change", actor, conversation)
    form, seeds, errors, status = DecisionForm(), SeedsForm(), [], 200
    chosen = ""
    if request.method == "POST":
        act = request.POST.get("act", "")
        try:
            if act == "open":
                conversations.open_(actor=actor, conversation=conversation)
                messages.success(request, _("The conversation is open."))
                return redirect(request.path)
            if act == "seed":
                seeds = SeedsForm(request.POST)
                if seeds.is_valid():
                    statements.seed(actor=actor, conversation=conversation, texts=seeds.cleaned_data["seeds"])
                    messages.success(request, _("The statements are there."))
                    return redirect(request.path)
            else:
                form, chosen = DecisionForm(request.POST), request.POST.get("statement", "")
                if _decided(actor, conversation, form, chosen, act):
                    return redirect(request.path)
        except RefusedError as error:
            errors.append({"text": str(error), "href": f"#s{chosen}" if chosen else ""})
        status = 422
    rows = list(Statement.objects.filter(conversation=conversation).order_by("number"))
    context: Part = {
        "conversation": conversation,
        "board": conversation.board,
        "waiting": [_doubtful(row) for row in rows if row.state == StatementState.WAITING],
        "shown": [row for row in rows if row.state == StatementState.SHOWN],
        "away": [row for row in rows if row.state in (StatementState.RETURNED, StatementState.HIDDEN)],
        "form": form,
        "seeds": seeds,
        "chosen": chosen,
        "errors": errors,
        "reasons": ReturnReason.choices,
        "hall_url": address(conversation, "opinion_hall"),
        "breadcrumb": [crumb(_("Opinion maps"), reverse("opinions_desk")), crumb(conversation.code)],
    }
    return render(request, "opinions/lead.html", context, status=status)


def _doubtful(row: Statement) -> Part:
    labels = dict(ReturnReason.choices)
    return {"statement": row, "doubts": [str(labels[doubt]) for doubt in row.doubts if doubt in labels]}


def _decided(actor: Actor, conversation: Conversation, form: DecisionForm, typed: str, act: str) -> bool:
    """Carry out one decision; False when the form has to be shown again."""
    statement = (
        Statement.objects.filter(conversation=conversation, number=int(typed)).first()
        if typed.isascii() and typed.isdigit() and len(typed) < 9
        else None
    )
    if statement is None or not form.is_valid():
        return False
    reason, note = form.cleaned_data["reason_code"], form.cleaned_data["note"]
    if act == "accept":
        statements.accept(actor=actor, statement=statement)
    elif act == "return":
        statements.send_back(actor=actor, statement=statement, reason_code=reason, note=note)
    elif act == "hide":
        statements.hide(actor=actor, statement=statement, reason_code=reason, note=note)
    elif act == "restore":
        statements.restore(actor=actor, statement=statement, note=note)
    else:
        return False
    return True


@with_conversation
def close(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Asks once more: closing destroys what links people to their answers, and cannot be undone."""
    actor = actor_of(request)
    if not actor.is_signed_in:
        return redirect(sign_in_url(request.path))
    policy.require("opinions.conversation.close", actor, conversation)
    if request.method == "POST":
        conversations.close(actor=actor, conversation=conversation)
        return redirect(address(conversation, "opinion_results"))
    context = {
        "conversation": conversation,
        "board": conversation.board,
        "step_from": STEP_FROM,
        "breadcrumb": [
            crumb(_("Opinion maps"), reverse("opinions_desk")),
            crumb(conversation.code, address(conversation, "opinion_lead")),
            crumb(_("Close")),
        ],
    }
    return render(request, "opinions/close.html", context)
