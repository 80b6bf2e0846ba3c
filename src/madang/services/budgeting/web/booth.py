"""What everybody sees of booths: the count of paper, and the device at which a code opens the ballot once."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from madang.kernel import policy
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.web import limits, saving
from madang.services.budgeting.domain import booth, boxes, casting
from madang.services.budgeting.limits import KEY
from madang.services.budgeting.logic import boxes as arithmetic
from madang.services.budgeting.logic.paper import Finding
from madang.services.budgeting.models import Key, Round
from madang.services.budgeting.web import box_words, papers, tickets, voting
from madang.services.budgeting.web.shell import round_of, under

Part = dict[str, Any]
SECONDS = 180
"""After which a receipt at a device makes room for the next person."""


def with_booths(request: HttpRequest, slug: str) -> Round:
    found = round_of(request, slug)
    if not found.is_public or not found.on_paper:
        raise Http404
    return found


@require_safe
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """Every box: issued = cast + spoiled + unused, and why one was closed that does not add up."""
    round_ = with_booths(request, slug)
    rows = boxes.of_round(round_)
    known = boxes.counts(rows)
    whole = arithmetic.total(known.values())
    context = under(round_, "budget_result", _("Ballot boxes")) | {
        "table": box_words.table(rows, known),
        "whole": whole,
        "unsettled": whole.pending + whole.out,
        "handed": sum(box.handed for box in rows),
        "codes": sum(box.keyed for box in rows),
        "codes_cast": sum(box.keyed_cast for box in rows),
        "taken_back": sum(box.taken_back for box in rows),
        "adjusted": box_words.adjusted(rows),
        "reasons": box_words.reasons(round_),
        "rule": Round.OnPaper(round_.on_paper).label,
    }
    return render(request, "budgeting/boxes.html", context)


@require_safe
def paper_csv(request: HttpRequest, slug: str) -> HttpResponse:
    """The same table, for spreadsheets; the names of its columns are those of the public log."""
    round_ = with_booths(request, slug)
    rows = boxes.published(round_)
    names = [
        "box", "pot", "place", "state", "issued", "cast", "spoiled", "missing", "unused", "handed", "codes", "codes_cast",
        "adjusted",
    ]  # fmt: skip
    return saving.table([names, *([row[name] for name in names] for row in rows)], f"{slug}-boxes.csv")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def device(request: HttpRequest, slug: str) -> HttpResponse:
    """Type the code from the table; vote; see the receipt. Nobody signs in here."""
    round_ = with_booths(request, slug)
    typed = request.POST.get("key", "")[:20]
    if request.method != "POST":
        return _asked(request, round_, typed, "", 200)
    try:
        limits.spend(request, KEY)
        if "ticket" in request.POST and (sent := _taken(request, round_, typed)) is not None:
            return sent
        return _shown(request, round_, booth.opened_by(round_, typed), typed, {})
    except TooManyError as refused:
        response = _asked(request, round_, typed, _("Too many tries. Wait a minute and try again."), 429)
        response["Retry-After"] = str(refused.retry_after)
        return response
    except RefusedError as refused:
        return _asked(request, round_, typed, str(refused), refused.status)


def _asked(request: HttpRequest, round_: Round, typed: str, error: str, status: int) -> HttpResponse:
    context = under(round_, "budget_vote", _("Booth")) | {"typed": typed, "error": error}
    return voting.personal(render(request, "budgeting/booth.html", context, status=status))


def _shown(
    request: HttpRequest,
    round_: Round,
    key: Key,
    typed: str,
    fields: papers.Typed,
    findings: tuple[Finding, ...] = (),
) -> HttpResponse:
    """The ballot that a code opened."""
    pot = key.box.pot
    pot.round = round_
    context = voting.page(request, round_, pot, policy.OK, fields, None, findings) | {"key": typed}
    if findings:
        names, paper_ = papers.titles(pot), casting.paper_of(round_, pot)
        context["errors"] = [
            {
                "text": papers.sentence(one, names),
                "href": f"#project-{one.project}" if one.project in paper_.costs else "#projects",
            }
            for one in findings
        ]
    status = 422 if findings else 200
    return voting.personal(render(request, "budgeting/vote.html", context, status=status))


def _taken(request: HttpRequest, round_: Round, typed: str) -> HttpResponse | None:
    """Cast what was sent; None where the form was of another ballot, and is shown anew."""
    for pot in round_.pots.all():
        code = tickets.read(request.POST["ticket"], pot)
        if code:
            break
    else:
        return None
    pot.round = round_
    paper_ = casting.paper_of(round_, pot)
    fields = papers.typed(paper_, request.POST)
    chosen, findings = papers.given(paper_, fields)
    if not findings:
        try:
            done = booth.cast(round_=round_, typed=typed, given=chosen, code=code)
        except casting.PaperError as error:
            findings = error.findings
        else:
            response = voting.receipt(request, pot, done, at_booth=True)
            response["Refresh"] = f"{SECONDS};url={reverse('budget_booth', args=[round_.slug])}"
            return response
    return _shown(request, round_, booth.opened_by(round_, typed), typed, fields, findings)
