"""Words and conflicts in a planning group: a reason that is taken down, and a conflict of interest that is challenged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from madang.commons.notices.models import Event
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role, User
from madang.services.square import api as square
from madang.services.square.domain import (
    amendments,
    appeals,
    candidates,
    challenging,
    moderation,
    picking,
    planning_group,
)
from madang.services.square.models import Appeal, Candidate, Challenge, Flag, PlanningSeat, PlanningVote
from tests import factories
from tests.factories import UserFactory, actor, official
from tests.square.test_picking import fresh, group, host, proposed, vote
from tests.square.test_web_picking import at, signed_in, words

pytestmark = pytest.mark.django_db

BAD = "김아무개 씨 집 전화는 02-000-1234입니다."
TIE = "그 가게를 가족과 함께 합니다."
BECAUSE = "사업자 공고에서 확인했습니다."


def facilitator() -> User:
    return official(Role.FACILITATOR, host())


def moderator() -> User:
    return official(Role.MODERATOR, host())


def seat(row: Candidate, user: User) -> PlanningSeat:
    return row.seats.select_related("candidate__idea__matter").get(user=user)


def challenged(row: Candidate, member: User, by: User | None = None, claim: str = "undeclared") -> Challenge:
    return challenging.challenge(
        actor=actor(by or UserFactory()), seat=seat(row, member), claim=claim, why=TIE
    )


def refused(code: str, call) -> None:
    before = (Challenge.objects.count(), Audit.objects.count(), PlanningVote.objects.count())
    with pytest.raises(RefusedError) as refusal:
        call()
    assert refusal.value.code == code
    assert before == (Challenge.objects.count(), Audit.objects.count(), PlanningVote.objects.count())


def said_badly() -> tuple[Candidate, PlanningVote]:
    one, *_rest = group()
    row = proposed()
    return row, picking.vote(actor=actor(one), candidate=row, choice="for", reason=BAD)


class TestReasons:
    def test_it_is_reported_taken_down_appealed_and_put_back_and_the_vote_counts_all_the_while(self) -> None:
        row, said = said_badly()
        member, mine, other = said.seat.user, moderator(), moderator()
        reader = signed_in(UserFactory())
        assert BAD in words(reader, at(row))
        report = f"/ideas/{row.idea.matter.number}/flag/?vote={said.pk}"
        assert report in words(reader, at(row)) and BAD in words(reader, report)
        for _twice in range(2):
            assert reader.post(report, {"reason": "personal_data"}).status_code == 302
        assert Flag.objects.get().vote == said
        desk = signed_in(mine)
        thing = f"vote:{said.pk}"
        assert thing in words(desk, "/desk/moderation/")
        data = {
            "thing": thing,
            "decision": "hide",
            "reason_code": "personal_data",
            "reason": "전화번호가 있습니다.",
        }
        assert desk.post("/desk/moderation/", data).status_code == 302
        for client in (reader, signed_in(member), Client()):
            assert BAD not in words(client, at(row))
        assert "기획단 위원의 이유를 내림" in words(reader, at(row))
        log = words(Client(), "/moderation/")
        assert str(row.idea.matter.number) in log and "전화번호가 있습니다." in log and BAD not in log
        whole = Client().get(f"/api/v1/planning/{row.space.slug}/{row.number}")
        assert BAD not in whole.content.decode() and "personal_data" in whole.content.decode()
        assert planning_group.counted(fresh(row)).in_favour == 1
        assert Event.objects.filter(kind="square.taken_down", reference=said.reference).count() == 1

        own = signed_in(member)
        appeal = f"/moderation/appeal/vote:{said.pk}/"
        assert BAD in words(own, appeal) and reader.get(appeal).status_code == 404
        assert own.post(appeal, {"words": "제 회사 번호입니다."}).status_code == 302
        case = Appeal.objects.get()
        where = f"/desk/moderation/appeals/{case.pk}/"
        decision = {"decision": "grant", "reason": "공개된 번호입니다."}
        assert desk.post(where, decision).status_code == 403, "not who took it down"
        assert signed_in(other).post(where, decision).status_code == 302
        assert BAD in words(reader, at(row))
        assert square.own_data(member.pk)["appeals"][0]["about"] == f"vote:{said.pk}"

    def test_nobody_moderates_her_own_reason_and_only_the_host_moderates(self) -> None:
        row, said = said_badly()
        own = official(Role.MODERATOR, host())
        said.seat.__class__.objects.filter(pk=said.seat_id).update(user=own)
        stranger = official(Role.MODERATOR, factories.OrganisationFactory(code="elsewhere"))
        for who in (own, stranger, UserFactory()):
            vote_ = PlanningVote.objects.get(pk=said.pk)
            with pytest.raises(RefusedError):
                moderation.hide_vote(actor=actor(who), vote=vote_, reason_code="insult", reason="이유")
        assert PlanningVote.objects.get(pk=said.pk).state == "shown"
        assert BAD in words(Client(), at(row))

    def test_few_reports_lapse_as_those_of_comments_do(self) -> None:
        _row, said = said_badly()
        moderation.flag(actor=actor(UserFactory()), subject=said, reason="insult")
        with clock.at(clock.now() + timedelta(days=30)):
            assert moderation.lapse() == 1
            assert moderation.lapse() == 0
        assert Audit.objects.get(action="square.flag.lapse").target == said.reference

    def test_a_vote_is_still_never_written_over(self) -> None:
        _row, said = said_badly()
        said.reason = "다른 말"
        for fields in (None, ["reason"], ["state", "choice"]):
            with pytest.raises(TypeError):
                said.save(**({"update_fields": fields} if fields else {}))


class TestChallenging:
    def test_a_conflict_that_was_not_declared_puts_her_out_and_the_page_says_why(self) -> None:
        one, two, three = group()
        row = proposed()
        vote(row, one)
        vote(row, two, "against")
        reader = UserFactory()
        client = signed_in(reader)
        page = f"/spaces/{row.space.slug}/planning/{row.number}/challenge/{seat(row, one).pk}/"
        assert page in words(client, at(row))
        assert Client().get(page).status_code == 302 and signed_in(one).get(page).status_code == 403
        assert client.post(page, {"claim": "undeclared", "why": ""}).status_code == 422
        typed = client.post(page, {"claim": "unfounded", "why": TIE})
        assert typed.status_code == 409 and TIE in typed.content.decode()
        assert not Challenge.objects.exists()
        assert client.post(page, {"claim": "undeclared", "why": TIE}).status_code == 302
        again = client.post(page, {"claim": "undeclared", "why": TIE})
        assert again.status_code == 409 and Challenge.objects.count() == 1
        filed = Challenge.objects.get()
        assert TIE in words(Client(), at(row))
        assert Event.objects.filter(kind="square.candidate_challenged", reference=row.reference).exists()

        where = f"/desk/planning/{row.space.slug}/{row.number}/challenge/{filed.pk}/"
        chief = signed_in(facilitator())
        assert where in words(chief, at(row)) and at(row).split("/")[-2] in words(chief, "/desk/planning/")
        for who in (one, reader, UserFactory()):
            assert signed_in(who).post(where, {"act": "decide"}).status_code == 403
        assert chief.post(where, {"act": "decide", "decide-reason": BECAUSE}).status_code == 422
        yes = {"act": "decide", "decide-is_right": "yes", "decide-reason": BECAUSE}
        assert chief.post(where, yes).status_code == 302
        second = chief.post(where, yes)
        assert second.status_code == 409 and "바뀌었" in second.content.decode(), (
            "two tabs: the second is told"
        )
        shown = words(Client(), at(row))
        assert BECAUSE in shown and "문제 제기" in shown
        now = planning_group.counted(fresh(row))
        assert (now.in_favour, now.against, now.recused) == (0, 1, 1)
        with pytest.raises(RefusedError):
            vote(row, one)
        whole = Client().get(f"/api/v1/planning/{row.space.slug}/{row.number}").json()
        told = next(each for each in whole["seats"] if each["challenges"])
        assert (told["word"], told["challenges"][0]["state"]) == ("recused", "granted")
        assert three.pk

    def test_the_last_missing_vote_may_be_the_one_that_is_put_out(self) -> None:
        one, two, three = group()
        row = proposed()
        vote(row, one)
        vote(row, two)
        filed = challenged(row, three)
        challenging.decide(actor=actor(facilitator()), challenge=filed, is_right=True, reason=BECAUSE)
        assert fresh(row).state == "counted"

    def test_after_the_count_the_decision_waits_and_a_vote_less_may_leave_it_undecided(self) -> None:
        one, two, three = group()
        row = proposed()
        for member, choice in ((one, "for"), (two, "for")):
            vote(row, member, choice)
        picking.recuse(actor=actor(three), candidate=row, reason="가족의 일입니다.")
        assert fresh(row).state == "counted"
        filed = challenged(row, one)
        chief = facilitator()
        with pytest.raises(RefusedError) as waits:
            picking.decide(actor=actor(chief), candidate=fresh(row), reason="찬성이 더 많습니다.")
        assert waits.value.code == "challenge.waits" and fresh(row).state == "counted"
        challenging.decide(actor=actor(chief), challenge=filed, is_right=True, reason=BECAUSE)
        assert fresh(row).state == "undecided", "nobody decides alone"

    def test_a_challenge_that_nobody_decides_holds_up_nothing_after_its_days(self) -> None:
        one, two, three = group()
        row = proposed()
        for member in (one, two, three):
            vote(row, member)
        filed = challenged(row, one)
        with clock.at(filed.due_at + timedelta(minutes=1)):
            assert "기한 안에 정하지 않음" in words(Client(), at(row))
            picking.decide(actor=actor(facilitator()), candidate=fresh(row), reason="모두 찬성했습니다.")
        assert fresh(row).state == "picked"

    def test_a_declared_conflict_that_is_none_is_said_so_and_she_stays_out(self) -> None:
        one, two, three = group()
        row = proposed()
        picking.recuse(actor=actor(one), candidate=row, reason="이웃입니다.")
        refused("challenge.claim", lambda: challenged(row, one))
        filed = challenged(row, one, claim="unfounded")
        challenged(row, two)
        refused(
            "candidate.recused",
            lambda: challenging.decide(actor=actor(two), challenge=filed, is_right=True, reason=BECAUSE),
        )
        challenging.decide(actor=actor(three), challenge=filed, is_right=True, reason=BECAUSE)
        assert Challenge.objects.get(pk=filed.pk).state == "granted"
        assert planning_group.word_of(seat(row, one)) == "recused"

    def test_authors_are_out_by_the_rule_and_nobody_challenges_that(self) -> None:
        one, *_rest = group()
        idea = factories.idea(author=one)
        row = proposed(idea)
        refused("challenge.claim", lambda: challenged(row, one))
        assert "challenge/" not in words(signed_in(UserFactory()), at(row)).split(one.shown_name)[1][:400]

    def test_one_person_cannot_fill_the_page_and_a_decided_candidate_is_left_alone(self) -> None:
        members = group(5)
        row, loud = proposed(), UserFactory()
        for member in members[:3]:
            challenged(row, member, loud)
        refused("challenge.many", lambda: challenged(row, members[3], loud))
        picking.end_if_gone(row.idea_id)
        Candidate.objects.filter(pk=row.pk).update(state="undecided")
        refused("challenge.over", lambda: challenged(fresh(row), members[4]))

    def test_its_words_are_taken_down_and_then_hold_up_nothing(self) -> None:
        one, two, three = group()
        row = proposed()
        for member in (one, two, three):
            vote(row, member)
        filed = challenged(row, one)
        where = f"/desk/planning/{row.space.slug}/{row.number}/challenge/{filed.pk}/"
        data = {"act": "hide", "hide-reason_code": "insult", "hide-reason": "사람을 비방하는 말입니다."}
        desk = signed_in(moderator())
        assert desk.post(where, data).status_code == 302
        twice = desk.post(where, data)
        assert twice.status_code == 409 and "이미 내려져 있어요." in twice.content.decode()
        assert Audit.objects.filter(action="square.challenge.hide").count() == 1
        assert TIE not in words(Client(), at(row)) and "사람을 비방하는 말입니다." in words(
            Client(), "/moderation/"
        )
        picking.decide(actor=actor(facilitator()), candidate=fresh(row), reason="모두 찬성했습니다.")
        assert fresh(row).state == "picked"


class TestTheRecord:
    def test_no_entry_holds_words_that_moderation_may_have_to_take_down(self) -> None:
        """Sweeps every column of every entry, after each act that takes words of people."""
        secret = "삼십이번지 오층에 삽니다"
        idea = factories.idea()
        row = amendments.propose(
            actor=actor(UserFactory()), idea=idea, base=1, title=f"{idea.matter.title} 더", body=idea.matter.body,
            reason=f"이유: {secret}",
        )  # fmt: skip
        amendments.accept(
            actor=actor(idea.matter.author), amendment=row, base=1, title=row.title, body=row.body
        )
        amendments.hide(
            actor=actor(moderator()), amendment=row, reason_code="personal_data", reason="집 주소"
        )
        one, two, _three = group()
        candidate = candidates.propose(actor=actor(UserFactory()), idea=factories.idea(), why=secret)
        picking.vote(actor=actor(one), candidate=candidate, choice="for", reason=secret)
        picking.recuse(actor=actor(two), candidate=candidate, reason=secret)
        challenging.challenge(
            actor=actor(UserFactory()), seat=seat(candidate, one), claim="undeclared", why=secret
        )
        moderation.hide_vote(
            actor=actor(moderator()),
            vote=PlanningVote.objects.get(seat__user=one),
            reason_code="personal_data",
            reason="집 주소",
        )
        appeals.appeal(
            actor=actor(one), subject=PlanningVote.objects.get(seat__user=one), words=f"{secret} 그래도"
        )
        assert Audit.objects.count() > 8
        for entry in Audit.objects.values():
            assert secret not in str(entry), entry["action"]
        page = words(Client(), f"/ideas/{idea.matter.number}/text/")
        assert secret not in page
        assert secret not in words(Client(), f"/ideas/{idea.matter.number}/text/2/")
