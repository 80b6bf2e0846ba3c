"""The wall of a hall: the question, how to take part, and the map as it grows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from madang.commons.opinions import live
from madang.commons.opinions.domain import statements as domain
from madang.commons.opinions.models import Conversation
from madang.commons.opinions.web import drawing, qr
from madang.commons.opinions.web.pages import frame, short_address, with_conversation


@require_safe
@with_conversation
def hall(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Nobody's own place is drawn here, whoever is signed in at the machine."""
    texts = {row.number: row for row in domain.shown(conversation)}
    link = short_address(conversation)
    context = frame(request, conversation, "opinion_hall") | {
        "map": drawing.whole(conversation, texts, {}),
        "live_url": live.address(conversation) if conversation.is_open else "",
        "qr": qr.drawn(link),
        "short": link.partition("://")[2],
        "statements": len(texts),
    }
    return render(request, "opinions/hall.html", context)
