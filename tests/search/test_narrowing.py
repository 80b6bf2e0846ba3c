"""Filters, counts, places, words of similar meaning, and a rebuild that loses nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.commons.matters.domain import handling
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Matter
from madang.commons.search import api, domain, engines, kinship, reading, rebuilding
from madang.commons.search.logic import wanted
from madang.commons.search.models import Document
from madang.kernel import places
from madang.services.square.domain import ideas, moderation
from madang.services.square.found import is_comments_stale
from madang.services.square.receivers import index_comments
from tests import factories as make
from tests.search.conftest import START
from tests.search.test_find import found, source


def test_similar_meaning_is_named_ranked_lower_and_can_be_switched_off(put) -> None:
    put("보안등이 꺼졌어요")
    put("가로등이 꺼졌어요")
    both = api.find("가로등")
    assert [hit.reference for hit in both.hits] == ["idea:2", "idea:1"]
    assert both.also == ("보안등",)
    only = api.find("가로등", related=False)
    assert ([hit.reference for hit in only.hits], only.also) == (["idea:2"], ())
    assert found('"가로등"') == ["idea:2"]


def test_companions_need_several_different_public_titles(put) -> None:
    for word in ("안내", "그림", "색깔", "글씨"):
        put(f"둘레길 표지판 {word}")
    put("둘레길 표지판 그림")  # the same words again are no other voice
    put("둘레길 표지판 비밀", is_public=False)
    kinship.learn()
    assert api.find("둘레길").companions == ()
    put("둘레길 표지판 높이")
    for number in range(30):
        put(f"다른 이야기 {number + 100}")
    kinship.learn()
    assert "표지판" in api.find("둘레길").companions


def test_filters_narrow_together_and_counts_are_those_of_the_results(put) -> None:
    put("버스", state="open", office="a", value="2", district="11010")
    put("버스", state="open", office="b", value="2", district="11020")
    put("버스", state="answered", office="a", value="3", district="11010")
    put("버스", state="answered", office="a", value="3", district="11010", is_public=False)
    whole = api.find("버스")
    assert whole.facets["state"] == {"open": 2, "answered": 1}
    assert whole.facets["office"] == {"a": 2, "b": 1}
    assert found("버스", office="a", value="2", districts=["11010"]) == ["idea:1"]
    for name, option in (("office", "office"), ("value", "value")):
        for value, count in whole.facets[name].items():
            assert api.find("버스", **{option: value}).total == count
    assert set(found("", districts=["11010", "11020"], states=["open"])) == {"idea:1", "idea:2"}


def test_more_than_is_said_and_the_newest_are_read(put, monkeypatch) -> None:
    monkeypatch.setattr(reading, "READ", 5)
    monkeypatch.setattr(reading, "WHOLE", 10)
    for number in range(40):
        put(f"자전거 {number}번", happened_at=START + timedelta(days=number), support=number % 16)
    result = api.find("자전거", order="newest", limit=3)
    assert result.more
    assert [hit.reference for hit in result.hits] == ["idea:40", "idea:39", "idea:38"]
    assert 5 <= result.total <= 10
    assert sum(result.facets["kind"].values()) == result.total
    assert [hit.support for hit in api.find("자전거", order="support", limit=2).hits] == [15, 15]
    few = api.find("자전거", since=START + timedelta(days=36))
    assert (few.total, few.more) == (4, False)


def test_support_sorts_and_follows(put) -> None:
    put("자전거", support=3)
    put("자전거", support=9)
    assert found("자전거", order="support") == ["idea:2", "idea:1"]
    assert api.set_support({"idea:1": 100, "idea:2": 9, "idea:none": 5}) == 1
    assert found("자전거", order="support") == ["idea:1", "idea:2"]
    api.remove("idea:1")
    assert engines.counts(["자전"]) == {"자전": 1}


def test_around_a_district() -> None:
    near = places.around("11010", 6)
    assert near[0] == "11010"
    assert "11020" in near  # 중구 beside 종로구
    assert "39020" not in near
    assert places.around("11010", 0) == ("11010",)


def test_a_rebuild_goes_on_where_it_stopped_and_keeps_what_is_written_meanwhile(db, monkeypatch) -> None:
    monkeypatch.setattr(rebuilding, "_sources", {})
    monkeypatch.setattr(rebuilding, "BATCH", 2)
    entries = [
        api.Entry(reference=f"idea:{n}", kind="idea", title=f"새 글 {n}", happened_at=START) for n in range(6)
    ]
    api.register_source("idea", source(*entries))
    told: list[int] = []

    def stop(kind: str, count: int) -> None:
        told.append(count)
        if len(told) == 2:
            # Somebody writes what the rebuild has already passed, and then the machine is switched off.
            domain.index_many([api.Entry(reference="idea:new", kind="idea", title="방금", happened_at=START)])
            raise KeyboardInterrupt

    api.index_many([api.Entry(reference="idea:gone", kind="idea", title="낡은", happened_at=START)])
    with pytest.raises(KeyboardInterrupt):
        api.rebuild(stop)
    assert found("낡은") == ["idea:gone"]  # the old stays until the end
    assert api.rebuild(stop) == 7
    assert told == [2, 2, 2]
    assert found("방금") == ["idea:new"]
    assert found("낡은") == []


def test_an_upgraded_database_is_cut_by_the_worker(put) -> None:
    put("가로등")
    engines.engine().clear()
    Document.objects.update(cut=0)
    assert found('"가로등"') == []
    assert domain.cut_waiting() == 1
    assert domain.cut_waiting() == 0
    assert found('"가로등"') == ["idea:1"]


@pytest.mark.django_db
def test_comments_are_found_until_they_or_their_idea_are_hidden(client: Client) -> None:
    idea = make.idea(district="11010")
    comment = ideas.comment(
        actor=make.actor(make.UserFactory()), idea=idea, body="두루미서식지 이야기도 있습니다.", stance="for"
    )
    page = client.get("/search/", {"q": "두루미서식지", "district": "11010", "near": "5"}).content.decode()
    assert f"/ideas/{idea.matter.number}/#comment-{comment.pk}" in page
    moderator = make.actor(make.official("moderator", idea.matter.host))
    moderation.hide_comment(actor=moderator, comment=comment, reason_code="personal_data", reason="개인 정보")
    assert found("두루미서식지") == []
    comment.refresh_from_db()
    moderation.restore_comment(actor=moderator, comment=comment, reason="괜찮습니다.")
    assert found("두루미서식지") == [comment.reference]
    api.rebuild()
    assert found("두루미서식지") == [comment.reference]
    handling.hide(
        actor=moderator, matter=Matter.objects.get(pk=idea.pk), reason_code="privacy", reason="이유"
    )
    assert comment.reference not in found("두루미서식지")
    assert api.find("").total == 0 or "comment" not in api.find("").facets["kind"]


@pytest.mark.django_db
def test_comments_are_written_again_only_when_what_they_carry_changed(django_assert_max_num_queries) -> None:
    idea = make.idea()
    for number in range(3):
        ideas.comment(
            actor=make.actor(make.UserFactory()), idea=idea, body=f"두루미서식지 {number}", stance="for"
        )
    key = idea.matter.pk
    assert not is_comments_stale(key)
    with django_assert_max_num_queries(2):
        index_comments(MatterChanged(key, "overdue"))
    moderator = make.actor(make.official("moderator", idea.matter.host))
    Matter.objects.filter(pk=key).update(state="triage")
    assert is_comments_stale(key)
    index_comments(MatterChanged(key, "qualified"))
    assert api.find("두루미서식지", states=["triage"], kinds=["comment"]).total == 3
    handling.hide(actor=moderator, matter=Matter.objects.get(pk=key), reason_code="privacy", reason="이유")
    assert api.find("두루미서식지", kinds=["comment"]).total == 0
    assert not is_comments_stale(key)


@pytest.mark.django_db
def test_only_those_who_may_see_it_find_what_is_not_public(client: Client) -> None:
    idea = make.idea(title="두루미서식지 옆 공사 이야기입니다")
    moderator = make.official("moderator", idea.matter.host)
    handling.hide(actor=make.actor(moderator), matter=idea.matter, reason_code="privacy", reason="이유")
    title = "두루미서식지 옆 공사"
    assert title not in client.get("/search/?q=두루미서식지").content.decode()
    client.force_login(make.official("moderator", make.OrganisationFactory()))
    assert title not in client.get("/search/?q=두루미서식지").content.decode()
    client.force_login(moderator)
    answer = client.get("/search/?q=두루미서식지")
    assert title in answer.content.decode()
    assert answer.context["own_total"] == 1
    assert answer.context["found"].total == 0


def test_many_answers_are_read_by_months_and_none_is_missed(put, monkeypatch) -> None:
    """What the engine reads of many rows is what sorting all of them would give."""
    monkeypatch.setattr(engines, "COMMON", 1)
    for number in range(36):
        put(f"자전거 {number}", happened_at=START - timedelta(days=20 * number))
    engines.measure()
    asked = wanted.Has("자전")
    whole = engines.engine().newest(asked, 100, likely=36)
    assert len(whole) == 36
    assert whole == sorted(whole, reverse=True)
    for limit in (1, 3, 6):
        assert engines.engine().newest(asked, limit, likely=36) == whole[:limit]
    span = wanted.span(START.date() - timedelta(days=300), START.date() - timedelta(days=100))
    inside = engines.engine().newest(asked, 100, likely=36, within=span)
    assert inside == [place for place in whole if span[0] <= place <= span[1]]
    assert engines.engine().newest(asked, 2, likely=36, within=span) == inside[:2]


def test_how_common_words_are_is_looked_up_once(put) -> None:
    for number in range(3):
        put(f"자전거 도로 {number}")
    engines.measure()
    with CaptureQueriesContext(connection) as captured:
        assert api.find("자전거 도로").total == 3
    assert sum("search_rarity" in one["sql"] for one in captured) == 1


def test_rows_among_hundreds_of_keys_are_those_of_the_keys(put) -> None:
    for number in range(4):
        put(f"자전거 {number}")
    keys = list(Document.objects.order_by("pk").values_list("pk", flat=True))
    for wanted_keys in ([], keys[1:3], [*keys, 10**15, -1]):
        among = set(Document.objects.filter(pk__among=wanted_keys).values_list("pk", flat=True))
        assert among == set(wanted_keys) & set(keys)
