"""The decision, the adoption agreements it leads to, and their follow-up."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.matters.domain import effects, handling
from madang.commons.matters.models import Effect, Matter
from madang.commons.notices import api as notices
from madang.kernel import clock
from madang.kernel.actors import Actor, system
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation, User
from madang.services.hackathons.domain import judging
from madang.services.hackathons.logic import months, scoring
from madang.services.hackathons.models import Award, FollowUp, Hackathon, Team

AFTER = (3, 6, 12)  # months


def _exact(value: Fraction | None) -> str:
    return "" if value is None else f"{value.numerator}/{value.denominator}"


def outcome(hackathon: Hackathon, results: list[scoring.Result]) -> dict[str, Any]:
    """The figures as they are published, fractions written as numerator/denominator."""
    return {
        "voters": judging.count(hackathon)[1],
        "results": [
            {
                "team": one.team,
                "place": one.place,
                "tied": one.tied,
                "total": _exact(one.total),
                "jury": _exact(one.jury),
                "votes": one.votes,
                "share": _exact(one.share),
                "marks": {str(juror): _exact(value) for juror, value in one.marks.items()},
                "means": {str(key): _exact(value) for key, value in one.means.items()},
                "ranges": {str(key): value for key, value in one.ranges.items()},
            }
            for one in results
        ],
    }


@transaction.atomic
def decide(
    *, actor: Actor, hackathon: Hackathon, reason: str, offices: Mapping[int, Organisation] | None = None
) -> Hackathon:
    """Publish the winners: the places follow from points and votes, the official gives the reason and names the
    offices that answer (by team; otherwise the host).

    Each winning submission is filed as a matter, and its office owes it an answer.

    Raises:
        RefusedError: 403 before judging and vote have ended; 422 where nothing was handed in, or a team has no juror.
    """
    locked = Hackathon.objects.select_for_update().get(pk=hackathon.pk)
    results = judging.results(locked)
    frozen = outcome(locked, results)
    fresh = move(
        locked,
        "decide",
        actor=actor,
        reason=reason,
        organisation=locked.host,
        payload={"outcome": frozen},
        changes={"outcome": frozen, "decided_at": clock.now(), "reason": reason},
    )
    if not results:
        raise RefusedError(
            _("No team handed anything in. Call the hackathon off."), "decide.empty", status=422
        )
    if any(one.place is None for one in results):
        raise RefusedError(
            _("A team has points of no juror yet. Give the jury more time."), "decide.unscored", status=422
        )
    for one in results:
        if one.place is not None and one.place <= fresh.prizes:
            _award(actor, fresh, one, (offices or {}).get(one.team, fresh.host))
    notices.tell(reference=fresh.reference, kind="hackathons.decided", title=fresh.title_ko)
    return fresh


def _award(actor: Actor, hackathon: Hackathon, result: scoring.Result, office: Organisation) -> None:
    team = Team.objects.get(pk=result.team)
    last = team.submissions.order_by("-version")[0]
    filed = matters.file(
        actor=actor,
        kind=matters.Kind.IDEA,
        title=last.title,
        body=last.body,
        rule=hackathon.rule,
        host=hackathon.host,
        group_name=team.name,
        origin=matters.Origin.ORGANISED,
        state=matters.State.TRIAGE,
        is_own=False,
    )
    Award.objects.create(hackathon=hackathon, team=team, place=result.place or 0, matter=filed.matter)
    for user in User.objects.filter(pk__in=team.members.filter(state="joined").values("user")):
        notices.follow(reference=filed.matter.reference, user=user, why="author")
    handling.assign(actor=system("hackathon"), matter=filed.matter, office=office)
    matters.put_in_index(filed.matter.pk)


def answered(matter: Matter) -> None:
    """A winner has its answer. Where it adopts, that is the agreement, and its follow-ups are set."""
    award = Award.objects.select_related("hackathon").filter(matter=matter).first()
    if award is None:
        return
    for effect in Effect.objects.filter(matter=matter):
        for many in AFTER:
            FollowUp.objects.get_or_create(
                effect=effect,
                months=many,
                defaults={"award": award, "due_on": months.later(clock.today(), many)},
            )
    waiting = Award.objects.filter(hackathon=award.hackathon).exclude(matter__state=matters.State.ANSWERED)
    if award.hackathon.state == Hackathon.State.DECIDED and not waiting.exists():
        move(award.hackathon, "follow", actor=system("hackathon"), organisation=award.hackathon.host)


def open_due() -> int:
    """Open the follow-ups whose day has come and tell team and office; returns how many. For the worker."""
    opened = 0
    due = FollowUp.objects.filter(state=FollowUp.State.WAITING, due_on__lte=clock.today())
    for row in due.select_related("award__matter", "award__team", "effect__answer"):
        with transaction.atomic():
            try:
                move(row, "open", actor=system("followup"), payload={"months": row.months})
            except RefusedError:  # another worker was first
                continue
            matter, answer = row.award.matter, row.effect.answer
            for user in filter(None, [answer.drafted_by, answer.approved_by] if answer else []):
                notices.follow(reference=matter.reference, user=user, why="follower")
            notices.tell(
                reference=matter.reference,
                kind="hackathons.followup",
                title=matter.title,
                data={"months": row.months},
            )
        opened += 1
    return opened


@transaction.atomic
def report(*, actor: Actor, followup: FollowUp, state: str, words: str, evidence_url: str = "") -> FollowUp:
    """The office that owns the promise says how it stands: in the follow-up and on the promise itself."""
    fresh = move(
        followup,
        "report",
        actor=actor,
        reason=words,
        payload={"months": followup.months, "evidence": evidence_url},
        changes={"report": words, "reported_at": clock.now()},
    )
    effect = fresh.effect
    if effect.state in ("promised", "under_way"):
        effects.report(actor=actor, effect=effect, state=state, text=words, evidence_url=evidence_url)
    hackathon = fresh.award.hackathon
    left = FollowUp.objects.filter(award__hackathon=hackathon).exclude(state=FollowUp.State.REPORTED)
    if hackathon.state == Hackathon.State.FOLLOWED and not left.exists():
        move(
            hackathon,
            "close",
            actor=system("hackathon"),
            reason=str(_("Every follow-up is reported.")),
            organisation=hackathon.host,
        )
    return fresh
