"""The figures equal what a hand counts."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from madang.commons.matters import api as matters
from madang.commons.matters.domain import answers, effects, handling
from madang.commons.matters.models import Effect
from madang.kernel import clock
from madang.portal import figures
from madang.services.square.models import Idea
from tests import factories as f

DAY = datetime(2026, 3, 2, 10, 0, 0, 123456, tzinfo=clock.SEOUL)


class Town:
    """One office with its people, and ideas that go their way on given days."""

    def __init__(self) -> None:
        self.office = f.OrganisationFactory(code="host")
        self.process = f.process(host=self.office)
        self.triage = f.actor(f.official("triage", self.office))
        self.officer = f.actor(f.official("officer", self.office))
        self.approver = f.actor(f.official("approver", self.office))

    def owed(self, start: datetime = DAY, **fields: Any) -> Idea:
        with clock.at(start):
            idea = f.idea(self.process, **fields)
            f.supporters(idea, 3)
            idea.matter.refresh_from_db()
            handling.assign(actor=self.triage, matter=idea.matter, office=self.office)
        idea.matter.refresh_from_db()
        return idea

    def answered(self, days: float, disposition: str = "rejected", **fields: Any) -> Idea:
        idea = self.owed(**fields)
        adopted = {"owner": self.office, "promised_on": clock.today()} if disposition == "adopted" else {}
        with clock.at(DAY + timedelta(days=days)):
            draft = answers.save(
                actor=self.officer,
                matter=idea.matter,
                disposition=disposition,
                reason="현장을 확인했습니다. 이유를 밝혀 답변합니다.",
                next_step="내년 예산에 넣습니다.",
                **adopted,
            )
            answers.submit(actor=self.officer, answer=draft)
            answers.publish(actor=self.approver, answer=draft)
        return idea


@pytest.fixture
def town(db: None) -> Town:
    return Town()


def test_by_origin_counts_answers_and_effects(town: Town) -> None:
    town.answered(3)
    adopted = town.answered(4, "adopted", origin="organised", group_name="주민모임")
    f.idea(town.process)
    f.idea(town.process)
    rows = {row.origin: (row.filed, row.answered, row.effect) for row in figures.by_origin_rows()}
    assert rows == {"individual": (3, 1, 0), "organised": (1, 1, 0), "agency": (0, 0, 0)}
    effects.report(
        actor=town.officer,
        effect=Effect.objects.get(matter=adopted.matter),
        state="under_way",
        text="시작했습니다.",
    )
    table = figures.by_origin()
    assert [row[1:] for row in table.rows] == [
        (3, 1, "33%", 0, "0%"),
        (1, 1, "100%", 1, "100%"),
        (0, 0, "–", 0, "–"),
        (4, 2, "50%", 1, "25%"),
    ]


def test_answers_on_time_have_their_denominators(town: Town) -> None:
    for days in (2, 4, 9):
        town.answered(days)
    town.answered(90)  # the period is 30 days
    town.owed()  # late by now
    town.owed(start=clock.now())
    found = matters.answer_times(matters.public())
    assert (found.on_time, found.late, found.overdue, found.waiting) == (3, 1, 1, 1)
    assert (found.answered, found.decided, found.share) == (4, 5, 0.6)
    assert found.median_days == pytest.approx((4 + 9) / 2, abs=0.001)


def test_an_office_without_answers_has_no_share(db: None) -> None:
    found = matters.answer_times(matters.public())
    assert (found.share, found.median_days, found.decided) == (None, None, 0)
    assert figures.percent(None) == "–"


def test_transfers_are_counted(town: Town) -> None:
    other = f.OrganisationFactory(code="other")
    idea = town.owed()
    town.owed()
    handling.transfer(
        actor=town.officer,
        matter=idea.matter,
        office=other,
        reason_code="not_competent",
        reason="소관이 아닙니다.",
    )
    found = matters.transfers(matters.public())
    assert (found.given, found.once, found.twice, found.arbiter, found.total) == (2, 1, 0, 0, 1)


def test_shares_are_rounded_not_cut() -> None:
    assert [figures.percent(share) for share in (1 / 13, 3 / 16, 2 / 13)] == ["8%", "19%", "15%"]


def test_hidden_ideas_are_not_counted(town: Town) -> None:
    idea = f.idea(town.process)
    f.idea(town.process)
    type(idea.matter).objects.filter(pk=idea.pk).update(disclosure="hidden")
    assert figures.by_origin_rows()[0].filed == 1


@pytest.mark.django_db
@pytest.mark.parametrize("slug", ["by-origin", "by-channel", "answers-on-time", "transfers"])
def test_each_table_is_a_csv_with_source_and_moment(client: Client, slug: str) -> None:
    response = client.get(f"/en/figures/{slug}.csv")
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    table = figures.TABLES[slug]()
    assert table is not None
    assert len(rows) == len(table.rows) + 5
    assert rows[-1][1].endswith("Asia/Seoul")


@pytest.mark.django_db
def test_unknown_tables_and_a_file_that_is_not_there(client: Client) -> None:
    assert client.get("/figures/nothing.csv").status_code == 404
    assert client.get("/figures/gwanghwamoon.csv").status_code == 404
    assert "madang import square" in client.get("/figures/gwanghwamoon/").content.decode()


def test_the_finding_says_what_the_counts_say() -> None:
    totals = {"individual": 90, "organised": 10}
    one = {"individual": {"과제추진중": 0}, "organised": {"과제추진중": 5}}
    two = {"individual": {"과제추진중": 1}, "organised": {"과제추진중": 5}}
    from django.utils import translation

    with translation.override("en"):
        assert figures.finding(one, totals).startswith(
            "All 5 items under way come from one origin: Organised group."
        )
        assert (
            figures.finding(two, totals)
            == "The 6 items under way by origin: Individual 1, Organised group 5."
        )
        assert figures.finding({}, {}) == "No item of the file is under way."


@pytest.mark.realdata
@pytest.mark.django_db
def test_the_real_file_gives_the_known_figures(client: Client, shared_data: Path) -> None:
    call_command("import", "square", str(shared_data / "square" / "gwanghwamoon-2020-05-24.csv"))
    found = figures.archive()
    assert found is not None
    assert (found.rows, found.distinct, found.merged) == (1840, 1644, 196)
    assert [row[-1] for row in found.table.rows] == [1454, 151, 104, 79, 52, 1840]
    page = client.get("/en/figures/gwanghwamoon/").content.decode()
    assert "All 52 items under way come from one origin: Organised group." in page
    for number in ("1,840", "1,644", "1,454", "MIT"):
        assert number in page
    assert client.get("/figures/gwanghwamoon.csv").status_code == 200
