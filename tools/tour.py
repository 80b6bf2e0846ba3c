"""Takes the pictures of the tour (docs/tutorial/forum.md) and of README.md from a running demo.

`python tools/tour.py [--url http://localhost:8000] [STEP ...]`, best against a fresh demo (`make demo-reset`, `make run`)
into which the 1st Street file was imported. A step acts as its demo account would, looks, and keeps what matters of the page as a
small palette PNG named after the step: `04-topic-ko.png`. Steps that repeat in English are marked.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PICTURES = Path(__file__).resolve().parents[1] / "docs" / "tutorial" / "pictures"
SCREENSHOTS = PICTURES.parents[1] / "screenshots"
PASSWORD = "haedam-demo-2026"  # noqa: S105 - of the demo, printed in README.md
MOST = 70_000
"""Bytes of a picture."""
WIDE, PHONE = 1100, 390
TALLEST = 900
CALM = """() => { scrollTo({top: 0, behavior: 'instant'}); document.activeElement?.blur?.();
  for (const each of document.querySelectorAll('.site-header, .skip-link')) each.style.setProperty('display', 'none');
  for (const each of document.querySelectorAll('.sidebar-layout > *')) each.style.setProperty('position', 'static'); }"""
"""What sticks to the window would lie across a picture of a whole page."""
BOXES = """(marks) => marks.flatMap((mark) => [...document.querySelectorAll(mark)])
  .map((each) => each.getBoundingClientRect()).filter((box) => box.width && box.height)
  .map((box) => [box.left + scrollX, box.top + scrollY, box.right + scrollX, box.bottom + scrollY])"""


@dataclass
class Tour:
    """A browser at a demo; one window for each account and language."""

    browser: Browser
    url: str
    windows: dict[tuple[str, str], BrowserContext] = field(default_factory=dict)

    def window(self, who: str, language: str) -> BrowserContext:
        """A window in which a demo account is signed in; nobody where `who` is empty."""
        if (who, language) not in self.windows:
            made = self.browser.new_context(
                locale={"ko": "ko-KR", "en": "en-GB"}[language],
                timezone_id="Asia/Seoul",
                reduced_motion="reduce",
            )
            made.set_default_timeout(20_000)
            self.windows[who, language] = made
            if who:
                page = made.new_page()
                page.goto(f"{self.url}/account/login/")
                page.fill("input[name=login]", f"{who}@haedam.example")
                page.fill("input[name=password]", PASSWORD)
                with page.expect_navigation():
                    page.click("form:has(input[name=password]) button")
                page.close()
        return self.windows[who, language]

    def open(self, who: str, language: str, path: str, width: int = WIDE, height: int = 800) -> Page:
        """A page of the site in this language."""
        page = self.window(who, language).new_page()
        page.on("dialog", lambda dialog: dialog.accept())
        page.set_viewport_size({"width": width, "height": height})
        page.goto(self.url + ("/en" if language == "en" else "") + path)
        return page

    def link(self, path: str, words: str, kind: str) -> str:
        """Where the first link with these words leads, on a page of the site."""
        page = self.open("", "ko", path)
        found = page.locator(f"main a[href*='{kind}']", has_text=words)
        address = str(found.first.get_attribute("href")) if found.count() else ""
        page.close()
        return address.split("?")[0].split("#")[0]

    def idea(self, words: str) -> str:
        """The address of the idea or topic whose title begins so."""
        return self.link(f"/search/?q={words}", words, "/ideas/")


@dataclass(frozen=True)
class Step:
    """One picture: who looks where, what is done there first, and which parts of the page are kept."""

    name: str
    who: str
    where: str | Callable[[Tour], str]
    keep: tuple[str, ...] = ("main",)
    english: bool = False
    width: int = WIDE
    tallest: int = TALLEST
    act: Callable[[Page], None] | None = None
    before: Callable[[Tour], None] | None = None


def press(page: Page, button: str) -> None:
    """Press what leads to another page, if it is there."""
    if page.locator(button).count():
        with page.expect_navigation():
            page.locator(button).first.click()


def small(shot: bytes) -> bytes:
    """A palette PNG, with as many colours as fit into `MOST` bytes."""
    whole = Image.open(io.BytesIO(shot)).convert("RGB")
    kept = b""
    for colours in (128, 64, 40, 24, 16):
        out = io.BytesIO()
        whole.quantize(colours, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
        kept = out.getvalue()
        if len(kept) <= MOST:
            break
    return kept


def take(tour: Tour, step: Step, language: str) -> None:
    """Take one picture."""
    path = step.where if isinstance(step.where, str) else step.where(tour)
    page = tour.open(step.who, language, path, step.width)
    if step.act:
        step.act(page)
    page.wait_for_load_state("networkidle") if "live" not in path else page.wait_for_timeout(1500)
    page.evaluate("document.fonts.ready.then(() => true)")
    page.evaluate(CALM)
    page.wait_for_timeout(300)
    boxes = page.evaluate(BOXES, list(step.keep))
    if not boxes:
        sys.exit(f"{step.name}: nothing of {step.keep} on {page.url}")
    left, top, right, bottom = (
        min(box[0] for box in boxes) - 16,
        min(box[1] for box in boxes) - (0 if step.keep[0] in ("main", "body") else 24),
        max(box[2] for box in boxes) + 16,
        max(box[3] for box in boxes) + 16,
    )
    left, top, right = max(0, left), max(0, top), min(step.width, right)
    clip = {"x": left, "y": top, "width": right - left, "height": min(bottom - top, step.tallest)}
    data = small(page.screenshot(full_page=True, clip=clip))  # type: ignore[arg-type]
    out = PICTURES / f"{step.name}-{language}.png"
    out.write_bytes(data)
    print(f"{out.name}  {clip['width']:.0f} × {clip['height']:.0f}  {len(data) / 1000:.0f} kB", flush=True)
    page.close()


# What happens before a picture is taken. Each act is done once; done again it changes nothing.

SPACE = "/desk/spaces/school-streets-2027/"


def prepare_a_change(tour: Tour) -> None:
    """The facilitator begins the next version of a space."""
    page = tour.open("facilitator", "ko", SPACE)
    press(page, "form[action$='/amend/'] button")
    page.close()


def meeting(tour: Tour, words: str, tab: str = "") -> str:
    """The address of a meeting."""
    return tour.link(f"/meetings/{tab}", words, "/meetings/")


def begin_the_meeting(tour: Tour) -> None:
    """The hall opens: people come, somebody speaks, two wait, a card is read."""
    page = tour.open("parks", "ko", shade(tour) + "hall/")
    press(page, "form[action$='/begin/'] button")
    page.wait_for_timeout(1000)
    if not page.locator(".agenda-item.is-now").count():
        page.locator("form[data-act=start_item] button").first.click()
        for label, stance in (("7번", "for"), ("파란 카드", "other"), ("12번", "against")):
            page.fill("#s-label", label)
            page.select_option("#s-stance", stance)
            page.click("form[data-act=ask_to_speak] button")
            page.wait_for_timeout(300)
        for question in (
            "학교 가는 길에도 나무를 심을 수 있나요?",
            "그늘막은 겨울에 접어 두나요, 그대로 두나요?",
        ):
            page.fill("#q-body", question)
            page.click("form[data-act=ask] button")
            page.wait_for_timeout(300)
        page.click("form[data-act=call] button.btn--primary")
        page.wait_for_timeout(3000)
    page.close()


def shade(tour: Tour) -> str:
    """The meeting to which people can still come."""
    return meeting(tour, "여름 그늘")


def in_winter(tour: Tour) -> str:
    """The preview on a day of the first phase."""
    day = datetime.now(UTC) + timedelta(days=20)  # noqa: TID251 - outside of the site there is no other clock
    return f"{SPACE}preview/?on={day:%Y-%m-%d}"


def path_along_the_stream(tour: Tour) -> str:
    """The conversation that has an opinion map."""
    return tour.link("/opinions/", "해담천", "/opinions/")


def disputed(tour: Tour) -> str:
    """The promise about bus stops, which was reported as done."""
    return "/promises/" + tour.idea("버스 정류장에 점자").split("/")[-2] + "/1/"


def let_in(page: Page) -> None:
    """Somebody without a registration comes."""
    page.wait_for_timeout(1000)
    page.click("form[data-act=walk_in] button")
    page.wait_for_timeout(1500)


def a_call(page: Page) -> None:
    page.fill("#id_title", "보건소 가는 마을버스를 늘려 주세요")
    page.fill(
        "#id_body",
        "솔마을에서 보건소까지 버스가 하루 세 번뿐입니다. 진료 시간에 맞춰 한 번만 더 다니면 좋겠습니다.",
    )
    page.fill("#id_name", "솔마을 주민")


def no_kiosk_open(tour: Tour) -> None:
    """Kiosks that are open from an earlier tour are ended at the desk."""
    page = tour.open("triage", "ko", "/desk/channels/kiosks/")
    while page.locator("button[name=act][value=end]").count():
        press(page, "button[name=act][value=end]")
    page.close()


def a_kiosk(page: Page) -> None:
    """This window becomes a kiosk: whoever was signed in at it is not any more."""
    page.select_option("#id_target", "square.idea:neighbourhood")
    page.fill("#id_where", "해담중앙도서관 1층")
    page.fill("#id_pin", "471147")
    press(page, "button[name=act][value=start]")


def texted(page: Page) -> None:
    """Three messages by the sandbox: an idea, the figures that file it, and a call for help."""
    for words in (
        "약수터 가는 길에 밤에도 켜지는 등을 달아 주세요. 어두워서 넘어진 분이 있어요.",
        "",
        "도움",
    ):
        if not words:  # the newest answer asks
            asked = re.search(r"\b\d{4}\b", page.inner_text(".talk > li.talk-out"))
            words = asked[0] if asked else "도움"
        page.fill("#id_sender", "010-5555-1234")
        page.fill("#id_words", words)
        press(page, "#sandbox form button")


def answered(page: Page) -> None:
    """A visitor answers a few statements and so gets a place on the map."""
    for number in range(8):
        button = page.locator("form[data-answer] button")
        if button.count() < 3:
            break
        before = page.inner_text("#ask-text")
        button.nth((0, 0, 1, 0, 2, 0, 1, 0)[number]).click()
        page.wait_for_function("(old) => document.querySelector('#ask-text').innerText !== old", arg=before)


NIGHT_BUS = "밤늦게 일하는"
NARROW = 820

STEPS = (
    Step("01-grid", "facilitator", SPACE, english=True, before=prepare_a_change),
    Step("02-preview", "facilitator", in_winter, english=True),
    Step("03-back-test", "facilitator", SPACE + "back-test/", english=True, tallest=980),
    Step("04-topic", "", lambda t: t.idea(NIGHT_BUS)),
    Step(
        "06-amendment", "resident", lambda t: t.idea(NIGHT_BUS) + "amendments/3/", width=NARROW, tallest=1010
    ),
    Step("07-planning-group", "", "/spaces/haedam/planning/", tallest=1100),
    Step("08-meeting", "", shade, english=True),
    Step(
        "09-check-in",
        "parks",
        lambda t: shade(t) + "hall/door/",
        width=PHONE,
        act=let_in,
        before=begin_the_meeting,
    ),
    Step("10-hall", "parks", lambda t: shade(t) + "hall/", english=True),
    Step("11-wall", "", lambda t: shade(t) + "live/", keep=("body",), english=True),
    Step("12-minutes", "", lambda t: meeting(t, "정류장을 함께", "?tab=past") + "minutes/"),
    Step("13-call", "intake", "/desk/channels/call/", act=a_call, width=NARROW, tallest=925),
    Step("14-paper", "", "/paper/", tallest=800),
    Step(
        "24-texts",
        "triage",
        "/desk/channels/texts/",
        keep=("#sandbox",),
        act=texted,
    ),
    Step("25-means", "resident", "/means/", width=NARROW, tallest=1150, english=True),
    # The operator's last step: her window is a kiosk from then on.
    Step(
        "26-kiosk",
        "intake",
        "/desk/channels/kiosks/",
        keep=("body",),
        act=a_kiosk,
        before=no_kiosk_open,
    ),
    Step("15-statement", "", path_along_the_stream, act=answered),
    Step("16-map", "", lambda t: path_along_the_stream(t) + "map/", english=True, tallest=1350),
    Step(
        "17-panel",
        "",
        "/panels/walking/",
        keep=("[aria-labelledby=lottery]", "[aria-labelledby=mirror]"),
        tallest=1075,
    ),
    Step("18-check", "", "/panels/walking/1/check/", english=True, width=NARROW, tallest=1100),
    Step(
        "19-synthesis",
        "",
        lambda t: t.idea("빈집을") + "synthesis/",
        keep=("[aria-labelledby=parts]", "[aria-labelledby=missing]"),
        tallest=1450,
    ),
    Step("20-disputed", "", disputed, width=NARROW, tallest=1200),
    Step(
        "21-hackathon",
        "",
        "/hackathons/night-streets/results/",
        keep=("[aria-labelledby=places]", "[aria-labelledby=after]"),
        tallest=1400,
    ),
    Step("22-moderation", "", "/moderation/", english=True, width=NARROW),
    Step("23-notices", "resident", "/my/notices/settings/", english=True, width=NARROW),
)


def front(tour: Tour) -> None:
    """The four pictures of README.md: as the window shows them, with the bar."""
    workshop = tour.idea("빈집을 청년")
    for name, who, language, path, size, is_dark in (
        ("home-ko", "", "ko", "/", (1280, 900), False),
        ("idea-en", "", "en", workshop, (1280, 1250), False),
        ("desk-ko", "officer", "ko", "/desk/", (1280, 800), False),
        ("phone-dark", "", "ko", "/", (390, 844), True),
    ):
        page = tour.open(who, language, path, *size)
        page.emulate_media(color_scheme="dark" if is_dark else "light")
        page.wait_for_timeout(800)
        shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        shot.quantize(256, dither=Image.Dither.NONE).save(SCREENSHOTS / f"{name}.png", optimize=True)
        page.close()


def main() -> None:
    """Take all pictures, or those of the named steps; `readme` names those of README.md."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--url", default="http://localhost:8000")
    parser.add_argument("--chromium", default=os.environ.get("CHROMIUM") or shutil.which("chromium"))
    parser.add_argument("steps", nargs="*", help="beginnings of names, such as 04")
    chosen = parser.parse_args()
    PICTURES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chosen.chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        tour = Tour(browser, chosen.url)
        if not chosen.steps or "readme" in chosen.steps:
            front(tour)
        for step in STEPS:
            if chosen.steps and not any(step.name.startswith(name) for name in chosen.steps):
                continue
            if step.before:
                step.before(tour)
            for language in ("ko", "en") if step.english else ("ko",):
                take(tour, step, language)
        browser.close()


if __name__ == "__main__":
    main()
