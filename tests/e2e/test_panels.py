"""A panel by lot from its register to its first session, and the lot computed again by somebody who trusts nobody."""

from __future__ import annotations

import email
import json
import re
from collections.abc import Callable
from email.policy import default
from pathlib import Path

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser

DESK = "/desk/panels/riverside/"
PUBLIC = "/panels/riverside/"


def register(folder: Path) -> Path:
    """Twelve good rows and two that have to be left out."""
    rows = ["이름,생년월일,연락처,동네"]
    rows += [
        f"강변주민{at},19{60 + at}-03-15,river{at}@panel.example,{'윗마을' if at % 2 else '아랫마을'}"
        for at in range(12)
    ]
    rows += [
        "강변주민3,1963-03-15,other@panel.example,윗마을",
        "강변주민99,1990-02-30,last@panel.example,윗마을",
    ]
    file = folder / "register.csv"
    file.write_bytes("\n".join(rows).encode("cp949"))
    return file


def invitations(site: Site, domain: str = "panel.example") -> dict[str, str]:
    """The link that each of the drawn got by mail, by the address in that domain."""
    found = {}
    for path in sorted((site.home / "mail").glob("*.log")):
        for piece in path.read_bytes().split(b"-" * 79):
            mail = email.message_from_bytes(piece.strip() + b"\n", policy=default)
            if str(mail["To"]).endswith(f"@{domain}"):
                link = re.search(r"(/panels/invitation/\S+:\S+/)", mail.get_content())
                assert link is not None
                found[str(mail["To"])] = link[1]
    return found


def test_a_panel(visit: Callable[..., Visitor], site: Site, tmp_path: Path) -> None:
    # The officer begins it, reads the register in, and sees what would be left out.
    officer = visit()
    officer.sign_in("officer")
    officer.go("/desk/panels/")
    officer.look("panels of the office")
    for name, words in {
        "slug": "riverside", "title_ko": "강변길 위원단", "title_en": "Riverside panel",
        "purpose_ko": "강변길을 어떻게 고칠지 함께 따져요.", "purpose_en": "Weighs how to mend the riverside path.",
        "size": "4", "min_cell": "1",
    }.items():  # fmt: skip
        officer.page.fill(f"[name={name}]", words)
    officer.submit("form[data-draft] .form-foot button")
    officer.look("an empty panel")
    officer.page.set_input_files("input[name=file]", register(tmp_path))
    officer.submit("form[action$='/register/'] button:not([type='button'])")
    officer.look("columns")
    officer.page.uncheck("[name=age]")
    officer.submit("button[value=read]")
    assert "1990-02-30" in officer.page.inner_text("#bad ~ .table-scroll")
    officer.look("what would be left out")
    officer.submit("button[value=take]")
    for field in officer.page.locator("[name^=population-]").all():
        field.fill("600")
    officer.page.fill("[name=source]", "시험 수치")
    officer.submit("button[value=propose]")
    officer.look("proposed quotas")
    officer.submit("button[value=save]")

    # She orders the lottery; the page waits for the worker by itself.
    officer.page.fill("[name=witnesses]", "arbiter@haedam.example\nneighbour@haedam.example")
    officer.submit("form[action$='/prepare/'] button")
    officer.look("ordered")
    officer.page.wait_for_selector("[data-wait]", state="detached", timeout=60_000)
    assert "준비됨" in officer.page.inner_text("main")
    officer.look("made")

    # Somebody else freezes it; the log moves on; witnesses from outside throw.
    approver = visit()
    approver.sign_in("approver")
    approver.go(DESK)
    approver.submit("form[action$='/freeze/'] button")
    approver.look("frozen")
    for name, dice, width in (("arbiter", "3641522416", 1280), ("neighbour", "1165243256", 390)):
        witness = visit(width=width)
        witness.sign_in(name)

        def open_for_dice(witness: Visitor = witness) -> bool:
            witness.go(f"{PUBLIC}1/dice/")
            return witness.page.locator("[name=dice]").count() == 1

        wait_for(open_for_dice, "the log to publish the freeze", 60)
        witness.look("throwing")
        witness.page.fill("[name=dice]", dice)
        witness.submit("form:has([name=dice]) button")
    witness.look("drawn")

    # Each of the drawn gets one mail. One says yes on a phone without scripts, one says no.
    wait_for(lambda: len(invitations(site)) == 4, "four invitations", 60)
    links = sorted(invitations(site).items())
    for at, (_address, link) in enumerate(links):
        resident = visit(width=390, javascript=False, dark=at == 0)
        resident.go(link)
        if at == 0:
            resident.look("an invitation")
        resident.submit(f"button[value={'decline' if at == 3 else 'accept'}]")
        assert resident.page.locator("button[value=accept]").count() == 0
        if at in (0, 3):
            resident.look("answered")

    # The desk sees it, and the next lot is ordered by itself with the same witnesses.
    officer.go(DESK)
    assert officer.page.locator("#seats ~ .table-scroll tbody tr").count() == 4
    officer.look("seats")

    # A session is announced and it is noted who came; the public reads sums and no name.
    officer.go(f"{DESK}sittings/")
    officer.look("no session yet")
    officer.page.fill("[name=title]", "강변을 함께 걷기")
    officer.page.fill("[name=at]", "2026-01-05T14:00")
    officer.submit(".panel form button")
    officer.submit("a[href$='/sittings/1/']")
    officer.look("who came")
    for box in officer.page.locator("[name=came]").all()[:2]:
        box.check()
    officer.submit("form:has([name=came]) button")
    officer.look("sessions")
    anyone = visit(language="en")
    anyone.go(f"{PUBLIC}sittings/")
    assert "2 of 3" in anyone.page.inner_text("main") and "강변주민" not in anyone.page.content()
    anyone.look("attendance")
    anyone.go(PUBLIC)
    anyone.look("the ceremony")


