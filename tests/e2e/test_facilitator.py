"""A facilitator builds a process from nothing; a resident files under it; it changes, and the idea keeps its version."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from madang.kernel import clock
from tests.e2e.conftest import Visitor

pytestmark = pytest.mark.browser
WORDS = "골목마다 밤에 켜지는 등이 두어 개뿐이라 아이들이 무서워합니다. 문화의 거리부터 밝혀 주세요."


def keep(person: Visitor, name: str) -> None:
    """Keep a picture of this state where somebody wants to look at it (MADANG_PICTURES)."""
    folder = os.environ.get("MADANG_PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        person.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def in_days(days: int) -> str:
    return (datetime.now(clock.SEOUL) + timedelta(days=days)).strftime("%Y-%m-%dT00:00")


def phase(person: Visitor, ko: str, en: str, start: str, end: str) -> None:
    person.submit("a[href$='/phases/new/']")
    person.page.fill("#id_title_ko", ko)
    person.page.fill("#id_title_en", en)
    if start:
        person.page.fill("#id_starts_at", start)
    if end:
        person.page.fill("#id_ends_at", end)
    person.submit(".form-foot button")


def test_from_nothing_to_a_second_version(visit: Callable[..., Visitor]) -> None:
    builder = visit()
    page = builder.page
    builder.sign_in("facilitator")
    builder.go("/desk/spaces/")
    builder.look("list")
    keep(builder, "1-list")
    builder.submit("a[href$='/desk/spaces/new/']")
    builder.submit(".form-foot button")  # nothing typed: the errors name their fields
    assert page.locator(".error").count() == 2
    builder.look("new, errors")
    page.fill("#id_title_ko", "밤길 공론장")
    page.fill("#id_title_en", "Night Streets")
    builder.submit(".form-foot button")
    assert page.url.endswith("/desk/spaces/night-streets/")
    builder.look("empty grid")
    keep(builder, "2-empty")
    phase(builder, "모으기", "Collecting", "", in_days(30))
    phase(builder, "고르기", "Choosing", in_days(30), in_days(90))
    builder.submit("a[href$='/processes/new/']")
    keep(builder, "3-process")
    page.fill("#id_title_ko", "밤길 제안")
    page.fill("#id_title_en", "Night street ideas")
    page.fill("#id_threshold", "0")
    builder.submit(".form-foot button")
    assert page.input_value("#id_title_en") == "Night street ideas"  # what was typed is still there
    builder.look("process, error")
    keep(builder, "4-process-error")
    page.fill("#id_threshold", "10")
    page.fill("#id_discussion_days", "30")
    page.fill("#id_answer_amount", "30")
    page.fill("#id_source", "조례 제12호")
    builder.submit(".form-foot button")
    assert "할 수 있는 것이 없어요" in page.inner_text("#check")  # no cell is open yet
    keep(builder, "5-grid-errors")
    builder.look("grid with errors")
    for key, files in (("모으기", "anyone"), ("고르기", "")):
        page.locator("td .more", has_text=key).first.click()
        page.wait_for_load_state()
        page.check(f"input[name=file][value='{files}']")
        page.check("input[name=support][value=account]")
        page.check("input[name=comment]")
        keep(builder, "6-cell")
        builder.look("cell")
        builder.submit(".form-foot button")
    assert page.locator("#check .tone-persimmon").count() == 0
    builder.look("grid")
    keep(builder, "7-grid")
    builder.go("/desk/spaces/night-streets/preview/")
    builder.look("preview")
    keep(builder, "8-preview")
    assert page.locator("main a[href*='/ideas/new/']").count() == 0  # nothing can be filed from a preview
    assert visit().go("/spaces/night-streets/").status == 404  # and nobody else sees the draft
    builder.go("/desk/spaces/night-streets/back-test/?tab=own&thresholds=3,10,50&days=30")
    builder.look("back-test")
    keep(builder, "9-backtest")
    builder.go("/desk/spaces/night-streets/back-test/")
    builder.look("back-test, nothing imported")
    builder.go("/desk/spaces/night-streets/")
    builder.submit("form[action$='/check/'] button")
    builder.submit(".form-foot button")
    builder.look("publish, errors")
    assert page.locator(".error").count() == 2  # the reason, and why the notice is short
    page.fill("#id_reason", "밤길 의견을 모으려고 엽니다.")
    page.fill("#id_short_notice", "가을 축제 전에 의견이 필요합니다.")
    keep(builder, "10-publish")
    builder.submit(".form-foot button")
    assert page.url.endswith("/spaces/night-streets/")
    builder.look("published")
    keep(builder, "11-published")

    resident = visit(width=390)
    resident.sign_in("resident")
    resident.go("/spaces/night-streets/")
    resident.look("space on a phone")
    keep(resident, "12-phone")
    resident.submit("main a[href*='/ideas/new/night-street-ideas/']")
    resident.page.fill("#id_title", "문화의 거리 골목에 등을 더 놓아 주세요")
    resident.page.fill("#id_body", WORDS)
    resident.take_time()
    resident.submit("form[data-draft] .form-foot button")
    if resident.page.locator("input[name=confirmed]").count():
        resident.submit("form:has(input[name=confirmed]) button")
    filed = resident.filed()

    builder.go("/desk/spaces/night-streets/")
    builder.submit("form[action$='/amend/'] button")
    builder.submit("a[href$='/processes/night-street-ideas/']")
    page.fill("#id_threshold", "25")
    builder.submit(".form-foot button")
    assert "빨라도 내일부터예요" in page.inner_text("#check")  # a rule changes for the future only
    builder.submit("#check a.more")
    page.fill("#id_valid_from", (clock.seoul(clock.now()) + timedelta(days=10)).strftime("%Y-%m-%d"))
    builder.submit(".form-foot button")
    builder.look("amendment")
    keep(builder, "13-amendment")
    builder.submit("form[action$='/check/'] button")
    page.fill("#id_reason", "제안이 많아 기준을 올립니다.")
    builder.submit(".form-foot button")
    builder.go("/spaces/night-streets/versions/")
    builder.look("versions")
    keep(builder, "14-versions")
    builder.go("/spaces/night-streets/versions/2/")
    builder.look("version")
    keep(builder, "15-version")
    changes = page.inner_text("main")
    assert re.search(r"10\s+25", changes) and "제안이 많아 기준을 올립니다." in changes

    resident.go(f"/ideas/{filed.number}/")
    resident.look("the idea")
    resident.submit("a[href$='/spaces/night-streets/versions/1/']")
    assert "공감 10 ·" in resident.page.inner_text(".timetable")  # the version it was filed under
