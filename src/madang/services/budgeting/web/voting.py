"""A resident votes in one screen, and takes a receipt home; with its code she finds her sealed ballot again."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from madang.commons.matters import guessing
from madang.kernel import clock, ids, places, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import assurance
from madang.kernel.errors import RefusedError, TooManyError
from madang.kernel.money import won
from madang.kernel.policy import Verdict
from madang.kernel.web import limits
from madang.kernel.web.acting import actor_of
from madang.kernel.web.qr import qr_svg
from madang.services.budgeting import live
from madang.services.budgeting.domain import casting, residences, slips
from madang.services.budgeting.limits import CAST
from madang.services.budgeting.logic.paper import Finding
from madang.services.budgeting.models import Ballot, Pot, Residence, Round
from madang.services.budgeting.web import papers, tickets
from madang.services.budgeting.web.shell import follow, round_of, shell

Part = dict[str, Any]
PROVABLE = ("level.resident", "proof.age", "proof.district")
"""Refusals that a (newer) proof may lift."""
SEAL_LINE = 65  # bytes of the table: a seal and the end of its line
NOT_FOUND = gettext_lazy(
    "This code finds no ballot. Check it against your receipt; if you voted again, the newest receipt counts."
)


def personal(response: HttpResponse) -> HttpResponse:
    """A page with somebody's own ballot: no cache keeps it."""
    response["Cache-Control"] = "private, no-store"
    return response


def pots_of(round_: Round) -> list[Pot]:
    found = list(round_.pots.select_related("tally", "election"))
    for pot in found:
        pot.round = round_
    return found


class WhereForm(forms.Form):
    """Where somebody lives, in her own word; only districts that have a ballot of their own are named."""

    district = forms.ChoiceField(
        label=gettext_lazy("In which district do you live?"),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("You can change it until you have voted for a district."),
        error_messages={
            "required": gettext_lazy("Choose a district from the list."),
            "invalid_choice": gettext_lazy("Choose a district from the list."),
        },
    )

    def __init__(self, *args: Any, pots: list[Pot], **options: Any) -> None:
        super().__init__(*args, **options)
        found = {pot.district: area.label for pot in pots if (area := places.district(pot.district))}
        self.fields["district"].choices = [  # type: ignore[attr-defined]
            *found.items(),
            (Residence.OTHER, _("In none of these")),
        ]


@require_http_methods(["GET", "HEAD", "POST"])
def vote(request: HttpRequest, slug: str) -> HttpResponse:
    """What is voted on: the ballot itself where there is one, else the pots to choose from; and where one lives."""
    round_ = round_of(request, slug)
    pots = pots_of(round_)
    if len(pots) == 1 and not pots[0].district:
        return redirect("budget_ballot", slug, pots[0].code)
    actor = actor_of(request)
    form, status = WhereForm(pots=pots), 200
    if request.method == "POST":
        if not actor.is_signed_in:
            return redirect(sign_in_url(request.path))
        form, status = WhereForm(request.POST, pots=pots), 422
        if form.is_valid():
            try:
                residences.say(actor=actor, round_=round_, district=form.cleaned_data["district"])
                return redirect("budget_vote", slug)
            except RefusedError as refused:
                form.add_error(None, str(refused))
                status = refused.status
    rows: list[Part] = []
    elsewhere: list[Part] = []
    for pot in pots:
        mine = slips.of_person(round_, pot, actor.user) if actor.user is not None else None
        verdict = policy.can("budgeting.ballot.cast", actor, pot)
        said = _("You have voted here") if mine else "" if verdict.code in ("", "sign_in") else verdict.reason
        act = _("Change your ballot") if mine else pgettext("to a ballot", "Vote")
        (elsewhere if verdict.code == "budgeting.district" else rows).append(
            {
                "title": pot.title,
                "url": reverse("budget_ballot", args=[slug, pot.code]),
                "meta": [str(one) for one in (area_of(pot), said) if one],
                "figure": won(pot.amount),
                "figure_label": _("money"),
                "action": act if verdict else "",
            }
        )
    context = shell(round_, "budget_vote") | standing(round_, pots)
    context |= {"rows": rows, "elsewhere": elsewhere, **_where(actor, round_, pots, form)}
    return personal(render(request, "budgeting/vote_pots.html", context, status=status))


