"""After the vote: days are promised, each step of the money is told, what is wrong is corrected, the round is settled."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from madang.commons.matters.domain import disputes, effects
from madang.commons.matters.models import Effect, EffectReport
from madang.commons.notices import api as notices
from madang.commons.notices.domain import telling
from madang.commons.notices.models import Event, Notice
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from madang.services.budgeting import progress
from madang.services.budgeting.domain import tracking
from madang.services.budgeting.models import Pledge, Project, Round, Stage
from tests.budgeting import rounds_made as made
from tests.budgeting.rounds_made import MILLION
from tests.factories import UserFactory, actor, official

pytestmark = pytest.mark.django_db
PAGE = "https://council.example.org/minutes"


def pledged(of: Round | None = None, code: str = "P1", **more: Any) -> Project:
    one = made.project(of or made.decided(), code, **more)
    with clock.at(made.at("2026-06-10")):
        tracking.pledge(actor=actor(made.officer()), project=one, days=made.DAYS)
    return one


def tell(one: Project, kind: str, day: str, amount: int | None = None, **more: Any) -> Stage:
    fields: dict[str, Any] = {"note": "예산안에 들어갔습니다.", "who": made.officer(), **more}
    who = fields.pop("who")
    with clock.at(fields.pop("now", made.at(day))):
        return tracking.report(
            actor=actor(who), project=one, kind=kind, on_date=date.fromisoformat(day), amount=amount, **fields
        )


def carried_out(one: Project, *, until: str = "result") -> None:
    """Every step on its day or near it."""
    for kind, day, amount in (
        ("proposed", "2026-08-30", 60 * MILLION),
        ("enacted", "2026-12-20", 58 * MILLION),
        ("contracted", "2027-03-31", 55 * MILLION),
        ("executed", "2027-06-01", 30 * MILLION),
        ("executed", "2027-09-01", 24 * MILLION),
        ("result", "2027-10-28", None),
    ):
        tell(one, kind, day, amount, link=PAGE)
        if kind == until:
            return


def line(one: Project) -> progress.Line:
    return progress.lines(Round.objects.get(pk=one.round_id), code=one.code)[0]


def state_of_everything() -> tuple[int, ...]:
    return tuple(model.objects.count() for model in (Stage, Pledge, Effect, EffectReport, Audit, Event))


def refused(code: str, call: Any, *args: Any, **more: Any) -> RefusedError:
    """The act is refused for that reason and has changed nothing."""
    before = state_of_everything()
    with pytest.raises(RefusedError) as caught:
        call(*args, **more)
    assert caught.value.code == code and str(caught.value)
    assert state_of_everything() == before
    return caught.value


def test_the_lead_office_promises_each_day_once_and_it_becomes_a_promise_of_the_first_proposal() -> None:
    one = made.project(made.decided())
    second = made.proposal(one.round, one)
    refused("mandate.officer", tracking.pledge, actor=actor(UserFactory()), project=one, days=made.DAYS)
    wrong = made.DAYS | {"enacted": date(2026, 8, 1)}
    refused("stage.days", tracking.pledge, actor=actor(made.officer()), project=one, days=wrong)
    missing = made.DAYS | {"result": None}
    refused("stage.days", tracking.pledge, actor=actor(made.officer()), project=one, days=missing)
    found = tracking.pledge(actor=actor(made.officer()), project=one, days=made.DAYS)
    assert found.effect is not None
    assert found.effect.matter_id == one.proposals.order_by("pk")[0].pk
    assert (found.effect.promised_on, found.effect.owner.code) == (date(2027, 10, 31), "parks-office")
    assert Audit.objects.filter(action="budgeting.project.pledge", target=one.reference).count() == 1
    told = Event.objects.get(kind="budgeting.pledged")
    assert told.also_references == [second.matter.reference]
    assert Event.objects.filter(kind="matters.effect", reference=found.effect.matter.reference).exists()
    refused("stage.pledged", tracking.pledge, actor=actor(made.officer()), project=one, days=made.DAYS)


def test_a_project_without_a_contract_needs_no_day_for_one() -> None:
    one = made.project(made.decided())
    found = tracking.pledge(actor=actor(made.officer()), project=one, days=made.DAYS | {"contracted": None})
    assert found.contracted_on is None
    tell(one, "proposed", "2026-08-30", 60 * MILLION)
    assert line(one).next == "enacted"
    tell(one, "enacted", "2026-12-01", 60 * MILLION)
    assert line(one).next == "executed"


def test_from_the_bill_to_the_result_with_payments_summed_and_slip_with_its_sign() -> None:
    one = pledged()
    carried_out(one)
    found = line(one)
    assert (found.state, found.is_over, found.amount("executed")) == ("result", True, 54 * MILLION)
    slips = {kind: found.slip(kind) for kind in made.DAYS}
    assert slips == {"proposed": -2, "enacted": 5, "contracted": 0, "executed": -29, "result": -3}
    effect = found.effect
    assert effect is not None and (effect.state, effect.done_on) == ("done", date(2027, 10, 28))
    assert list(effect.reports.values_list("state", flat=True)) == [
        "promised", "promised", "under_way", "under_way", "under_way", "done",
    ]  # fmt: skip
    acts = Audit.objects.filter(target=one.reference, action__startswith="budgeting.project.")
    assert sorted(acts.values_list("action", flat=True)) == [
        "budgeting.project.finish",
        "budgeting.project.pledge",
        *["budgeting.project.report"] * 5,
    ]


def test_order_is_kept_unless_it_is_said_why() -> None:
    one = pledged()
    refused("stage.order", tell, one, "enacted", "2026-12-10", MILLION)
    tell(one, "enacted", "2026-12-10", MILLION, why="추경으로 바로 의결되었습니다.")
    tell(one, "proposed", "2026-08-30", MILLION)  # told later, but its day comes before
    refused("stage.order", tell, one, "result", "2027-01-10", link=PAGE)
    refused("stage.order", tell, one, "executed", "2026-12-01", MILLION)
    assert set(line(one).last) == {"proposed", "enacted"}


def test_more_than_was_decided_or_enacted_needs_a_reason() -> None:
    one = pledged()
    refused("stage.above", tell, one, "proposed", "2026-08-30", 61 * MILLION)
    tell(one, "proposed", "2026-08-30", 60 * MILLION)
    tell(one, "enacted", "2026-12-10", 50 * MILLION)
    said = refused("stage.above", tell, one, "contracted", "2027-01-10", 51 * MILLION)
    assert "1,000,000" in str(said)
    tell(one, "executed", "2027-02-10", 30 * MILLION)
    refused("stage.above", tell, one, "executed", "2027-03-10", 20 * MILLION + 1)
    tell(one, "executed", "2027-03-10", 21 * MILLION, why="물가가 올라 시비로 메웠습니다.")
    assert line(one).amount("executed") == 51 * MILLION


def test_a_correction_takes_the_place_of_a_row_that_stays_readable() -> None:
    one = pledged()
    carried_out(one, until="executed")
    first = one.stages.get(kind="executed")
    refused("stage.why", tell, one, "executed", "2027-06-01", 20 * MILLION, corrects=first)
    again = tell(one, "executed", "2027-06-01", 20 * MILLION, corrects=first, why="숫자를 잘못 적었습니다.")
    assert line(one).amount("executed") == 20 * MILLION
    assert one.stages.filter(kind="executed").count() == 2
    refused("stage.stale", tell, one, "executed", "2027-06-01", MILLION, corrects=first, why="다시")
    refused("stage.stale", tell, one, "enacted", "2027-06-01", MILLION, corrects=again, why="다시")
    tell(one, "executed", "2027-06-01", 0, corrects=again, why="지급되지 않았습니다.")
    assert line(one).amount("executed") == 0
    enacted = one.stages.get(kind="enacted")
    tell(one, "executed", "2027-06-02", 40 * MILLION)
    refused("stage.twice", tell, one, "enacted", "2026-12-20", MILLION)
    lower = {"corrects": enacted, "note": "의결된 금액입니다."}
    with pytest.raises(IntegrityError), transaction.atomic():
        Stage.objects.create(
            project=one,
            kind="enacted",
            amount=1,
            on_date=clock.today(),
            note="x",
            by=made.officer(),
            at=clock.now(),
        )
    tell(one, "enacted", "2026-12-20", 39 * MILLION, why="감액되었습니다.", **lower)
    assert line(one).amount("enacted") == 39 * MILLION


@pytest.mark.parametrize(
    ("code", "fields"),
    [
        ("stage.kind", {"kind": "eaten"}),
        ("stage.future", {"kind": "proposed", "amount": 1, "on_date": date(2026, 8, 31)}),
        ("stage.note", {"kind": "proposed", "amount": 1, "note": "  "}),
        ("stage.amount", {"kind": "proposed"}),
        ("stage.amount", {"kind": "proposed", "amount": -1}),
        ("stage.nought", {"kind": "proposed", "amount": 0}),
        ("stage.amount", {"kind": "result", "amount": 1, "link": PAGE}),
        ("stage.stop", {"kind": "proposed", "amount": 1, "stop_code": "site"}),
        ("stage.stop", {"kind": "stopped"}),
        ("stage.evidence", {"kind": "result"}),
    ],
)
def test_a_step_that_is_not_whole_is_refused(code: str, fields: dict[str, Any]) -> None:
    one = pledged()
    whole = {"on_date": date(2026, 8, 30), "note": "예산안에 들어갔습니다.", **fields}
    with clock.at(made.at("2026-08-30")):
        refused(code, tracking.report, actor=actor(made.officer()), project=one, **whole)


def test_nothing_is_told_before_the_days_are_promised_nor_outside_of_a_decided_round() -> None:
    one = made.project(made.decided())
    refused("stage.pledge", tell, one, "proposed", "2026-08-30", MILLION)
    for state in ("voting", "settled"):
        other = made.project(made.decided(f"is-{state}", state=state))
        refused("stage.round", tracking.pledge, actor=actor(made.officer()), project=other, days=made.DAYS)
    lost = made.project(one.round, "P2", state="not_funded")
    refused("flow.state", tracking.pledge, actor=actor(made.officer()), project=lost, days=made.DAYS)


def test_another_office_of_the_project_tells_payments_but_not_the_end() -> None:
    one = pledged()
    carried_out(one, until="contracted")
    helper = official("officer", made.office("lights-office"))
    refused("mandate.officer", tell, one, "executed", "2027-05-01", MILLION, who=helper)
    one.parts.create(office=made.office("lights-office"))
    reports = EffectReport.objects.count()
    tell(one, "executed", "2027-05-01", MILLION, who=helper)
    assert EffectReport.objects.count() == reports  # the promise is the lead office's
    refused("mandate.officer", tell, one, "result", "2027-05-02", link=PAGE, who=helper)
    refused("mandate.officer", tell, one, "stopped", "2027-05-02", stop_code="site", who=helper)


def test_a_project_that_dies_after_the_vote_has_a_code_and_a_reason() -> None:
    one = pledged()
    carried_out(one, until="enacted")
    tell(one, "stopped", "2027-02-01", stop_code="site", note="그 자리에 상수도관이 있어 세울 수 없습니다.")
    found = line(one)
    assert (found.state, found.is_over, found.next, found.slipped) == ("stopped", True, "", None)
    assert found.effect is not None and found.effect.state == "stopped"
    act = Audit.objects.get(action="budgeting.project.stop")
    assert act.reason_code == "site" and "상수도관" in act.reason
    refused("stage.order", tell, one, "executed", "2027-02-10", MILLION)
    tell(one, "executed", "2027-02-10", MILLION, why="설계비는 이미 썼습니다.")
    assert line(one).state == "stopped"


def test_a_dispute_that_is_upheld_opens_the_project_again() -> None:
    one = pledged()
    carried_out(one)
    found = line(one)
    assert found.effect is not None
    arbiter = official("arbiter", made.office("ombudsman"))
    with clock.at(made.at("2027-11-05")):
        row = disputes.open_one(actor=actor(UserFactory()), effect=found.effect, reason="등이 없습니다.")
        assert (line(one).disputed, line(one).is_over) == (True, False)
        refused(
            "stage.waiting",
            tracking.settle,
            actor=actor(made.person("approver", "host")),
            round_=one.round,
            reason="모두 끝났습니다.",
        )
    with clock.at(made.at("2027-11-25")):
        disputes.decide(actor=actor(arbiter), dispute=row, is_upheld=True, reason="현장에 등이 없습니다.")
        found = line(one)
        assert (found.state, found.next, found.is_over) == ("reopened", "result", False)
        assert found.slip("result") == 25
    tell(one, "result", "2027-12-10", link=PAGE, note="이제 등을 모두 세웠습니다.")
    found = line(one)
    assert (found.state, found.slip("result"), found.effect and found.effect.state) == ("result", 40, "done")
    assert found.last["result"].supersedes_id == one.stages.get(kind="result", supersedes=None).pk


def test_who_follows_the_project_and_the_proposal_that_it_was_promised_to_hears_a_step_once() -> None:
    one = pledged()
    found = line(one).effect
    assert found is not None
    both, alone = UserFactory(), UserFactory()
    for reference in (one.reference, found.matter.reference):
        notices.follow(reference=reference, user=both, why="follower")
    notices.follow(reference=one.reference, user=alone, why="follower")
    before = Event.objects.count()
    tell(one, "proposed", "2026-08-30", 60 * MILLION)
    for event in Event.objects.filter(told_at=None).order_by("pk"):
        telling.fan_out(event.pk)
    assert Event.objects.count() == before + 2
    for person in (both, alone):
        heard = Notice.objects.filter(user=person, event__in=Event.objects.order_by("-pk")[:2])
        assert heard.count() == 1


def test_its_promise_ends_with_the_project_and_not_before() -> None:
    """At the desk of promises it can be told how it stands, not that it is over."""
    one = pledged()
    found = line(one).effect
    assert found is not None
    for state in ("done", "stopped"):
        said = {"state": state, "text": "끝난 일로 하겠습니다.", "evidence_url": PAGE}
        refused("effect.elsewhere", effects.report, actor=actor(made.officer()), effect=found, **said)
    told = {"state": "under_way", "text": "자재를 주문했습니다."}
    assert effects.report(actor=actor(made.officer()), effect=found, **told).state == "under_way"
    carried_out(one)
    found.refresh_from_db()
    assert found.state == "done"


def test_the_round_is_settled_by_an_approver_once_every_project_has_ended() -> None:
    of = made.decided()
    one, other = pledged(of), pledged(of, "P2")
    carried_out(one)
    chief = actor(made.person("approver", "host"))
    said = refused("stage.waiting", tracking.settle, actor=chief, round_=of, reason="모두 끝났습니다.")
    assert "P2" in str(said)
    tell(other, "stopped", "2027-02-01", stop_code="council", note="의회에서 깎였습니다.")
    refused(
        "mandate.approver", tracking.settle, actor=actor(made.officer()), round_=of, reason="모두 끝났습니다."
    )
    refused("flow.reason", tracking.settle, actor=chief, round_=of, reason=" ")
    fresh = tracking.settle(actor=chief, round_=of, reason="두 사업이 모두 끝났습니다.")
    assert fresh.state == "settled"
    act = Audit.objects.get(action="budgeting.round.settle")
    assert act.payload["data"] == {"projects": 2, "decided": 120 * MILLION, "paid": 54 * MILLION}
    refused("stage.round", tell, one, "executed", "2027-12-10", MILLION, why="뒤늦은 지급")


def test_a_step_that_is_missing_slips_until_today() -> None:
    one = pledged()
    with clock.at(made.at("2026-09-01")):
        assert (line(one).slipped, line(one).is_late) == (None, False)
    with clock.at(made.at("2026-09-11")):
        assert (line(one).slipped, line(one).is_late) == (10, True)
    tell(one, "proposed", "2026-08-22", MILLION, now=made.at("2026-09-12"))
    with clock.at(made.at("2026-09-12") + timedelta(hours=1)):
        assert (line(one).slipped, line(one).next) == (-10, "enacted")
