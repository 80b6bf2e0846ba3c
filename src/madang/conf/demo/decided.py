"""A small round of Haedam that is decided: voted on, counted twice, and two funded projects on their way. All of it made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from madang.commons.matters.domain import answers, effects
from madang.commons.matters.models import Effect
from madang.conf.demo import delegation
from madang.conf.demo.proposals import filed
from madang.conf.demo.rounds import made
from madang.conf.demo.story import acting_as, days_ago, office
from madang.kernel import actors, clock
from madang.kernel.levels import Level
from madang.kernel.models import User
from madang.services.budgeting.domain import (
    boxes,
    casting,
    closing,
    counting,
    deciding,
    fixing,
    projects,
    roll,
    rounds,
    screening,
    sheets,
    tracking,
)
from madang.services.budgeting.domain.rounds import PotDraft
from madang.services.budgeting.models import Project, Round

SLUG = "haedam-streets"
WISHES = (
    # proposed; worked out as; body; by, office, officer, approver; what it costs
    (
        "학교 앞 건널목을 높여 주세요",
        "학교 앞 높인 건널목 두 곳",
        "등굣길 건널목을 보도 높이로 올리면 차가 천천히 지나갑니다.",
        ("resident", "transport", "officer", "approver"),
        40_000_000,
    ),
    (
        "공원 밤길에 등을 더 달아 주세요",
        "공원 가운데 길 밤 등",
        "공원 가운데 길이 밤에 어두워 돌아서 다닙니다.",
        ("neighbour", "parks", "parks", "parks-head"),
        30_000_000,
    ),
    (
        "큰길에 자전거길을 따로 내 주세요",
        "큰길 자전거길",
        "차도 가장자리로 자전거를 타기가 무섭습니다. 큰길 한쪽에 자전거길을 내 주세요.",
        ("resident", "transport", "officer", "approver"),
        60_000_000,
    ),
)
BALLOTS = ((0,), (0, 1), (0, 1), (1,), (0, 2), (2,), (0, 1), (1, 2), (0,), (1,), (0, 1), (2,))
"""Of twelve made-up voters: places in `WISHES`."""
ON_PAPER: tuple[tuple[int, ...] | None, ...] = ((0,), (0, 1), (1,), (), None)
"""Of five more at a booth: what is on the sheet; nothing; and one who took it home."""


def _day(days: float) -> date:
    """So many days ago: to be asked before the clock is set back."""
    return (clock.seoul(clock.now()) - timedelta(days=days)).date()


def _nine(days: float) -> datetime:
    """Nine in the morning, so many days ago."""
    return datetime.combine(_day(days), time(9), clock.SEOUL)


def _worked_out(row: Round) -> list[Project]:
    """Each wish is proposed, taken further, costed, and answered: voters decide about it."""
    found, voted_on = [], _day(300)
    for title, name, body, (by, to, officer, approver), cost in WISHES:
        with days_ago(365):
            one = filed(row, "streets", title, body, by=by, to=to)
        with days_ago(355):
            one = screening.accept(
                actor=acting_as(officer), proposal=one, reason="현장을 보았고 우리 과가 할 수 있는 일입니다."
            )
            project = projects.begin(
                actor=acting_as(officer),
                proposal=one,
                title=name,
                about=body,
                reason="한 과에서 할 수 있는 일이라 그대로 사업으로 다듬습니다.",
            )
            projects.estimate(
                actor=acting_as(officer),
                project=project,
                amount=cost,
                low=cost * 9 // 10,
                high=cost * 11 // 10,
                method="비슷한 공사의 값에 길이를 곱했습니다. 체험용으로 지어낸 금액입니다.",
            )
            draft = answers.save(
                actor=acting_as(officer),
                matter=one.matter,
                disposition="adopted",
                reason="제안을 사업으로 다듬어 투표용지에 올립니다. 돈을 쓸지는 주민 투표가 정합니다.",
                next_step="투표용지에 올립니다.",
                owner=one.matter.responsible,
                promised_on=voted_on,
            )
            draft = answers.submit(actor=acting_as(officer), answer=draft)
            answers.publish(actor=acting_as(approver), answer=draft)
        found.append(project)
    return found


def _on_the_ballot(row: Round) -> None:
    """The ballot is fixed; what was promised to those who proposed is done with that."""
    with days_ago(310):
        fixing.fix_ballot(actor=acting_as("participation-head"), round_=row, reason="모든 제안에 답했습니다.")
        for officer, code in (("officer", "transport"), ("parks", "parks")):
            for effect in Effect.objects.filter(
                matter__in=row.proposals.values("matter"), owner=office(code)
            ):
                effects.report(
                    actor=acting_as(officer),
                    effect=effect,
                    state="done",
                    text="투표용지에 올렸습니다.",
                    evidence_url="https://haedam.example/streets/ballot",
                )


def _voted(row: Round, listed: list[Project]) -> None:
    """Twelve of the demo's residents vote; both programs count; an approver decides."""
    voters = User.objects.filter(email__startswith="demo", is_demo=True).order_by("email")
    with days_ago(290):
        pot = row.pots.get()
        for voter, places in zip(voters, BALLOTS, strict=False):
            casting.cast(actor=actors.person(voter), pot=pot, given=[listed[at].code for at in places])
    _at_the_booth(row, listed, list(voters[len(BALLOTS) :]))
    with days_ago(280):
        closing.close_due()
        counting.count_waiting()
        deciding.recount_waiting()
    with days_ago(275):
        deciding.decide(
            actor=acting_as("participation-head"), round_=row, reason="두 프로그램의 집계가 같습니다."
        )