def compute(anyone: Visitor) -> str:
    """Press the button of the checks and wait for what they say."""
    anyone.page.click("[data-lot] form button:not([type='button'])")
    anyone.page.wait_for_selector("[data-lot-result] .notice")
    return anyone.page.inner_text("[data-lot-result] .notice")


def test_the_lot_is_computed_again_in_the_browser_and_without_a_network(
    visit: Callable[..., Visitor], site: Site, tmp_path: Path
) -> None:
    anyone = visit(language="en")
    anyone.go("/panels/walking/1/check/")
    anyone.look("before")
    assert "Nothing contradicts" in compute(anyone)
    assert anyone.page.locator("[data-lot-result] tbody tr").count() == 100
    anyone.page.click("[data-lot-result] summary")
    anyone.look("computed")
    digest = re.search(r"[0-9a-f]{64}", anyone.page.inner_text("[data-lot-result] .timeline"))
    assert digest is not None

    # The digest of somebody else's copy decides, and a file that was touched is found out.
    anyone.page.fill("[name=digest]", digest[0][::-1])
    assert "does not fit" in compute(anyone)
    anyone.page.fill("[name=digest]", digest[0])
    assert "Nothing contradicts" in compute(anyone)
    bundle = anyone.page.evaluate(
        "fetch(document.querySelector('[data-lot]').dataset.lot).then((it) => it.json())"
    )
    bundle["draw"]["throws"][0] = "1" * 10
    touched = tmp_path / "touched.json"
    touched.write_text(json.dumps(bundle))
    anyone.page.set_input_files("[data-lot] [name=file]", touched)
    assert "does not fit" in compute(anyone)
    assert anyone.page.locator("[data-lot-result] .timeline .tone-persimmon").count() == 1
    anyone.look("touched")
    touched.write_text("no lot")
    anyone.page.set_input_files("[data-lot] [name=file]", touched)
    assert "not the file of a lot" in compute(anyone)

    # Kept as one file, on a computer without a network, on a phone in the dark.
    with anyone.page.expect_download() as download:
        anyone.page.click("a[href$='/check.html']")
    kept = tmp_path / "kept.html"
    download.value.save_as(kept)
    alone = visit(width=390, dark=True, language="en")
    alone.page.context.set_offline(True)
    alone.page.goto(kept.as_uri())
    assert "Nothing contradicts" in compute(alone)
    assert alone.page.locator("[data-lot-result] tbody tr").count() == 100
    overflow = alone.page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    assert overflow <= 0
