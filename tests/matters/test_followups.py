"""The office asks back, a citizen disputes: clocks, silence, and who decides."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madang.commons.matters import promises
from madang.commons.matters.domain import clocks, disputes, effects, handling, inquiries
from madang.commons.matters.models import Dispute, Effect, Inquiry, Matter
from madang.commons.notices.models import Event
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role
from tests import factories as make

pytestmark = pytest.mark.django_db
ASKED = "어느 횡단보도인지 사진이나 주소로 알려 주십시오."


def asked(city) -> Inquiry:
    matter = city.matter("assigned")
    clocks.pause(actor=make.actor(city.officer), matter=matter, reason_code="supplement", reason=ASKED)
    return Inquiry.objects.select_related("matter").get()


class TestInquiries:
    def test_the_answer_lets_the_clock_run_on_by_the_time_it_stood(self, city):
        row = asked(city)
        assert (row.question, Matter.objects.get(pk=row.matter_id).due_at) == (ASKED, None)
        before = row.matter.clocks.get().due_at
        with clock.at(clock.now() + timedelta(days=4)):
            inquiries.answer(actor=make.actor(city.author), inquiry=row, words="학교 정문 앞입니다.")
        after = row.matter.clocks.get()
        assert after.state == "running" and after.due_at >= before + timedelta(days=3)
        assert (Inquiry.objects.get().state, Inquiry.objects.get().answer) == (
            "answered",
            "학교 정문 앞입니다.",
        )

    def test_silence_goes_on_once_with_what_is_there(self, city):
        row = asked(city)
        with clock.at(row.due_at - timedelta(minutes=1)):
            assert inquiries.lapse() == 0
        with clock.at(row.due_at):
            assert (inquiries.lapse(), inquiries.lapse()) == (1, 0)
        assert (Inquiry.objects.get().state, row.matter.clocks.get().state) == ("lapsed", "running")
        assert Audit.objects.filter(action="matters.inquiry.lapse").count() == 1

    def test_nobody_else_answers_and_a_late_answer_changes_nothing(self, city):
        row = asked(city)
        for who in (city.officer, city.stranger, None):
            with pytest.raises(RefusedError):
                inquiries.answer(actor=make.actor(who), inquiry=row, words="제가 답합니다.")
        with clock.at(row.due_at):
            inquiries.lapse()
            with pytest.raises(RefusedError):
                inquiries.answer(actor=make.actor(city.author), inquiry=row, words="늦었습니다.")
        assert Inquiry.objects.get().answer == ""

    def test_the_office_may_go_on_by_itself(self, city):
        row = asked(city)
        clocks.resume(actor=make.actor(city.officer), matter=row.matter)
        assert Inquiry.objects.get().state == "closed"

    def test_what_ends_asks_nothing_any_more(self, city):
        row = asked(city)
        handling.withdraw(actor=make.actor(city.author), matter=row.matter)
        assert Inquiry.objects.get().state == "closed"

    def test_on_the_page(self, city, sign_in):
        row = asked(city)
        where = f"/ideas/{row.matter.number}/answer/"
        assert sign_in(city.stranger).get(where).status_code == 403
        page = sign_in(city.author)
        assert where in page.get("/my/").content.decode()
        assert page.post(where, {"words": ""}).status_code == 422
        page.post(where, {"words": "학교 정문 앞입니다."})
        assert "학교 정문 앞입니다." in page.get(f"/ideas/{row.matter.number}/").content.decode()


def done(city) -> Effect:
    matter = city.matter("assigned")
    effect = Effect.objects.create(
        matter=matter, owner=city.office, what="신호를 놓는다", promised_on=clock.today() + timedelta(days=9)
    )
    return effects.report(
        actor=make.actor(city.officer),
        effect=effect,
        state="done",
        text="설치했습니다.",
        evidence_url="https://example.org/a",
    )


def disputed(city, who=None) -> Dispute:
    return disputes.open_one(
        actor=make.actor(who or make.UserFactory()), effect=done(city), reason="한 곳이 아직 꺼져 있습니다."
    )


class TestDisputes:
    def test_upheld_it_is_under_way_again(self, city):
        row = disputed(city)
        disputes.reply(actor=make.actor(city.officer), dispute=row, words="부품을 기다립니다.")
        disputes.decide(
            actor=make.actor(city.arbiter), dispute=row, is_upheld=True, reason="꺼져 있음을 확인했습니다."
        )
        effect = Effect.objects.get()
        assert (effect.state, effect.done_on) == ("under_way", None)
        assert effect.reports.last().state == "under_way"
        assert {"matters.disputed", "matters.dispute_replied", "matters.dispute_upheld"} <= set(
            Event.objects.values_list("kind", flat=True)
        )
        assert Audit.objects.filter(action__startswith="matters.dispute.", is_public=True).count() == 3

    def test_not_upheld_it_stays_done_and_the_same_person_does_not_ask_twice(self, city):
        person = make.UserFactory()
        row = disputed(city, person)
        disputes.reply(actor=make.actor(city.officer), dispute=row, words="모두 켜져 있습니다.")
        disputes.decide(
            actor=make.actor(city.arbiter), dispute=row, is_upheld=False, reason="모두 켜져 있었습니다."
        )
        assert Effect.objects.get().state == "done"
        with pytest.raises(RefusedError) as refused:
            disputes.open_one(
                actor=make.actor(person), effect=Effect.objects.get(), reason="그래도 아닙니다."
            )
        assert refused.value.code == "dispute.twice"
        assert Dispute.objects.count() == 1

    def test_the_office_has_its_time_and_silence_ends_it(self, city):
        row = disputed(city)
        with pytest.raises(RefusedError) as refused:
            disputes.decide(
                actor=make.actor(city.arbiter), dispute=row, is_upheld=True, reason="확인했습니다."
            )
        assert refused.value.code == "dispute.early"
        with clock.at(row.due_at + timedelta(minutes=1)):
            disputes.decide(
                actor=make.actor(city.arbiter), dispute=row, is_upheld=True, reason="답이 없습니다."
            )
        assert Effect.objects.get().state == "under_way"

    def test_who_reported_who_owes_and_who_disputes_do_not_decide(self, city):
        effect = done(city)
        reporter = make.official(Role.ARBITER, city.host)
        effect.reports.update(by=reporter)
        owner = make.official(Role.ARBITER, city.office)
        row = disputes.open_one(
            actor=make.actor(city.arbiter), effect=effect, reason="한 곳이 아직 꺼져 있습니다."
        )
        disputes.reply(actor=make.actor(city.officer), dispute=row, words="모두 켜져 있습니다.")
        for who in (reporter, owner, city.arbiter, city.officer, city.author):
            with pytest.raises(RefusedError):
                disputes.decide(actor=make.actor(who), dispute=row, is_upheld=False, reason="켜져 있습니다.")
        assert (Dispute.objects.get().state, Effect.objects.get().state) == ("replied", "done")

    def test_only_what_is_done_and_not_by_its_own_office(self, city):
        effect = done(city)
        with pytest.raises(RefusedError):
            disputes.open_one(actor=make.actor(city.officer), effect=effect, reason="우리가 아닙니다.")
        with clock.at(clock.now() + timedelta(days=91)), pytest.raises(RefusedError):
            disputes.open_one(actor=make.actor(make.UserFactory()), effect=effect, reason="이제 꺼졌습니다.")
        Effect.objects.update(state="under_way", done_on=None)
        with pytest.raises(RefusedError):
            disputes.open_one(actor=make.actor(make.UserFactory()), effect=effect, reason="아직입니다.")
        assert not Dispute.objects.exists()


class TestPage:
    def test_late_first_and_figures_with_their_denominators(self, city, client):
        matter = city.matter("assigned")
        today = clock.today()
        for what, day in (("나중 일", 30), ("늦은 일", -5)):
            Effect.objects.create(
                matter=matter, owner=city.office, what=what, promised_on=today + timedelta(days=day)
            )
        done(city)
        found = promises.counts(promises.all_promises())
        assert (found.all, found.late, found.still, found.done, found.in_time) == (3, 1, 2, 1, 1)
        assert found.kept_share == 0.5
        page = client.get("/promises/").content.decode()
        assert page.index("늦은 일") < page.index("나중 일") < page.index("신호를 놓는다")
        rows = list(csv.DictReader(io.StringIO(client.get("/promises.csv").content.decode("utf-8-sig"))))
        assert [row["slip_days"] for row in rows] == ["5", "", "-9"]
        assert "늦은 일" not in client.get("/promises/?state=done").content.decode()

    def test_it_asks_as_often_for_thirty_as_for_one(self, city, client):
        matter = city.matter("assigned")
        Effect.objects.create(matter=matter, owner=city.office, what="하나", promised_on=clock.today())
        client.get("/promises/")
        with CaptureQueriesContext(connection) as few:
            client.get("/promises/")
        for place in range(29):
            Effect.objects.create(matter=matter, owner=city.office, what=f"일 {place}")
        with CaptureQueriesContext(connection) as many:
            assert client.get("/promises/").content.decode().count('class="row"') == 30
        assert len(many) == len(few)

    def test_a_dispute_through_the_pages(self, city, sign_in, client):
        effect = done(city)
        where = f"/promises/{effect.matter.number}/1/"
        assert (
            client.post(where, {"act": "dispute", "dispute-reason": "꺼져 있습니다. 보았습니다."}).status_code
            == 302
        )
        assert not Dispute.objects.exists()
        citizen = sign_in(make.UserFactory())
        assert citizen.post(where, {"act": "dispute", "dispute-reason": "짧다"}).status_code == 422
        citizen.post(where, {"act": "dispute", "dispute-reason": "정문 앞 한 곳이 꺼져 있습니다."})
        assert sign_in(city.stranger).post(
            where, {"act": "reply", "reply-reason": "확인했습니다."}
        ).status_code in (
            403,
            422,
        )
        sign_in(city.officer).post(where, {"act": "reply", "reply-reason": "부품을 기다립니다."})
        sign_in(city.arbiter).post(
            where, {"act": "decide", "decide-decision": "uphold", "decide-reason": "꺼져 있습니다."}
        )
        assert Dispute.objects.get().state == "upheld"
        page = client.get(where).content.decode()
        assert "정문 앞 한 곳이 꺼져 있습니다." in page and "부품을 기다립니다." in page

    def test_what_is_not_public_has_no_page(self, city, client):
        effect = done(city)
        where = f"/promises/{effect.matter.number}/1/"
        handling.hide(
            actor=make.actor(city.moderator), matter=effect.matter, reason_code="insult", reason="욕설입니다."
        )
        assert client.get(where).status_code == 404
        assert "신호를 놓는다" not in client.get("/promises/").content.decode()
