"""A city enters its own tables: all rows or none, tried first, in whatever encoding a spreadsheet writes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from madang.kernel import actors
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role, Rule
from madang.services.casework.domain import entering, tables, types
from madang.services.casework.models import Category, CategoryField, Center, RoutingRule
from tests.casework import made
from tests.factories import OrganisationFactory, official

pytestmark = pytest.mark.django_db


def entered(center: Center, table: str, *rows: dict[str, str], **options: Any) -> entering.Entered:
    who = actors.system("test")
    return entering.enter(actor=who, center=center, table=table, rows=enumerate(rows, start=2), **options)


def test_rows_are_added_then_changed_and_the_same_rows_change_nothing() -> None:
    town = made.center()
    row = {
        "code": "road",
        "name_ko": "도로",
        "name_en": "Road",
        "default_type": "hazard",
        "place": "required",
    }
    assert entered(town, "categories", row).added == 1
    assert entered(town, "categories", row).same == 1
    assert entered(town, "categories", row | {"name_ko": "도로 파손"}).changed == 1
    road = Category.objects.get()
    assert (road.name_ko, road.default_type, road.place, road.may_be_public) == (
        "도로 파손",
        "hazard",
        "required",
        True,
    )


def test_a_trial_keeps_nothing_and_one_bad_row_keeps_all_rows_out() -> None:
    town = made.center()
    good, bad = {"code": "road", "name_ko": "도로"}, {"code": "두 글자", "name_ko": "이름"}
    before = Audit.objects.count()
    assert entered(town, "categories", good, is_trial=True).added == 1
    result = entered(town, "categories", good, bad, {"code": "lamp", "name_ko": ""}, good | {"place": "moon"})
    assert [line for line, _said in result.bad] == [3, 4, 5] and not result.is_kept
    assert "두 글자" in result.bad[0][1]
    assert not Category.objects.exists() and Audit.objects.count() == before


def test_fields_need_their_category_and_lists_their_choices() -> None:
    town = made.center()
    made.category(town)
    row = {"category": "road", "code": "size", "datatype": "singlevaluelist", "description_ko": "크기?"}
    assert [line for line, _ in entered(town, "fields", row, row | {"category": "x"}).bad] == [2, 3]
    assert entered(town, "fields", row | {"values": "a=작다|Small;b=크다"}).is_kept
    assert CategoryField.objects.get().values == [
        {"key": "a", "ko": "작다", "en": "Small"},
        {"key": "b", "ko": "크다", "en": "크다"},
    ]


def test_a_new_route_ends_the_one_before_the_day_before() -> None:
    town, old, new = made.center(), OrganisationFactory(code="old"), OrganisationFactory(code="new")
    made.route(town, old)
    row = {"office": "new", "valid_from": "2026.12.01"}
    assert entered(town, "routes", row).changed == 1
    ended, begun = RoutingRule.objects.order_by("valid_from")
    assert (ended.office, ended.valid_to) == (old, date(2026, 11, 30))
    assert (begun.office, begun.valid_from, begun.valid_to) == (new, date(2026, 12, 1), None)
    assert entered(town, "routes", row).same == 1
    for wrong in (
        {"office": "none"},
        {"office": "old", "valid_from": "2026-12-01"},
        {"office": "new", "district": "1"},
    ):
        assert entered(town, "routes", wrong).bad


def test_a_type_is_entered_as_a_new_version_and_never_into_the_past_of_one() -> None:
    town = made.center()
    row = {
        "code": "grievance",
        "amount": "5",
        "unit": "days",
        "source": "새 시행령",
        "valid_from": "2027-01-01",
    }
    assert entered(town, "types", row).changed == 1
    rule = Rule.objects.filter(code="casework.type.grievance").latest("version")
    assert (rule.version, rule.body["answer"], rule.checked) == (2, {"amount": 5, "unit": "days"}, False)
    assert types.rule_of("grievance", on=date(2026, 12, 31)).version == 1
    assert entered(town, "types", row | {"amount": "4", "valid_from": "2026-06-01"}).bad
    assert Rule.objects.filter(code="casework.type.grievance").count() == 2


def test_what_stands_can_be_entered_again_without_a_change() -> None:
    town = made.center()
    road = made.category(town)
    made.field(road, "size", "singlevaluelist", "a", "b", required=True)
    made.route(town, OrganisationFactory(code="roads"), category=road, district="38090")
    for table, columns in entering.ALL.items():
        rows = [dict(zip(columns, cells, strict=True)) for cells in tables.rows(town, table)]
        result = entered(town, table, *rows)
        assert (result.bad, result.same, result.added, result.changed) == ([], len(rows), 0, 0)
        assert rows


def test_only_an_administrator_of_the_city_enters() -> None:
    town = made.center()
    for who in (made.triage_of(town), actors.person(official(Role.ADMIN, OrganisationFactory()))):
        with pytest.raises(RefusedError):
            entering.enter(actor=who, center=town, table="categories", rows=[])


@pytest.fixture
def administrator(client: Client) -> Client:
    town = made.center()
    client.force_login(official(Role.ADMIN, town.host))
    return client


PAGE = "desk_center"


def test_the_page_tries_first_and_then_enters(administrator: Client) -> None:
    url = reverse(PAGE, args=["categories"])
    rows = "code\tname_ko\nroad\t도로\n"
    tried = administrator.post(url, {"rows": rows, "trial": "1"})
    assert (
        tried.status_code == 200 and rows.strip() in tried.content.decode() and not Category.objects.exists()
    )
    assert administrator.post(url, {"rows": rows, "enter": "1"}).status_code == 302
    assert Category.objects.get().name_en == "도로"
    assert "도로" in administrator.get(f"{url}?row=1").content.decode()
    assert "road" in administrator.get(reverse("desk_center_csv", args=["categories"])).content.decode()


def test_a_file_of_a_spreadsheet_in_cp949_is_read(administrator: Client) -> None:
    upload = SimpleUploadedFile("분류.csv", "code,name_ko\r\nroad,도로 파손\r\n".encode("cp949"))
    answer = administrator.post(reverse(PAGE, args=["categories"]), {"file": upload, "enter": "1"})
    assert answer.status_code == 302 and Category.objects.get().name_ko == "도로 파손"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"rows": ""}, "붙여 넣거나"),
        ({"rows": "name\n도로"}, "빠진 열"),
        ({"rows": "code,name_ko\nroad,"}, "name_ko 칸이 비어"),
        ({"file": SimpleUploadedFile("x.csv", b"PK\x03\x04 merged cells")}, "CSV"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(administrator: Client, sent: dict, said: str) -> None:
    answer = administrator.post(reverse(PAGE, args=["categories"]), sent | {"enter": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422 and said in page
    assert str(sent.get("rows", "")).replace(",", ",") in page
    assert not Category.objects.exists()


def test_nobody_else_opens_the_page(client: Client) -> None:
    town = made.center()
    assert client.get(reverse(PAGE, args=["types"])).status_code == 302
    client.force_login(official(Role.TRIAGE, town.host))
    assert client.get(reverse(PAGE, args=["types"])).status_code == 403
