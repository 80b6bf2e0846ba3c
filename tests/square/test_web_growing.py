"""Pages of versions, amendments, authors and topics."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madang.kernel.models import Role
from madang.kernel.web import once
from madang.services.square.domain import authors, ideas, topics, versions
from madang.services.square.models import Amendment, Idea, TextVersion
from tests import factories
from tests.factories import UserFactory, actor
from tests.square.test_growing import fresh, gathered, new_text, proposal, two_ideas

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "MIN_SECONDS", 0.0)


def typed(idea: Idea, **more) -> dict[str, object]:
    return {
        "ticket": once.ticket(),
        "base": 1,
        "title": idea.matter.title,
        "body": idea.matter.body + " 아침에만 켜면 됩니다.",
        "reason": "아침에 가장 위험하기 때문입니다.",
    } | more


def at(idea: Idea, rest: str) -> str:
    return f"/ideas/{idea.matter.number}/{rest}"


class TestText:
    def test_the_author_writes_and_everyone_reads_what_is_different(self, client) -> None:
        idea = factories.idea()
        client.force_login(idea.matter.author)
        response = client.post(at(idea, "text/write/"), typed(idea), follow=True)
        assert idea.versions.count() == 2
        client.logout()
        page = client.get(at(idea, "text/2/")).content.decode()
        assert "<ins>" in page and "아침에만" in page
        assert client.get(at(idea, "text/3/")).status_code == 404
        assert response.status_code == 200
        assert client.get(at(idea, "text/2/?against=999")).status_code == 200

    def test_two_writers_lose_nothing(self, client) -> None:
        idea = factories.idea()
        new_text(idea, "먼저 말씀드립니다. " + idea.matter.body)
        client.force_login(idea.matter.author)
        old = versions.text_of(idea, 1)[1]
        response = client.post(at(idea, "text/write/"), typed(idea, body=old + " 끝으로 감사합니다."))
        page = response.content.decode()
        assert response.status_code == 422
        assert "먼저 말씀드립니다." in page and "끝으로 감사합니다." in page
        assert 'name="base" value="2"' in page
        assert idea.versions.count() == 2

    def test_a_stranger_gets_a_reason_and_an_anonymous_one_the_sign_in_page(self, client) -> None:
        idea = factories.idea()
        assert client.get(at(idea, "text/write/")).status_code == 302
        client.force_login(UserFactory())
        assert client.post(at(idea, "text/write/"), typed(idea)).status_code == 403
        assert not TextVersion.objects.exists()

    def test_who_supported_an_older_version_is_told_on_the_page(self, client) -> None:
        idea = factories.idea()
        person = UserFactory()
        ideas.support(actor=actor(person), idea=idea)
        client.force_login(person)
        assert "text/2/" not in client.get(at(idea, "")).content.decode()
        new_text(idea)
        page = client.get(at(idea, "")).content.decode()
        assert (
            "text/2/" in page and "supported version 1" in client.get("/en" + at(idea, "")).content.decode()
        )


class TestAmending:
    def test_proposed_answered_and_shown(self, client) -> None:
        idea, person = factories.idea(), UserFactory()
        client.force_login(person)
        sent = typed(idea)
        first = client.post(at(idea, "amendments/new/"), sent)
        again = client.post(at(idea, "amendments/new/"), sent)
        assert first.url == again.url
        assert Amendment.objects.count() == 1
        client.force_login(idea.matter.author)
        assert at(idea, "amendments/1/") in client.get("/my/").content.decode()
        empty = client.post(at(idea, "amendments/1/"), {"act": "refuse", "refuse-reason": ""})
        assert empty.status_code == 422
        client.post(at(idea, "amendments/1/"), {"act": "refuse", "refuse-reason": "낮에도 위험한 길입니다."})
        client.logout()
        page = client.get(at(idea, "amendments/1/")).content.decode()
        assert "낮에도 위험한 길입니다." in page and 'value="accept"' not in page

    def test_accepting_through_the_page_makes_a_version(self, client) -> None:
        idea = factories.idea()
        row = proposal(idea)
        client.force_login(idea.matter.author)
        client.post(
            at(idea, "amendments/1/"), typed(idea, act="accept", title=row.title, body=row.body, reason="")
        )
        assert idea.versions.get(number=2).author == row.by

    def test_what_moderation_took_down_is_not_read_any_more(self, client) -> None:
        idea = factories.idea()
        proposal(idea, body=idea.matter.body + " 비밀번호는 사과나무")
        client.force_login(factories.official(Role.MODERATOR, idea.matter.host))
        client.post(
            at(idea, "amendments/1/"),
            {
                "act": "hide",
                "hide-reason_code": "personal_data",
                "hide-reason": "개인정보가 있습니다. 내립니다.",
            },
        )
        client.logout()
        for rest in ("amendments/1/", "text/"):
            assert "사과나무" not in client.get(at(idea, rest)).content.decode()


class TestAuthors:
    def test_only_the_invited_one_sees_the_invitation(self, client) -> None:
        idea, friend = factories.idea(), UserFactory()
        row = authors.invite(actor=actor(idea.matter.author), idea=idea, email=friend.email)
        where = f"/invitations/{row.pk}/"
        client.force_login(UserFactory())
        assert client.get(where).status_code == 404
        assert client.post(where, {"answer": "accept"}).status_code == 404
        assert friend.name not in client.get(at(idea, "")).content.decode()
        client.force_login(friend)
        assert where in client.get("/my/").content.decode()
        client.post(where, {"answer": "accept"})
        assert friend.name in client.get(at(idea, "")).content.decode()


class TestTopics:
    def test_a_facilitator_makes_one_and_everybody_reads_it(self, client) -> None:
        one, two = two_ideas(threshold=50)
        helper = factories.official(Role.FACILITATOR, one.matter.host)
        words = {
            "numbers": f"{one.matter.number}\n{two.matter.number}",
            "title": "통학로를 안전하게",
            "body": "두 제안을 함께 다듬어 한 가지로 만듭니다. 시간은 더 이야기합니다.",
            "reason": "같은 길에 관한 제안입니다.",
        }
        client.force_login(UserFactory())
        assert client.post("/topics/new/", words).status_code == 403
        client.force_login(helper)
        bad = client.post("/topics/new/", words | {"numbers": f"{one.matter.number} ID-9999-00001-0"})
        assert bad.status_code == 422
        client.post("/topics/new/", words)
        topic = Idea.objects.get(is_topic=True)
        client.logout()
        page = client.get(at(fresh(topic), "")).content.decode()
        assert one.matter.number in page and two.matter.number in page
        assert fresh(topic).matter.number in client.get("/topics/").content.decode()
        assert fresh(topic).matter.title in client.get(at(one, "")).content.decode()
        client.force_login(helper)
        client.post(
            at(fresh(topic), "topic/"),
            {"act": "release", "number": one.matter.number, "release-reason": "다른 길에 관한 제안입니다."},
        )
        assert fresh(one).topic_id is None

    def test_the_list_asks_as_often_for_many_as_for_one(self, client) -> None:
        rows = two_ideas(8, threshold=50)
        helper = factories.official(Role.FACILITATOR, rows[0].matter.host)
        gathered(rows[:2], helper=helper)
        client.get("/topics/")
        with CaptureQueriesContext(connection) as few:
            client.get("/topics/")
        for place in (2, 4, 6):
            gathered(rows[place : place + 2], helper=helper)
        with CaptureQueriesContext(connection) as many:
            assert client.get("/topics/").content.decode().count('class="row"') == 4
        assert len(many) == len(few)
        assert topics.sizes([]) == {}
