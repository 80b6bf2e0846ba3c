"""Figures: counted right, small cells taken out everywhere, the file equal to the table, and few queries."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.matters.domain import answers, handling
from madang.kernel import actors, clock
from madang.kernel.logic import cells
from madang.kernel.models import Role
from madang.services.casework.domain import sheets
from madang.services.casework.logic import tables
from madang.services.casework.models import Case, Center, Rating, Sheet
from tests.casework import made
from tests.factories import OrganisationFactory, official

NOW = clock.datetime.fromisoformat("2026-11-30T10:00+09:00")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=1, max_size=5))
def test_no_small_cell_is_shown_or_can_be_subtracted_out_of_a_row(values: list[list[int]]) -> None:
    rows, columns = [f"r{at}" for at in range(len(values))], ["a", "b", "c"]
    counts = {
        (row, column): values[at][place]
        for at, row in enumerate(rows)
        for place, column in enumerate(columns)
    }
    found = tables.counted(counts, rows, columns)
    for row, total in zip(found.cells, found.sums, strict=True):
        assert not [one for one in row if one is not None and 0 < one < tables.LEAST]
        assert total is None or total == 0 or total >= tables.LEAST
        if total is not None:
            assert sum(one is None for one in row) != 1 or len(rows) == 1


@given(st.integers(0, 60), st.integers(0, 60))
def test_a_share_says_nothing_about_fewer_than_five(count: int, more: int) -> None:
    one = tables.share(count, count + more)
    if 0 < count < tables.LEAST or 0 < more < tables.LEAST or count + more < tables.LEAST:
        assert one["count"] is one["share"] is one["low"] is one["high"] is None
    else:
        assert one["low"] <= one["share"] <= one["high"]


def test_one_share_that_is_not_told_takes_another_with_it() -> None:
    told = tables.shares([(10, 20), (2, 9), (30, 60)])
    assert [one["count"] for one in told] == [None, None, 30]
    assert [one["count"] for one in tables.shares([(10, 20), (30, 60)])] == [10, 30]


def answered(town: Center, office, *, days: int, late: bool, count: int) -> list[Case]:
    """Cases filed some days ago and answered by the office, in time or two months later."""
    officer, approver = (actors.person(official(role, office)) for role in (Role.OFFICER, Role.APPROVER))
    found = []
    for at in range(count):
        with clock.at(NOW - timedelta(days=days)):
            case = made.case(town, title=f"가로등 {days} {at}", case_type="grievance")
            handling.assign(actor=made.triage_of(town), matter=case.matter, office=office)
        with clock.at(NOW - timedelta(days=days - (60 if late else 2))):
            draft = answers.save(
                actor=officer,
                matter=Case.objects.get(pk=case.pk).matter,
                disposition="rejected",
                reason="고쳤습니다. 기준에 따라 처리하였습니다.",
            )
            draft = answers.submit(actor=officer, answer=draft)
            answers.publish(actor=approver, answer=draft)
        found.append(case)
    return found


@pytest.mark.django_db
def test_on_time_share_counts_silence_as_late() -> None:
    town, office = made.center(), OrganisationFactory(code="lamps")
    answered(town, office, days=100, late=False, count=6)
    answered(town, office, days=90, late=True, count=5)
    with clock.at(NOW - timedelta(days=50)):
        for at in range(2):
            made.case(town, title=f"대답 없음 {at}", case_type="grievance")
    with clock.at(NOW):
        body = sheets.on_time(town, clock.now())
    assert [(row["name"]["code"], row["share"]["count"], row["share"]["of"]) for row in body["rows"]] == [
        ("grievance", 6, 13)
    ]
    assert body["whole"]["share"]["count"] == 6


@pytest.mark.django_db
def test_satisfaction_is_of_those_who_said_something() -> None:
    town, office = made.center(), OrganisationFactory(code="lamps")
    for at, case in enumerate(answered(town, office, days=60, late=False, count=11)):
        if at < 10:
            Rating.objects.create(
                answer=case.matter.answers.get(),
                case=case,
                score=5 if at < 5 else 2,
                at=NOW - timedelta(days=3),
            )
    with clock.at(NOW):
        body = sheets.satisfaction(town, clock.now())
    assert (body["whole"]["share"]["count"], body["whole"]["share"]["of"]) == (5, 10)


@pytest.mark.django_db
def test_transfers_between_pairs_and_coming_back() -> None:
    town = made.center()
    first, second = OrganisationFactory(code="first"), OrganisationFactory(code="second")
    for at in range(6):
        with clock.at(NOW - timedelta(days=20)):
            case = made.case(town, title=f"오고 간 일 {at}")
            handling.assign(actor=made.triage_of(town), matter=case.matter, office=first)
        giver, taker = (actors.person(official(Role.OFFICER, office)) for office in (first, second))
        with clock.at(NOW - timedelta(days=15)):
            handling.transfer(
                actor=giver,
                matter=case.matter,
                office=second,
                reason_code="not_competent",
                reason="다른 부서 일입니다",
            )
        with clock.at(NOW - timedelta(days=12)):
            handling.transfer(
                actor=taker,
                matter=case.matter,
                office=first,
                reason_code="not_competent",
                reason="우리 일이 아닙니다",
            )
    with clock.at(NOW):
        body = sheets.transfers(town, clock.now())
    pairs = {(row["from"]["code"], row["to"]["code"]): row for row in body["rows"]}
    assert pairs["first", "second"]["times"] == pairs["second", "first"]["times"] == 6
    assert pairs["first", "second"]["days"] == 5.0
    assert (pairs["first", "second"]["back"], pairs["first", "second"]["away"]) == (6, 3.0)


@pytest.mark.django_db
def test_the_file_is_the_table_and_the_page_asks_as_much_for_many(client: Client) -> None:
    town = made.center()
    offices = [OrganisationFactory(code=f"o{at}", name_en=f"Office {at}") for at in range(3)]
    lonely = OrganisationFactory(code="lonely", name_en="Lonely")
    for place, office in enumerate([*offices, lonely]):
        for at in range(1 if office is lonely else 7):
            with clock.at(NOW - timedelta(days=3 + 10 * place)):
                case = made.case(town, title=f"일 {place} {at}", case_type="hazard", district="11010")
                handling.assign(actor=made.triage_of(town), matter=case.matter, office=office)
    with clock.at(NOW):
        assert sheets.count(town) == len(sheets.SHEETS)
        with CaptureQueriesContext(connection) as few:
            page = client.get("/en/cases/figures/")
        assert page.status_code == 200
        for sheet in page.context["sheets"]:
            answer = client.get(sheet["csv_url"])
            lines = csv.reader(io.StringIO(answer.content.decode("utf-8-sig")))
            rows = [
                [cells.read(cell) for cell in line] for line in lines
            ]  # "+5 %" is marked for spreadsheets
            assert rows[0] == [str(one) for one in sheet["columns"]]
            assert rows[1:] == [list(row) for row in sheet["rows"]]
        lone = next(row for row in page.context["sheets"][0]["rows"] if row[0] == "Lonely")
        assert set(lone[1:]) == {"–"}
        assert "hazards" in [one["code"] for one in page.context["sheets"]]
        for at in range(20):
            made.case(town, title=f"더 {at}", case_type="hazard", district="11020")
        sheets.count(town)
        with CaptureQueriesContext(connection) as many:
            client.get("/en/cases/figures/")
    assert len(many) == len(few)
    assert len(few) < 12


@pytest.mark.django_db
def test_before_anything_is_counted_and_what_is_not_there(client: Client) -> None:
    made.center()
    page = client.get("/en/cases/figures/").content.decode()
    assert "Nothing has been counted yet" in page
    assert client.get("/cases/figures/nothing.csv").status_code == 404
    assert client.get("/cases/figures/ageing.csv").status_code == 404
    assert not Sheet.objects.exists()
