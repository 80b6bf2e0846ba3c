"""One round from its set-up to its settlement through the same functions as the pages: what each part hands to the next."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from madang.commons.matters.models import Effect
from madang.kernel import clock
from madang.kernel.models import Audit
from madang.services.budgeting.domain import (
    casting,
    closing,
    counting,
    deciding,
    fixing,
    projects,
    proposing,
    rounds,
    screening,
    tracking,
)
from madang.services.budgeting.logic import pabulib
from madang.services.budgeting.models import Ballot, Item, Project, Round, Voter
from tests.budgeting import proposals_made as made
from tests.budgeting import rounds_support as s
from tests.factories import UserFactory, actor

pytestmark = pytest.mark.django_db

WISHES = (
    ("골목 가로등을 밝혀 주세요", 40_000_000),
    ("도서관을 주말에도 열어 주세요", 30_000_000),
    ("하천 산책로를 이어 주세요", 60_000_000),
)
DAYS: dict[str, date | None] = {
    "proposed": date(2026, 9, 1),
    "enacted": date(2026, 12, 15),
    "contracted": date(2027, 2, 1),
    "executed": date(2027, 6, 1),
    "result": date(2027, 7, 1),
}


def _project(row: Round, title: str, cost: int) -> Project:
    """Proposed by a resident, accepted, made a project and costed by an office."""
    officer = actor(made.holder("officer", made.office()))
    with clock.at(s.BEGINS + timedelta(hours=1)):
        one = proposing.file(
            actor=actor(UserFactory()), round_=row, pot=row.pots.get(code="city"), title=title, body=made.BODY
        ).proposal
        one = made.assigned(one)
        one = screening.accept(actor=officer, proposal=one, reason=made.REASON)
        project = projects.begin(
            actor=officer, proposal=one, title=title, about="부서가 다듬었습니다.", reason=made.REASON
        )
        projects.estimate(
            actor=officer,
            project=project,
            amount=cost,
            low=cost,
            high=cost,
            method="견적 세 곳의 평균입니다.",
        )
    return project


def test_from_the_call_for_proposals_to_the_last_won() -> None:
    row = s.announced(
        pots=(s.PotDraft("온 시내", "Whole city", 75_000_000, code="city"),), level="contact", method="greedy"
    )
    with clock.at(s.BEGINS):
        rounds.advance()
    lamp, library, river = (_project(row, title, cost) for title, cost in WISHES)
    with clock.at(s.ENDS):
        rounds.advance()
    approver = actor(s.approver())
    with clock.at(s.ENDS + timedelta(days=20)):
        fixing.fix_ballot(actor=approver, round_=s.fresh(row), reason="모든 제안에 답했습니다.")
    with clock.at(s.VOTES):
        rounds.advance()
    assert s.fresh(row).state == "voting"

    voters = [UserFactory() for _ in range(6)]
    choices = [[lamp], [lamp, library], [lamp, library], [river], [river, library], [lamp]]
    with clock.at(s.VOTES + timedelta(days=1)):
        pot = row.pots.select_related("round").get(code="city")
        for voter, chosen in zip(voters, choices, strict=True):
            casting.cast(actor=actor(voter), pot=pot, given=[one.code for one in chosen])
        # She changes her mind: one ballot of hers counts.
        casting.cast(actor=actor(voters[3]), pot=pot, given=[lamp.code])
    assert Ballot.objects.count() == Voter.objects.count() == 6

    with clock.at(s.CLOSES):
        closing.close_due()
        counting.count_waiting()
        deciding.recount_waiting()
    pot.refresh_from_db()
    read = pabulib.read(pot.election.ballots)
    assert (read.voters, read.budget // read.unit) == (6, 75_000_000)
    votes = {project.id: many for project, many in zip(read.projects, read.votes(), strict=True)}
    assert votes == {lamp.code: 5, library.code: 3, river.code: 1}
    assert s.fresh(row).secret == ""

    with clock.at(s.CLOSES + timedelta(days=1)):
        deciding.decide(actor=approver, round_=s.fresh(row), reason="두 집계가 같습니다.")
    states = dict(Project.objects.values_list("code", "state"))
    assert states == {lamp.code: "funded", library.code: "funded", river.code: "not_funded"}
    assert dict(Item.objects.values_list("code", "won")) == {
        lamp.code: True,
        library.code: True,
        river.code: False,
    }

    officer = actor(made.holder("officer", made.office()))
    for project, cost in ((lamp, 40_000_000), (library, 30_000_000)):
        with clock.at(s.CLOSES + timedelta(days=2)):
            tracking.pledge(actor=officer, project=made.fresh(project), days=DAYS)
        for kind, amount in (
            ("proposed", cost),
            ("enacted", cost),
            ("contracted", cost),
            ("executed", cost),
            ("result", None),
        ):
            day = DAYS[kind]
            assert day is not None
            with clock.at(clock.now().replace(year=day.year, month=day.month, day=day.day)):
                tracking.report(
                    actor=officer,
                    project=made.fresh(project),
                    kind=kind,
                    on_date=day,
                    note="부서가 알린 내용입니다.",
                    amount=amount,
                    link="https://example.org/notice",
                )
    with clock.at(s.midnight(6, 1).replace(year=2028)):
        tracking.settle(actor=approver, round_=s.fresh(row), reason="모든 사업이 끝났습니다.")
    assert s.fresh(row).state == "settled"
    # What was promised stands on the residents' own proposals, and has come to its end there too.
    assert list(Effect.objects.values_list("state", flat=True)) == ["done", "done"]
    acts = set(Audit.objects.filter(target=row.reference).values_list("action", flat=True))
    assert {
        f"budgeting.round.{step}"
        for step in ("announce", "begin", "screen", "fix_ballot", "vote", "close", "decide", "settle")
    } <= acts
