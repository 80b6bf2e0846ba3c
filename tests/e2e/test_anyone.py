"""Story 5: anyone sees the whole path, checks a receipt in the browser, and reads the headline figure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser

CHECK = "[data-verify] button:not([name], [type='button'])"
RESULT = "[data-verify-result] .notice"


@pytest.fixture
def receipt(visit: Callable[..., Visitor], site: Site) -> str:
    """The receipt file of a fresh idea, with its proof."""
    resident = visit()
    number = resident.file(
        "약수터 수질 표지를 새로 붙여 주세요", "지난해 표지가 그대로 붙어 있어 마셔도 되는지 알 수 없습니다."
    ).number
    kept = ""

    def has_proof() -> bool:
        nonlocal kept
        kept = resident.page.request.get(f"{site.url}/ideas/filed/receipt/").text()
        return "--- proof" in kept

    wait_for(has_proof, "the proof in the receipt file")
    assert number in kept
    return kept


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_whole_path_from_filing_to_effect(
    visit: Callable[..., Visitor], site: Site, language: str
) -> None:
    number = site.idea("버스 정류장에 점자")["number"]
    anyone = visit(language=language)
    page = anyone.page
    anyone.go(f"/ideas/{number}/")
    steps = page.locator("main .path").first.locator(".path-step")
    assert steps.count() == 4
    assert all("is-done" in str(step.get_attribute("class")) for step in steps.all())
    answer = page.locator("#answer, article.answer").first
    assert "점자 노선도" in answer.inner_text()
    assert answer.locator(".promise").count() == 1
    assert page.locator("a[href='https://haedam.example/bus-stops/check']").count() >= 1
    anyone.look("path")
    page.locator(".tabs a[href$='/history/']").click()
    page.wait_for_url("**/history/")
    events = page.locator(".timeline-event")
    assert events.count() >= 6
    moments = [str(event.get_attribute("datetime")) for event in page.locator(".timeline time").all()]
    assert moments == sorted(moments, reverse=True)
    assert page.locator("a[href$='/ledger/']").count() >= 1
    anyone.look("history")
    anyone.go(f"/ideas/{number}/clock/")
    assert page.locator("tbody tr").count() >= 12
    anyone.look("clock")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_receipt_is_checked_in_the_browser(
    visit: Callable[..., Visitor], site: Site, receipt: str, tmp_path: Path, language: str
) -> None:
    anyone = visit(language=language)
    page = anyone.page
    sent: list[str] = []
    page.on(
        "request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None
    )
    anyone.go("/ledger/")
    page.fill("[data-verify] textarea", receipt)
    page.locator(CHECK).click()
    page.locator(f"{RESULT}.tone-jade").wait_for()
    assert page.locator("[data-verify] [data-verify-result] .badge.tone-persimmon").count() == 0
    assert page.locator("[data-verify] [data-verify-result] li").count() == 9
    anyone.look("genuine")

    # A file is as good as pasted text.
    kept = tmp_path / "receipt.txt"
    kept.write_text(receipt, encoding="utf-8")
    anyone.go("/ledger/")
    page.set_input_files("[data-verify] input[type=file]", kept)
    page.locator(CHECK).click()
    page.locator(f"{RESULT}.tone-jade").wait_for()

    # One character changed anywhere turns it red.
    lines = receipt.splitlines()
    named = ("number ", "filed-at ", "log-key ", "salt ", "payload ", "leaf ", "within ", "index ")
    places = [at for at, line in enumerate(lines) if line.startswith(named)]
    places += [len(lines) - 2, lines.index("--- proof") + 3]
    assert len(places) >= 9
    for at in places:
        middle = len(lines[at]) - 3 if len(lines[at]) > 12 else len(lines[at]) - 1
        other = "1" if lines[at][middle] != "1" else "7"
        changed = [*lines[:at], lines[at][:middle] + other + lines[at][middle + 1 :], *lines[at + 1 :]]
        anyone.go("/ledger/")
        page.fill("[data-verify] textarea", "\n".join(changed) + "\n")
        page.locator(CHECK).click()
        page.locator(RESULT).wait_for()
        assert page.locator(f"{RESULT}.tone-persimmon").count() == 1, (
            f"{lines[at]!r} became {changed[at]!r} unseen"
        )
    anyone.look("wrong")
    assert not sent, "the receipt left the device"


def test_a_receipt_is_checked_by_the_server_without_javascript(
    visit: Callable[..., Visitor], site: Site, receipt: str
) -> None:
    anyone = visit(javascript=False, width=390)
    anyone.go("/ledger/")
    anyone.page.fill("[data-verify] textarea", receipt)
    anyone.submit(CHECK)
    assert anyone.page.locator(f"{RESULT}.tone-jade").is_visible()
    anyone.look("genuine")
    anyone.page.fill("[data-verify] textarea", receipt.replace("number ID-2", "number ID-3"))
    anyone.submit(CHECK)
    assert anyone.page.locator(f"{RESULT}.tone-persimmon").is_visible()
    anyone.look("wrong")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_figures_by_origin_are_those_of_the_api(
    visit: Callable[..., Visitor], site: Site, language: str
) -> None:
    anyone = visit(language=language)
    anyone.go("/figures/")
    # Other tests file ideas meanwhile: the API is asked until both told the same state of affairs.
    shown: list[list[str]] = []
    told: list[list[str]] = []

    def same() -> bool:
        nonlocal shown, told
        anyone.page.reload()
        table = anyone.page.locator("#by-origin .table-scroll tbody tr")
        shown = [row.locator("td").all_inner_texts()[1:] for row in table.all()]
        percent = lambda share: "–" if share is None else f"{round(share * 100)}%"  # noqa: E731
        told = [
            [
                str(row["filed"]),
                str(row["answered"]),
                percent(row["answered_share"]),
                str(row["effect"]),
                percent(row["effect_share"]),
            ]
            for row in site.api("figures/by-origin")["rows"]
        ]
        return bool(shown) and shown[: len(told)] == told

    wait_for(same, f"the page {shown} to tell what the API tells {told}", 10)
    assert len(told) == 3
    assert sum(int(row[0]) for row in told) >= 16
    answer = anyone.page.request.get(f"{site.url}{anyone.prefix}/figures/by-origin.csv")
    lines = answer.body().decode("utf-8-sig").splitlines()
    assert [line.split(",")[1] for line in lines if line[:1] and line.count(",") >= 4][1:4] == [
        row[0] for row in told
    ]
    anyone.look("figures")
