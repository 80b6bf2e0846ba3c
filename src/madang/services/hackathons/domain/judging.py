"""Jury and public vote, and what follows from them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.logic import rubric
from madang.services.hackathons.logic import scoring
from madang.services.hackathons.models import Ballot, Conflict, Hackathon, Juror, Score, Team


def judged_teams(hackathon: Hackathon) -> list[Team]:
    """Teams that handed in, in the order of their founding."""
    return list(hackathon.teams.filter(submissions__isnull=False).distinct().order_by("pk"))


def _locked(juror: Juror) -> Juror:
    return Juror.objects.select_for_update(of=("self",)).select_related("hackathon").get(pk=juror.pk)


@transaction.atomic
def declare(*, actor: Actor, juror: Juror, conflicts: Mapping[int, str]) -> Juror:
    """Say with which teams (by key) there is a conflict, and of which kind; none is an answer too.

    It can be said anew until the points are handed in; points for a team in conflict are dropped.
    """
    fresh = _locked(juror)
    policy.require("hackathons.jury.declare", actor, fresh)
    teams = {team.pk for team in judged_teams(fresh.hackathon)}
    if not conflicts.keys() <= teams or any(kind not in Conflict.Kind.values for kind in conflicts.values()):
        raise RefusedError(_("Choose from the list."), "jury.unknown", status=422)
    fresh.conflicts.all().delete()
    Conflict.objects.bulk_create(
        Conflict(juror=fresh, team_id=team, kind=kind) for team, kind in conflicts.items()
    )
    fresh.scores.filter(team__in=conflicts).delete()
    fresh.declared_at = clock.now()
    fresh.save(update_fields=["declared_at"])
    audit.record(
        actor=actor,
        action="hackathons.jury.declare",
        target=fresh.hackathon.reference,
        is_public=True,
        payload={"conflicts": len(conflicts)},
    )
    return fresh


@transaction.atomic
def score(*, actor: Actor, juror: Juror, team: Team, points: Mapping[int, int]) -> None:
    """Give a team points in every criterion (by key). They can be changed until they are handed in.

    Raises:
        RefusedError: 403 before conflicts are declared and for a team in conflict; 422 where points are missing.
    """
    fresh = _locked(juror)
    policy.require("hackathons.jury.score", actor, fresh)
    if fresh.declared_at is None:
        raise RefusedError(_("Declare conflicts first, or that there are none."), "jury.undeclared")
    if fresh.conflicts.filter(team=team).exists():
        raise RefusedError(_("You have declared a conflict with this team."), "jury.conflict")
    if team.pk not in {one.pk for one in judged_teams(fresh.hackathon)}:
        raise RefusedError(_("This team has handed nothing in."), "jury.unknown", status=422)
    weights = {one.pk: one.weight for one in fresh.hackathon.criteria.all()}
    try:
        rubric.mark(points, weights, most=scoring.MOST)
    except ValueError as error:
        raise RefusedError(
            _("Give points from 0 to 5 in every criterion."), "jury.points", status=422
        ) from error
    for criterion, given in points.items():
        Score.objects.update_or_create(
            juror=fresh, team=team, criterion_id=criterion, defaults={"points": given}
        )


@transaction.atomic
def hand_in(*, actor: Actor, juror: Juror) -> Juror:
    """Hand in the points: from now on they stand, and those of others can be seen.

    Raises:
        RefusedError: 422 where a team without a conflict has no points yet.
    """
    fresh = _locked(juror)
    policy.require("hackathons.jury.hand_in", actor, fresh)
    avoided = set(fresh.conflicts.values_list("team", flat=True))
    scored = Counter(fresh.scores.values_list("team", flat=True))
    whole = fresh.hackathon.criteria.count()
    owed = [
        team for team in judged_teams(fresh.hackathon) if team.pk not in avoided and scored[team.pk] != whole
    ]
    if fresh.declared_at is None or owed:
        raise RefusedError(
            _("Give points to every team first, or declare a conflict with it."),
            "jury.incomplete",
            status=422,
        )
    fresh.handed_in_at = clock.now()
    fresh.save(update_fields=["handed_in_at"])
    audit.record(
        actor=actor, action="hackathons.jury.hand_in", target=fresh.hackathon.reference, is_public=True
    )
    return fresh


@transaction.atomic
def vote(*, actor: Actor, hackathon: Hackathon, teams: Sequence[int]) -> Ballot:
    """Vote for teams (by key); the last choice before the end counts, an empty one takes the vote back.

    Raises:
        RefusedError: 422 for more teams than allowed or an unknown one; 409 where she votes twice at once.
    """
    policy.require("hackathons.vote.cast", actor, Hackathon.objects.get(pk=hackathon.pk))
    chosen = sorted(set(teams))
    if len(chosen) > hackathon.vote_most:
        raise RefusedError(_("Choose at most %(n)s.") % {"n": hackathon.vote_most}, "vote.most", status=422)
    known = {team.pk: team for team in judged_teams(hackathon)}
    if not set(chosen) <= known.keys():
        raise RefusedError(_("Choose from the list."), "vote.unknown", status=422)
    if hackathon.teams.filter(pk__in=chosen, members__user=actor.user, members__state="joined").exists():
        raise RefusedError(_("Your own team cannot have your vote."), "vote.own", status=422)
    last = Ballot.objects.filter(hackathon=hackathon, voter=actor.account).order_by("-number").first()
    if last is not None and last.teams == chosen:
        return last
    try:
        with transaction.atomic():
            return Ballot.objects.create(
                hackathon=hackathon,
                voter=actor.account,
                number=last.number + 1 if last is not None else 1,
                teams=chosen,
                at=clock.now(),
            )
    except IntegrityError as error:
        raise RefusedError(
            _("You have just voted in another window. Reload the page to see how it stands."),
            "vote.twice",
            status=409,
        ) from error


def count(hackathon: Hackathon) -> tuple[Counter[int], int]:
    """Votes by team, and how many people voted. Only the last row of a person counts."""
    rows = hackathon.ballots.order_by("number").values_list("voter", "teams")
    last: dict[int, list[int]] = dict(rows.iterator())
    votes: Counter[int] = Counter()
    for teams in last.values():
        votes.update(teams)
    return votes, sum(1 for teams in last.values() if teams)


def results(hackathon: Hackathon) -> list[scoring.Result]:
    """The figures as they follow from points and votes now. For the decision; shown to nobody before it."""
    avoided = set(Conflict.objects.filter(juror__hackathon=hackathon).values_list("juror", "team"))
    marks: dict[int, dict[int, dict[int, int]]] = {}
    rows = Score.objects.filter(juror__hackathon=hackathon, juror__handed_in_at__isnull=False)
    for juror, team, criterion, points in rows.values_list("juror", "team", "criterion", "points"):
        if (juror, team) not in avoided:
            marks.setdefault(juror, {}).setdefault(team, {})[criterion] = points
    votes, _voters = count(hackathon)
    return scoring.results(
        [team.pk for team in judged_teams(hackathon)],
        {one.pk: one.weight for one in hackathon.criteria.all()},
        marks,
        votes,
        public_weight=hackathon.vote_weight,
    )
