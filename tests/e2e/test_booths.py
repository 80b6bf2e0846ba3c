"""A vote on paper and at the device of a booth: issued, handed out, scanned, read by two, and counted to the last sheet."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.budgeting import sheet_drawn
from tests.budgeting.voting_made import COSTS, TITLES
from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser
SLUG = "paper-2028"
DESK = f"/desk/booths/{SLUG}/"
MADE = f"""
from madang.kernel.models import Organisation, User
from tests.budgeting import voting_made as made
host = Organisation.objects.get(code='participation')
chief = User.objects.get(email='facilitator@haedam.example')
made.opened({SLUG!r}, host=host, created_by=chief, is_demo=True, on_paper='booth')
"""
CODES = """
from madang.commons.channels.domain import calling
from madang.kernel import actors
from madang.kernel.models import User
for name in ('resident', 'neighbour'):
    print(name, calling.make(actor=actors.person(User.objects.get(email=f'{name}@haedam.example'))))
"""
SERIALS = f"""
from madang.services.budgeting.models import Sheet
for sheet in Sheet.objects.filter(box__pot__round__slug={SLUG!r}): print(sheet.serial)
"""
OVER = f"""
from datetime import timedelta
from django.db.models import F
from madang.services.budgeting.models import Round
moments = ('intake_from', 'intake_until', 'votes_from', 'votes_until')
Round.objects.filter(slug={SLUG!r}).update(**{{name: F(name) - timedelta(days=10) for name in moments}})
"""
STATE = f"""
from madang.services.budgeting.models import Round
print(Round.objects.get(slug={SLUG!r}).state)
"""


def scan_of(serial: str) -> bytes:
    """The first project crossed, upside down."""
    from madang.services.budgeting.layout import Line, Printed

    lines = tuple(Line(code, cost, TITLES[code]) for code, cost in COSTS.items())
    paper = Printed("approval", 1, 3, 0, 100_000_000, lines)
    return sheet_drawn.photographed(sheet_drawn.drawn(paper, serial, {"A1": [1]}), turned=180)


def test_from_the_printed_sheet_to_the_count(visit: Callable[..., Visitor], site: Site) -> None:
    site.madang("shell", "-c", MADE)
    codes = dict(re.findall(r"(resident|neighbour) (\S+)", site.madang("shell", "-c", CODES)))
    triage, operator = visit(), visit(width=390, javascript=False)
    triage.sign_in("triage")
    triage.go(DESK)
    triage.page.fill("#id_place", "해담중앙도서관")
    triage.page.fill("#id_size", "3")
    triage.submit("form:has(#id_size) .btn--primary")
    triage.look("a new box")
    box = triage.page.url
    serial, other, _unused = re.findall(r"BS-\S+", site.madang("shell", "-c", SERIALS))

    operator.sign_in("intake")
    operator.go(box.removeprefix(site.url))
    operator.submit("button[value=sheet]")
    operator.look("nobody was named")
    operator.page.fill("#id_calling", codes["resident"])
    operator.submit("button[value=sheet]")
    operator.look("marked in the roll")
    operator.page.fill("#id_calling", codes["neighbour"])
    operator.submit("button[value=code]")
    operator.look("a code for the device")
    key = operator.page.inner_text(".budget-key code")
    resident = visit()
    resident.sign_in("resident")
    resident.go(f"/budget/rounds/{SLUG}/vote/city/")
    resident.look("handed a ballot at a booth")
    assert resident.page.locator("main form[data-ballot]").count() == 0

    device = visit(width=768)
    device.go(f"/budget/rounds/{SLUG}/booth/")
    device.page.fill("#key", "wrong")
    device.submit("main form .btn--primary")
    device.look("a code that opens nothing")
    device.page.fill("#key", key)
    device.submit("main form .btn--primary")
    device.page.check("#project-A2")
    device.look("the ballot at the device")
    device.submit("form[data-ballot] .form-foot button")
    device.look("the receipt at the device")

    operator.go(DESK)
    operator.page.set_input_files(
        "#id_scans", {"name": "scan.jpg", "mimeType": "image/jpeg", "buffer": scan_of(serial)}
    )
    operator.submit("form:has(#id_scans) button:not([type='button'])")
    operator.look("what the scanner read")
    operator.submit(f"a[href$='{serial}/']")
    operator.look("a sheet with its picture")
    operator.page.check("#mark-A1")
    operator.submit("form:has([value=marks]) .btn--primary")
    operator.look("both have read the same")
    # A second sheet lies in the box that nobody was handed; two people read it differently.
    for reader, project in ((operator, "A3"), (triage, "A4")):
        reader.go(f"{DESK}sheets/{other}/")
        reader.page.check(f"#mark-{project}")
        reader.submit("form:has([value=marks]) .btn--primary")
    chief = visit(language="en", dark=True)
    chief.sign_in("facilitator")
    chief.go(f"{DESK}sheets/{other}/")
    chief.look("two readings that differ")
    chief.page.check("#mark-A3")
    chief.submit("form:has([value=marks]) .btn--primary")

    site.madang("shell", "-c", OVER)
    approver = visit()
    approver.sign_in("participation-head")
    approver.go(box.removeprefix(site.url))
    for pile, many in (("cast", 2), ("spoiled", 0), ("unused", 1)):
        approver.page.fill(f"#id_{pile}", str(many))
    approver.submit("button[value=close]")
    assert (
        approver.page.locator(".notice.tone-persimmon li").count()
        or approver.page.locator(".error-summary").count()
    )
    approver.look("it does not add up")
    for pile, many in (("cast", 2), ("spoiled", 0), ("unused", 1)):
        approver.page.fill(f"#id_{pile}", str(many))
    approver.page.fill("#id_reason", "나눠 주지 않은 용지 한 장이 나왔습니다. 조사하고 있습니다.")
    approver.submit("button[value=close]")
    approver.look("closed with a reason")
    wait_for(
        lambda: "voting" not in site.madang("shell", "-c", STATE), "the vote closes after its last box", 60
    )
    guest = visit(width=320)
    guest.go(f"/budget/rounds/{SLUG}/boxes/")
    guest.look("what everybody sees of the boxes")
    assert "조사하고 있습니다" in guest.page.inner_text("main")
