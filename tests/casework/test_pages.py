"""The pages: file a case in two looks, take the receipt, read it, find it on the board."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from madang.commons.matters.enums import State
from madang.commons.matters.models import Matter
from madang.kernel import clock, queries
from madang.kernel.web import once
from madang.services.casework import queries as queries_of_cases
from madang.services.casework.models import Case, Center
from madang.services.casework.web import board
from tests.casework import made
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

TYPED = {
    "title": "배움길 등이 꺼졌어요",
    "body": "골목이 캄캄해서 밤에 걷기 어렵습니다.",
    "category": "lamp",
    "address": "배움길 31",
    "disclosure": "public",
}


@pytest.fixture
def town(monkeypatch: pytest.MonkeyPatch) -> Center:
    monkeypatch.setattr(once, "MIN_SECONDS", 0)
    town = made.center()
    lamp = made.category(town, "lamp", name_ko="보안등", place="required", default_type="other")
    made.field(lamp, "pole", required=True)
    return town


def sent(client: Client, **more: Any) -> Any:
    return client.post(reverse("case_new"), TYPED | {"ticket": once.ticket()} | more)


def test_it_is_filed_in_two_looks_and_ends_at_its_receipt(client: Client, town: Center) -> None:
    assert client.get(reverse("case_new")).status_code == 200
    look = sent(client, **{"continue": "1"})
    page = look.content.decode()
    assert look.status_code == 200 and not Case.objects.exists()
    assert "근무시간" in page and "pole?" in page and TYPED["title"] in page
    done = sent(client, file="1", case_type="other", field_pole="14")
    assert done.status_code == 302 and done["Location"] == reverse("case_filed")
    case = Case.objects.get()
    assert (case.answers, case.proposed_type, case.type) == ({"pole": "14"}, "other", "other")
    receipt = client.get(reverse("case_filed")).content.decode()
    assert case.matter.number in receipt and "접수증 코드를 꼭 보관하세요" in receipt
    shown = client.get(reverse("case", args=[case.ref]))
    assert shown.status_code == 200 and TYPED["body"] in shown.content.decode()
    assert TYPED["title"] in client.get(reverse("cases")).content.decode()


def test_nothing_typed_is_lost_by_an_error_on_the_second_look(client: Client, town: Center) -> None:
    answer = sent(client, file="1", case_type="hazard")
    page = answer.content.decode()
    assert answer.status_code == 422 and not Matter.objects.exists()
    assert "이 물음에 답해 주세요" in page
    assert all(f'value="{value}"' in page for value in TYPED.values())
    assert 'value="hazard"' in page.split("checked")[0].split("<input")[-1]
    back = sent(client, edit="1", case_type="hazard", field_pole="배움-14").content.decode()
    assert 'name="field_pole" value="배움-14"' in back
    again = sent(client, case_type="hazard", field_pole="배움-14", **{"continue": "1"}).content.decode()
    assert "배움-14" in again
    assert TYPED["body"] in back and 'name="title"' in back


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "무엇에 관한 일인지"),
        ({"address": ""}, "찾아갈 수 있게"),
        ({"category": "whale"}, "잘 모르겠어요"),
        ({"disclosure": "x"}, "누가 읽을 수"),
    ],
)
def test_every_error_says_what_to_do(client: Client, town: Center, wrong: dict, said: str) -> None:
    answer = sent(client, **wrong)
    assert answer.status_code == 422 and said in answer.content.decode()
    assert not Matter.objects.exists()


def test_a_double_click_files_once(client: Client, town: Center) -> None:
    ticket = once.ticket()
    for _ in range(2):
        answer = sent(client, file="1", case_type="other", field_pole="1", ticket=ticket)
        assert answer.status_code == 302
    assert Case.objects.count() == 1


def test_without_a_name_from_an_account(client: Client, town: Center) -> None:
    client.force_login(UserFactory())
    sent(client, file="1", case_type="other", field_pole="1", naming="nameless", disclosure="private")
    case = Case.objects.get()
    assert case.matter.author is None and case.is_anonymous
    assert client.get(reverse("case", args=[case.ref])).status_code == 200
    assert Client().get(reverse("case", args=[case.ref])).status_code == 404


def test_private_answers_to_fields_are_not_shown_to_others(client: Client, town: Center) -> None:
    lamp = town.categories.get(code="lamp")
    made.field(lamp, "open", is_public=True)
    case = made.case(town, category=lamp, address="x", answers={"pole": "secret-14", "open": "shown-1"})
    page = client.get(reverse("case", args=[case.ref])).content.decode()
    assert "shown-1" in page and "secret-14" not in page


def test_the_board_needs_the_same_queries_for_one_and_for_thirty(
    client: Client, town: Center, django_assert_max_num_queries: Any
) -> None:
    lamp = town.categories.get(code="lamp")
    made.case(town, category=lamp, address="x", answers={"pole": "1"}, district="38090")
    counts = []
    for _round in range(2):
        with django_assert_max_num_queries(30) as taken:
            client.get(reverse("cases"))
        counts.append(len(taken))
        for _ in range(15):
            made.case(town, category=lamp, address="x", answers={"pole": "1"}, district="38090")
    assert counts[0] == counts[1]


def test_a_closed_center_says_so(client: Client) -> None:
    assert client.get(reverse("case_new")).status_code == 404
    assert client.get(reverse("cases")).status_code == 200


def test_a_long_board_is_counted_no_further_than_it_is_read(
    client: Client, town: Center, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST", 3)
    monkeypatch.setattr(board, "PAGE", 2)
    for _ in range(5):
        made.case(town, category=town.categories.get(code="lamp"), address="x", answers={"pole": "1"})
    page = client.get(reverse("cases")).content.decode()
    assert "공개 민원 3+건" in page and "10,000건까지만" in page
    assert client.get(reverse("cases"), {"page": 9}).context["page"].paginator.num_pages == 2


@pytest.mark.parametrize("state", State)
def test_every_case_is_counted_as_open_or_as_closed(client: Client, town: Center, state: State) -> None:
    other = made.case(town).matter
    Matter.objects.filter(pk=made.case(town).pk).update(
        state=state,
        ended_at=clock.now() if state in queries_of_cases.STATES["closed"] else None,
        merged_into=other if state == State.MERGED else None,
        disposition="rejected" if state == State.ANSWERED else "",
    )
    page = client.get(reverse("cases"))
    every, is_open, closed = (int(chip["count"]) for chip in page.context["chips"])
    assert every == page.context["total"] == is_open + closed == 2
    assert is_open == len(client.get(reverse("cases"), {"state": "open"}).context["rows"])


def test_the_map_opens_where_public_cases_are_and_says_nothing_of_private_ones(
    client: Client, town: Center
) -> None:
    made.case(town, district="38090")
    made.case(town, district="11010", is_public=False)
    for name in ("case_new", "case_offline"):
        assert 'data-start="38090"' in client.get(reverse(name)).content.decode()
