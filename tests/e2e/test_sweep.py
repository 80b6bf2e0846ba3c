"""Every public page at both widths, in both languages, in light and dark; and each language without the other."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.conftest import SHOTS, Site, Visitor

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/ideas/",
    "/ideas/?state=answered",
    "/ideas/?state=closed&category=access",
    "/ideas/new/neighbourhood/",
    "/ideas/feed/missing/",
    "idea:버스 정류장",
    "idea:초등학교 앞 통학로",
    "idea:하천 산책로",
    "idea:Put clinic",
    "history:초등학교 앞 통학로",
    "clock:학원가",
    "/search/",
    "/search/?q=보행 신호",
    "/search/?q=뷁뷁",
    "/search/?q=길&kind=idea&since=2020-01-01",
    "/spaces/",
    "/spaces/haedam/",
    "/spaces/haedam/planning/",
    "/spaces/haedam/planning/1/",
    "/spaces/haedam/planning/2/",
    "/spaces/haedam/planning/3/",
    "/topics/",
    "/promises/",
    "/opinions/",
    "/meetings/",
    "/meetings/?tab=past",
    "/panels/",
    "/panels/walking/",
    "/panels/walking/sittings/",
    "/panels/walking/1/check/",
    "/panels/invitation/",
    "/panels/invitation/missing-token/",
    "/hackathons/",
    "/polls/",
    "/polls/receipt/",
    "/budget/",
    "/budget/rounds/haedam-next/",
    "/budget/rounds/haedam-next/proposals/",
    "/budget/rounds/haedam-next/projects/",
    "/budget/rounds/haedam-next/map/",
    "/budget/rounds/haedam-next/costs/",
    "/budget/rounds/haedam-next/embed/",
    "/budget/rounds/haedam-next/delegation/",
    "/budget/rounds/haedam-next/vote/",
    "/budget/rounds/haedam-next/result/",
    "/budget/rounds/haedam-next/receipt/",
    "/budget/rounds/haedam-next/progress/",
    "/budget/rounds/haedam-streets/",
    "/budget/rounds/haedam-streets/proposals/",
    "/budget/rounds/haedam-streets/projects/",
    "/budget/rounds/haedam-streets/projects/001/",
    "/budget/rounds/haedam-streets/projects/001/progress/",
    "/budget/rounds/haedam-streets/delegation/",
    "/budget/rounds/haedam-streets/vote/",
    "/budget/rounds/haedam-streets/result/",
    "/budget/rounds/haedam-streets/boxes/",
    "/budget/rounds/haedam-streets/booth/",
    "/budget/rounds/haedam-streets/progress/",
    "/budget/haedam-streets-streets/",
    "/budget/history/",
    "/budget/haedam-2026/",
    "/budget/haedam-2026/?by=phragmen",
    "/budget/haedam-2026/11/",
    "/cases/",
    "/cases/new/",
    "/cases/figures/",
    "/cases/waste/",
    "/cases/waste/new/",
    "/cases/regulation/",
    "/cases/regulation/new/",
    "/clocks/",
    "/open311/",
    "/paper/",
    "/means/",
    "/late/",
    "/outages/",
    "/figures/",
    "/figures/gwanghwamoon/",
    "/plan/",
    "/plan/commitments/1/",
    "/plan/projects/7/",
    "/plan/goals/",
    "/plan/values/",
    "/plan/poll/",
    "/plan/background/",
    "/ledger/",
    "/receipt/",
    "/moderation/",
    "/outbox/",
    "/about/",
    "/privacy/",
    "/accessibility/",
    "/api/v1/docs",
    "/account/login/",
    "/account/signup/",
    "/account/signup/passkey/",
    "/left/",
    "/stop/missing-token/",
    "/mails/missing-token/",
    "/receipt/confirm/missing-token/",
    "/account/login/code/",
    "/account/password/reset/",
]
OWN = [
    "/my/",
    "/my/security/",
    "/my/residence/",
    "/my/consents/",
    "/my/leave/",
    "/my/tokens/",
    "/my/notices/",
    "/my/notices/settings/",
    "/my/hooks/",
]
"""Pages of whoever is signed in."""
DESKS = [
    ("officer", "/desk/panels/"),
    ("officer", "/desk/panels/walking/"),
    ("officer", "/desk/panels/walking/sittings/"),
    ("parks", "/desk/meetings/"),
    ("parks", "/desk/planning/"),
    ("facilitator", "/desk/hackathons/"),
    ("facilitator", "/desk/hackathons/night-streets/"),
    ("facilitator", "/desk/budget/"),
    ("facilitator", "/desk/budget/new/"),
    ("facilitator", "/desk/budget/haedam-next/"),
    ("facilitator", "/desk/budget/haedam-next/delegation/"),
    ("facilitator", "/desk/budget/haedam-streets/delegation/1/"),
    ("facilitator", "/desk/budget/haedam-next/rehearsal/"),
    ("facilitator", "/desk/budget/haedam-next/costs/"),
    ("facilitator", "/desk/budget/haedam-next/trial/"),
    ("intake", "/desk/booths/"),
    ("intake", "/desk/booths/haedam-streets/"),
    ("intake", "/desk/channels/"),
    ("intake", "/desk/channels/kiosks/"),
    ("intake", "/desk/channels/support/"),
    ("triage", "/desk/channels/texts/"),
    ("triage", "/desk/channels/mails/"),
    ("triage", "/desk/cases/"),
    ("moderator", "/desk/moderation/"),
    ("moderator", "/desk/moderation/appeals/"),
]
"""Pages of one office, and who works there."""
RESIDENT = "한하늘"
"""Whose page it is; her name is the same in both languages."""
LANGUAGES = ["ko", "en"]

# Names, formats and codes that stay as they are on Korean pages, and the demo's one English speaker.
LATIN = {
    "Shift", "GET", "POST", "PUT", "DELETE",
    "AA", "AI", "API", "curl", "Atom", "B3LT", "BLI", "C2SP", "CCTV", "Chrome", "CPI", "CSV", "DB", "DESI", "EGDI",
    "English", "Highlights", "HTML", "HTTP", "https", "iCalendar", "ICT", "ID", "IoT", "IP", "IT", "JavaScript", "JPEG",
    "JSON", "KB", "KWCAG", "Linux", "GeoReport", "Open311", "Madang", "Maya", "MB", "OECD", "PDF", "PIN", "PNG", "QR", "RFC", "RSF", "SDGs", "Standard",
    "UN", "UTC", "WCAG", "Webhooks", "WebP", "WEF",
}  # fmt: skip
# Pages that name sources, identifiers and mails as they are; there only the interface is looked at.
QUOTING = {
    "/budget/history/",
    "/plan/goals/",
    "/plan/background/",
    "/plan/poll/",
    "/api/v1/docs",
    "/open311/",
    "/outbox/",
}


def address(site: Site, page: str) -> str:
    """The address of an entry of `PAGES`: of a page, or of the idea whose title begins so."""
    kind, _colon, words = page.partition(":")
    if kind not in ("idea", "history", "clock"):
        return page
    return f"/ideas/{site.idea(words)['number']}/" + ("" if kind == "idea" else f"{kind}/")


FOREIGN_WORDS = """(own) => {
  const skip = 'script, noscript, style, template, code, pre, kbd, svg, [aria-hidden=true], option[value*="/"]';
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode.textContent.trim();
    const holder = walker.currentNode.parentElement;
    if (!text || holder.closest(skip) || holder.closest('[lang]').lang !== own) continue;
    const face = holder.closest('nav, button, .btn, h1, h2, h3, h4, label, legend, th, dt, caption, summary, .badge, .chip, .hint');
    found.push([text, Boolean(face)]);
  }
  for (const node of document.querySelectorAll('[aria-label], [placeholder], [alt], [title]')) {
    for (const name of ['aria-label', 'placeholder', 'alt', 'title']) {
      if (node.hasAttribute(name) && node.closest('[lang]').lang === own) found.push([node.getAttribute(name), true]);
    }
  }
  found.push([document.title, false]);
  return found;
}"""


def strangers(anyone: Visitor, page: str, language: str) -> list[str]:
    """Words of the interface that are not in the language of the page; people's words carry their own mark."""
    seen = anyone.page.evaluate(FOREIGN_WORDS, language)
    if ":" in page:  # the title of an idea's page is its author's
        seen = [(text, is_face) for text, is_face in seen if text != anyone.page.title()]
    seen = [(text, is_face) for text, is_face in seen if RESIDENT not in text]
    if language == "en":
        return sorted(
            {text[:120] for text, is_face in seen if is_face and re.search("[\uac00-\ud7a3]", text)}
        )
    if page in QUOTING:
        seen = [(text, True) for text, is_face in seen if is_face]
    told = set()
    for text, _is_face in seen:
        bare = re.sub(
            r"[0-9a-f]{64}|\S+@\S+|\S+[./]\S*[a-z]\S*|[A-Z]{2}-\d{4}-\d{5}-\w|\w+-\w[\w-]*", " ", text
        )
        told |= {
            f"{word}: {text[:90]}"
            for word in re.findall(r"\b[A-Za-z][A-Za-z0-9]+", bare)
            if word not in LATIN
        }
    return sorted(told)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", PAGES)
