"""The plan: counts, verbatim sentences, status from evidence only."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import translation

from madang.kernel import manifest, plan
from madang.kernel.manifest import Evidence, Feature
from madang.portal import charts, delivery
from madang.services.square.models import Idea
from tests import factories as f


@pytest.mark.django_db
def test_the_overview_has_seven_twenty_one_ten_three_thirteen(client: Client) -> None:
    page = client.get("/en/plan/").content.decode()
    assert len(re.findall(r'class="commitment"', page)) == 7
    assert len(re.findall(r'class="project"', page)) == 21
    assert len(re.findall(r'class="project-star"', page)) == 10
    assert len(re.findall(r'class="plan-goal"', page)) == 3
    assert len(re.findall(r'#value-\d+"', page)) == 13


@pytest.mark.django_db
def test_the_plans_own_sentences_stand_word_for_word(client: Client) -> None:
    whole = plan.load()
    from django.utils.html import escape

    page = client.get("/en/plan/").content.decode()
    for text in [whole.vision, whole.goal, whole.resolve, *(each.pledge for each in whole.commitments)]:
        assert str(escape(text.en)) in page
    korean = client.get("/plan/").content.decode()
    assert str(escape(whole.vision.ko)) in korean
    assert f'lang="en">{escape(whole.vision.en)}' in korean  # the plan's own words below the rendering


@pytest.mark.django_db
@pytest.mark.parametrize("number", range(1, 22))
def test_each_project_has_a_page_with_its_bullets_and_notes(client: Client, number: int) -> None:
    from django.utils.html import escape

    whole = plan.load()
    project = whole.project(number)
    page = client.get(f"/en/plan/projects/{number}/").content.decode()
    assert str(escape(project.title.en)) in page
    if project.key:
        for bullet in whole.key_project(project.key).bullets:
            assert str(escape(bullet.en)) in page
    notes = [
        *whole.notes_on(project.ref),
        *(n for t in whole.targets_of(number) for n in whole.notes_on(t.ref)),
    ]
    for note in notes:
        assert str(escape(note.text.en)) in page


@pytest.mark.django_db
@pytest.mark.parametrize("url", ["/plan/projects/22/", "/plan/projects/0/", "/plan/commitments/8/"])
def test_there_are_no_other_numbers(client: Client, url: str) -> None:
    assert client.get(url).status_code == 404


@pytest.mark.django_db
def test_without_evidence_nothing_is_delivered() -> None:
    found = delivery.standings()
    assert {each.status for each in found.values()} == {"not_started"}


@pytest.mark.django_db
def test_status_follows_evidence(client: Client) -> None:
    f.idea(f.process())
    assert delivery.standing(plan.load().project(7)).status == "under_way"
    assert delivery.standing(plan.load().project(8)).status == "not_started"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["not_started"], "not_started"),
        (["delivered", "not_started"], "under_way"),
        (["delivered", "under_way"], "under_way"),
        (["delivered", "verified"], "delivered"),
        (["verified", "verified"], "verified"),
        (["verified", "reversed"], "reversed"),
    ],
)
def test_the_least_far_service_decides(statuses: list[str], expected: str) -> None:
    assert delivery.combine(statuses) == expected


@pytest.mark.django_db
def test_a_second_service_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    feature = Feature(name="budgeting", label="x", projects={8: lambda: Evidence("delivered", "Counted.")})
    monkeypatch.setitem(manifest._features, "budgeting", feature)
    standing = delivery.standing(plan.load().project(8))
    assert standing.status == "under_way"  # law-making has nothing yet
    assert "Counted." in standing.sentence


@pytest.mark.django_db
def test_the_forum_shows_its_parts_in_order_each_with_its_page(client: Client) -> None:
    with translation.override("en"):
        parts = delivery.parts(7)
    assert [part.order for part in parts] == [10, 20, 30, 40, 50, 55, 60, 70, 80, 90, 100]
    assert len({part.url for part in parts}) == 11
    page = client.get("/en/plan/projects/7/").content.decode()
    places = [page.index(f">{part.label}</a></dt>") for part in parts]
    assert places == sorted(places)
    for part in parts:
        assert client.get(part.url).status_code in (200, 302), part.url  # notices are one's own


@pytest.mark.django_db
def test_parts_are_counted_and_change_no_status(client: Client) -> None:
    assert "Comments taken down: 0" in client.get("/en/plan/projects/7/").content.decode()
    assert delivery.standing(plan.load().project(7)).status == "not_started"
    process = f.process()
    f.idea(process)
    Idea.objects.filter(pk=f.idea(process).pk).update(is_topic=True)
    page = client.get("/en/plan/projects/7/").content.decode()
    assert "Topics: 1" in page and "Web 1." in page
    assert delivery.parts(9) == []


def test_the_two_trust_instruments_are_never_joined() -> None:
    goal = plan.load().index("trust")
    drawn = [charts.rank_chart(goal, series) for series in goal.series]
    years = [{point.year for point in chart.points} for chart in drawn if chart]
    assert years == [{"2011", "2013", "2015", "2017", "2018", "2019", "2021"}, {"2021", "2023"}]


def test_only_checked_official_readings_are_joined() -> None:
    goal = plan.load().index("trust")
    chart = charts.rank_chart(goal, goal.series[0])
    assert chart is not None
    assert chart.lines[0].count(",") == 3  # 2017, 2019, 2021
    assert {point.year for point in chart.points if point.hollow} == {"2011", "2013", "2015", "2018"}


@pytest.mark.django_db
def test_the_poll_shows_what_the_plan_leaves_out(client: Client) -> None:
    page = client.get("/en/plan/poll/").content.decode()
    assert "add up to 33.4%" in page
    for share in ("22.3", "44.3", "33.7", "2,143"):
        assert share in page or share.replace(",", "") in page
