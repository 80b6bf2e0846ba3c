"""Planning groups as the public sees them, as values of `dto.py`; a fixed number of queries."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import Disclosure
from madang.kernel.errors import RefusedError
from madang.services.square import dto
from madang.services.square.domain import planning_group, terms
from madang.services.square.logic.picking import needed
from madang.services.square.models import Candidate, PlanningSeat, Space

MOST = 200


def _seen(slug: str) -> Any:
    rows = Candidate.objects.filter(
        space__slug=slug, space__is_archive=False, idea__matter__disclosure=Disclosure.PUBLIC
    )
    return planning_group.with_votes(rows)


def planning(slug: str) -> dto.PlanningRow:
    """The group of a space with its candidates.

    Raises:
        RefusedError: 404, there is no such space, or it is an archive.
    """
    space = Space.objects.filter(slug=slug, is_archive=False).select_related("host").first()
    if space is None:
        raise RefusedError(_("There is no such space."), "space.unknown", status=404)
    sitting = planning_group.members(space.host)
    here = {row.user_id for row in sitting}
    return dto.PlanningRow(
        space=space.slug,
        members=tuple(
            dto.MemberRow(
                name=row.user.shown_name,
                title=dto.Bilingual(row.post.title_ko, row.post.title_en),
                since=row.valid_from,
            )
            for row in sitting
        ),
        terms=dto.PlanningTermsRow(**asdict(terms.planning())),
        candidates=tuple(dto.CandidateRow(**_fields(row, here)) for row in _seen(slug)[:MOST]),
    )


def candidate(slug: str, number: int) -> dto.CandidateWhole:
    """One candidate with every vote.

    Raises:
        RefusedError: 404, also where its idea is not public.
    """
    row = _seen(slug).filter(number=number).first() if 0 < number < 2**31 else None
    if row is None:
        raise RefusedError(
            _("This space has no public candidate with this number."), "candidate.unknown", status=404
        )
    here = planning_group.sitting(row.space.host_id)
    now = here if row.state == "open" else None
    return dto.CandidateWhole(**_fields(row, here), seats=tuple(_seat(one, now) for one in row.seats.all()))


def _fields(row: Candidate, here: set[int]) -> dict[str, Any]:
    votes = planning_group.tally(row, list(row.seats.all()), here)
    return {
        "reference": row.reference,
        "number": row.number,
        "space": row.space.slug,
        "idea": row.idea.matter.number or "",
        "title": row.idea.matter.title,
        "state": row.state,
        "proposed_by": row.by.shown_name,
        "proposed_at": row.at,
        "why": "" if row.hide_reason else row.why,
        "hidden_reason": row.hide_reason,
        "due_at": row.due_at,
        **asdict(votes),
        "needed": needed(votes.entitled, terms.planning_of(row.terms).quorum),
        "decided_at": row.decided_at,
        "decision": row.decision,
    }


def _seat(one: PlanningSeat, now: set[int] | None) -> dto.PlanningSeatRow:
    return dto.PlanningSeatRow(
        name=one.user.shown_name,
        title=dto.Bilingual(one.title_ko, one.title_en),
        word=planning_group.word_of(one, now),
        votes=tuple(
            dto.PlanningVoteRow(
                at=vote.at,
                choice=vote.choice,
                reason="" if vote.state == "hidden" else vote.reason,
                hidden_reason=vote.hide_reason,
                by_rule=vote.is_by_rule,
            )
            for vote in one.votes.all()
        ),
        challenges=tuple(
            dto.ChallengeRow(
                claim=each.claim,
                at=each.at,
                by=each.by.shown_name,
                why="" if each.hide_reason else each.why,
                hidden_reason=each.hide_reason,
                state=each.state,
                due_at=each.due_at,
                decided_at=each.decided_at,
                decided_by=each.decided_by.shown_name if each.decided_by is not None else "",
                decision=each.decision,
            )
            for each in one.challenges.all()
        ),
    )
