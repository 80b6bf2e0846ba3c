"""Agreement between coders, the queue of their differences, and the log of rulings."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from madang.kernel.errors import RefusedError
from madang.kernel.logic import particles
from madang.kernel.saying import tongue
from madang.kernel.web.acting import actor_of
from madang.services.polls.domain import agreeing, codebooks, rulings, tasks
from madang.services.polls.models import Codebook, Coding, Poll, Ruling
from madang.services.polls.web import coding_forms as forms
from madang.services.polls.web.coding_pages import (
    Part,
    book_in_use,
    crumbs,
    for_analysts,
    names_of,
    shown,
    tabs,
)

LOG = 100


def _verdict(figure: Part) -> Part:
    """The verdict in words, with its tone. A colour never stands alone."""
    return {
        "publish": {"label": _("Good enough to publish"), "tone": "jade"},
        "tentative": {"label": _("Tentative conclusions only"), "tone": "ochre"},
        "revise": {"label": _("Revise the codebook"), "tone": "persimmon"},
    }.get(figure["verdict"], {"label": pgettext("agreement", "Cannot be told"), "tone": ""})


def _three(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _row(figure: Part) -> Part:
    return {
        "alpha": _three(figure["alpha"]),
        "interval": f"{_three(figure['low'])} – {_three(figure['high'])}"
        if figure["low"] is not None
        else "–",
        "verdict": _verdict(figure),
        "sure": figure["sure"],
        "answers": figure["answers"],
        "given": figure.get("given"),
    }


@require_safe
@for_analysts
def figures(request: HttpRequest, poll: Poll) -> HttpResponse:
    """Krippendorff's alpha with its interval, over all and by code; who takes what for what; whether codes drift."""
    book = codebooks.in_use(poll)
    context: Part = {
        "poll": poll,
        "book": book,
        "tabs": tabs(request, poll),
        "breadcrumb": crumbs(poll, (_("Agreement"), "")),
    }
    if book is not None:
        found, names = agreeing.figures(book), names_of(book)
        context |= {
            "all": _row(found["all"]) if found["all"]["answers"] else None,
            "limits": found["all"]["limits"],
            "source": found["all"]["source"][tongue()],
            "level": round(found["all"]["level"] * 100),
            "times": found["all"]["times"],
            "codes": [_row(one) | {"name": names.get(one["code"], one["code"])} for one in found["codes"]],
            "drift": _row(found["drift"]) if found["drift"] else None,
            "every": tasks.EVERY,
            **_confusion(found["confusion"], names),
        }
    return render(request, "polls/coding/agreement.html", context)


def _confusion(pairs: dict[tuple[str, str], int], names: dict[str, str]) -> Part:
    """A table of codes by codes (both halves filled: the order of two coders means nothing), and the worst pairs."""
    used = [key for key in names if any(key in pair for pair in pairs)]

    def count(one: str, other: str) -> int:
        return pairs.get((one, other), 0) + (pairs.get((other, one), 0) if one != other else 0)

    worst = sorted(((n, pair) for pair, n in pairs.items() if pair[0] != pair[1]), reverse=True)
    return {
        "columns": [{"letter": _letter(at), "name": names[key]} for at, key in enumerate(used)],
        "matrix": [
            {
                "letter": _letter(at),
                "name": names[one],
                "cells": [{"n": count(one, other), "is_same": one == other} for other in used],
            }
            for at, one in enumerate(used)
        ],
        "worst": [_mixed(n, names.get(one, one), names.get(other, other)) for n, (one, other) in worst[:5]],
    }


def _mixed(n: int, first: str, second: str) -> str:
    said = ngettext("%(first)s and %(second)s: %(n)s answer", "%(first)s and %(second)s: %(n)s answers", n)
    return particles.chosen(said % {"first": first, "second": second, "n": n})