def test_every_public_page_at_both_widths_in_both_themes(
    visit: Callable[..., Visitor], site: Site, page: str, language: str
) -> None:
    sweep(visit(language=language), site, page, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_own_page_at_both_widths_in_both_themes(
    visit: Callable[..., Visitor], site: Site, language: str
) -> None:
    her = visit(language=language)
    her.sign_in("resident")
    for page in OWN:
        her.page.set_viewport_size({"width": 1280, "height": 900})
        sweep(her, site, page, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_desk_at_both_widths_in_both_themes(
    visit: Callable[..., Visitor], site: Site, language: str
) -> None:
    signed_in: dict[str, Visitor] = {}
    for who, page in DESKS:
        if who not in signed_in:
            signed_in[who] = visit(language=language)
            signed_in[who].sign_in(who)
        signed_in[who].page.set_viewport_size({"width": 1280, "height": 900})
        sweep(signed_in[who], site, page, language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kiosk_at_both_widths_in_both_themes(
    visit: Callable[..., Visitor], site: Site, language: str
) -> None:
    terminal = visit(language=language)
    terminal.sign_in("intake")
    terminal.go("/desk/channels/kiosks/")
    terminal.page.select_option("#id_target", "square.idea:neighbourhood")
    terminal.page.fill("#id_where", "해담중앙도서관 1층")
    terminal.page.fill("#id_pin", "471147")
    terminal.submit("button[value=start]")
    for page in ("/kiosk/", "/kiosk/write/", "/kiosk/end/"):
        terminal.page.set_viewport_size({"width": 1280, "height": 900})
        sweep(terminal, site, page, language)
    terminal.page.fill("#pin", "471147")
    terminal.submit("main form button")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_challenge_to_a_member_at_both_widths_in_both_themes(
    visit: Callable[..., Visitor], site: Site, language: str
) -> None:
    """The page where one is filed, and the page where it is decided."""
    her, chief = visit(language=language), visit(language=language)
    her.sign_in("resident")
    chief.sign_in("facilitator")
    filing = linked(her, site, "/spaces/haedam/planning/")
    sweep(her, site, filing, language)
    her.page.fill("main textarea", "이 일을 맡은 회사에서 일한 적이 있다고 공개된 이력에 나옵니다.")
    her.submit("main form .btn--primary")
    number = filing.split("/")[4]
    deciding = linked(chief, site, f"/desk/planning/haedam/{number}/")
    sweep(chief, site, deciding, language)
    assert chief.page.locator("#decide").count() == 1, "it waits for a decision"


def linked(anyone: Visitor, site: Site, begins: str) -> str:
    """The first address of a challenge that begins so on the page of any candidate; "" when there is none."""
    for row in site.api("planning/haedam")["candidates"]:
        anyone.go(f"/spaces/haedam/planning/{row['number']}/")
        link = anyone.page.locator(f"main a[href^='{anyone.prefix}{begins}'][href*='/challenge/']")
        if link.count():
            return (link.first.get_attribute("href") or "").removeprefix(anyone.prefix)
    return ""


def sweep(anyone: Visitor, site: Site, page: str, language: str) -> None:
    """Look at one page in every shape."""
    answer = anyone.go(address(site, page))
    assert answer.status in ((404, 410) if "missing" in page else (200,))
    assert anyone.page.locator("h1").count() == 1
    assert anyone.page.get_attribute("html", "lang") == language
    assert not (told := strangers(anyone, page, language)), "\n".join(told)
    if SHOTS:
        anyone.keep_pictures(language)
    for width in (1280, 390):
        anyone.page.set_viewport_size({"width": width, "height": 900})
        for theme in ("light", "dark"):
            anyone.page.emulate_media(color_scheme=theme)
            anyone.look(f"{language} {width} {theme}", keeps=False)
    anyone.page.set_viewport_size({"width": 320, "height": 700})
    wide = anyone.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 320, f"{anyone.page.url} is {wide} px wide at 320: {anyone._widest()}"
