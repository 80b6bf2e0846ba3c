"""What became of a vote: how far the counts are, what is funded and why, and everything that is needed to check it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from madang.kernel import policy
from madang.kernel.errors import RefusedError
from madang.kernel.money import won
from madang.kernel.saying import tongue
from madang.kernel.web import saving
from madang.kernel.web.acting import actor_of
from madang.services.budgeting.domain import boxes, deciding
from madang.services.budgeting.enums import BY_KEY
from madang.services.budgeting.models import Count, Pot, Project, Round, Tally
from madang.services.budgeting.web import shown
from madang.services.budgeting.web.shell import round_of, shell

Part = dict[str, Any]
AFTER = (Round.State.COUNTING, Round.State.DECIDED, Round.State.SETTLED)
TONES = {"waiting": "ochre", "agrees": "jade", "differs": "persimmon", "failed": "persimmon"}


def closed(request: HttpRequest, slug: str) -> Round:
    """A round whose vote is over.

    Raises:
        Http404: it is not, or there is none for this reader.
    """
    round_ = round_of(request, slug)
    if round_.state not in AFTER:
        raise Http404
    return round_


@require_safe
def result(request: HttpRequest, slug: str) -> HttpResponse:
    """Pot by pot: what is funded and why, the files, the digests, the second count. Nothing of it before closing."""
    round_ = round_of(request, slug)
    is_over = round_.state in AFTER
    context = shell(round_, "budget_result") | {
        "is_over": is_over,
        "is_decided": is_over and round_.state != Round.State.COUNTING,
        "method": BY_KEY[round_.method],
        "pots": [_pot(round_, pot) for pot in _pots(round_)] if is_over else [],
        "decide_url": _decide_url(request, round_),
    }
    return render(request, "budgeting/result.html", context)


def _decide_url(request: HttpRequest, round_: Round) -> str:
    may = round_.state == Round.State.COUNTING and policy.can(
        "budgeting.round.decide", actor_of(request), round_
    )
    return reverse("budget_decide", args=[round_.slug]) if may else ""


def _pots(round_: Round) -> list[Pot]:
    return list(round_.pots.select_related("tally", "election").defer("tally__packed", "election__packed"))


def _pot(round_: Round, pot: Pot) -> Part:
    tally, election = pot.tally, pot.election
    count = deciding.deciding_count(round_, pot)
    done = count is not None and count.state == Count.State.DONE
    found: Part = {
        "pot": pot,
        "money": won(pot.amount),
        "ballots": tally.ballots,
        "channels": _channels(round_, pot, tally.ballots),
        "tally": tally,
        "recount": {"label": Tally.Recount(tally.recount).label, "tone": TONES[tally.recount]},
        "seals_url": reverse("budget_seals", args=[round_.slug, pot.code]),
        "election": election,
        "rows": [],
    }
    if count is None or not done or election is None:
        return found
    said = {row["id"]: row for row in count.result["projects"]}
    found["spent"] = won(int(count.result["cost"]))
    found["left"] = won(int(count.result["left"]))
    found["digest"] = count.digest
    found["command"] = shown.command(election, BY_KEY[round_.method])
    votes = {item.code: item.votes for item in election.items.all()}
    projects = Project.objects.filter(pot=pot, code__in=list(said))
    rows = [
        {
            "title": one.title,
            "code": one.code,
            "won": said[one.code]["won"],
            "why": said[one.code][tongue()],
            "cost": won(one.cost or 0),
            "votes": votes[one.code],
            "url": reverse("election_item", args=[election.slug, one.code]),
        }
        for one in projects
    ]
    found["rows"] = sorted(rows, key=lambda row: (not row["won"], -row["votes"], row["code"]))
    return found


def _channels(round_: Round, pot: Pot, ballots: int) -> Part:
    """How the ballots came, in the sum; nothing where everybody voted online."""
    if not round_.on_paper:
        return {}
    found = boxes.channels(pot)
    return {"online": ballots - sum(found.values()), **found}


@require_safe
def seals(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The table of seals of a pot, a line each, sorted: as many as there are ballots."""
    round_ = closed(request, slug)
    tally = get_object_or_404(Tally, pot__round=round_, pot__code=code)
    return saving.text(tally.seals.decode(), f"{round_.slug}-{code}-seals.txt")


class DecideForm(forms.Form):
    """The sentence under which it is decided."""

    reason = forms.CharField(
        max_length=500,
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("It is published with the result: that both counts agree, and by which rule."),
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": gettext_lazy("Give a reason in a sentence; it is published.")},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """The approver's page: what the two counts say, and deciding it; or having it counted again."""
    round_ = closed(request, slug)
    actor = actor_of(request)
    verdict = policy.can("budgeting.round.decide", actor, round_)
    if not verdict:
        raise Http404
    form = DecideForm(request.POST or None)
    errors: list[Part] = []
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("act") == "again":
                deciding.count_again(actor=actor, round_=round_)
                messages.success(request, _("Both programs count again."))
                return redirect("budget_decide", slug)
            if form.is_valid():
                deciding.decide(actor=actor, round_=round_, reason=form.cleaned_data["reason"])
                messages.success(request, _("It is decided. The result page says what is funded, and why."))
                return redirect("budget_result", slug)
            status = 422
        except RefusedError as error:
            errors, status = [{"text": str(error), "href": ""}], error.status
    again = request.POST.get("act") == "again"
    context = {
        "round": round_,
        "form": DecideForm() if again else form,
        "errors": errors,
        "pots": [_pot(round_, pot) for pot in _pots(round_)],
        "lacking": deciding.missing(round_),
        "may_again": any(pot.tally.recount in ("differs", "failed") for pot in deciding.missing(round_)),
        "is_counting": round_.state == Round.State.COUNTING,
        "breadcrumb": [
            {"label": _("Participatory budget"), "url": reverse("elections")},
            {"label": round_.title, "url": reverse("budget_round", args=[slug])},
            {"label": _("Decide"), "url": ""},
        ],
    }
    return render(request, "budgeting/decide.html", context, status=status)
