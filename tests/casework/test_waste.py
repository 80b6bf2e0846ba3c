"""A report of waste: its steps, who may take them, and money that adds up."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from madang.commons.matters.domain import answers, erasing
from madang.kernel import actors, clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Mandate, Post, Role, Trace
from madang.services.casework.domain import savings, terms, waste
from madang.services.casework.logic import rewards
from madang.services.casework.logic.letters import letter_of
from madang.services.casework.models import Reward, Saving, WasteReport
from tests.casework import reports
from tests.casework.reports import REASON, Town
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
BODY = terms.SHIPPED[0].body


@pytest.fixture
def town() -> Town:
    return reports.town()


def test_a_report_goes_all_the_way_to_its_lesson(town: Town) -> None:
    report = reports.verified(town)
    saving = savings.verified(report)
    assert saving is not None and saving.net == 3_500_000
    assert saving.by_id != saving.estimated_by_id
    given_ = savings.reward(actor=town.head, report=report, kind="best", amount=1_000_000, reason=REASON)
    assert given_.claimant_id == town.reporter.pk and not given_.rule.checked
    report = savings.teach(actor=town.head, report=report, lesson=REASON)
    assert report.state == "learned"
    acts = list(
        Audit.objects.filter(target=report.reference, action__startswith="casework.waste")
        .order_by("pk")
        .values_list("action", flat=True)
    )
    assert [act.rpartition(".")[2] for act in acts] == [
        "admit", "assign", "check", "uphold", "plan", "estimate", "verify", "reward", "teach",
    ]  # fmt: skip


def test_a_verdict_comes_before_the_answer_and_becomes_its_draft(town: Town) -> None:
    report = waste.admit(actor=town.triage, report=reports.received(town), spender=town.spender)
    report = waste.assign(actor=town.triage, report=report, office=town.checking)
    matter = report.case.matter
    matter.refresh_from_db()
    draft = answers.save(
        actor=town.officer,
        matter=matter,
        disposition="rejected",
        reason="아직 확인하지 않은 답변 초안입니다. 더 살핍니다.",
    )
    with pytest.raises(RefusedError) as refused:
        answers.submit(actor=town.officer, answer=draft)
    assert refused.value.code == "answer.incomplete"
    draft.delete()
    report = waste.check(actor=town.officer, report=report, on=clock.today(), finding=REASON)
    waste.judge(actor=town.officer, report=report, verdict="dismiss", reason=REASON)
    draft = matter.answers.get()
    assert (draft.disposition, draft.reason) == ("rejected", REASON)
    answers.publish(actor=town.approver, answer=answers.submit(actor=town.officer, answer=draft))
    matter.refresh_from_db()
    assert (matter.state, matter.disposition) == ("answered", "rejected")
    # She objects: it is looked at again.
    answers.object_to(actor=town.author, matter=matter, reason="현장을 밤에 보지 않았습니다.")
    assert WasteReport.objects.get(pk=report.pk).state == "received"


def test_who_estimated_does_not_verify(town: Town) -> None:
    report = reports.estimated(town)
    officer = town.officer.user
    post, _ = Post.objects.get_or_create(
        organisation=town.checking, role=Role.APPROVER, defaults={"title_ko": "a", "title_en": "a"}
    )
    Mandate.objects.create(user=officer, post=post, valid_from=clock.now() - timedelta(days=1))
    before = _all(report)
    with pytest.raises(RefusedError) as refused:
        savings.verify(actor=actors.person(officer), report=report, figures=reports.figures(), note=REASON)
    assert refused.value.code == "four_eyes"
    assert _all(report) == before


def test_who_reported_does_not_verify_estimate_or_reward(town: Town) -> None:
    approver = town.approver.user
    assert approver is not None
    report = reports.estimated(town, actor=actors.person(approver))
    before = _all(report)
    with pytest.raises(RefusedError) as refused:
        savings.verify(actor=town.approver, report=report, figures=reports.figures(), note=REASON)
    assert refused.value.code == "four_eyes"
    assert _all(report) == before


def test_the_database_itself_refuses_a_claimant_or_estimator_as_verifier(town: Town) -> None:
    report = reports.estimated(town)
    one = savings.last_estimate(report)
    assert one is not None
    known = {
        name: getattr(one, name)
        for name in (
            "report", "period_from", "days", "baseline", "baseline_method", "baseline_document", "baseline_by",
            "actual", "actual_method", "actual_document", "actual_by", "cost", "cost_method", "cost_document",
            "cost_by", "net", "note", "at", "claimant",
        )
    }  # fmt: skip
    good = known | {"kind": "verified", "estimate": one, "estimated_by": one.by, "by": town.approver.user}
    wrong = (
        {"by": one.by},
        {"by": town.reporter},
        {"net": one.net + 1},
        {"days": 367},
        {"baseline": -1, "net": -1 - one.actual - one.cost},
        {"estimate": None},
        {"estimated_by": None},
    )
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Saving.objects.create(**(good | change))
    assert report.savings.count() == 1
    Saving.objects.create(**good)


def test_nobody_rewards_what_she_verified(town: Town) -> None:
    report = reports.estimated(town)
    savings.verify(actor=town.head, report=report, figures=reports.figures(), note=REASON)
    report.refresh_from_db()
    before = _all(report)
    with pytest.raises(RefusedError) as refused:
        savings.reward(actor=town.head, report=report, kind="valid", amount=200_000, reason=REASON)
    assert refused.value.code == "four_eyes"
    assert _all(report) == before and not Reward.objects.exists()


@pytest.mark.parametrize(
    ("kind", "amount"),
    [
        ("valid", 199_999),
        ("valid", 200_001),
        ("best", 399_999),
        ("best", 2_000_001),
        ("bonus", 3_500_001),
        ("x", 1),
    ],
)
def test_a_reward_outside_the_rule_changes_nothing(town: Town, kind: str, amount: int) -> None:
    report = reports.verified(town)
    before = _all(report)
    with pytest.raises(RefusedError) as refused:
        savings.reward(actor=town.head, report=report, kind=kind, amount=amount, reason=REASON)
    assert refused.value.code == "waste.reward"
    assert _all(report) == before


def test_a_reward_needs_a_name(town: Town) -> None:
    report = reports.verified(town, actor=actors.person(None))
    with pytest.raises(RefusedError) as refused:
        savings.reward(actor=town.head, report=report, kind="valid", amount=200_000, reason=REASON)
    assert refused.value.code == "waste.nameless"
    report = savings.decline(actor=town.head, report=report, reason=REASON)
    assert report.state == "unrewarded"


def test_the_office_that_spends_does_not_check(town: Town) -> None:
    report = waste.admit(actor=town.triage, report=reports.received(town), spender=town.checking)
    with pytest.raises(RefusedError) as refused:
        waste.assign(actor=town.triage, report=report, office=town.checking)
    assert refused.value.code == "waste.spender"
    report.refresh_from_db()
    assert report.state == "in_scope" and report.case.matter.state == "triage"


def test_a_saving_is_verified_after_its_period(town: Town) -> None:
    report = waste.judge(actor=town.officer, report=reports.checked(town), verdict="uphold", reason=REASON)
    report = waste.plan(actor=town.officer, report=report, what=REASON, owner=town.spender, due=clock.today())
    with pytest.raises(RefusedError) as refused:
        savings.estimate(
            actor=town.officer, report=report, period_from=clock.today(), days=367,
            figures=reports.figures(), note=REASON,
        )  # fmt: skip
    assert refused.value.code == "waste.year"
    savings.estimate(
        actor=town.officer, report=report, period_from=clock.today(), days=365,
        figures=reports.figures(), note=REASON,
    )  # fmt: skip
    report.refresh_from_db()
    with pytest.raises(RefusedError) as refused:
        savings.verify(actor=town.approver, report=report, figures=reports.figures(), note=REASON)
    assert refused.value.code == "waste.period"
    with clock.at(clock.now() + timedelta(days=366)):
        approver = actors.person(town.approver.user)
        assert (
            savings.verify(actor=approver, report=report, figures=reports.figures(), note=REASON).net
            == 3_500_000
        )


def test_the_same_was_reported_before(town: Town) -> None:
    first, second = reports.received(town), reports.received(town, title="같은 곳 조명")
    joined = waste.join(actor=town.triage, report=second, into=first, reason=REASON)
    assert joined.duplicate_of == first
    assert Trace.objects.filter(source=second.reference, target=first.reference).exists()
    third = reports.received(town)
    for wrong in (joined, third):
        with pytest.raises(RefusedError):
            waste.join(actor=town.triage, report=third, into=wrong, reason=REASON)
    with pytest.raises(RefusedError):
        waste.join(actor=town.triage, report=first, into=third, reason=REASON)


def test_others_may_not_act(town: Town) -> None:
    report = reports.received(town)
    neighbour = actors.person(UserFactory())
    for act in (
        lambda: waste.admit(actor=neighbour, report=report),
        lambda: waste.detail(actor=neighbour, report=report, since="x"),
        lambda: waste.refuse(actor=town.author, report=report, reason=REASON),
    ):
        with pytest.raises(RefusedError):
            act()
    report.refresh_from_db()
    assert (report.state, report.since) == ("received", "")


def test_a_line_has_to_exist(town: Town) -> None:
    with pytest.raises(RefusedError):
        reports.received(town, line="project:nothing-A1")
    assert not WasteReport.objects.exists()


def test_a_form_letter_is_known_by_its_words() -> None:
    assert letter_of("가로등 낭비", "밤새 켜져 있어요.") == letter_of("가로등  낭비!", " 밤새 켜져\n있어요")
    assert letter_of("Ａ", "b") == letter_of("a", "B")
    assert letter_of("등 3개", "x") != letter_of("등 4개", "x")


WON = st.integers(min_value=0, max_value=10**13)


@given(saved=st.integers(min_value=-(10**13), max_value=10**13), spreads=st.booleans())
def test_no_bonus_is_more_than_the_saving_or_the_rule(saved: int, spreads: bool) -> None:
    found = {one.kind: one for one in rewards.possible(BODY, saved=saved, is_spreadable=spreads)}
    assert found["valid"].least == found["valid"].most == 200_000
    assert (found["best"].least, found["best"].most) == (400_000, 2_000_000)
    assert ("bonus" in found) == (saved > 0)
    if saved > 0:
        bonus = found["bonus"]
        assert bonus.most == min(saved, 39_000_000 if spreads else 30_000_000)
        assert bonus.allows(bonus.most) and not bonus.allows(bonus.most + 1) and not bonus.allows(0)


@given(baseline=WON, actual=WON, cost=WON)
def test_net_is_baseline_less_actual_less_cost(baseline: int, actual: int, cost: int) -> None:
    columns = savings._columns(reports.figures(baseline, actual, cost))
    assert columns["net"] + columns["actual"] + columns["cost"] == columns["baseline"]


def test_figures_need_their_proof(town: Town) -> None:
    report = waste.judge(actor=town.officer, report=reports.checked(town), verdict="uphold", reason=REASON)
    report = waste.plan(actor=town.officer, report=report, what=REASON, owner=town.spender, due=clock.today())
    bare = reports.figures() | {"cost": savings.Figure(0, "", "", "")}
    with pytest.raises(RefusedError) as refused:
        savings.estimate(
            actor=town.officer,
            report=report,
            period_from=date(2025, 1, 1),
            days=365,
            figures=bare,
            note=REASON,
        )
    assert refused.value.code == "waste.figure"
    report.refresh_from_db()
    assert report.state == "planned" and not report.savings.exists()


def _all(report: WasteReport) -> tuple[object, ...]:
    """Everything that a refusal must leave alone."""
    fresh = WasteReport.objects.get(pk=report.pk)
    return (
        fresh.state,
        list(fresh.savings.values()),
        list(fresh.rewards.values()),
        Audit.objects.filter(target=fresh.reference).count(),
    )


def test_leaving_erases_what_a_private_report_told_and_no_other(town: Town) -> None:
    told = {
        "since": "2025년 봄부터",
        "line_text": "공영주차장 전기 요금",
        "is_public": False,
    }
    private = reports.verified(town, **told)
    public = reports.received(
        town, **told | {"is_public": True, "title": "다른 신고", "body": "분수대 물이 겨울에도 나옵니다."}
    )
    erasing.erase_author(actor=actors.system("test"), user=town.reporter)
    erased, kept = (WasteReport.objects.get(pk=one.pk) for one in (private, public))
    assert (erased.since, erased.line_text) == ("", "")
    assert erased.letter != private.letter and len(erased.letter) == len(private.letter)
    assert (kept.since, kept.line_text, kept.letter) == (told["since"], told["line_text"], public.letter)
    assert erased.savings.count() == 2  # what offices found stays counted


def test_leaving_keeps_a_form_letter_one(town: Town) -> None:
    mine = reports.received(town, is_public=False)
    reports.received(town, is_public=False, actor=actors.person(UserFactory()))
    erasing.erase_author(actor=actors.system("test"), user=town.reporter)
    assert WasteReport.objects.get(pk=mine.pk).letter == mine.letter
