"""Where proposals are about: a point on the map, a district or words; the list beside the map says the same."""

from __future__ import annotations

import pytest
from django.test import Client

from madang.kernel import clock
from madang.services.budgeting.models import Proposal
from madang.services.budgeting.web import map as maps
from tests.budgeting import proposals_made as m
from tests.factories import UserFactory


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("37.57041, 126.99219", (37.5704, 126.9922)),
        ("37.5704 126.9922", (37.5704, 126.9922)),
        ("３７.5，127", (37.5, 127.0)),
        ("", None),
    ],
)
@pytest.mark.django_db
def test_a_point_is_typed_and_kept_to_ten_metres(typed: str, kept: tuple[float, float] | None) -> None:
    m.a_round()
    client = Client()
    client.force_login(UserFactory())
    fields = {"kind": "project", "title": m.TITLE, "body": m.BODY, "pot": "city", "point": typed}
    with clock.at(m.DURING):
        assert client.post("/en/budget/rounds/haedam-2027/propose/", fields).status_code == 302
    assert Proposal.objects.get().point == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("here", "or leave it empty"),
        ("37.5", "or leave it empty"),
        ("126.99, 37.57", "Did you mean 37.57"),
        ("91, 500", "not in Korea"),
    ],
)
@pytest.mark.django_db
def test_what_is_no_point_is_said_and_nothing_is_filed(typed: str, said: str) -> None:
    m.a_round()
    client = Client()
    client.force_login(UserFactory())
    fields = {"kind": "project", "title": m.TITLE, "body": m.BODY, "pot": "city", "point": typed}
    with clock.at(m.DURING):
        page = client.post("/en/budget/rounds/haedam-2027/propose/", fields)
    shown = page.content.decode()
    assert page.status_code == 422 and said in shown and f'value="{typed}"' in shown
    assert not Proposal.objects.exists()


@pytest.mark.django_db
def test_the_list_says_what_the_map_shows() -> None:
    made = m.a_round()
    m.proposed(made, title="첫째 제안입니다", point=(37.57, 126.99), place="도서관 앞")
    m.proposed(made, title="둘째 제안입니다", district="11010")
    m.proposed(made, title="셋째 제안입니다")
    hidden = m.proposed(made, title="넷째 제안입니다", point=(37.5, 127.0))
    hidden.matter.disclosure = "hidden"
    hidden.matter.save()
    page = Client().get("/en/budget/rounds/haedam-2027/map/").content.decode()
    first, _head, second = page.partition("With a place in words")
    assert "첫째" in first and "37.5700, 126.9900" in first and "도서관 앞" in first
    assert "둘째" in second and "Jongno" in second and "1 is about no one place" in second
    assert "셋째" not in page and "넷째" not in page
    assert page.count("map-mark") == 1
    data = Client().get("/api/v1/rounds/haedam-2027/proposals").json()["items"]
    assert [(one["latitude"], one["longitude"]) for one in data] == [
        (None, None),
        (None, None),
        (37.57, 126.99),
    ]


@pytest.mark.django_db
def test_the_map_of_a_new_proposal_opens_where_others_are() -> None:
    made = m.a_round()
    m.proposed(made, title="첫째 제안입니다", district="38090")
    m.proposed(made, title="둘째 제안입니다", point=(37.57, 126.99), district="11010")
    hidden = m.proposed(made, title="셋째 제안입니다", district="26010")
    hidden.matter.disclosure = "hidden"
    hidden.matter.save()
    client = Client()
    client.force_login(UserFactory())
    with clock.at(m.DURING):
        page = client.get("/en/budget/rounds/haedam-2027/propose/").content.decode()
    assert 'data-start="11010 38090"' in page


def test_marks_that_would_cover_each_other_become_one() -> None:
    near = [("1", (37.50, 127.0)), ("2", (37.5001, 127.0)), ("3", (37.5001, 127.0001)), ("4", (37.60, 127.1))]
    picture = maps.picture(near)
    assert picture is not None
    assert [one["label"] for one in picture["marks"]] == ["1+2", "4"]
    for one in picture["marks"]:
        assert 0 < one["x"] < picture["wide"] and 0 < one["y"] < picture["high"]
    assert maps.picture([]) is None
