"""From a draft to the last follow-up; deadlines at the second; refusals that change nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from madang.commons.matters.domain import answers
from madang.commons.matters.models import Effect, Matter
from madang.commons.notices.models import Event
from madang.kernel import clock, manifest
from madang.kernel.actors import system
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from madang.services.hackathons.domain import deciding, hosting, judging, mentoring, submitting, teams
from madang.services.hackathons.logic import months
from madang.services.hackathons.models import (
    Award,
    Ballot,
    Conflict,
    FollowUp,
    Hackathon,
    Member,
    Score,
    Slot,
    Submission,
    Team,
)
from tests.factories import OrganisationFactory, UserFactory, actor, official
from tests.hackathons import support as s

pytestmark = pytest.mark.django_db


def code(act) -> str:
    with pytest.raises(RefusedError) as refused:
        act()
    return refused.value.code


def test_the_whole_way() -> None:
    office = OrganisationFactory(code="streets")
    one = s.opened(vote_weight=20, prizes=1)
    jurors = [s.juror(one), s.juror(one)]
    first, second, silent = s.team(one, "등불"), s.team(one, "지팡이"), s.team(one, "쉼표")
    s.hand_in(first)
    s.hand_in(second, title="계단 없는 길 찾기")
    s.judged(jurors[0], {first: 4, second: 3})
    s.judged(jurors[1], {first: 5}, conflicts={second.pk: "family"})
    with clock.at(s.SUBMITS):
        assert hosting.advance() == 2
        for _ in range(3):
            judging.vote(actor=actor(UserFactory()), hackathon=one, teams=[first.pk])
        judging.vote(actor=actor(UserFactory()), hackathon=one, teams=[second.pk])
    one = s.fresh(one)
    assert one.state == Hackathon.State.JUDGING
    chief = actor(s.facilitator())
    with clock.at(s.JUDGES - s.SECOND):
        assert (
            code(lambda: deciding.decide(actor=chief, hackathon=one, reason="이유가 있습니다."))
            == "time.judging"
        )
    assert not Award.objects.exists()
    with clock.at(s.JUDGES):
        one = deciding.decide(
            actor=chief, hackathon=one, reason="밤길에 가장 쓸모가 큽니다.", offices={first.pk: office}
        )
    results = one.outcome["results"]
    # 80 × 4.5/5 + 20 × 3/4 = 87; 80 × 3/5 + 20 × 1/4 = 53
    assert [(row["team"], row["place"], row["total"]) for row in results] == [
        (first.pk, 1, "87/1"),
        (second.pk, 2, "53/1"),
    ]
    assert silent.pk not in {row["team"] for row in results}
    act = Audit.objects.get(action="hackathons.hackathon.decide")
    assert act.is_public
    assert act.reason == "밤길에 가장 쓸모가 큽니다."

    award = Award.objects.get()
    matter = award.matter
    assert (matter.state, matter.responsible, matter.group_name) == ("assigned", office, "등불")
    link = manifest.links([matter.reference])[matter.reference]
    assert link.url == f"/hackathons/walk/teams/{first.pk}/"

    writer, head = official("officer", office), official("approver", office)
    with clock.at(s.midnight(4, 30)):
        draft = answers.save(
            actor=actor(writer), matter=matter, disposition="adopted", owner=office,
            reason="밤길 지도를 시의 조명 계획에 씁니다. 예산은 있습니다.", next_step="조명 계획에 넣는다",
            promised_on=date(2026, 12, 1),
        )  # fmt: skip
        answers.publish(actor=actor(head), answer=answers.submit(actor=actor(writer), answer=draft))
    assert s.fresh(one).state == Hackathon.State.FOLLOWED
    effect = Effect.objects.get()
    rows = list(FollowUp.objects.values_list("months", "due_on", "state"))
    assert rows == [
        (3, date(2026, 7, 30), "waiting"),
        (6, date(2026, 10, 30), "waiting"),
        (12, date(2027, 4, 30), "waiting"),
    ]

    with clock.at(s.midnight(7, 30) - s.SECOND):
        assert deciding.open_due() == 0
    with clock.at(s.midnight(7, 30)):
        assert (deciding.open_due(), deciding.open_due()) == (1, 0)
    assert Event.objects.filter(kind="hackathons.followup", reference=matter.reference).count() == 1
    due = FollowUp.objects.get(months=3)
    with clock.at(s.midnight(8, 13) - s.SECOND):
        assert not due.is_late
    with clock.at(s.midnight(8, 13)):
        assert due.is_late
        words = "설계를 마쳤고 공사를 시작했습니다."
        stranger = actor(official("officer", OrganisationFactory(code="other")))
        assert (
            code(lambda: deciding.report(actor=stranger, followup=due, state="under_way", words=words))
            == "mandate.owner"
        )
        assert not effect.reports.exists()
        deciding.report(actor=actor(writer), followup=due, state="under_way", words=words)
        assert not s.fresh(due).is_late
    assert s.fresh(effect).state == "under_way"
    for many, moment in ((6, s.midnight(10, 30)), (12, s.midnight(10, 30) + timedelta(days=200))):
        with clock.at(moment):
            deciding.open_due()
            deciding.report(
                actor=actor(writer), followup=FollowUp.objects.get(months=many), state="done" if many == 12 else "under_way",
                words="약속대로 되어 갑니다.", evidence_url="https://example.org/map",
            )  # fmt: skip
    assert s.fresh(one).state == Hackathon.State.CLOSED
    assert s.fresh(effect).state == "done"


@pytest.mark.parametrize(
    ("start", "many", "due"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_months_end_where_they_end(start: date, many: int, due: date) -> None:
    assert months.later(start, many) == due


def test_only_the_host_opens_and_only_a_whole_rubric() -> None:
    one = s.draft()
    with clock.at(s.BORN):
        stranger = actor(official("facilitator", OrganisationFactory(code="other")))
        assert code(lambda: hosting.open_(actor=stranger, hackathon=one)) == "mandate.facilitator"
        chief = actor(s.facilitator())
        hosting.edit(actor=chief, hackathon=one, criteria=[("쓸모", "Use", 99)])
        assert code(lambda: hosting.open_(actor=chief, hackathon=one)) == "hackathons.weights"
        assert s.fresh(one).state == Hackathon.State.DRAFT
        assert manifest.links([one.reference]) == {}
    hosting.edit(actor=chief, hackathon=one, criteria=s.CRITERIA)
    with clock.at(s.FORMS):
        assert code(lambda: hosting.open_(actor=chief, hackathon=one)) == "hackathons.past"
    assert not Audit.objects.filter(action="hackathons.hackathon.open").exists()


def test_teams_form_from_the_first_second_to_the_last() -> None:
    one = s.opened()
    person = actor(UserFactory())

    def found() -> Team:
        return teams.found(actor=person, hackathon=one, name="등불", about="지도를 만듭니다.")

    for moment in (s.OPENS - s.SECOND, s.FORMS):
        with clock.at(moment):
            assert code(found) == "time.forming"
    assert not Team.objects.exists()
    with clock.at(s.FORMS - s.SECOND):
        found()
    with clock.at(s.OPENS):
        assert code(found) == "team.one"
    assert (Team.objects.count(), Member.objects.count()) == (1, 1)


def test_hands_in_until_midnight_and_not_at_midnight() -> None:
    one = s.opened()
    made = s.team(one)
    words = {"title": "골목 밝기 지도", "body": "주민이 잰 골목의 밝기를 보여 줍니다."}
    s.hand_in(made)
    with clock.at(s.SUBMITS):
        assert (
            code(lambda: submitting.hand_in(actor=actor(made.captain), team=made, **words))
            == "time.submitting"
        )
    with clock.at(s.SUBMITS - s.SECOND):
        stranger = actor(UserFactory())
        assert code(lambda: submitting.hand_in(actor=stranger, team=made, **words)) == "team.member"
        later = submitting.hand_in(actor=actor(made.captain), team=made, **words)
    assert [row.version for row in Submission.objects.all()] == [1, 2]
    assert later.digest != Submission.objects.get(version=1).digest
    payloads = Audit.objects.filter(action="hackathons.submission.hand_in").order_by("pk")
    assert [act.payload["data"]["content"] for act in payloads][-1] == later.digest


def test_an_invitation_is_told_to_nobody_else() -> None:
    one = s.opened()
    made = s.team(one)
    guest = UserFactory()
    with clock.at(s.OPENS):
        row = teams.invite(actor=actor(made.captain), team=made, email=guest.email.upper())
        assert teams.invite(actor=actor(made.captain), team=made, email=guest.email) is None
        assert list(teams.invitations(guest, one)) == [row]
        assert not row.is_public
        assert not Audit.objects.get(action="hackathons.team.invite").is_public
        assert code(lambda: teams.accept(actor=actor(UserFactory()), member=row)) == "member.other"
        assert s.fresh(row).state == "invited"
        teams.accept(actor=actor(guest), member=row)
        other = s.team(one, "지팡이")
        again = teams.invite(actor=actor(other.captain), team=other, email=guest.email)
        assert code(lambda: teams.accept(actor=actor(guest), member=again)) == "team.one"
        # Nobody without an account is named either; the address goes with the answer.
        unknown = teams.invite(actor=actor(other.captain), team=other, email="new@example.org")
        new = UserFactory(email="new@example.org")
        teams.decline(actor=actor(new), member=unknown)
        assert s.fresh(unknown).email == ""


def test_asking_admitting_leaving_and_handing_over() -> None:
    one = s.opened(team_most=2)
    made = s.team(one)
    guest, third = UserFactory(), UserFactory()
    with clock.at(s.OPENS):
        row = teams.ask(actor=actor(guest), team=made, words="지도를 그립니다.")
        late = teams.ask(actor=actor(third), team=made, words="글을 씁니다.")
        assert code(lambda: teams.admit(actor=actor(guest), member=row)) == "team.captain"
        teams.refuse(actor=actor(made.captain), member=row)
        assert teams.ask(actor=actor(guest), team=made, words="한 번 더 묻습니다.").pk == row.pk
        teams.admit(actor=actor(made.captain), member=row)
        assert code(lambda: teams.admit(actor=actor(made.captain), member=late)) == "team.full"
        own = Member.objects.get(user=made.captain)
        assert code(lambda: teams.leave(actor=actor(made.captain), member=own)) == "team.captain_leaves"
        teams.hand_over(actor=actor(made.captain), team=made, to=row)
        teams.leave(actor=actor(made.captain), member=own)
        hosting.name_juror(actor=actor(s.facilitator()), hackathon=one, user=third)
        assert code(lambda: teams.admit(actor=actor(guest), member=late)) == "team.juror"
        assert s.fresh(late).state == "asked"
    made = s.fresh(made)
    assert made.captain == guest
    assert [m.user for m in made.members.filter(state="joined")] == [guest]


def test_mentors_half_hours() -> None:
    one = s.opened(slots_most=1)
    made = s.team(one)
    with clock.at(s.BORN):
        mentor = hosting.name_mentor(actor=actor(s.facilitator()), hackathon=one, user=UserFactory())
        me = actor(mentor.user)
        noon = s.OPENS + timedelta(hours=12)
        slot = mentoring.offer(actor=me, mentor=mentor, starts_at=noon)
        assert slot.starts_at == noon
        assert code(lambda: mentoring.offer(actor=me, mentor=mentor, starts_at=noon)) == "slot.twice"
        assert (
            code(lambda: mentoring.offer(actor=me, mentor=mentor, starts_at=noon + timedelta(minutes=10)))
            == "slot.grid"
        )
        assert code(lambda: mentoring.offer(actor=me, mentor=mentor, starts_at=s.SUBMITS)) == "slot.time"
        other = mentoring.offer(actor=me, mentor=mentor, starts_at=noon + timedelta(minutes=30))
    with clock.at(s.OPENS):
        captain = actor(made.captain)
        mentoring.book(actor=captain, team=made, slot=slot)
        assert code(lambda: mentoring.book(actor=captain, team=made, slot=other)) == "slot.most"
        rival = s.team(one, "지팡이")
        assert code(lambda: mentoring.book(actor=actor(rival.captain), team=rival, slot=slot)) == "slot.taken"
        assert code(lambda: mentoring.cancel(actor=actor(rival.captain), slot=slot)) == "team.member"
        mentoring.cancel(actor=captain, slot=slot)
        mentoring.book(actor=actor(rival.captain), team=rival, slot=slot)
    with clock.at(noon):
        assert code(lambda: mentoring.book(actor=captain, team=made, slot=slot)) == "slot.past"
    assert list(Slot.objects.values_list("team", flat=True)) == [rival.pk, None]


def test_jurors_declare_first_score_alone_and_stand_by_it() -> None:
    one = s.opened()
    who, other = s.juror(one), s.juror(one)
    first, second = s.team(one, "등불"), s.team(one, "지팡이")
    s.hand_in(first)
    s.hand_in(second)
    points = dict.fromkeys(one.criteria.values_list("pk", flat=True), 3)
    me = actor(who.user)
    with clock.at(s.SUBMITS - s.SECOND):
        assert code(lambda: judging.declare(actor=me, juror=who, conflicts={})) == "time.judging"
    with clock.at(s.SUBMITS):
        assert (
            code(lambda: judging.score(actor=me, juror=who, team=first, points=points)) == "jury.undeclared"
        )
        judging.declare(actor=me, juror=who, conflicts={second.pk: "employer"})
        assert code(lambda: judging.score(actor=me, juror=who, team=second, points=points)) == "jury.conflict"
        assert code(lambda: judging.hand_in(actor=me, juror=who)) == "jury.incomplete"
        half = dict(list(points.items())[:-1])
        assert code(lambda: judging.score(actor=me, juror=who, team=first, points=half)) == "jury.points"
        assert not Score.objects.exists()
        judging.score(actor=me, juror=who, team=first, points=points)
        judging.hand_in(actor=me, juror=who)
        assert (
            code(lambda: judging.score(actor=me, juror=who, team=first, points=points)) == "juror.handed_in"
        )
        assert code(lambda: judging.declare(actor=me, juror=who, conflicts={})) == "juror.handed_in"
    acts = Audit.objects.filter(action="hackathons.jury.declare")
    assert [act.payload["data"] for act in acts] == [{"conflicts": 1}]
    with clock.at(s.JUDGES):
        assert (
            code(lambda: judging.declare(actor=actor(other.user), juror=other, conflicts={}))
            == "time.judging"
        )
    assert Conflict.objects.count() == 1


def test_a_decision_waits_for_a_juror_of_every_team() -> None:
    one = s.opened()
    who = s.juror(one)
    made = s.team(one)
    s.hand_in(made)
    chief = actor(s.facilitator())
    with clock.at(s.JUDGES):
        hosting.advance()
        one = s.fresh(one)
        assert (
            code(lambda: deciding.decide(actor=chief, hackathon=one, reason="이유입니다."))
            == "decide.unscored"
        )
        assert s.fresh(one).outcome is None
        assert not Matter.objects.exists()
        assert (
            code(
                lambda: hosting.prolong(
                    actor=chief, hackathon=one, until=s.JUDGES, reason="심사위원이 아팠습니다."
                )
            )
            == "hackathons.sooner"
        )
        hosting.prolong(actor=chief, hackathon=one, until=s.midnight(4, 12), reason="심사위원이 아팠습니다.")
        points = dict.fromkeys(one.criteria.values_list("pk", flat=True), 0)
        judging.declare(actor=actor(who.user), juror=who, conflicts={})
        judging.score(actor=actor(who.user), juror=who, team=made, points=points)
        judging.hand_in(actor=actor(who.user), juror=who)
    with clock.at(s.midnight(4, 12)):
        deciding.decide(actor=chief, hackathon=one, reason="이유입니다.")
        assert code(lambda: deciding.decide(actor=chief, hackathon=one, reason="이유입니다.")) == "flow.state"
    assert Award.objects.count() == 1


def test_votes_change_until_the_end_and_keep_every_row() -> None:
    one = s.opened(vote_most=1)
    captain = UserFactory()
    first, second = s.team(one, "등불", captain), s.team(one, "지팡이")
    s.hand_in(first)
    s.hand_in(second)
    voter = actor(UserFactory())

    def vote(*chosen: Team, who=voter) -> Ballot:
        return judging.vote(actor=who, hackathon=one, teams=[row.pk for row in chosen])

    with clock.at(s.SUBMITS - s.SECOND):
        assert code(lambda: vote(first)) == "time.voting"
    with clock.at(s.SUBMITS):
        vote(first)
        vote(first)
        assert code(lambda: vote(first, second)) == "vote.most"
        assert code(lambda: vote(first, who=actor(captain))) == "vote.own"
        assert code(lambda: vote(first, who=actor())) == "sign_in"
        assert judging.count(one)[0] == {first.pk: 1}
    with clock.at(s.VOTES - s.SECOND):
        vote(second)
        assert judging.count(one) == ({second.pk: 1}, 1)
        vote()
    with clock.at(s.VOTES):
        assert code(lambda: vote(first)) == "time.voting"
    assert judging.count(one) == ({}, 0)
    assert [row.teams for row in Ballot.objects.order_by("number")] == [[first.pk], [second.pk], []]


def test_residents_alone_where_it_says_so() -> None:
    one = s.opened(vote_level="resident")
    made = s.team(one)
    s.hand_in(made)
    with clock.at(s.SUBMITS):
        assert (
            code(lambda: judging.vote(actor=actor(UserFactory()), hackathon=one, teams=[made.pk]))
            == "level.resident"
        )
    assert not Ballot.objects.exists()


@pytest.mark.parametrize(
    "line",
    ["http://example.org", "javascript:alert(1)", "https://", "https://localhost", "https://a@b.org/", "ftp://x.org", "https://x.org/a b", "https://x.org/\"onclick", "https://[x.org"],
)  # fmt: skip
def test_links_are_https_or_refused(line: str) -> None:
    assert code(lambda: submitting.read_links(f"https://example.org\n{line}")) == "submission.link"


def test_nobody_but_the_clock_moves_phases() -> None:
    one = s.opened()
    with clock.at(s.FORMS):
        from madang.kernel.domain.transitions import move

        assert code(lambda: move(one, "begin", actor=actor(s.facilitator()))) == "by_rule"
        assert move(one, "begin", actor=system("hackathon_clock")).state == "submitting"
