"""The map, and the table that says the same."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madang.commons.opinions.domain import statements as domain
from madang.commons.opinions.domain import voting
from madang.commons.opinions.models import Conversation
from madang.commons.opinions.web import drawing
from madang.commons.opinions.web.pages import address, frame, participant_of, personal, with_conversation

ORDERS = ("number", "agree", "disagree", "pass", "split")


@require_safe
@with_conversation
def map_(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Who stands near whom, what unites, what divides, and how far to trust it."""
    participant = participant_of(request, conversation)
    answered = voting.answers_of(conversation, participant) if participant else {}
    texts = {row.number: row for row in domain.shown(conversation)}
    context = frame(request, conversation, "opinion_map") | {
        "map": drawing.whole(conversation, texts, answered),
        "has_answered": bool(answered),
        "hall_url": address(conversation, "opinion_hall"),
    }
    response = render(request, "opinions/map.html", context)
    return personal(response) if participant else response


@require_safe
@with_conversation
def statements(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Every statement with what was answered, altogether and by group."""
    order = request.GET.get("order", "")
    order = order if order in ORDERS else "number"
    texts = {row.number: row for row in domain.shown(conversation)}
    context = frame(request, conversation, "opinion_statements") | drawing.table(
        conversation, texts, order, request.path
    )
    return render(request, "opinions/statements.html", context)
