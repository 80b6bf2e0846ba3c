"""The codebook for everybody: what counts, what changed, how objections were answered, and the file."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from madang.kernel import clock, policy
from madang.kernel.saying import tongue
from madang.kernel.web.acting import actor_of
from madang.services.polls.domain import objections
from madang.services.polls.enums import CodebookState
from madang.services.polls.logic import versions as compared
from madang.services.polls.logic.codebook import book_of
from madang.services.polls.models import Codebook, Poll
from madang.services.polls.web.coding_pages import Part, shown, version_of


def changes_between(last: Codebook, book: Codebook) -> list[Part]:
    """Changes with their sentence, and both texts where words were changed."""
    try:
        found = compared.diff(book_of(last.body), book_of(book.body))
    except (KeyError, TypeError, ValueError):  # a draft that is not finished
        return []
    language = tongue()
    return [
        {
            "sentence": sentence,
            "border": change["border"],
            "language": change["language"],
            "name": change["name"].get(language) or change["key"],
            "field": change["field"],
            "old": change["old"],
            "new": change["new"],
            "words": change["words"],
        }
        for change, sentence in zip(found, compared.readable(found, language), strict=True)
    ]


@require_safe
def public(request: HttpRequest, code: str) -> HttpResponse:
    """The codebook that counts, its versions, and how objections were answered: for everybody."""
    poll = get_object_or_404(Poll.objects.select_related("host"), code=code.upper())
    rows = list(poll.codebooks.exclude(state=CodebookState.DRAFT).order_by("-version"))
    if not poll.is_public or not rows:
        raise Http404
    book, before = rows[0], rows[1] if len(rows) > 1 else None
    context = {
        "poll": poll,
        "book": book,
        "rows": rows,
        "groups": shown(book),
        "changes": changes_between(before, book) if before else [],
        "objections": objections.counts(poll),
        "period": objections.terms(clock.now())[1],
        "editions": poll.reports.exclude(codebook=None)
        .select_related("codebook")
        .only("edition", "poll", "codebook__version"),
        "breadcrumb": [
            {"label": _("Polls"), "url": reverse("polls")},
            {"label": poll.title, "url": reverse("poll", args=[poll.code])},
            {"label": _("Codebook"), "url": ""},
        ],
    }
    return render(request, "polls/coding/public.html", context)


@require_safe
def file(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """One version as JSON, in the form in which it can be brought in again."""
    poll = get_object_or_404(Poll, code=code.upper())
    book = version_of(poll, version)
    if not book.is_public and not policy.can("polls.coding.lead", actor_of(request), poll):
        raise Http404
    answer = JsonResponse(book.body, json_dumps_params={"ensure_ascii": False, "indent": 1})
    answer["Content-Disposition"] = f'attachment; filename="codebook-{poll.code}-{book.version}.json"'
    return answer