def area_of(pot: Pot) -> str:
    """The district that votes on a pot; empty where everybody does."""
    area = places.district(pot.district)
    return area.label if area is not None else ""


def _where(actor: Actor, round_: Round, pots: list[Pot], form: WhereForm) -> Part:
    """Where she votes, and the form where she may say it."""
    if not any(pot.district for pot in pots):
        return {}
    held = residences.of_person(actor, round_)
    mine = residences.district_of(actor, round_)
    area = places.district(mine)
    if mine and not form.is_bound:
        form.initial = {"district": mine}
    by_proof = actor.user is not None and assurance.facts_of(actor.user).district
    may_say = policy.can("budgeting.residence.say", actor, round_)
    return {
        "area": area.label if area else _("In none of these") if mine else "",
        "where": form if may_say and not by_proof and not (held and held.is_fixed) else None,
    }


def standing(round_: Round, pots: list[Pot]) -> Part:
    """Until when, and how many have voted: never for what."""
    now = clock.now()
    return {
        "is_open": round_.takes_ballots(now),
        "is_before": round_.is_public and now < round_.votes_from and round_.state != Round.State.CALLED_OFF,
        "turnout": live.turnout(pots),
        "live_url": live.address(round_) if round_.takes_ballots(now) else "",
    }


@require_http_methods(["GET", "HEAD", "POST"])
def ballot(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The ballot of one pot: what is chosen now, and casting it."""
    round_ = round_of(request, slug)
    pot = next((one for one in pots_of(round_) if one.code == code), None)
    if pot is None:
        raise Http404
    actor = actor_of(request)
    verdict = policy.can("budgeting.ballot.cast", actor, pot)
    if request.method == "POST" and verdict.code == "sign_in":
        return redirect(sign_in_url(request.path))
    if request.method == "POST":
        return _taken(request, round_, pot, verdict)
    mine = slips.of_person(round_, pot, actor.user) if actor.user is not None else None
    fields = papers.kept(casting.paper_of(round_, pot), mine)
    return personal(render(request, "budgeting/vote.html", page(request, round_, pot, verdict, fields, mine)))


def page(
    request: HttpRequest,
    round_: Round,
    pot: Pot,
    verdict: Verdict,
    fields: papers.Typed,
    mine: Ballot | None,
    findings: tuple[Finding, ...] = (),
) -> Part:
    paper = casting.paper_of(round_, pot)
    return (
        shell(round_, "budget_vote")
        | standing(round_, [pot])
        | {
            "pot": pot,
            "many_pots": round_.pots.count() > 1,
            "money": won(pot.amount),
            "paper": paper,
            "rule": papers.rule(paper),
            "rows": papers.rows(pot, paper, fields, findings),
            "verdict": verdict,
            "sign_in_url": sign_in_url(request.path) if verdict.code == "sign_in" else "",
            "verify_url": resident_url(request.path) if verdict.code in PROVABLE else "",
            "area": area_of(pot),
            "must_say": verdict.code == "budgeting.say_district",
            "has_voted": mine is not None,
            "ticket": tickets.make(pot),
        }
    )


def _taken(request: HttpRequest, round_: Round, pot: Pot, verdict: Verdict) -> HttpResponse:
    """Cast what was sent, or show the ballot again with everything that was chosen."""
    actor, paper = actor_of(request), casting.paper_of(round_, pot)
    fields = papers.typed(paper, request.POST)
    chosen, findings = papers.given(paper, fields)
    errors: list[Part] = []
    status, wait = 422, 0
    code = tickets.read(request.POST.get("ticket", ""), pot)
    try:
        if findings:
            raise casting.PaperError(findings)
        limits.spend(request, CAST)
        done = casting.cast(actor=actor, pot=pot, given=chosen, code=code)
        return receipt(request, pot, done)
    except casting.PaperError as error:
        findings = error.findings
        names = papers.titles(pot)
        errors = [
            {
                "text": papers.sentence(one, names),
                "href": f"#project-{one.project}" if one.project in paper.costs else "#projects",
            }
            for one in findings
        ]
    except TooManyError as error:
        errors, status, wait = [{"text": str(error), "href": ""}], 429, error.retry_after
    except RefusedError as error:
        errors, status = [{"text": str(error), "href": ""}], error.status
    mine = slips.of_person(round_, pot, actor.user) if actor.user is not None else None
    context = page(request, round_, pot, verdict, fields, mine, findings) | {"errors": errors}
    if code:
        context["ticket"] = request.POST["ticket"]
    response = personal(render(request, "budgeting/vote.html", context, status=status))
    if wait:
        response["Retry-After"] = str(wait)
    return response


def receipt(request: HttpRequest, pot: Pot, done: casting.Cast, *, at_booth: bool = False) -> HttpResponse:
    """What somebody sees who has just voted; the code is shown this once. What was cast at a booth does not change."""
    find = reverse("budget_find", args=[pot.round.slug])
    context = shell(pot.round, "budget_vote") | {
        "pot": pot,
        "many_pots": pot.round.pots.count() > 1,
        "done": done,
        "follow": follow(
            actor_of(request), pot.round.reference, reverse("budget_vote", args=[pot.round.slug])
        ),
        "at_booth": at_booth,
        "seal": done.ballot.seal,
        # Behind the # it never reaches a server by itself; the page for codes puts it into its field.
        "qr_svg": qr_svg(f"{settings.PUBLIC_URL}{find}#{done.code}"),
    }
    return personal(render(request, "budgeting/voted.html", context))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest, slug: str) -> HttpResponse:
    """Type the code of a receipt: the sealed ballot is there, and after closing it stands in the table. Never what is in it."""
    round_ = round_of(request, slug)
    if not round_.is_public:
        raise Http404
    status, wait, error, found = 200, 0, "", None
    written = request.POST.get("code", "")[:60]
    if request.method == "POST":
        status = 422
        try:
            if guessing.is_flood():
                limits.spend(request, limits.RECEIPT_IN_FLOOD)
            limits.spend(request, *limits.RECEIPT)
            found = slips.by_code(written)
            if found is None:
                guessing.missed()
                error = str(NOT_FOUND) if written else _("Type the code from your receipt.")
        except TooManyError as refused:
            error, status, wait = _("Too many tries. Wait a minute and try again."), 429, refused.retry_after
    if found is not None:
        return found_page(request, found)
    context = shell(round_, "budget_vote") | {"error": error, "written": written}
    response = personal(render(request, "budgeting/find_ballot.html", context, status=status))
    if wait:
        response["Retry-After"] = str(wait)
    return response


def found_page(request: HttpRequest, found: Ballot) -> HttpResponse:
    """The sealed ballot behind a code, wherever the code was typed."""
    round_ = found.pot.round
    tally = getattr(found.pot, "tally", None)
    at = tally.seals.find(found.seal.encode()) if tally is not None else -1
    context = shell(round_, "budget_vote") | {
        "found": found,
        "pot": found.pot,
        "tally": tally,
        "place": at // SEAL_LINE + 1,
        "election": found.pot.election,
    }
    return personal(render(request, "budgeting/found_ballot.html", context))


def open_anywhere(request: HttpRequest, code: str) -> HttpResponse | None:
    """The page for codes of all kinds opens those of ballots too."""
    found = slips.by_code(ids.read_code(code) or "")
    return found_page(request, found) if found is not None else None


def sign_in_url(back: str) -> str:
    return f"{reverse('account_login')}?{urlencode({'next': back})}"


def resident_url(back: str) -> str:
    try:
        return f"{reverse('residence')}?{urlencode({'next': back})}"
    except NoReverseMatch:
        return ""
