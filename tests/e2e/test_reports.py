"""The report of a poll: a resident looks, chooses, questions and downloads; an analyst has words read and publishes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser


def code_of(site: Site, state: str) -> str:
    """The poll of the demo in this state; other stories make polls of their own."""
    rows = site.api("polls")["items"]
    return str(next(row["code"] for row in rows if row["state"] == state and "(체험용 설문)" in str(row)))


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_resident_reads_a_report(visit: Callable[..., Visitor], site: Site, language: str) -> None:
    here = f"/polls/{code_of(site, 'published')}/"
    reader = visit(language=language)
    reader.go(here)
    reader.page.click(f"a[href$='{here}report/']")
    reader.look("the report")
    assert reader.page.locator(".report-short li").count() == 4
    assert reader.page.locator("#round-title").is_visible()
    table = reader.page.locator(".report-table").first
    rows = table.locator("tbody tr:not(.report-group) td:nth-last-child(2)").all_inner_texts()
    groups = table.locator("tr.report-group td:nth-last-child(2)").all_inner_texts()
    apart = table.locator("tbody.tone-none td:nth-last-child(2)").all_inner_texts()
    assert sum(map(int, rows)) == sum(map(int, groups)) + sum(map(int, apart)) == 124

    # A word leads to the sentences behind it, by keyboard and without a picture.
    reader.go(f"{here}report/1/words/")
    reader.look("words")
    first = reader.page.locator(".word-company a").first
    word = first.inner_text().split()[0]
    first.focus()
    with reader.page.expect_navigation():
        reader.page.keyboard.press("Enter")
    assert word in reader.page.inner_text("#sentences-title")
    reader.look("the sentences behind a word")
    reader.page.goto(f"{site.url}{'/en' if language == 'en' else ''}{here}report/1/codebook/")
    reader.look("the codebook")
    reader.submit(f"main a[href$='{here}codebook/']")
    reader.look("the codebook of today")
    assert reader.page.locator(f"main a[href$='{here}report/1/']").count() == 1


def test_without_scripts_on_a_narrow_phone(visit: Callable[..., Visitor], site: Site) -> None:
    here = f"/polls/{code_of(site, 'published')}/report/"
    reader = visit(javascript=False, width=320)
    for part in ("", "1/words/", "1/codebook/"):
        reader.go(here + part)
        assert reader.page.evaluate("document.documentElement.scrollWidth") <= 320


def test_an_analyst_has_words_read_and_looks_before_publishing(
    visit: Callable[..., Visitor], site: Site
) -> None:
    code = code_of(site, "closed")
    analyst = visit(language="ko")
    analyst.sign_in("analyst")
    analyst.go(f"/desk/polls/{code}/report/")
    analyst.look("the desk of the report")
    analyst.page.fill("[name=around]", "정부")
    analyst.submit("form:has([name=around]) button")
    analyst.look("while words are read")
    wait_for(lambda: "64" in analyst.page.inner_text("#reading"), "the words to be read", 240)
    analyst.look("words are read")
    analyst.go(f"/desk/polls/{code}/report/preview/")
    analyst.look("the preview")
    assert "미리 보기" in analyst.page.inner_text("main")
