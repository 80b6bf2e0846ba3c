"""Taking part without seeing: by keyboard, and by what the accessibility tree and live regions tell a screen reader."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser

LISTEN = """() => {
  window.heard = [];
  for (const region of document.querySelectorAll('[role=status], [role=alert], [aria-live]')) {
    new MutationObserver(() => region.isConnected && window.heard.push(region.textContent.trim()))
      .observe(region, {childList: true, subtree: true, characterData: true});
  }
}"""
"""What a screen reader says by itself: changes inside regions that were there when the page was opened."""


@dataclass
class Listener:
    """Somebody at a keyboard who hears the page."""

    visitor: Visitor

    def open(self, path: str) -> None:
        self.visitor.go(path)
        self.visitor.page.evaluate(LISTEN)

    def focus(self) -> str:
        """Role and name of what has the focus, as in the accessibility tree: `button "Agree"`."""
        here = self.visitor.page.locator(":focus")
        # A name with a colon in it stands in quotes.
        line = here.aria_snapshot().split("\n")[0] if here.count() else ""
        return line.removeprefix("- ").rstrip(":").strip("'")

    def tab_to(self, wanted: str, most: int = 90) -> None:
        """Go on by Tab until that has the focus."""
        for _step in range(most):
            self.visitor.page.keyboard.press("Tab")
            if self.focus().startswith(wanted):
                return
        raise AssertionError(f"{wanted} was not reached by Tab at {self.visitor.page.url}")

    def press(self, key: str) -> None:
        self.visitor.page.keyboard.press(key)

    def hears(self, words: str) -> None:
        heard = "window.heard.join(' | ')"
        wait_for(lambda: words in self.visitor.page.evaluate(heard), f"a live region to say {words!r}", 10)

    def reads(self, role: str, name: str | re.Pattern[str] | None = None) -> str:
        """The part of the accessibility tree under a role."""
        return self.visitor.page.get_by_role(role, name=name).first.aria_snapshot()  # type: ignore[arg-type]


def people(tree: str) -> int:
    found = re.search(r'paragraph: "?([\d,]+)"?', tree)
    assert found is not None, tree
    return int(found[1].replace(",", ""))


WORDS = {
    "ko": ("본문", "공감해요", "공감한 사람", "이 제안에 공감했어요", "공감을 거뒀어요"),
    "en": (
        "Skip",
        "I support this",
        "People in support",
        "You support this idea.",
        "Your support was taken back.",
    ),
}


@pytest.mark.parametrize("language", ["ko", "en"])
def test_support_is_given_and_taken_back_by_keyboard_and_heard(
    visit: Callable[..., Visitor], site: Site, language: str
) -> None:
    skip, act, label, given, taken = WORDS[language]
    she = Listener(visit(language=language))
    she.visitor.sign_in("neighbour")
    she.open(f"/ideas/{site.idea('분리수거장')['number']}/")
    she.press("Tab")
    assert she.focus().startswith(f'link "{skip}'), she.focus()
    before = people(she.reads("complementary", label))

    she.tab_to(f'button "{act}"')
    she.press("Enter")
    she.hears(given)
    tree = she.reads("complementary", label)
    assert people(tree) == before + 1
    assert f'button "{act}"' not in tree
    assert she.focus().startswith("button"), "the focus stays where she was"
    she.visitor.look("supported")

    she.press("Space")
    she.hears(taken)
    assert people(she.reads("complementary", label)) == before
    assert she.focus() == f'button "{act}"'
    she.visitor.look("taken back")


def test_an_opinion_map_is_answered_and_read_by_keyboard(visit: Callable[..., Visitor], site: Site) -> None:
    rows = site.api("opinions")["items"]
    code = next(row["code"] for row in rows if row["state"] == "open")
    she = Listener(visit(language="en"))
    she.open(f"/opinions/{code}/")
    page = she.visitor.page
    for choice in ("Agree", "Disagree", "Pass", "Agree", "Agree", "Disagree", "Agree"):
        statement = page.inner_text("#ask-text")
        assert she.reads("form", statement).startswith(f'- form "{statement}"'), (
            "the choices say what they are about"
        )
        she.tab_to(f'button "{choice}"')
        with page.expect_navigation():
            she.press("Enter")
        assert she.focus().startswith('heading "'), "the next statement is read out"
        assert statement not in she.focus()
    assert re.search(r'progressbar "Statements you have answered"', she.reads("main"))

    she.open(f"/opinions/{code}/map/")
    main = she.reads("main")
    assert re.search(r'img "Map of \d+ people: group A', main), "the picture says in words what it shows"
    assert "You stand" in main
    assert "table" in main, "and the tables say the same"
    she.visitor.look("the map")


def test_a_question_in_the_hall_is_supported_by_keyboard(visit: Callable[..., Visitor]) -> None:
    question = "점자 안내판은 언제 붙이나요?"
    officer, address = announced(visit)
    other = visit()
    other.sign_in("resident")
    other.go(f"{address}register/")
    other.submit("main form[data-draft] .btn--primary")
    she = Listener(visit())
    she.visitor.sign_in("neighbour")
    she.open(f"{address}register/")
    she.tab_to('button "참석 신청')
    with she.visitor.page.expect_navigation():
        she.press("Enter")

    officer.go(f"{address}hall/")
    officer.submit("form[action$='/begin/'] button")
    other.go(f"{address}room/")
    other.page.fill("[name=body]", question)
    other.submit("form[action$='/ask/'] button")

    she.open(f"{address}room/")
    she.tab_to('button "나도 궁금해요')
    assert question in she.focus(), "the button says which question it is about"
    with she.visitor.page.expect_navigation():
        she.press("Enter")
    wait_for(lambda: she.focus().startswith("listitem"), "the focus to be on her question", 10)
    mine = she.visitor.page.locator(":focus").aria_snapshot()
    assert question in mine
    own = she.visitor.page.locator(":focus")
    wait_for(lambda: re.search(r'strong: "?2"?', own.aria_snapshot()), "her support to be counted", 10)
    assert "button" not in mine
    she.visitor.look("supported in the hall")


def announced(visit: Callable[..., Visitor]) -> tuple[Visitor, str]:
    """An officer, and the address of her meeting that is open for registration."""
    officer = visit()
    page = officer.page
    page.on("dialog", lambda dialog: dialog.accept())
    officer.sign_in("parks")
    officer.go("/desk/meetings/new/")
    when = {"day": str(date.today() + timedelta(days=3)), "start": "14:00", "end": "16:00"}
    titles = {"title_ko": "안내판을 읽기 쉽게", "title_en": "Signs that everybody can read"}
    for name, words in {**titles, "place": "해담도서관 2층", "seats": "20", **when}.items():
        page.fill(f"[name={name}]", words)
    officer.submit("main form[data-warn] .btn--primary")
    address = "/meetings/" + page.url.split("/meetings/")[1].split("/")[0] + "/"
    officer.go(f"/desk{address}")
    officer.submit("button[name=step][value=open]")
    return officer, address
