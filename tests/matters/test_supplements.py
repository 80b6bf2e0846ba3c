"""Asking the author: how long, how often, and what follows; her consent to a second extension; progress notices."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from madang.commons.matters.domain import clocks, inquiries, more_time, progress, supplements
from madang.commons.matters.models import Clock, Inquiry, Matter, MoreTime, Progress
from madang.commons.notices.models import Event
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from tests import factories as make
from tests.matters.test_clocks import extend
from tests.matters.test_handling import refused

pytestmark = pytest.mark.django_db
BEGIN = datetime(2026, 3, 3, 10, 0, tzinfo=clock.SEOUL)


def case(city, *, author=True) -> Matter:
    """A complaint with an office."""
    with clock.at(BEGIN):
        matter = city.matter("assigned")
    Matter.objects.filter(pk=matter.pk).update(kind="complaint", **({} if author else {"author": None}))
    return Matter.objects.get(pk=matter.pk)


def ask(city, matter, days=None) -> Inquiry:
    clocks.pause(
        actor=make.actor(city.officer),
        matter=matter,
        reason_code="supplement",
        reason="사진을 보내 주세요.",
        days=days,
    )
    return Inquiry.objects.filter(matter=matter).latest("pk")


def lapse(row: Inquiry) -> None:
    with clock.at(row.due_at):
        inquiries.lapse()


class TestAsking:
    def test_a_reasonable_time_within_the_rule(self, city):
        matter = case(city)
        with clock.at(BEGIN + timedelta(hours=1)):
            assert refused(matter, lambda: ask(city, matter, 31)).code == "inquiry.days"
            row = ask(city, matter, 20)
            assert row.due_at - row.at == timedelta(days=20)
            assert row.rule.code == "matters.supplement" and not row.rule.checked

    def test_the_author_takes_longer_twice_and_no_more(self, city):
        matter = case(city)
        with clock.at(BEGIN + timedelta(hours=1)):
            row = ask(city, matter, 7)
            author = make.actor(city.author)
            assert supplements.prolong(actor=author, inquiry=row, days=7).due_at == row.due_at + timedelta(
                days=7
            )
            with pytest.raises(RefusedError, match=r"[0-9]"):
                supplements.prolong(actor=author, inquiry=row, days=8)
            supplements.prolong(actor=author, inquiry=row, days=3)
            with pytest.raises(RefusedError) as caught:
                supplements.prolong(actor=author, inquiry=row, days=1)
            assert caught.value.code == "inquiry.no_more"
            with pytest.raises(RefusedError):
                supplements.prolong(actor=make.actor(city.officer), inquiry=row, days=1)
        fresh = Inquiry.objects.get(pk=row.pk)
        assert (fresh.more, fresh.due_at) == (2, row.due_at + timedelta(days=10))
        assert Clock.objects.get(matter=matter).state == "paused"

    def test_after_silence_once_more_within_ten_days_then_sent_back(self, city):
        matter = case(city)
        approver = make.actor(city.approver)

        def send_back():
            return supplements.send_back(
                actor=approver, matter=matter, reason="사진이 오지 않아 돌려드립니다."
            )

        with clock.at(BEGIN + timedelta(hours=1)):
            first = ask(city, matter, 7)
            assert refused(matter, send_back).code == "send_back.early"
        lapse(first)
        assert Clock.objects.get(matter=matter).state == "running"
        with clock.at(first.due_at + timedelta(hours=2)):
            assert refused(matter, lambda: ask(city, matter, 11)).code == "inquiry.days"
            second = ask(city, matter)
            assert second.is_again and second.due_at - second.at == timedelta(days=10)
            assert supplements.may_prolong(second) == 0
        lapse(second)
        with clock.at(second.due_at + timedelta(hours=2)):
            assert refused(matter, lambda: ask(city, matter)).code == "inquiry.twice"
            with pytest.raises(RefusedError):
                supplements.send_back(
                    actor=make.actor(city.officer), matter=matter, reason="오지 않았습니다."
                )
            done = send_back()
        assert (done.state, done.disposition) == ("closed", "sent_back")
        assert Clock.objects.get(matter=matter).state == "stopped"
        assert Event.objects.filter(kind="matters.sent_back").count() == 1

    def test_letters_that_came_back_twice_end_it(self, city):
        matter = case(city, author=False)
        officer, approver = make.actor(city.officer), make.actor(city.approver)
        for n in range(2):
            with clock.at(BEGIN + timedelta(days=n + 1)):
                with pytest.raises(RefusedError):
                    supplements.close_undelivered(actor=approver, matter=matter, reason="두 번 돌아왔습니다.")
                row = ask(city, matter)
                supplements.bounce(actor=officer, inquiry=row, reason="편지가 돌아왔습니다.")
                assert Clock.objects.get(matter=matter).state == "running"
        with clock.at(BEGIN + timedelta(days=3)):
            done = supplements.close_undelivered(actor=approver, matter=matter, reason="두 번 돌아왔습니다.")
        assert (done.state, done.disposition) == ("closed", "undelivered")

    def test_nothing_comes_back_from_an_account_and_an_idea_is_never_sent_back(self, city):
        matter = case(city)
        with clock.at(BEGIN + timedelta(hours=1)):
            row = ask(city, matter)
            with pytest.raises(RefusedError) as caught:
                supplements.bounce(actor=make.actor(city.officer), inquiry=row, reason="돌아왔습니다.")
            assert caught.value.code == "inquiry.account"
        Matter.objects.filter(pk=matter.pk).update(kind="idea")
        Inquiry.objects.update(state="lapsed", is_again=True)
        with pytest.raises(RefusedError) as caught:
            supplements.send_back(actor=make.actor(city.approver), matter=matter, reason="돌려드립니다.")
        assert caught.value.code == "send_back.idea"

    def test_on_the_pages(self, city, sign_in):
        matter = case(city)
        with clock.at(BEGIN + timedelta(hours=1)):
            row = ask(city, matter, 5)
            author = sign_in(city.author)
            where = author.get(f"/receipt/of/{matter.number}/")["Location"]
            assert author.post(f"{where}longer/", {"longer-days": "6"}).status_code == 422
            assert author.post(f"{where}longer/", {"longer-days": "5"}).status_code == 302
            assert Inquiry.objects.get(pk=row.pk).more == 1
            assert sign_in(city.stranger).post(f"{where}longer/", {"longer-days": "5"}).status_code == 404


def more(city, matter, **change) -> MoreTime:
    terms = {"reason_code": "fact_check", "reason": "현장을 더 확인해야 합니다.", "amount": 3} | change
    return more_time.ask(actor=make.actor(city.officer), matter=matter, **terms)


class TestMoreTime:
    def test_she_agrees_without_an_account(self, city, sign_in):
        matter = case(city, author=False)
        with clock.at(BEGIN + timedelta(hours=1)):
            extend(city, matter)
            row = more(city, matter)
            before = Clock.objects.get(matter=matter).due_at
            client = sign_in(None)
            session = client.session
            session["receipts"] = [matter.pk]
            session.save()
            assert "agree" in client.get("/receipt/show/1/more-time/").content.decode()
            assert client.post("/receipt/show/1/more-time/", {}).status_code == 422
            assert client.post("/receipt/show/1/more-time/", {"decision": "agree"}).status_code == 302
            assert client.post("/receipt/show/1/more-time/", {"decision": "agree"}).status_code == 302
        stands = Clock.objects.get(matter=matter)
        assert (stands.extensions, stands.due_at) == (2, clocks.replay(stands, now=BEGIN).due)
        assert stands.due_at > before and MoreTime.objects.get(pk=row.pk).state == "agreed"
        assert stands.events.filter(with_consent=True).count() == 1
        assert {"matters.more_time.ask", "matters.more_time.agree"} <= set(
            Audit.objects.values_list("action", flat=True)
        )

    def test_a_no_and_silence_leave_the_date_as_it_is(self, city, sign_in):
        matter = case(city)
        with clock.at(BEGIN + timedelta(hours=1)):
            extend(city, matter)
            before = Clock.objects.get(matter=matter).due_at
            row = more(city, matter)
            assert list(more_time.open_to(make.actor(city.author))) == [row]
            assert "/more-time/" in sign_in(city.author).get("/my/").content.decode()
            more_time.refuse(actor=make.actor(city.author), request=row, words="곧 답해 주세요.")
            assert "곧 답해 주세요." in sign_in(city.officer).get(f"/desk/{matter.pk}/").content.decode()
            again = more(city, matter)
        with clock.at(before + timedelta(minutes=1)):
            assert (more_time.close_over(), more_time.close_over()) == (1, 0)
            with pytest.raises(RefusedError):
                more_time.agree(actor=make.actor(city.author), request=again)
        assert Clock.objects.get(matter=matter).due_at == before
        assert list(MoreTime.objects.values_list("state", flat=True)) == ["refused", "closed"]

    def test_what_the_form_refuses(self, city):
        matter = case(city)
        with clock.at(BEGIN + timedelta(hours=1)):
            assert refused(matter, lambda: more(city, matter)).code == "more_time.first"
            extend(city, matter)
            for code in ("overwork", "absent_officer"):
                found = refused(matter, lambda code=code: more(city, matter, reason_code=code))
                assert found.code == "clock.extension_reason_barred"
            assert refused(matter, lambda: more(city, matter, amount=31)).code == "clock.extension_too_long"
            row = more(city, matter)
            assert refused(matter, lambda: more(city, matter)).code == "more_time.open"
            for who in (city.officer, city.approver, city.stranger, None):
                with pytest.raises(RefusedError):
                    more_time.agree(actor=make.actor(who), request=row)
            with pytest.raises(RefusedError):
                more_time.agree(actor=Actor(receipts=frozenset({matter.pk + 1})), request=row)
        assert Clock.objects.get(matter=matter).extensions == 1

    def test_the_desk_asks_instead_of_claiming(self, city, sign_in):
        matter = case(city)
        with clock.at(BEGIN + timedelta(hours=1)):
            extend(city, matter)
            officer = sign_in(city.officer)
            page = officer.get(f"/desk/{matter.pk}/").content.decode()
            assert (
                "ask_more/" in page
                and "with_consent" not in page
                and f"/desk/{matter.pk}/extend/" not in page
            )
            from madang.commons.matters.domain.desk import stamp

            typed = {
                "ask_more-seen": stamp(Matter.objects.get(pk=matter.pk)),
                "ask_more-reason_code": "overwork",
                "ask_more-amount": "3",
                "ask_more-reason": "바쁩니다.",
            }
            assert officer.post(f"/desk/{matter.pk}/ask_more/", typed).status_code == 422
            typed["ask_more-reason_code"] = "fact_check"
            assert officer.post(f"/desk/{matter.pk}/ask_more/", typed).status_code == 302
        assert MoreTime.objects.get().state == "open"


class TestProgress:
    def test_every_thirty_days_until_the_end_once_each(self, city):
        matter = case(city)
        with clock.at(BEGIN + timedelta(days=30) - timedelta(seconds=1)):
            assert progress.tell_due() == 0
        with clock.at(BEGIN + timedelta(days=30)):
            assert [progress.tell_due(), progress.tell_due()] == [1, 0]
        with clock.at(BEGIN + timedelta(days=60)):
            assert progress.tell_due() == 1
        told = Event.objects.filter(kind="matters.progress")
        assert told.count() == 2 and all(event.data["authors_only"] for event in told)
        assert Audit.objects.filter(action="matters.matter.progress", target=matter.reference).count() == 2
        with clock.at(BEGIN + timedelta(days=61)):
            clocks.stop(matter=matter, at=clock.now())
        with clock.at(BEGIN + timedelta(days=120)):
            assert progress.tell_due() == 0
        assert list(Progress.objects.values_list("number", flat=True)) == [1, 2]

    def test_after_a_long_silence_of_the_worker_one_notice(self, city):
        case(city)
        with clock.at(BEGIN + timedelta(days=95)):
            assert [progress.tell_due(), progress.tell_due()] == [1, 0]
        assert Progress.objects.get().number == 3
        assert Clock.objects.get().progress_at == BEGIN + timedelta(days=120)

    def test_a_killed_worker_neither_loses_nor_doubles_one(self, city, monkeypatch):
        case(city)
        with clock.at(BEGIN + timedelta(days=30)):

            def killed(fact: object) -> None:
                raise KeyboardInterrupt

            with monkeypatch.context() as patched:
                patched.setattr(progress, "publish", killed)
                with pytest.raises(KeyboardInterrupt):
                    progress.tell_due()
            assert (
                not Progress.objects.exists() and not Event.objects.filter(kind="matters.progress").exists()
            )
            assert progress.tell_due() == 1
        with pytest.raises(IntegrityError), transaction.atomic():
            row = Progress.objects.get()
            Progress.objects.create(clock=row.clock, number=row.number, at=row.at, office=row.office)

    def test_only_the_author_is_told(self, city):
        from madang.commons.notices import api as notices
        from madang.commons.notices.domain.telling import fan_out
        from madang.commons.notices.models import Notice

        matter = case(city)
        notices.follow(reference=matter.reference, user=city.stranger, why="follower")
        with clock.at(BEGIN + timedelta(days=30)):
            progress.tell_due()
            fan_out(Event.objects.get(kind="matters.progress").pk)
        found = Notice.objects.filter(event__kind="matters.progress").values_list("user", flat=True)
        assert list(found) == [city.author.pk]
