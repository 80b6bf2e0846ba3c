"""The pages of the builder and of spaces: who gets in, what is kept, what two people see, and what they cost."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from madang.kernel import clock
from madang.services.square.domain import building, publishing
from madang.services.square.logic import grid
from madang.services.square.models import Category, Cell, Edition, Phase, Process, Space
from tests import factories as f
from tests.square.test_building import amended, day, drafted, phase, process, published, put

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 3, 10, 12, tzinfo=clock.SEOUL)


@pytest.fixture(autouse=True)
def _clock() -> Any:
    with clock.at(NOW):
        yield


@pytest.fixture
def office() -> Any:
    made = f.OrganisationFactory(code="culture")
    for role in ("officer", "approver"):
        f.official(role, made)
    for kind in ("question", "complaint"):
        f.rule(f"matters.answer.{kind}", answer={"amount": 14, "unit": "days"})
    return made


@pytest.fixture
def person(office: Any) -> Any:
    return f.official("facilitator", office)


def signed_in(user: Any) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def desk_urls(slug: str) -> list[str]:
    here = f"/desk/spaces/{slug}/"
    parts = ("", "words/", "phases/new/", "phases/aaaa0001/", "processes/new/", "processes/village-ideas/")
    cells = ("processes/village-ideas/cells/aaaa0001/", "processes/village-ideas/fields/music/")
    more = ("preview/", "back-test/", "back-test.csv")
    return [here + one for one in (*parts, *cells, *more)]


def test_only_facilitators_of_the_office_see_a_draft(person: Any, office: Any) -> None:
    edition = drafted(f.actor(person), office)
    elsewhere = f.official("facilitator", f.OrganisationFactory(code="other"))
    for url in desk_urls(edition.slug):
        assert signed_in(person).get(url).status_code == 200, url
        assert signed_in(elsewhere).get(url).status_code == 404, url
        assert signed_in(f.official("officer", office)).get(url).status_code == 403, url
        anonymous = Client().get(url)
        assert anonymous.status_code == 302 and "login" in anonymous["Location"], url
    for url in ("/spaces/", "/ideas/", "/ideas/phases.ics", "/api/v1/spaces"):
        assert "문화마당" not in Client().get(url).content.decode()
    assert Client().get(f"/spaces/{edition.slug}/").status_code == 404
    assert Client().get(f"/spaces/{edition.slug}/versions/1/").status_code == 404


def test_a_wrong_form_keeps_everything_and_names_the_field(person: Any, office: Any) -> None:
    edition = drafted(f.actor(person), office)
    url = f"/desk/spaces/{edition.slug}/phases/new/"
    typed = {
        "title_ko": "가을",
        "title_en": "Autumn",
        "starts_at": "2027-09-01T00:00",
        "ends_at": "2027-08-01T00:00",
    }
    page = signed_in(person).post(url, typed)
    html = page.content.decode()
    assert page.status_code == 422 and "끝은 시작보다 뒤여야 해요." in html
    assert all(value in html for value in typed.values())
    page = signed_in(person).post(url, typed | {"ends_at": "morgen"})
    assert page.status_code == 422 and "2027-03-01 09:00처럼" in page.content.decode()
    edition.refresh_from_db()
    assert len(edition.document["phases"]) == 2


def test_moments_are_seoul_time(person: Any, office: Any) -> None:
    edition = drafted(f.actor(person), office)
    typed = {"title_ko": "가을", "title_en": "Autumn", "starts_at": "2027-09-01T09:00", "key": "abcd1234"}
    for _twice in range(2):  # a double click adds one phase
        signed_in(person).post(f"/desk/spaces/{edition.slug}/phases/new/", typed)
    edition.refresh_from_db()
    assert edition.document["phases"]["abcd1234"]["starts_at"] == "2027-09-01T09:00:00+09:00"
    assert len(edition.document["phases"]) == 3


def test_the_second_of_two_is_told_and_may_still_save(person: Any, office: Any) -> None:
    edition = drafted(f.actor(person), office)
    url = f"/desk/spaces/{edition.slug}/words/"
    client = signed_in(person)
    seen = client.get(url).context["form"]["seen"].value()
    put(
        f.actor(f.official("facilitator", office, name="먼저 온 사람")),
        edition,
        ("space",),
        title_ko="남의 이름",
        title_en="Theirs",
    )
    typed = {"title_ko": "나의 이름", "title_en": "Mine", "summary_ko": "", "summary_en": "", "seen": seen}
    page = client.post(url, typed)
    html = page.content.decode()
    assert page.status_code == 409
    assert all(words in html for words in ("남의 이름", "나의 이름", "먼저 온 사람"))
    edition.refresh_from_db()
    assert edition.document["space"]["title_ko"] == "남의 이름"
    again = page.context["form"]["seen"].value()
    assert client.post(url, typed | {"seen": again}).status_code == 302
    edition.refresh_from_db()
    assert edition.document["space"]["title_ko"] == "나의 이름"


def test_taking_out_asks_first_and_sees_changes(person: Any, office: Any) -> None:
    edition = drafted(f.actor(person), office)
    url = f"/desk/spaces/{edition.slug}/phases/aaaa0002/"
    client = signed_in(person)
    seen = client.get(f"{url}?remove").context["form"]["seen"].value()
    put(f.actor(person), edition, ("phases", "aaaa0002"), **phase(40, 95, "늦여름"))
    page = client.post(url, {"remove": "1", "seen": seen})
    assert page.status_code == 409 and "늦여름" in page.content.decode()
    assert client.post(url, {"remove": "1", "seen": page.context["seen"]}).status_code == 302
    edition.refresh_from_db()
    assert set(edition.document["phases"]) == {"aaaa0001"}


def test_from_check_to_publication_by_pages(person: Any, office: Any) -> None:
    edition = drafted(f.actor(person), office)
    client, here = signed_in(person), f"/desk/spaces/{edition.slug}/"
    assert client.get(here + "publish/").status_code == 302  # not before it was checked
    assert client.post(here + "check/").headers["Location"].endswith("/publish/")
    page = client.post(here + "publish/", {"reason": "", "short_notice": ""})
    assert page.status_code == 422 and set(page.context["form"].errors) == {"reason", "short_notice"}
    typed = {"reason": "봄 공론장을 엽니다. 함께해요.", "short_notice": "축제가 곧 시작합니다."}
    assert client.post(here + "publish/", typed).status_code == 302
    assert client.post(here + "publish/", typed).status_code == 404  # the second of two finds no draft
    space = Client().get(f"/spaces/{edition.slug}/")
    assert "문화마당" in space.content.decode() and "/ideas/new/village-ideas/" in space.content.decode()
    version = Client().get(f"/spaces/{edition.slug}/versions/1/").content.decode()
    assert "축제가 곧 시작합니다." in version
    file = Client().get(f"/spaces/{edition.slug}/versions/1.json")
    done = Edition.objects.get(slug=edition.slug)
    assert file["X-Content-SHA256"] == done.digest and json.loads(file.content) == done.document


def test_a_checked_version_is_closed_until_it_is_opened_again(person: Any, office: Any) -> None:
    edition = publishing.check(actor=f.actor(person), edition=drafted(f.actor(person), office))
    client, here = signed_in(person), f"/desk/spaces/{edition.slug}/"
    seen = grid.mark(edition.document["space"])
    page = client.post(here + "words/", {"title_ko": "바꿈", "title_en": "Changed", "seen": seen})
    assert page.status_code == 409
    client.post(here + "reopen/")
    assert (
        client.post(here + "words/", {"title_ko": "바꿈", "title_en": "Changed", "seen": seen}).status_code
        == 302
    )
    assert client.post(here + "steal/").status_code == 404


@pytest.mark.parametrize("language", ["", "/en"])
def test_the_preview_is_what_visitors_will_see(person: Any, office: Any, language: str) -> None:
    edition = drafted(f.actor(person), office)
    url = f"{language}/desk/spaces/{edition.slug}/preview/?on={day(50)[:10]}"
    preview = signed_in(person).get(url)
    assert "/ideas/new/" not in preview.content.decode()
    publishing.publish(
        actor=f.actor(person),
        edition=publishing.check(actor=f.actor(person), edition=edition),
        reason="봄 공론장을 엽니다.",
        short_notice="곧.",
    )
    public = Client().get(f"{language}/spaces/{edition.slug}/?on={day(50)[:10]}")
    assert preview.context["view"] == public.context["view"]
    assert Client().get(f"{language}/spaces/{edition.slug}/?on=gestern").status_code == 422


def test_a_rule_to_come_is_announced_and_not_yet_shown_as_in_force(person: Any, office: Any) -> None:
    first = published(f.actor(person), office)
    held = grid.part(publishing.document_of(Space.objects.get()), ("processes", "village-ideas")) or {}
    value = {**held, "rule": {**held["rule"], "threshold": 25}, "valid_from": day(5)[:10]}
    amended(f.actor(person), first, ("processes", "village-ideas"), **value)
    (now,) = Client().get(f"/spaces/{first.slug}/").context["view"]["processes"]
    assert now["threshold"] == 10 and "25" in now["coming"]
    (later,) = Client().get(f"/spaces/{first.slug}/?on={day(5)[:10]}").context["view"]["processes"]
    assert later["threshold"] == 25 and later["coming"] == ""


def test_the_back_test_says_how_to_get_data_and_refuses_nonsense(person: Any, office: Any) -> None:
    edition = drafted(f.actor(person), office)
    client, url = signed_in(person), f"/desk/spaces/{edition.slug}/back-test/"
    assert "madang import square" in client.get(url).content.decode()
    for wrong in ("zehn", "0", "-5", "", "1,2,3,4,5,6,7,8,9", "10,,x", "9" * 40):
        page = client.get(url, {"thresholds": wrong})
        assert page.status_code == 422 and page.context["form"].errors, wrong
        assert page.context["form"]["thresholds"].value() == wrong
    made = f.process("other", host=office)
    target = f.idea(made)
    f.supporters(target, 3)
    page = client.get(url, {"tab": "own", "thresholds": "3,4", "days": 5})
    rows = [[cell["text"] for cell in row["cells"]] for row in page.context["table"]["rows"]]
    assert [row[:3] for row in rows] == [["3", "1", "100.0%"], ["4", "0", "0.0%"]]
    lines = client.get(f"/desk/spaces/{edition.slug}/back-test.csv", {"tab": "own", "thresholds": "3"})
    assert lines.content.decode("utf-8-sig").splitlines()[1].startswith("own,3,")


def _grown(count: int, office: Any) -> Space:
    """A space with so many phases and processes, each with fields and cells."""
    space = Space.objects.create(slug=f"big-{count}", title_ko="큰 마당", title_en="Big", host=office)
    phases = [
        Phase(
            space=space,
            order=n,
            key=f"k{n}",
            title_ko=f"단계 {n}",
            title_en=f"P{n}",
            starts_at=NOW + timedelta(days=n),
            ends_at=NOW + timedelta(days=n + 1),
        )
        for n in range(count)
    ]
    Phase.objects.bulk_create(phases)
    f.rule(f"square.big-{count}")
    for n in range(count):
        made = Process.objects.create(
            space=space,
            slug=f"big-{count}-{n}",
            title_ko="과정",
            title_en="P",
            rule_code=f"square.big-{count}",
        )
        Category.objects.create(process=made, slug="a", title_ko="분야", title_en="Field")
        Cell.objects.create(process=made, phase=phases[n], can_file=True)
    return space


def test_pages_cost_the_same_for_one_and_for_many(person: Any, office: Any) -> None:
    def cost(url: str, user: Any = None) -> int:
        client = signed_in(user)
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    few, many = _grown(1, office), _grown(12, office)
    assert cost(f"/spaces/{few.slug}/") == cost(f"/spaces/{many.slug}/")
    assert cost(f"/desk/spaces/{few.slug}/", person) == cost(f"/desk/spaces/{many.slug}/", person)
    before = cost("/spaces/"), cost("/desk/spaces/", person)
    for n in range(8):
        _grown(n + 20, office) if n < 2 else Space.objects.create(
            slug=f"s{n}", title_ko="마당", title_en="S", host=office
        )
        building.begin(actor=f.actor(person), host=office, title_ko=f"초안 {n}", title_en=f"Draft {n}")
    assert (cost("/spaces/"), cost("/desk/spaces/", person)) == before


def test_following_a_space(person: Any, office: Any) -> None:
    edition = published(f.actor(person), office)
    reader = f.UserFactory()
    client = signed_in(reader)
    page = client.get(f"/spaces/{edition.slug}/")
    assert page.context["follow"]["reference"] == f"space:{edition.slug}"
    client.post(reverse("follow"), {"reference": f"space:{edition.slug}", "next": f"/spaces/{edition.slug}/"})
    assert client.get(f"/spaces/{edition.slug}/").context["follow"]["is_following"]


def test_the_forms_values_make_a_process_that_can_be_published(person: Any, office: Any) -> None:
    """By pages alone, without JavaScript: every field that the check asks for can be typed."""
    client = signed_in(person)
    client.post("/desk/spaces/new/", {"host": office.pk, "title_ko": "쪽마당", "title_en": "Page Square"})
    here = "/desk/spaces/page-square/"
    client.post(here + "phases/new/", {"title_ko": "하나", "title_en": "One", "is_narrative": "on"})
    typed = {
        "title_ko": "제안",
        "title_en": "Page ideas",
        "threshold": "5",
        "discussion_days": "20",
        "answer_amount": "20",
        "answer_unit": "calendar_days",
        "objection_days": "15",
        "source": "조례",
    }
    client.post(here + "processes/new/", typed)
    client.post(
        here + "processes/page-ideas/fields/new/",
        {"title_ko": "길", "title_en": "Roads", "value_of_plan": "2", "tone": "blue"},
    )
    (key,) = Edition.objects.get(slug="page-square").document["phases"]
    cell = here + f"processes/page-ideas/cells/{key}/"
    seen = client.get(cell).context["form"]["seen"].value()
    client.post(cell, {"file": "anyone", "support": "account", "comment": "on", "seen": seen})
    assert client.get(here).context["errors"] == []
    client.post(here + "check/")
    client.post(here + "publish/", {"reason": "이 마당을 지금 엽니다.", "short_notice": "바로 필요합니다."})
    made = Process.objects.get(slug="page-ideas")
    assert made.space.edition is not None and made.categories.get().value == 2
    assert (
        process()["rule"]["arbiter_at"]
        == publishing.rules_on(made.space, clock.today())["page-ideas"].body["arbiter_at"]
    )
