"""Results as files, the record of closing, and the log of what was let through and what not."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.commons.ledger import api as ledger
from madang.commons.opinions import export, reading
from madang.commons.opinions.enums import ReturnReason
from madang.commons.opinions.models import Conversation, Statement
from madang.commons.opinions.web.pages import Part, address, crumb, frame, short_address, with_conversation
from madang.kernel.models import Audit, Outbox
from madang.kernel.web import saving

PAGE = 50


def _closing(conversation: Conversation) -> Audit | None:
    return (
        Audit.objects.filter(
            target=conversation.reference,
            action__in=["opinions.conversation.close", "opinions.conversation.archive"],
        )
        .select_related("outbox")
        .first()
    )


@require_safe
@with_conversation
def results(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """What can be taken along, and how to check it."""
    act = _closing(conversation)
    outbox: Outbox | None = act.outbox if act else None
    context = frame(request, conversation, "opinion_results") | {
        "has_files": not conversation.is_open,
        "record": act.payload.get("data") if act and act.payload else None,
        "at": act.at if act else None,
        "place": outbox.index if outbox else None,
        "ledger_url": reverse("ledger"),
        "short": short_address(conversation),
    }
    return render(request, "opinions/results.html", context)


@require_safe
@with_conversation
def files(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """The Polis files of a closed conversation.

    While it is open there are none: two downloads, before and after somebody's answer, would tell what she said.
    """
    if conversation.is_open:
        raise Http404
    bundle = export.bundle(conversation, short_address(conversation))
    return saving.saved(
        HttpResponse(bundle, content_type="application/zip"), f"opinions-{conversation.code}.zip"
    )


@require_safe
@with_conversation
def engine_json(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """The public picture as data: groups, shares, certificate."""
    return JsonResponse(reading.results(conversation), json_dumps_params={"ensure_ascii": False})


@require_safe
@with_conversation
def record(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """The receipt of the closing act: whoever has it can check that the published votes are those that were counted."""
    act = _closing(conversation)
    text = ledger.receipt(act.outbox) if act else None
    if text is None:
        raise Http404
    return saving.text(text, f"record-{conversation.code}.txt")


@require_safe
@with_conversation
def log(request: HttpRequest, conversation: Conversation) -> HttpResponse:
    """Every decision about a statement: when, by whom and why. What it said is not repeated."""
    rows = (
        Audit.objects.filter(
            target__startswith=f"statement:{conversation.code}-",
            action__startswith="opinions.statement.",
            is_public=True,
        )
        .select_related("outbox")
        .order_by("-at", "-pk")
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = frame(request, conversation, "opinion_results") | {
        "page": page,
        "events": [_event(row) for row in page],
        "reasons": [str(label) for label in ReturnReason.labels],
        "waiting": Statement.objects.filter(conversation=conversation, state="waiting").count(),
        "breadcrumb": [
            crumb(_("Opinion maps"), reverse("opinions")),
            crumb(conversation.code, address(conversation)),
            crumb(_("Log of decisions")),
        ],
    }
    return render(request, "opinions/log.html", context)


def _event(act: Audit) -> Part:
    titles = {
        "accept": (_("Statement %(number)s let through"), "check", "jade"),
        "return": (_("Statement %(number)s sent back"), "reply", "ochre"),
        "reword": (_("Statement %(number)s reworded"), "edit", "blue"),
        "hide": (_("Statement %(number)s taken down"), "eye", "persimmon"),
        "restore": (_("Statement %(number)s put back"), "eye", "jade"),
    }
    hows = {
        "no_doubt": _("The gate had no doubt"),
        "looked_at": _("A facilitator looked at it"),
        "seed": _("Written by the facilitator"),
        **{code: str(label) for code, label in ReturnReason.choices},
    }
    title, icon, tone = titles[act.action.rpartition(".")[2]]
    return {
        # Pages count from 1, references from 0.
        "title": title % {"number": int(act.target.rpartition("-")[2]) + 1},
        "at": act.at,
        "text": " · ".join(filter(None, [hows.get(act.reason_code, ""), act.reason])),
        "icon": icon,
        "tone": tone,
    }
