"""The list and its feed: filters, counts, and what each says when there is nothing."""

from __future__ import annotations

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.commons.matters.models import Matter
from madang.kernel import clock
from madang.services.square.domain import ideas
from madang.services.square.models import Category, Idea, Space
from tests import factories

pytestmark = pytest.mark.django_db

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def made():
    return factories.process()


def several(made, count: int, **fields: object) -> list[Idea]:
    person = factories.UserFactory()
    return [
        factories.idea(made, author=person, title=f"{n}번째 바람을 적습니다", **fields) for n in range(count)
    ]


def test_empty_list_invites(client: Client, made) -> None:
    said = client.get("/ideas/").content.decode()
    assert "아직 제안이 없어요" in said and "/ideas/new/" in said
    assert "조건에 맞는 제안이 없어요" in client.get("/ideas/?state=late").content.decode()


def test_query_count_is_the_same_for_one_and_thirty(client: Client, made) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get("/ideas/")
        return len(found)

    several(made, 1)
    queries()
    one = queries()
    several(made, 29)
    assert queries() == one


def test_filters_narrow_and_unknown_ones_are_ignored(client: Client, made) -> None:
    safety = Category.objects.get(slug="safety")
    factories.idea(made, title="안전 분야의 제안입니다", category=safety)
    factories.idea(made, title="단체가 낸 제안입니다", origin="organised", group_name="모임")
    late = factories.idea(made, title="기한이 지난 제안입니다")
    factories.supporters(late, 3)

    def found(query: str) -> set[str]:
        said = client.get(f"/ideas/?{query}").content.decode()
        return {word for word in ("안전", "단체", "기한이") if f"{word} " in said and f">{word}" in said}

    assert found("") == found("state=nonsense&category=none&origin=x&order=y") == {"안전", "단체", "기한이"}
    assert found("category=safety") == {"안전"}
    assert found("origin=organised") == {"단체"}
    assert found("state=owed") == {"기한이"}
    assert found("state=late") == set()
    with clock.at(clock.now() + timedelta(days=40)):
        assert found("state=late") == {"기한이"}


def test_chip_counts_are_those_of_the_lists(client: Client, made) -> None:
    rows = several(made, 3)
    factories.supporters(rows[0], 3)
    said = client.get("/en/ideas/").content.decode()
    assert "3 ideas" in said
    assert 'In discussion <span class="chip-count">2</span>' in said
    assert 'Waiting for an answer <span class="chip-count">1</span>' in said


def test_merged_and_withdrawn_are_left_out_unless_asked_for(client: Client, made) -> None:
    into, other = several(made, 2)
    ideas.merge(
        actor=factories.actor(factories.official("triage", made.space.host)),
        idea=other,
        into=into,
        reason="같습니다.",
    )
    assert other.matter.number not in client.get("/ideas/").content.decode()
    assert other.matter.number in client.get("/ideas/?state=merged").content.decode()


def test_pages(client: Client, made) -> None:
    several(made, 22)
    assert client.get("/ideas/").content.decode().count('class="card"') == 20
    assert client.get("/ideas/?page=2").content.decode().count('class="card"') == 2
    assert client.get("/ideas/?page=99").status_code == client.get("/ideas/?page=x").status_code == 200


def test_archive_names_source_and_keeps_its_words_out(client: Client, made, settings) -> None:
    idea = factories.idea(
        made, title="가져온 글의 제목입니다", body="가져온 글의 본문이 여기에 길게 이어집니다."
    )
    Matter.objects.filter(pk=idea.pk).update(channel="import")
    Space.objects.update(is_archive=True, source="보관처, CC BY")
    settings.IS_DEMO = False
    pages = ["/ideas/?space=space-test", "/ideas/feed/", f"/ideas/{idea.matter.number}/"]
    for url in pages:
        said = client.get(url).content.decode()
        assert "가져온 글의 제목입니다" in said and "가져온 글의 본문" not in said
    assert "보관처, CC BY" in client.get(pages[0]).content.decode()
    settings.IS_DEMO = True
    assert "가져온 글의 본문" in client.get(pages[2]).content.decode()


def test_feed_is_atom_with_absolute_links(client: Client, made, settings) -> None:
    rows = several(made, 2)
    answer = client.get("/ideas/feed/")
    assert answer.headers["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.content)  # noqa: S314 - our own text
    entries = feed.findall(f"{ATOM}entry")
    links = {entry.find(f"{ATOM}link").attrib["href"] for entry in entries}
    assert links == {f"{settings.PUBLIC_URL}/ideas/{row.matter.number}/" for row in rows}
    client.force_login(rows[0].matter.author)
    Matter.objects.filter(pk=rows[0].pk).update(disclosure="private")
    assert rows[0].matter.number not in client.get("/ideas/feed/").content.decode()  # not even for its author


def test_english_pages_have_their_prefix_and_words(client: Client, made) -> None:
    said = client.get("/en/ideas/new/test/").content.decode()
    assert "What should change?" in said and "무엇이 바뀌면" not in said
    assert "무엇이 바뀌면 좋을까요" in client.get("/ideas/new/test/").content.decode()