def _at_the_booth(row: Round, listed: list[Project], voters: list[User]) -> None:
    """Five come to the library; two people read what is in the box, and one sheet never comes back."""
    triage, operator = acting_as("triage"), acting_as("intake")
    with days_ago(300):
        box = boxes.open_box(actor=triage, pot=row.pots.get(), place="해담중앙도서관 1층", size=8, large=2)
    with days_ago(290):
        for voter, _marks in zip(voters, ON_PAPER, strict=False):
            roll.hand(actor=operator, box=box, person=roll.by_account(voter))
    with days_ago(280):
        read = [marks for marks in ON_PAPER if marks is not None]
        for sheet, places in zip(box.sheets.all(), read, strict=False):
            for reader in (triage, operator):
                sheets.read(actor=reader, sheet=sheet, marks={listed[at].code: [1] for at in places})
        boxes.close(
            actor=acting_as("participation-head"),
            box=box,
            counted={"cast": 3, "spoiled": 1, "unused": 3},
            reason="한 분이 용지를 가지고 돌아가셨습니다. 투표함과 도서관을 다시 찾아보았지만 없었습니다.",
        )


STAGES: tuple[tuple[str, int, tuple[int, int | None]], ...] = (
    # kind, promised so many days ago, and told: of the crossing, of the lights (None: not yet)
    ("proposed", 255, (256, 256)),
    ("enacted", 230, (232, 231)),
    ("contracted", 170, (172, 139)),
    ("executed", 60, (64, None)),
    ("result", 30, (33, None)),
)
NOTES = {
    "proposed": "예산안에 넣었습니다.",
    "enacted": "시의회가 예산안대로 의결했습니다.",
    "contracted": "공사 계약을 맺었습니다.",
    "executed": "공사비를 모두 치렀습니다.",
    "result": "공사를 마치고 제안한 분과 함께 둘러보았습니다.",
}


def _followed(project: Project, officer: str, place: int) -> None:
    """The office promises the days and tells what has happened; the lights are under contract a month late."""
    days = {kind: _day(promised) for kind, promised, _told in STAGES}
    with days_ago(270):
        tracking.pledge(actor=acting_as(officer), project=project, days=days)
    for kind, _promised, all_told in STAGES:
        ago = all_told[place]
        if ago is None:
            break
        with days_ago(ago):
            tracking.report(
                actor=acting_as(officer),
                project=project,
                kind=kind,
                on_date=clock.today(),
                note=NOTES[kind],
                amount=None if kind == "result" else project.cost,
                link=f"https://haedam.example/streets/{project.code}/{kind}",
            )


def tell(report: Callable[[str], None]) -> None:
    """A budget round of last year is decided: two projects are funded, one is finished and one is late."""
    row = made(
        SLUG,
        "해담시 안전한 길 참여예산",
        "Haedam's budget for safe streets",
        announced=-380,
        intake=(-370, -345),
        votes=(-300, -281),
        result=-270,
        settled=200,
        about_ko="안전한 길에 쓸 7,500만 원을 주민이 정했습니다. 체험용으로 지어낸 회차입니다.",
        about_en="Residents decided about 75 million won for safe streets. A made-up round of the demo.",
        year=clock.today().year,
        whole_budget=None,
        whole_source="",
        pots=(PotDraft("안전한 길", "Safe streets", 75_000_000, code="streets"),),
        level=Level.CONTACT,
        on_paper=Round.OnPaper.BOOTH,
        most=2,
        seats=delegation.seats(
            by_lot=0,
            open_seats=5,
            applies=(_nine(370), _nine(350)),
        ),
    )
    with days_ago(370):
        rounds.advance()
    listed = _worked_out(row)
    with days_ago(340):
        rounds.advance()
    delegation.deliberated(row, listed)
    _on_the_ballot(row)
    with days_ago(299):
        rounds.advance()
    _voted(row, listed)
    for place, (project, officer) in enumerate(((listed[0], "officer"), (listed[1], "parks"))):
        project.refresh_from_db()
        _followed(project, officer, place)
    report(tell.__doc__ or "")
