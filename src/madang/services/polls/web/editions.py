"""The desk of an edition that a worker makes: how far it is, how it ended, and beginning again."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_safe

from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.web.acting import actor_of
from madang.services.polls import troubles
from madang.services.polls.domain import editions
from madang.services.polls.models import Poll, Publication
from madang.services.polls.web.building import for_office, led
from madang.services.polls.web.pages import Part, address, crumb, desk_crumbs


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def publication(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """One order of an edition; what failed is begun again here (POST)."""
    poll = led(request, code)
    ordered, errors, status = _of(poll, number), [], 200
    if request.method == "POST":
        try:
            made = editions.again(actor=actor_of(request), publication=ordered)
            return redirect("poll_publication", poll.code, made.pk)
        except RefusedError as refused:
            errors, status = [{"text": str(refused), "href": ""}], refused.status
    context = _shown(request, ordered) | {
        "errors": errors,
        "breadcrumb": desk_crumbs(
            crumb(poll.title, address(poll, "poll_lead")),
            crumb(pgettext("poll", "Report"), address(poll, "poll_report_desk")),
            crumb(_("Edition %(n)s") % {"n": ordered.after + 1}),
        ),
    }
    return render(request, "polls/report/publication.html", context, status=status)


@for_office
@require_safe
def progress(request: HttpRequest, code: str, number: int) -> HttpResponse:
    """How far it is, as a part of the page that renews itself."""
    return render(
        request, "polls/report/publication_part.html", _shown(request, _of(led(request, code), number))
    )


def _of(poll: Poll, number: int) -> Publication:
    found = poll.publications.select_related("poll", "codebook", "analysis", "report").filter(pk=number)
    row: Publication | None = found.first()
    if row is None:
        raise Http404
    return row


def _shown(request: HttpRequest, ordered: Publication) -> Part:
    names = (
        _("Put the figures together and test them"),
        _("Make the bundle and count everything anew from it"),
        _("Compare both, write the edition down and publish it"),
    )
    title, text = troubles.of_publication(ordered)
    return {
        "poll": ordered.poll,
        "ordered": ordered,
        "steps": [
            {"name": name, "is_done": ordered.step > at, "is_now": ordered.step == at}
            for at, name in zip(editions.STEPS, names, strict=True)
        ],
        "of": len(editions.STEPS),
        "trouble_title": title,
        "trouble_text": text,
        "may_publish": bool(policy.can("polls.poll.publish", actor_of(request), ordered.poll)),
    }
