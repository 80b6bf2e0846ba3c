"""A delegation: set up and frozen, seated, sitting, scoring, published; and what is refused changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from fractions import Fraction

import pytest
from django.test import Client
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from madang.commons.notices.models import Notice
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from madang.services.budgeting import delegation_reading as reading
from madang.services.budgeting.domain import (
    announcing,
    assessing,
    casting,
    closing,
    counting,
    deciding,
    delegating,
    findings,
    fixing,
    rounds,
    seating,
    verdicts,
)
from madang.services.budgeting.domain.rounds import PotDraft
from madang.services.budgeting.models import (
    Applicant,
    Assessment,
    Conflict,
    Delegate,
    Delegation,
    Finding,
    Points,
)
from madang.services.budgeting.models.delegation import Against, Verdict
from tests.budgeting.delegation_made import (
    DURING,
    RUBRIC,
    SAID,
    SITS,
    WHY,
    a_project,
    a_sitting,
    applied,
    approver,
    closed,
    facilitator,
    scored,
    seated,
    with_delegation,
)
from tests.budgeting.rounds_support import BORN, CLOSES, ENDS, VOTES, draft, fresh
from tests.factories import UserFactory, actor

POTS = (PotDraft("온 시내", "Whole city", 75_000_000, code="city"),)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def refused(act, code: str) -> RefusedError:
    before = Audit.objects.count(), list(Points.objects.values_list("pk", "given"))
    with pytest.raises(RefusedError) as caught:
        act()
    assert caught.value.code == code
    assert (Audit.objects.count(), list(Points.objects.values_list("pk", "given"))) == before
    return caught.value


@given(st.lists(st.sampled_from(Verdict.values), max_size=15))
def test_the_verdict_is_the_one_of_the_rule_in_words(said: list[str]) -> None:
    found = verdicts.decided(said)
    for_, against = [one for one in said if one != "against"], said.count("against")
    assert (found == "") == (not said)
    assert (found == "against") == (bool(said) and len(for_) <= against)
    if found in ("recommend", "change"):
        asks = 2 * for_.count("change") >= len(for_)
        assert (found == "change") == asks


def test_of_equal_reasons_the_first_in_the_list_and_marks_to_a_thousandth() -> None:
    assert verdicts.main_reason(["worth", "few", "worth", "few", "else"], Against.values) == "few"
    assert verdicts.main_reason([], Against.values) == ""
    assert [verdicts.thousandths(Fraction(n, 3)) for n in (1, 2, 10)] == [333, 667, 3333]
    assert verdicts.thousandths(Fraction(5, 10_000)) == 1


def test_rubric_and_seats_are_frozen_with_the_round(db) -> None:
    delegation = with_delegation()
    said = delegation.round.frozen["delegation"]
    assert [line["weight"] for line in said["rubric"]] == [60, 40] and said["open_seats"] == 5
    assert (
        announcing.digest_of(delegation.round.frozen)
        == Audit.objects.get(action="budgeting.round.announce").payload["data"]["sha256"]
    )
    with clock.at(DURING):
        refused(
            lambda: delegating.set_up(
                actor=actor(facilitator()), round_=delegation.round, by_lot=9, open_seats=0, rubric=RUBRIC
            ),
            "delegation.frozen",
        )
    row = draft("other")
    for fields, code in (
        ({"by_lot": 0, "open_seats": 0}, "by_lot"),
        ({"by_lot": 5, "rubric": RUBRIC[:1]}, "rubric"),
        ({"by_lot": 5, "most": 11}, "most"),
        ({"by_lot": 5, "open_seats": 2, "criteria_ko": "고르게"}, "applies_until"),
    ):
        known = {"open_seats": 0, "rubric": RUBRIC} | fields
        with clock.at(BORN):
            refused(
                lambda known=known: delegating.set_up(actor=actor(facilitator()), round_=row, **known),
                f"delegation.{code}",
            )
    refused(
        lambda: delegating.set_up(actor=actor(approver()), round_=row, by_lot=5, open_seats=0, rubric=RUBRIC),
        "mandate.facilitator",
    )


def test_an_open_seat_is_asked_for_and_given_for_a_reason(db) -> None:
    delegation = with_delegation(open_seats=1)
    one, other = applied(delegation), applied(delegation)
    assert applied(delegation, one.user).pk == one.pk  # asked again: the same application
    with clock.at(SITS):
        refused(
            lambda: seating.apply(
                actor=actor(UserFactory()), delegation=delegation, motive="늦었습니다.", values={}
            ),
            "time.apply",
        )
    with clock.at(DURING):
        for user, code in ((None, "sign_in"), (facilitator(), "delegate.official")):
            refused(
                lambda user=user: seating.apply(
                    actor=actor(user), delegation=delegation, motive="함께하고 싶습니다.", values={}
                ),
                code,
            )
        refused(
            lambda: seating.choose(actor=actor(approver()), applicant=one, reason=WHY), "mandate.facilitator"
        )
        refused(lambda: seating.choose(actor=actor(facilitator()), applicant=one, reason=" "), "flow.reason")
        sits = seating.choose(actor=actor(facilitator()), applicant=one, reason=WHY)
        refused(
            lambda: seating.choose(actor=actor(facilitator()), applicant=other, reason=WHY), "delegation.full"
        )
        seating.decline(actor=actor(facilitator()), applicant=other, reason="자리가 하나였습니다.")
        seating.leave(actor=actor(one.user), delegate=sits, reason="이사합니다.")
        again = seating.choose(actor=actor(facilitator()), applicant=other, reason="한 자리가 비었습니다.")
        refused(
            lambda: assessing.declare(actor=actor(one.user), delegate=sits, conflicts={}), "delegate.seat"
        )
    assert again.number != sits.number
    now = reading.seats(delegation)
    assert (now.open_taken, now.left, now.applicants) == (1, 1, 2)
    # Who asked is told to nobody.
    assert not Audit.objects.filter(target__startswith="applicant:", is_public=True).exists()
    seating.erase_person(actor=actor(other.user), user=other.user)
    gone = Applicant.objects.get(pk=other.pk)
    assert (gone.user, gone.motive, gone.reason) == (None, "", "") and not reading.active(delegation)


def test_points_count_until_the_session_closes_and_then_stand(db) -> None:
    delegation = with_delegation()
    project = a_project(delegation.round)
    first, second, third = (seated(delegation) for _ in range(3))
    sitting = a_sitting(delegation, "001")
    scored(first, project, 5, 2)
    with clock.at(SITS):
        assessing.declare(actor=actor(second.user), delegate=second, conflicts={project.pk: "family"})
        refused(
            lambda: assessing.assess(
                actor=actor(third.user), delegate=third, project=project, points={}, verdict="recommend"
            ),
            "delegate.undeclared",
        )
    for some, verdict, code in (
        ((6, 0), "recommend", "assessment.points"),
        ((-1, 0), "recommend", "assessment.points"),
        ((1, 1), "perhaps", "assessment.verdict"),
        ((1, 1), "against", "assessment.reason"),
    ):
        refused(lambda g=some, v=verdict: scored(first, project, *g, verdict=v, seen=1), code)
    refused(lambda: scored(second, project, 3, 3), "delegate.conflict")
    refused(lambda: scored(first, project, 1, 1), "assessment.stale")  # a second window that had nothing yet
    scored(first, project, 4, 2, seen=1)
    scored(third, project, 1, 2, verdict="against", reason_code="worth")
    # A conflict that is remembered late takes the points away.
    with clock.at(SITS):
        assessing.declare(actor=actor(third.user), delegate=third, conflicts={project.pk: "gain"})
        assert Assessment.objects.count() == 1
        assessing.declare(actor=actor(third.user), delegate=third, conflicts={})
    scored(third, project, 1, 2, verdict="against", reason_code="worth")
    closed(sitting)
    refused(lambda: scored(first, project, 5, 5, seen=2), "sitting.not_open")
    with clock.at(SITS):
        assessing.declare(actor=actor(third.user), delegate=third, conflicts={project.pk: "gain"})
        seating.leave(actor=actor(facilitator()), delegate=first, reason="건강 때문에 그만둡니다.")
    (result,) = reading.results(delegation)
    # (4·60 + 2·40 + 1·60 + 2·40) / 200 = 2.3
    assert result.mark == 2300 and result.verdict == "against" and result.reason_code == "worth"
    table = reading.published(delegation)
    act = Audit.objects.get(action="budgeting.sitting.close")
    assert act.payload["data"]["points_sha256"] == hashlib.sha256(table).hexdigest()


def test_who_leaves_during_a_session_takes_her_points_along(db) -> None:
    delegation = with_delegation()
    project, later = a_project(delegation.round), a_project(delegation.round, "002")
    one = seated(delegation)
    a_sitting(delegation, "001", "002")
    scored(one, project, 5, 5)
    with clock.at(SITS):
        refused(
            lambda: seating.leave(actor=actor(UserFactory()), delegate=one, reason="장난"),
            "mandate.facilitator",
        )
        seating.leave(actor=actor(one.user), delegate=one, reason="시간이 없습니다.")
    assert not Assessment.objects.exists()
    refused(lambda: scored(one, later, 5, 5), "delegate.seat")


def test_her_own_proposal_is_a_conflict_whatever_she_declares(db) -> None:
    delegation = with_delegation()
    author = UserFactory()
    project = a_project(delegation.round, filed=False)
    from tests.budgeting.rounds_made import proposal

    proposal(delegation.round, project, author=author)
    one = seated(delegation, author)
    a_sitting(delegation, "001")
    refused_ = pytest.raises(RefusedError)
    with refused_ as caught:
        scored(one, project, 5, 5)
    assert caught.value.code == "delegate.conflict" and not Points.objects.exists()
    assert Conflict.objects.get().kind == "own"


def test_findings_reach_trail_and_proposers_and_say_nothing_of_a_person(db) -> None:
    delegation = with_delegation()
    good, bad, silent = (a_project(delegation.round, code) for code in ("001", "002", "003"))
    seats = [seated(delegation) for _ in range(3)]
    sitting = a_sitting(delegation, "001", "002", "003")
    for one in seats:
        scored(one, good, 5, 4)
        scored(one, bad, 1, 1, verdict="against", reason_code="few")
    with clock.at(SITS):

        def publish(who, **words: str) -> Delegation:
            return findings.publish(actor=actor(who), delegation=delegation, words=words, reason=WHY)

        refused(lambda: publish(approver(), **{"002": SAID}), "findings.open")
        closed(sitting)
        refused(lambda: publish(facilitator(), **{"002": SAID}), "mandate.approver")
        assert "002" in str(refused(lambda: publish(approver()), "findings.words"))
        assert not Finding.objects.exists()
        publish(approver(), **{"002": SAID})
        refused(lambda: publish(approver(), **{"002": SAID}), "delegation.published")
        seating_one = Delegate.objects.get(pk=seats[0].pk)
        seating.name(actor=actor(seats[0].user), delegate=seating_one, named=True)
    rows = {row.project.code: (row.verdict, row.mark) for row in Finding.objects.select_related("project")}
    assert rows == {"001": ("recommend", 4600), "002": ("against", 1000), "003": ("", None)}
    trail = Audit.objects.get(target=bad.reference, action="budgeting.delegation.against")
    assert (trail.reason_code, trail.reason, trail.is_public) == ("few", SAID, True)
    author = bad.proposals.get().matter.author
    assert Notice.objects.filter(user=author, event__kind="budgeting.found_against").exists()
    assert not Notice.objects.filter(event__kind="budgeting.found_recommend", user=author).exists()
    said = reading.plain(Delegation.objects.select_related("round", "panel").get())
    assert said["findings"][0]["scored_by"] == 3
    for one in seats:
        assert one.user.name not in str(said) and one.user.name not in reading.published(delegation).decode()
    assert reading.by_name(delegation) == [(seats[0].number, seats[0].user.shown_name)]
    assert silent.reference not in set(
        Audit.objects.filter(action__startswith="budgeting.delegation.").values_list("target", flat=True)
    )


def test_a_composite_counts_the_marks_of_the_delegation_and_both_programs_agree(db) -> None:
    delegation = with_delegation(method="composite.committee-50", pots=POTS)
    round_ = delegation.round
    assert round_.frozen["count"]["weights"] == "committee=50,evote=50"
    with clock.at(BORN):
        bare = draft("bare", level="contact", method="composite.committee-50")
        assert [one.field for one in announcing.missing(bare, list(bare.pots.all()))] == ["method"]
    loved, weighed = a_project(round_, filed=False), a_project(round_, "002", filed=False)
    one, other = seated(delegation), seated(delegation)
    sitting = a_sitting(delegation, "001", "002")
    for who in (one, other):
        scored(who, loved, 0, 0, verdict="against", reason_code="worth")
        scored(who, weighed, 5, 5)
    closed(sitting)
    with clock.at(ENDS):
        rounds.advance()
    with clock.at(SITS):
        assert "marks" in " ".join(fixing.hindrances(fresh(round_)).sentences())
        said = refused(
            lambda: fixing.fix_ballot(actor=actor(approver()), round_=round_, reason=WHY), "ballot.open"
        )
        assert "marks" in str(said)
        findings.publish(actor=actor(approver()), delegation=delegation, words={"001": SAID}, reason=WHY)
        fixing.fix_ballot(actor=actor(approver()), round_=round_, reason=WHY)
    with clock.at(VOTES):
        rounds.advance()
        for choice in (["001"], ["001"], ["002"]):
            casting.cast(actor=actor(UserFactory()), pot=fresh(round_).pots.get(), given=choice)
    with clock.at(CLOSES):
        closing.close_due()
        counting.count_waiting()
        deciding.recount_waiting()
        done = deciding.decide(actor=actor(approver()), round_=fresh(round_), reason=WHY)
    # Two thirds of the votes and no mark, against a third and every mark: only one fits the money.
    assert [row.state for row in done.projects.order_by("code")] == ["not_funded", "funded"]
    election = done.pots.get().election
    assert "002;60000000;1;" in election.ballots.decode() and ";5000\n" in election.ballots.decode()
    assert (
        deciding.deciding_count(done, done.pots.get()).result["settings"]["weights"]
        == "committee=50,evote=50"
    )
    assert (
        "--weights committee=50,evote=50"
        in Client().get(f"/en/budget/{election.slug}/?by={done.method}").content.decode()
    )
