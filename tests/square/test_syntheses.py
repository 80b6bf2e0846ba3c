"""A synthesis: every part gets its reply, what is adopted is followed, small groups stay unknown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from madang.commons.matters.models import Effect
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role, Trace
from madang.services.square.domain import ideas, syntheses
from madang.services.square.logic import missing
from madang.services.square.models import Cluster, Synthesis
from tests import factories
from tests.factories import UserFactory, actor
from tests.square.test_growing import fresh, gathered, proposal, two_ideas

CELLS = st.lists(
    st.tuples(st.text("가나다", min_size=1, max_size=3), st.integers(0, 500), st.integers(0, 40)).filter(
        lambda cell: cell[2] <= cell[1]
    ),
    max_size=8,
)


class TestMissing:
    @given(CELLS)
    def test_no_small_number_is_shown_or_can_be_reckoned(self, cells) -> None:
        shown = missing.suppressed(cells)
        assert [cell.label for cell in shown] == [label for label, _lives, _came in cells]
        assert all(cell.participants is None or not 0 < cell.participants < missing.SMALL for cell in shown)
        hidden = [cell for cell in shown if cell.participants is None]
        others = [cell for cell in shown if cell.participants]
        assert len(hidden) != 1 or not others
        # What is expected follows from the shown groups alone, so it tells nothing of the others.
        again = missing.suppressed(
            (cell.label, cell.population, cell.participants)
            for cell in shown
            if cell.participants is not None
        )
        assert [cell.expected for cell in again] == [cell.expected for cell in shown if cell not in hidden]
        assert all(cell.expected is None for cell in hidden)

    def test_a_group_below_half_of_its_share_is_missing(self) -> None:
        shown = missing.suppressed([("청년", 500, 10), ("중장년", 500, 90)])
        assert [(cell.is_missing, cell.expected) for cell in shown] == [(True, 50.0), (False, 50.0)]

    @pytest.mark.parametrize(
        ("table", "code", "line"),
        [
            ("a,b\n1,2", "columns", 1),
            ("dimension,group,population,participants\n나이,청년,x,2", "number", 2),
            ("dimension,group,population,participants\n나이,청년,3,5", "more", 2),
            ("dimension,group,population,participants\n나이,청년,9,5\n나이,청년,9,5", "twice", 3),
            ("dimension,group,population,participants\n", "empty", 1),
        ],
    )
    def test_a_bad_table_says_where(self, table: str, code: str, line: int) -> None:
        with pytest.raises(missing.TableError) as wrong:
            missing.read(table.encode())
        assert (wrong.value.code, wrong.value.line) == (code, line)

    def test_another_encoding_is_named(self) -> None:
        with pytest.raises(missing.TableError) as wrong:
            missing.read("나이".encode("cp949"))
        assert wrong.value.code == "encoding"


@pytest.fixture
def scene(db):
    rows = two_ideas(2, threshold=500)
    helper = factories.official(Role.FACILITATOR, rows[0].matter.host)
    topic = gathered(rows, helper=helper)
    ideas.support(actor=actor(UserFactory()), idea=rows[0])
    said = ideas.comment(actor=actor(UserFactory()), idea=topic, body="밤에는 위험합니다.", stance="against")
    amended = proposal(topic)
    return fresh(topic), rows, helper, said, amended


def part(scene, order=None, **more):
    topic, rows, helper, _said, _amended = scene
    words = {
        "title": "막차를 늦춘다",
        "said": "밤 12시까지 다녀야 한다는 말이 많았습니다.",
        "references": [row.matter.reference for row in rows],
        "reply": "rejected",
        "reason": "올해 예산이 없어 다음 해에 다시 봅니다.",
    }
    return syntheses.save_cluster(actor=actor(helper), idea=topic, order=order, **(words | more))


def adopted(scene, **more):
    topic = scene[0]
    return part(
        scene,
        reply="adopted",
        promise="두 노선의 막차를 늦춥니다.",
        owner=topic.matter.host,
        promised_on=clock.today() + timedelta(days=60),
        **more,
    )


def handed(scene) -> Synthesis:
    topic, _rows, helper, *_rest = scene
    syntheses.save(actor=actor(helper), idea=topic, summary="두 갈래의 말이 있었습니다.")
    return syntheses.submit(actor=actor(helper), synthesis=syntheses.in_work(topic))


def published(scene) -> Synthesis:
    return syntheses.publish(
        actor=actor(factories.official(Role.APPROVER, scene[0].matter.host)), synthesis=handed(scene)
    )


class TestPublishing:
    def test_it_waits_until_every_part_has_its_reply(self, scene) -> None:
        adopted(scene)
        part(scene, title="늦추지 않는다", reply="", reason="")
        with pytest.raises(RefusedError) as refused:
            handed(scene)
        assert refused.value.code == "synthesis.incomplete"
        assert syntheses.in_work(scene[0]).state == "draft"
        assert not Effect.objects.exists()

    def test_published_by_another_its_promises_are_followed_and_its_people_counted(self, scene) -> None:
        topic, rows, _helper, said, amended = scene
        adopted(scene)
        part(scene, title="위험하다", references=[said.reference, amended.reference])
        row = published(scene)
        effect = Effect.objects.get()
        assert (effect.what, effect.owner, effect.state) == (
            "두 노선의 막차를 늦춥니다.",
            topic.matter.host,
            "promised",
        )
        assert Trace.objects.filter(source=row.reference, target=effect.reference).exists()
        # Two authors and a supporter; who commented and who amended.
        assert list(row.clusters.values_list("people", flat=True)) == [3, 2]
        assert (row.people, row.counts["kind"]) == (5, {"matter": 2, "comment": 1, "amendment": 1})
        assert Audit.objects.filter(action="square.synthesis.publish", is_public=True).count() == 1
        assert rows

    def test_who_wrote_in_it_does_not_approve_it(self, scene) -> None:
        topic = scene[0]
        writer = factories.official(Role.APPROVER, topic.matter.host)
        adopted(scene)
        syntheses.save(actor=actor(writer), idea=topic, summary="두 갈래의 말이 있었습니다.")
        row = syntheses.submit(actor=actor(scene[2]), synthesis=syntheses.in_work(topic))
        for who in (writer, scene[2], UserFactory()):
            with pytest.raises(RefusedError):
                syntheses.publish(actor=actor(who), synthesis=row)
        assert Synthesis.objects.get().state == "submitted"

    def test_given_back_it_can_be_changed_and_not_before(self, scene) -> None:
        adopted(scene)
        row = handed(scene)
        with pytest.raises(RefusedError):
            part(scene, order=1, title="다른 말")
        approver = factories.official(Role.APPROVER, scene[0].matter.host)
        syntheses.give_back(actor=actor(approver), synthesis=row, reason="반대 의견도 적어 주십시오.")
        part(scene, order=1, title="다른 말")
        assert Cluster.objects.get().title == "다른 말"

    def test_the_next_version_promises_nothing_twice(self, scene) -> None:
        adopted(scene)
        published(scene)
        part(scene, title="위험하다", references=[scene[3].reference])
        second = published(scene)
        assert (second.number, Effect.objects.count()) == (2, 1)
        assert list(Synthesis.objects.order_by("number").values_list("state", flat=True)) == [
            "superseded",
            "published",
        ]
        assert second.clusters.get(order=1).effect == Effect.objects.get()

    def test_a_source_that_is_not_public_is_refused(self, scene) -> None:
        for reference in ("matter:ID-9999-00001-0", "comment:999999", "x", "coauthor:1"):
            with pytest.raises(RefusedError) as refused:
                part(scene, references=[reference])
            assert refused.value.code == "synthesis.source"
        assert not Cluster.objects.exists()


class TestPages:
    def test_a_draft_is_seen_by_its_office_alone(self, scene, client) -> None:
        topic = scene[0]
        adopted(scene, said="아직 비밀인 말입니다.")
        where = f"/ideas/{topic.matter.number}/synthesis/"
        assert client.get(where).status_code == 404
        client.force_login(UserFactory())
        assert client.get(where).status_code == 404
        for rest in ("draft/", "draft/1/"):
            assert client.get(where + rest).status_code == 403
        client.force_login(scene[2])
        assert "막차를 늦춘다" in client.get(where + "draft/").content.decode()
        assert "아직 비밀인 말입니다." in client.get(where + "draft/1/").content.decode()

    def test_through_the_pages(self, scene, client) -> None:
        topic, rows, helper, *_rest = scene
        where = f"/ideas/{topic.matter.number}/synthesis/"
        client.force_login(helper)
        words = {
            "title": "막차를 늦춘다",
            "said": "밤 12시까지 다녀야 한다는 말이 많았습니다.",
            "references": rows[0].matter.reference,
            "reply": "rejected",
            "reason": "올해 예산이 없어 다음 해에 다시 봅니다.",
        }
        assert client.post(where + "draft/0/", words | {"references": "matter:nope"}).status_code == 422
        client.post(where + "draft/0/", words)
        client.post(where + "draft/", {"act": "summary", "summary": "한 갈래의 말이 있었습니다."})
        bad = SimpleUploadedFile("a.csv", "dimension,group,population,participants\n나이,청년,x,1".encode())
        answer = client.post(where + "draft/", {"act": "groups", "table": bad, "source": "인구조사"})
        assert answer.status_code == 422
        good = SimpleUploadedFile(
            "a.csv", "dimension,group,population,participants\n나이,청년,500,10\n나이,중장년,500,90".encode()
        )
        client.post(where + "draft/", {"act": "groups", "table": good, "source": "인구조사 2025"})
        client.post(where + "draft/", {"act": "submit"})
        client.force_login(factories.official(Role.APPROVER, topic.matter.host))
        client.post(where + "draft/", {"act": "publish"})
        client.logout()
        page = client.get(where).content.decode()
        assert "올해 예산이 없어" in page and "인구조사 2025" in page and "중장년" in page
        assert where in client.get(f"/ideas/{topic.matter.number}/").content.decode()
