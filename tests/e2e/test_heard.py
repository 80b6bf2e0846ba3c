"""What an act says on the next page is heard: by a live region where scripts run, by the title where they do not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser

LISTEN = """
  window.heard = [];
  const inside = '[role=status], [role=alert], [aria-live]';
  new MutationObserver((changes) => {
    for (const {target, addedNodes} of changes) {
      const region = (target.nodeType === 1 ? target : target.parentElement)?.closest(inside);
      if (document.readyState === 'complete' && region && addedNodes.length) window.heard.push(region.textContent.trim());
    }
  }).observe(document, {childList: true, subtree: true, characterData: true});
"""
"""Changes inside regions that were there before: what came with the page is not said by a screen reader."""


def follow(visitor: Visitor) -> None:
    visitor.submit("#support form[action$='/follow/'] button")


@pytest.mark.parametrize("language", ["ko", "en"])
def test_a_message_after_a_form_is_heard(visit: Callable[..., Visitor], site: Site, language: str) -> None:
    address = f"/ideas/{site.idea('분리수거장')['number']}/"
    she = visit(language=language)
    she.page.add_init_script(LISTEN)
    she.sign_in("neighbour")
    she.go(address)
    plain = she.page.title()
    follow(she)
    said = she.said().strip()
    assert said
    wait_for(lambda: said in she.page.evaluate("window.heard"), "the message to be said", 10)
    told = [one.aria_snapshot() for one in she.page.get_by_role("status").all()]
    assert any(said in one for one in told), told
    she.look("said")
    she.page.wait_for_function("(title) => document.title === title", arg=plain, timeout=12_000)
    follow(she)

    by_forms = visit(language=language, javascript=False)
    by_forms.sign_in("neighbour")
    by_forms.go(address)
    assert by_forms.page.title() == plain
    follow(by_forms)
    said = by_forms.said().strip()
    assert by_forms.page.title() == f"{said} · {plain}", "the title is read first"
    by_forms.look("by forms")
    by_forms.go(address)
    assert by_forms.page.title() == plain
    follow(by_forms)
