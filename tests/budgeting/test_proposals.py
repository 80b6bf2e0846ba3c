"""From a wish to a project on the ballot: who may do what, what is refused, who is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from madang.commons.matters.domain import answers, handling
from madang.commons.matters.models import Answer, Clock, Matter
from madang.commons.notices.domain import telling
from madang.commons.notices.models import Event, Notice
from madang.commons.search import api as search
from madang.kernel import clock, policy
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Outbox
from madang.services.budgeting import flows
from madang.services.budgeting.domain import fixing, projects, proposing, screening
from madang.services.budgeting.models import Estimate, Project, Proposal, Touched
from tests.budgeting import proposals_made as m
from tests.factories import OrganisationFactory, UserFactory, actor, official

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def acts(*actions: str) -> int:
    return Audit.objects.filter(action__in=actions).count()


def told(user: object, kind: str) -> int:
    """How many notices of a kind somebody has once the worker went round."""
    for event in Event.objects.filter(told_at=None):
        telling.fan_out(event.pk)
    return Notice.objects.filter(user=user, event__kind=kind).count()


def test_every_step_has_a_policy() -> None:
    for flow in (flows.PROPOSAL, flows.PROJECT, flows.ROUND):
        for step in flow.steps:
            assert f"{flow.name}.{step.name}" in policy.names()


def test_a_proposal_is_a_matter_that_is_owed_an_answer() -> None:
    made = m.a_round()
    author = UserFactory()
    one = m.proposed(
        made, author, amount=5_000_000, place="중앙도서관", values=[(1, "모두가 읽을 권리를 누립니다.")]
    )
    matter = one.matter
    assert matter.state == "triage"
    assert matter.number.startswith("ID-")
    assert matter.rule == made.rule
    assert matter.responsible == m.host()
    assert Clock.objects.get(matter=matter).due_at is not None
    assert Outbox.objects.filter(audit__target=matter.reference).exists()
    assert one.values.get().value == 1
    assert search.entry_of(matter.reference).value == "1"


@pytest.mark.parametrize(
    ("moment", "takes"),
    [(m.FROM - SECOND, False), (m.FROM, True), (m.UNTIL - SECOND, True), (m.UNTIL, False)],
)
def test_proposals_are_taken_to_the_second(moment: object, takes: bool) -> None:
    made = m.a_round()
    with clock.at(moment):
        if takes:
            proposing.file(
                actor=actor(UserFactory()), round_=made, pot=made.pots.first(), title=m.TITLE, body=m.BODY
            )
        else:
            with pytest.raises(RefusedError):
                proposing.file(
                    actor=actor(UserFactory()), round_=made, pot=made.pots.first(), title=m.TITLE, body=m.BODY
                )
    assert Proposal.objects.count() == Matter.objects.count() == int(takes)


def test_what_is_refused_has_filed_nothing() -> None:
    made, other = m.a_round(), m.a_round("other")
    own, foreign = made.pots.first(), other.pots.first()
    me = actor(UserFactory())
    why = "이웃 모두에게 좋습니다."
    tries = [
        (actor(), {"pot": own}, "sign_in"),
        (me, {"pot": foreign}, "proposal.pot"),
        (me, {"pot": own, "values": [(1, why), (1, why)]}, "proposal.values"),
        (me, {"pot": own, "values": [(14, why)]}, "proposal.values"),
        (me, {"pot": own, "values": [(1, " ")]}, "proposal.values"),
        (me, {"pot": own, "values": [(n, why) for n in (1, 2, 3, 4)]}, "proposal.values"),
    ]
    with clock.at(m.DURING):
        for who, fields, code in tries:
            with pytest.raises(RefusedError) as refused:
                proposing.file(actor=who, round_=made, title=m.TITLE, body=m.BODY, **fields)
            assert refused.value.code == code
    assert not Matter.objects.exists()
    assert not Touched.objects.exists()


def test_one_form_files_once() -> None:
    made, me = m.a_round(), UserFactory()
    first = m.proposed(made, me, form_key="k" * 20)
    assert m.proposed(made, me, form_key="k" * 20).pk == first.pk
    assert m.proposed(made, me).pk != first.pk
    with transaction.atomic(), pytest.raises(IntegrityError):
        # Somebody else with the same key: nothing of hers is handed to him.
        m.proposed(made, UserFactory(), form_key="k" * 20)


def test_an_office_takes_it_further_and_its_author_hears_why() -> None:
    author = UserFactory()
    one = m.assigned(m.proposed(m.a_round(), author))
    stranger = official("officer", OrganisationFactory(code="elsewhere"))
    with clock.at(m.DURING):
        for who in (author, stranger, m.holder("approver", m.office())):
            with pytest.raises(RefusedError):
                screening.accept(actor=actor(who), proposal=one, reason=m.REASON)
        with pytest.raises(RefusedError):
            screening.accept(actor=actor(m.holder("officer", m.office())), proposal=one, reason=" ")
        assert m.fresh(one).state == "submitted"
        screening.accept(actor=actor(m.holder("officer", m.office())), proposal=one, reason=m.REASON)
    assert (m.fresh(one).state, m.fresh(one).was_eligible) == ("eligible", True)
    row = Audit.objects.get(action="budgeting.proposal.accept")
    assert (row.reason, row.is_public, row.organisation) == (m.REASON, True, m.office())
    assert told(author, "budgeting.accepted") == 1


def test_turned_down_by_the_published_answer_with_its_code() -> None:
    author = UserFactory()
    one = m.assigned(m.proposed(m.a_round(), author))
    officer = actor(m.holder("officer", m.office()))
    words = "시립도서관이 지난해부터 점자 책을 빌려 주고 있습니다."
    with clock.at(m.SCREENING):
        with pytest.raises(RefusedError):
            screening.turn_down(actor=officer, proposal=one, code="merged", reason=words)
        with pytest.raises(RefusedError):
            screening.turn_down(actor=actor(author), proposal=one, code="existing", reason=words)
        assert not Answer.objects.exists()
        draft = screening.turn_down(actor=officer, proposal=one, code="existing", reason=words)
        assert m.fresh(one).state == "submitted"  # nothing is dropped before somebody else agrees
        assert draft.disposition == "rejected"
        with pytest.raises(RefusedError):
            answers.publish(actor=officer, answer=draft)
        answers.publish(actor=actor(m.holder("approver", m.office())), answer=draft)
    assert (m.fresh(one).state, m.fresh(one).drop_code) == ("dropped", "existing")
    row = Audit.objects.get(action="budgeting.proposal.drop")
    assert (row.reason_code, row.reason, row.actor_kind) == ("existing", words, "system")
    assert told(author, "matters.answered") == 1


def test_an_answer_at_the_desk_needs_the_code_first() -> None:
    one = m.assigned(m.proposed(m.a_round()))
    officer = actor(m.holder("officer", m.office()))
    with clock.at(m.SCREENING):
        draft = answers.save(
            actor=officer,
            matter=one.matter,
            disposition="rejected",
            reason="이미 있는 사업이라 다시 하지 않습니다.",
        )
        with pytest.raises(RefusedError) as refused:
            answers.submit(actor=officer, answer=draft)
    assert refused.value.code == "answer.incomplete"
    assert m.fresh(draft).state == "draft"
    assert m.fresh(one).state == "submitted"


def test_inadmissible_reasons_are_said_so() -> None:
    assert m.turned_down(m.assigned(m.proposed(m.a_round())), "against_law").disposition == "not_admissible"


def test_an_objection_in_time_takes_it_up_again() -> None:
    author = UserFactory()
    one = m.assigned(m.proposed(m.a_round(), author))
    m.turned_down(one)
    matter = m.fresh(one.matter)
    last = m.SCREENING + timedelta(days=15)
    with clock.at(last + timedelta(days=1)), pytest.raises(RefusedError):
        answers.object_to(actor=actor(author), matter=matter, reason="제 제안은 빌려 주는 책과 다릅니다.")
    assert m.fresh(one).state == "dropped"
    with clock.at(last):
        answers.object_to(actor=actor(author), matter=matter, reason="제 제안은 빌려 주는 책과 다릅니다.")
        assert (m.fresh(one).state, m.fresh(one).drop_code) == ("submitted", "")
        assert not m.fresh(one).was_eligible
        assert Clock.objects.filter(matter=matter, stopped_at=None).count() == 1
        screening.accept(actor=actor(m.holder("officer", m.office())), proposal=one, reason=m.REASON)
    assert m.fresh(one).state == "eligible"


def test_withdrawing_and_merging_the_matter_ends_the_proposal() -> None:
    made, author = m.a_round(), UserFactory()
    one, two, three = m.proposed(made, author), m.proposed(made), m.proposed(made)
    with clock.at(m.DURING):
        handling.withdraw(actor=actor(author), matter=one.matter)
        triage = actor(m.holder("triage", m.host()))
        handling.merge(actor=triage, matter=two.matter, into=three.matter, reason="같은 내용입니다.")
    assert m.fresh(one).state == "withdrawn"
    assert (m.fresh(two).state, m.fresh(two).drop_code) == ("dropped", "merged")
    assert m.fresh(three).state == "submitted"


def test_what_is_in_a_project_stays_when_its_author_withdraws() -> None:
    author = UserFactory()
    project = m.a_project(m.a_round(), author=author)
    one = project.proposals.get()
    with clock.at(m.DURING):
        handling.withdraw(actor=actor(author), matter=one.matter)
    assert m.fresh(one).state == "joined"


def test_a_proposal_called_something_else_and_back_is_still_owed_an_answer() -> None:
    from tests.factories import rule

    rule("matters.answer.question", answer={"amount": 14, "unit": "calendar_days"})
    one = m.proposed(m.a_round())
    triage = actor(m.holder("triage", m.host()))
    with clock.at(m.DURING):
        handling.retype(actor=triage, matter=one.matter, kind="question", reason="질문으로 보입니다.")
        handling.retype(actor=triage, matter=m.fresh(one.matter), kind="idea", reason="제안이 맞습니다.")
    matter = m.fresh(one.matter)
    assert (matter.state, matter.due_at is not None) == ("triage", True)


def test_nobody_takes_a_proposal_out_of_sight() -> None:
    from tests.factories import rule

    rule("matters.answer.complaint", answer={"amount": 14, "unit": "calendar_days"})
    one = m.proposed(m.a_round())
    with clock.at(m.DURING), pytest.raises(RefusedError):
        handling.retype(
            actor=actor(m.holder("triage", m.host())),
            matter=one.matter,
            kind="complaint",
            reason="개인의 일로 보입니다.",
            private=True,
        )
    assert m.fresh(one.matter).disclosure == "public"


def test_projects_join_proposals_and_span_offices() -> None:
    made, second = m.a_round(), UserFactory()
    project = m.a_project(made)
    assert (project.code, project.pot.code) == ("001", "city")
    two = m.accepted(made, author=second)
    officer = actor(m.holder("officer", m.office()))
    parks = OrganisationFactory(code="parks")
    with clock.at(m.DURING):
        projects.join(actor=officer, proposal=two, project=project, reason=m.REASON)
        projects.add_part(actor=officer, project=project, office=parks, task="책을 놓을 자리를 만듭니다.")
        with pytest.raises(RefusedError):
            projects.add_part(actor=officer, project=project, office=parks, task="한 번 더 말합니다.")
        with pytest.raises(RefusedError):
            projects.add_part(
                actor=actor(official("officer", OrganisationFactory(code="no-part"))),
                project=project,
                office=OrganisationFactory(),
                task="끼어듭니다.",
            )
        projects.estimate(
            actor=actor(m.holder("officer", parks)),  # an office with a part works on it too
            project=project,
            amount=10,
            low=10,
            high=10,
            method="자리 하나에 10원이 듭니다.",
        )
    assert [part.leads for part in project.parts.all()] == [True, False]
    assert project.proposals.count() == 2
    assert told(second, "budgeting.joined") == 1
    assert told(second, "budgeting.estimated") == 1
    with clock.at(m.DURING):
        projects.leave(actor=officer, proposal=two, reason="다른 사업으로 따로 다루겠습니다.")
    assert (m.fresh(two).state, m.fresh(two).project) == ("eligible", None)
    assert m.a_project(made).code == "002"


def test_a_project_of_another_round_or_at_its_end_takes_nothing_in() -> None:
    one, other = m.accepted(m.a_round()), m.a_project(m.a_round("other"))
    officer = actor(m.holder("officer", m.office()))
    with clock.at(m.DURING):
        with pytest.raises(RefusedError) as refused:
            projects.join(actor=officer, proposal=one, project=other, reason=m.REASON)
        assert refused.value.code == "project.round"
        gone = m.a_project(one.round)
        projects.drop(actor=officer, project=gone, code="other", reason="자리를 찾지 못했습니다.")
        with pytest.raises(RefusedError) as refused:
            projects.join(actor=officer, proposal=one, project=gone, reason=m.REASON)
    assert refused.value.code == "project.over"
    assert m.fresh(one).state == "eligible"


@pytest.mark.parametrize("amounts", [(10, 11, 12), (10, 9, 9), (0, 0, 0), (10, 0, 10), (10**15, 1, 10**15)])
def test_estimates_lie_in_their_range(amounts: tuple[int, int, int]) -> None:
    project = m.a_project(m.a_round())
    amount, low, high = amounts
    with clock.at(m.DURING), pytest.raises(RefusedError):
        projects.estimate(
            actor=actor(m.holder("officer", m.office())),
            project=project,
            amount=amount,
            low=low,
            high=high,
            method="어림으로 잡은 금액입니다.",
        )
    assert not Estimate.objects.exists()
    assert m.fresh(project).state == "worked_out"


def test_a_later_estimate_says_why_it_differs() -> None:
    project = m.costed(m.a_round())
    fields = {
        "actor": actor(m.holder("officer", m.office())),
        "project": project,
        "method": "다시 받은 견적의 평균입니다.",
    }
    with clock.at(m.DURING):
        with pytest.raises(RefusedError):
            projects.estimate(amount=3, low=2, high=4, **fields)
        assert m.fresh(project).cost == 20_000_000
        projects.estimate(amount=3, low=2, high=4, reason="책 수를 줄였기 때문입니다.", **fields)
    assert m.fresh(project).cost == 3
    assert project.estimates.count() == 2


def test_a_dropped_project_answers_its_proposals_and_they_may_object() -> None:
    author = UserFactory()
    project = m.a_project(m.a_round(), author=author)
    one = project.proposals.get()
    officer = actor(m.holder("officer", m.office()))
    with clock.at(m.SCREENING):
        draft = answers.save(
            actor=officer,
            matter=one.matter,
            disposition="rejected",
            reason="사업을 더 진행하지 않기로 했습니다.",
        )
        with pytest.raises(RefusedError):  # it is in a project that goes on
            answers.submit(actor=officer, answer=draft)
        projects.drop(
            actor=officer, project=project, code="running_costs", reason="해마다 드는 돈을 낼 곳이 없습니다."
        )
        assert told(author, "budgeting.project_dropped") == 1
        answers.publish(
            actor=actor(m.holder("approver", m.office())), answer=answers.submit(actor=officer, answer=draft)
        )
        one = m.fresh(one)
        assert (one.state, one.drop_code, one.project) == ("dropped", "running_costs", project)
        answers.object_to(
            actor=actor(author), matter=m.fresh(one.matter), reason="운영은 저희 모임이 맡겠습니다."
        )
    assert (m.fresh(one).state, m.fresh(one).project) == ("submitted", None)


def test_what_the_voters_passed_over_may_be_answered_so() -> None:
    project = m.costed(m.a_round())
    one = project.proposals.get()
    officer = actor(m.holder("officer", m.office()))
    with clock.at(m.SCREENING):
        draft = answers.save(
            actor=officer,
            matter=one.matter,
            disposition="rejected",
            reason="주민 투표에서 뽑히지 않아 올해는 하지 않습니다.",
        )
        with pytest.raises(RefusedError):
            answers.submit(actor=officer, answer=draft)
        Project.objects.filter(pk=project.pk).update(state="not_funded")
        draft = answers.submit(actor=officer, answer=draft)
        answers.publish(actor=actor(m.holder("approver", m.office())), answer=draft)
    assert m.fresh(one.matter).state == "answered"
    assert m.fresh(one).state == "joined"


def test_the_ballot_is_fixed_when_nothing_is_open() -> None:
    made, author = m.a_round(), UserFactory()
    good = m.costed(made, author=author)
    waiting, homeless, uncosted = m.proposed(made), m.accepted(made), m.a_project(made)
    saving = m.accepted(made, kind="saving")
    dear = m.costed(made, amount=31_000_000, pot=made.pots.get(code="green"))
    made = m.screened(made)
    approver = actor(m.holder("approver", m.host()))
    with clock.at(m.SCREENING):
        with pytest.raises(RefusedError) as refused:
            fixing.fix_ballot(actor=approver, round_=made, reason=m.REASON)
        said = str(refused.value)
        for which in (waiting.matter.number, homeless.matter.number, uncosted.code, dear.code):
            assert which in said
        assert saving.matter.number not in said
        assert good.code not in said
    assert m.fresh(made).state == "screening"
    assert {one.state for one in made.projects.all()} == {"costed", "worked_out"}
    assert acts("budgeting.round.fix_ballot", "budgeting.project.put_on") == 0
    officer = actor(m.holder("officer", m.office()))
    m.turned_down(m.assigned(waiting))
    with clock.at(m.SCREENING):
        for gone in (uncosted, dear):
            projects.drop(
                actor=officer, project=gone, code="too_costly", reason="돈이 모자라 할 수 없습니다."
            )
        projects.join(actor=officer, proposal=homeless, project=good, reason=m.REASON)
        for who in (officer, actor(m.holder("facilitator", m.host()))):
            with pytest.raises(RefusedError):
                fixing.fix_ballot(actor=who, round_=made, reason=m.REASON)
        fixing.fix_ballot(actor=approver, round_=made, reason=m.REASON)
    assert m.fresh(made).state == "ballot"
    assert m.fresh(good).state == "on_ballot"
    row = Audit.objects.get(action="budgeting.round.fix_ballot")
    assert row.payload["data"]["ballot"] == [
        {"pot": "city", "project": good.code, "title": good.title, "cost": 20_000_000}
    ]
    assert told(author, "budgeting.ballot_fixed") == 1
    with clock.at(m.SCREENING), pytest.raises(RefusedError) as refused:
        projects.estimate(
            actor=officer, project=good, amount=1, low=1, high=1, method="한 번 더 봅니다.", reason="바뀜"
        )
    assert refused.value.code == "round.fixed"


def test_an_empty_ballot_is_not_fixed() -> None:
    made = m.screened(m.a_round())
    with clock.at(m.SCREENING), pytest.raises(RefusedError):
        fixing.fix_ballot(actor=actor(m.holder("approver", m.host())), round_=made, reason=m.REASON)
    assert m.fresh(made).state == "screening"


def fixed() -> tuple[object, Project, Project]:
    made = m.a_round()
    one, two = m.costed(made), m.costed(made, author=UserFactory(email="other@example.org"))
    made = m.screened(made)
    with clock.at(m.SCREENING):
        made = fixing.fix_ballot(actor=actor(m.holder("approver", m.host())), round_=made, reason=m.REASON)
    return made, one, two


def test_a_fixed_ballot_is_corrected_only_in_public() -> None:
    _made, one, two = fixed()
    other = two.proposals.get().matter.author
    approver, officer = actor(m.holder("approver", m.host())), actor(m.holder("officer", m.office()))
    new = {"amount": 15_000_000, "low": 15_000_000, "high": 15_000_000}
    why = "견적서의 책 수가 잘못 적혀 있었습니다."
    with clock.at(m.SCREENING):
        with pytest.raises(RefusedError):
            fixing.recost(actor=officer, project=one, reason=why, **new)
        with pytest.raises(RefusedError):
            fixing.recost(actor=approver, project=one, reason=" ", **new)
        with pytest.raises(RefusedError):
            fixing.recost(actor=approver, project=one, reason=why, amount=20_000_000, low=1, high=20_000_000)
        with pytest.raises(RefusedError):
            fixing.recost(actor=approver, project=one, reason=why, amount=10**9, low=1, high=10**9)
        with pytest.raises(RefusedError):
            fixing.strike(actor=officer, project=two, code="other", reason=why)
        assert acts("budgeting.round.correct") == 0
        assert m.fresh(one).cost == 20_000_000
        fixing.recost(actor=approver, project=one, reason=why, **new)
        fixing.strike(
            actor=approver, project=two, code="outside", reason="땅의 주인이 바뀌어 할 수 없습니다."
        )
    assert (m.fresh(one).cost, m.fresh(one).state) == (15_000_000, "on_ballot")
    assert (m.fresh(two).state, m.fresh(two).drop_code) == ("dropped", "outside")
    rows = list(Audit.objects.filter(action="budgeting.round.correct").order_by("pk"))
    assert rows[0].payload["data"] == {"project": "001", "from": 20_000_000, "to": 15_000_000}
    assert all(row.is_public and row.reason for row in rows)
    assert told(other, "budgeting.round_corrected") == 2  # hers and everybody else's
    assert told(other, "budgeting.corrected") == 1


def test_objections_that_may_still_come_are_said_before_fixing() -> None:
    made = m.a_round()
    assert fixing.may_object_until(made) is None
    m.turned_down(m.assigned(m.proposed(made)))
    with clock.at(m.SCREENING):
        assert fixing.may_object_until(made) == (m.SCREENING + timedelta(days=15)).date()
    with clock.at(m.SCREENING + timedelta(days=16)):
        assert fixing.may_object_until(made) is None
