"""Every page of the portal in both languages, empty and full, at a constant number of queries."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from madang.services.square.models import Process
from tests import factories as f

PAGES = [
    "/",
    "/?show=near",
    "/?show=ending",
    "/?show=new",
    "/search/",
    "/search/?q=통학로",
    "/search/?kind=plan",
    "/my/",
    "/plan/",
    "/plan/?show=starred",
    "/plan/goals/",
    "/plan/values/",
    "/plan/poll/",
    "/plan/background/",
    "/plan/commitments/3/",
    "/plan/projects/3/",
    "/plan/projects/7/",
    "/figures/",
    "/figures/gwanghwamoon/",
    "/about/",
    "/privacy/",
    "/accessibility/",
    "/account/login/",
    "/account/signup/",
]


@pytest.fixture
def square() -> Process:
    return f.process()


def queries_of(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.django_db
@pytest.mark.parametrize("url", PAGES)
def test_every_page_answers_in_both_languages_with_and_without_rows(
    client: Client, url: str, square: Process
) -> None:
    for _filled in (False, True):
        korean = client.get(url).content.decode()
        english = client.get(f"/en{url}").content.decode()
        assert '<html lang="ko"' in korean
        assert '<html lang="en"' in english
        assert "<title> ·" not in korean
        assert korean.count("<h1") == english.count("<h1") == 1
        f.idea(square)


@pytest.mark.django_db
def test_the_home_page_keeps_its_number_of_queries(client: Client, square: Process) -> None:
    f.idea(square)
    one = queries_of(client, "/")
    for _ in range(29):
        f.idea(square)
    assert queries_of(client, "/") == one


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/search/?q=통학로", "/figures/", "/plan/"])
def test_lists_keep_their_number_of_queries(client: Client, square: Process, url: str) -> None:
    f.idea(square)
    one = queries_of(client, url)
    for _ in range(29):
        f.idea(square)
    assert queries_of(client, url) == one


@pytest.mark.django_db
def test_my_page_keeps_its_number_of_queries(client: Client, square: Process) -> None:
    person = f.UserFactory()
    client.force_login(person)
    f.supporters(f.idea(square, author=person), 1)
    other = f.idea(square)
    f.square_ideas.support(actor=f.actor(person), idea=other)
    one = queries_of(client, "/my/")
    for _ in range(29):
        f.idea(square, author=person)
        f.square_ideas.support(actor=f.actor(person), idea=f.idea(square))
    assert queries_of(client, "/my/") == one


@pytest.mark.django_db
def test_home_invites_only_where_ideas_are_taken_in(client: Client) -> None:
    assert reverse("write") not in client.get("/").content.decode().split("hero-picture")[0].split("<h1")[1]
    f.process()
    assert reverse("write") in client.get("/").content.decode()


@pytest.mark.django_db
def test_home_shows_late_answers_and_says_when_there_are_none(client: Client, square: Process) -> None:
    with translation.override("en"):
        assert "No answer is late at the moment." in client.get("/en/").content.decode()
    late = f.idea(square, title="가로등을 밝혀 주세요")
    f.supporters(late, 3)
    late.matter.refresh_from_db()
    type(late.matter).objects.filter(pk=late.pk).update(due_at=f.later(-3))
    page = client.get("/en/").content.decode()
    assert "1 answer is late" in page
    assert "3 days late" in page


@pytest.mark.django_db
def test_a_number_goes_straight_to_its_page(client: Client, square: Process) -> None:
    number = f.idea(square).matter.number
    assert number
    for typed in (number, number.lower(), number.replace("-", " ")):
        assert client.get("/search/", {"q": typed}).url == reverse("item", args=[number])


@pytest.mark.django_db
def test_search_marks_words_escapes_others_and_names_bad_filters(client: Client, square: Process) -> None:
    f.idea(
        square,
        title="보행 신호 <b>앞당기기</b>",
        body="통학로에서 <script>alert(1)</script> 아이들이 건넙니다. 신호가 필요합니다.",
    )
    page = client.get("/search/", {"q": "통학로"}).content.decode()
    assert "<mark>통학로</mark>" in page
    assert "<script>alert" not in page
    assert "&lt;b&gt;" in page
    page = client.get("/en/search/", {"q": "통학로", "since": "soon"}).content.decode()
    assert "Write the day as year-month-day" in page
    assert "<mark>" in page
    page = client.get("/en/search/", {"since": "2026-02-02", "until": "2026-01-01"}).content.decode()
    assert "The last day lies before the first" in page


@pytest.mark.django_db
def test_search_finds_the_plan_in_both_languages(client: Client) -> None:
    from madang.portal.jobs import index_plan

    assert index_plan() == index_plan() == 2 * (7 + 21 + 13 + 3)
    for words, url in (("parking lots", "/plan/projects/10/"), ("주차장", "/plan/projects/10/")):
        assert url in client.get("/search/", {"q": words, "kind": "plan"}).content.decode()


@pytest.mark.django_db
def test_a_receipt_code_is_not_searched_for_silently(client: Client) -> None:
    page = client.get("/en/search/", {"q": "ABCD-EFGH-JKMN-PQRS-TVWX"}).content.decode()
    assert "This looks like a receipt code" in page


@pytest.mark.django_db
def test_my_page_shows_mine_and_only_mine(client: Client, square: Process) -> None:
    person = f.UserFactory()
    f.idea(square, author=person, title="내가 쓴 제안 하나")
    f.idea(square, title="남이 쓴 제안 하나")
    assert "내가 쓴 제안 하나" not in client.get("/my/").content.decode()
    client.force_login(person)
    page = client.get("/my/").content.decode()
    assert "내가 쓴 제안 하나" in page
    assert "남이 쓴 제안 하나" not in page


@pytest.mark.django_db
def test_an_opened_receipt_stands_on_my_page(client: Client, square: Process) -> None:
    filed = f.idea(square, title="접수증으로 여는 제안")
    session = client.session
    session["receipts"] = [filed.pk]
    session.save()
    assert "접수증으로 여는 제안" in client.get("/my/").content.decode()


@pytest.mark.django_db
def test_own_data_holds_mine_and_nothing_of_others(client: Client, square: Process) -> None:
    person, other = f.UserFactory(), f.UserFactory()
    f.idea(square, author=person, title="내 제안의 제목입니다")
    theirs = f.idea(square, author=other, title="남의 제안의 제목입니다")
    f.square_ideas.support(actor=f.actor(person), idea=theirs)
    f.square_ideas.comment(actor=f.actor(person), idea=theirs, body="찬성합니다", stance="for")
    assert client.get("/my/data/").status_code == 302
    client.force_login(person)
    response = client.get("/my/data/")
    assert response["Content-Disposition"].startswith("attachment")
    data = response.json()
    assert data["account"]["email"] == person.email
    assert [row["title"] for row in data["filed"]] == ["내 제안의 제목입니다"]
    assert [row["number"] for row in data["supports"]] == [theirs.matter.number]
    assert [row["body"] for row in data["comments"]] == ["찬성합니다"]
    assert other.email not in response.content.decode()


@pytest.mark.django_db
def test_the_profile_is_changed_and_a_bad_one_is_kept_as_typed(client: Client) -> None:
    person = f.UserFactory(name="처음 이름")
    client.force_login(person)
    bad = client.post("/en/my/account/", {"name": " \u200b", "language": "en", "mail_notices": "on"})
    assert bad.status_code == 422
    assert "Write the name that others see" in bad.content.decode()
    person.refresh_from_db()
    assert person.name == "처음 이름"
    assert client.post("/my/account/", {"name": "새 이름", "language": "en"}).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.language, person.mail_notices) == ("새 이름", "en", False)


@pytest.mark.django_db
def test_colours_are_kept_and_the_way_back_stays_on_this_site(client: Client) -> None:
    response = client.post("/theme/", {"theme": "dark", "next": "/plan/"})
    assert (response.url, response.cookies["theme"].value) == ("/plan/", "dark")
    assert 'data-theme="dark"' in client.get("/plan/").content.decode()
    assert client.post("/theme/", {"theme": "auto", "next": "https://elsewhere.example/"}).url == "/"
    assert client.get("/theme/").status_code == 405


def test_every_string_of_the_portal_has_its_korean() -> None:
    import polib

    path = Path(__file__).resolve().parents[2] / "src/madang/portal/locale/ko/LC_MESSAGES/django.po"
    missing = [e.msgid for e in polib.pofile(str(path)) if not e.msgstr and not e.msgstr_plural.get(0)]
    assert missing == []