def _letter(at: int) -> str:
    return chr(ord("A") + at % 26) + ("" if at < 26 else str(at // 26))


@require_safe
@for_analysts
def queue(request: HttpRequest, poll: Poll) -> HttpResponse:
    """Where coders differ, and what was decided before."""
    book, actor = codebooks.in_use(poll), actor_of(request)
    found = rulings.differences(actor=actor, codebook=book) if book else []
    names = names_of(book) if book else {}
    log = (
        list(Ruling.objects.filter(codebook=book).select_related("by").order_by("-at", "-pk")[:LOG])
        if book
        else []
    )
    said = tasks.texts(poll, [one.response for one in found] + [row.response_id for row in log])
    context = {
        "poll": poll,
        "book": book,
        "rows": [
            {
                "text": said.get(one.response, ""),
                "url": reverse("desk_ruling", args=[poll.code, one.response]),
                "given": [
                    {"coder": given.coder.shown_name, "code": names.get(given.code, given.code)}
                    for given in one.given
                ],
            }
            for one in found
        ],
        "log": [
            {
                "text": said.get(row.response_id, ""),
                "code": names.get(row.code, row.code),
                "reason": row.reason,
                "by": row.by.shown_name,
                "at": row.at,
                "turn": row.turn,
                "is_objection": row.objection_id is not None,
            }
            for row in log
        ],
        "tabs": tabs(request, poll),
        "breadcrumb": crumbs(poll, (_("Differences"), "")),
    }
    return render(request, "polls/coding/rulings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_analysts
def decide(request: HttpRequest, poll: Poll, response: int) -> HttpResponse:
    """Decide the code of one answer (POST), with the reason from which coders learn."""
    book, actor = book_in_use(poll), actor_of(request)
    given = _given(book, response, actor)
    if len({one["key"] for one in given}) < 2:
        raise Http404
    turns = _turns(book, response)
    form = _deciding(request, book, turns)
    status = 200
    if form.is_bound:
        status = 422
        if form.is_valid():
            try:
                rulings.rule(actor=actor, codebook=book, response=response, **form.cleaned_data)
            except RefusedError as refused:
                if refused.code == "ruling.turn":
                    # The other decision stands above; sent once more, hers is the next turn after it.
                    turns = _turns(book, response)
                    form = _deciding(request, book, turns, again=True)
                form.add_error(None, str(refused))
                status = refused.status
            else:
                messages.success(request, _("Decided."))
                return redirect("desk_rulings", poll.code)
    verdict = rulings.may_rule(actor, book, response)
    names = names_of(book)
    context = {
        "poll": poll,
        "text": tasks.texts(poll, [response]).get(response, ""),
        "given": given,
        "turns": [
            {
                "code": names.get(row.code, row.code),
                "reason": row.reason,
                "by": row.by.shown_name,
                "at": row.at,
            }
            for row in turns
        ],
        "groups": shown(book),
        "form": form,
        "refused": "" if verdict else verdict.reason,
        "breadcrumb": crumbs(
            poll, (_("Differences"), reverse("desk_rulings", args=[poll.code])), (_("Decide"), "")
        ),
    }
    return render(request, "polls/coding/decide.html", context, status=status)


def _turns(book: Codebook, response: int) -> list[Ruling]:
    rows = Ruling.objects.filter(codebook=book, response=response)
    return list(rows.select_related("by").order_by("turn"))


def _deciding(
    request: HttpRequest, book: Codebook, turns: list[Ruling], *, again: bool = False
) -> forms.DecideForm:
    data: Any = request.POST.copy() if request.method == "POST" else None
    if again:
        data["turn"] = len(turns) + 1
    return forms.DecideForm(data, codes=book.body["codes"], initial={"turn": len(turns) + 1})


def _given(book: Codebook, response: int, actor: Any) -> list[Part]:
    """Who gave what; nothing while the analyst still has to code the answer herself."""
    rows = Coding.objects.filter(
        task__codebook=book, task__response=response, task__response__is_withdrawn=False
    )
    if actor.user and book.tasks.filter(response=response, coder=actor.user, coding__isnull=True).exists():
        return []
    names = names_of(book)
    return [
        {"coder": row.task.coder.shown_name, "key": row.code, "code": names.get(row.code, row.code)}
        for row in rows.select_related("task__coder").order_by("task__coder")
    ]
