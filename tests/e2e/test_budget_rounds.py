"""A budget office prepares a round, tries its rule, announces it; residents read it and follow it; the clock does the rest."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from tests.e2e.conftest import Site, Visitor, wait_for

pytestmark = pytest.mark.browser
SLUG = "school-roads"
MOMENTS = ("intake_from", "intake_until", "votes_from", "votes_until")


def time_passes(site: Site, days: int) -> None:
    """Move every date of the round back; the worker sees it by itself."""
    moments = ", ".join(f"{name}=F('{name}') - timedelta(days={days})" for name in MOMENTS)
    site.madang(
        "shell",
        "-c",
        "from datetime import timedelta\n"
        "from django.db.models import F\n"
        "from madang.services.budgeting.models import Round\n"
        f"Round.objects.filter(slug='{SLUG}').update({moments})",
    )


def typed() -> dict[str, str]:
    now = datetime.now(UTC) + timedelta(hours=9)

    def day(number: int) -> str:
        return f"{now + timedelta(days=number):%Y-%m-%dT%H:%M}"

    return {
        "slug": SLUG,
        "title_ko": "통학로 참여예산",
        "title_en": "School roads budget",
        "about_ko": "통학로에 쓸 5억 원을 주민이 정해요.",
        "about_en": "Residents decide what 500 million won for school roads are spent on.",
        "intake_from": day(1),
        "intake_until": day(20),
        "votes_from": day(40),
        "votes_until": day(60),
        "results_on": day(70)[:10],
        "settles_on": day(400)[:10],
        "pot0-title_ko": "온 시내",
        "pot0-title_en": "Whole city",
        "pot0-amount": "0",
    }


def test_a_round_from_the_first_draft_until_it_is_called_off(
    visit: Callable[..., Visitor], site: Site
) -> None:
    chief = visit(javascript=False)
    page = chief.page
    chief.sign_in("facilitator")
    chief.go("/desk/budget/")
    chief.look("the desk")
    chief.submit("main a[href$='/desk/budget/new/']")
    for name, value in typed().items():
        page.fill(f"#id_{name}", value)
    chief.submit("button[value=add]")
    assert page.input_value("#id_title_ko") == "통학로 참여예산"
    page.fill("#id_pot1-title_ko", "새말")
    chief.submit(".form-foot button[value=save]")
    chief.look("errors")
    assert page.input_value("#id_pot1-title_ko") == "새말"
    page.fill("#id_pot0-amount", "350,000,000")
    page.fill("#id_pot1-title_en", "Saemal")
    page.fill("#id_pot1-amount", "1억 5천만")
    chief.submit(".form-foot button[value=save]")
    assert page.input_value("#id_pot1-amount") == "1억 5천만"
    page.fill("#id_pot1-amount", "150,000,000")
    chief.submit(".form-foot button[value=preview]")
    assert page.url.endswith(f"/budget/rounds/{SLUG}/")
    chief.look("the preview")
    guest = visit(width=390)
    assert guest.go(f"/budget/rounds/{SLUG}/").status == 404

    chief.go(f"/desk/budget/{SLUG}/rehearsal/")
    chief.look("the rehearsal")
    chief.submit(".budget-try button")
    chief.go(f"/desk/budget/{SLUG}/trial/")
    chief.look("real elections")

    # Another official saves between reading and saving.
    chief.go(f"/desk/budget/{SLUG}/edit/")
    page.fill("#id_about_ko", "통학로 다섯 곳을 먼저 살펴요.")
    other = visit(language="en", dark=True)
    other.sign_in("facilitator")
    other.go(f"/desk/budget/{SLUG}/edit/")
    other.page.fill("#id_title_en", "Roads to school")
    other.submit(".form-foot button[value=save]")
    other.look("a draft")
    chief.submit(".form-foot button[value=save]")
    chief.look("somebody else was first")
    assert page.input_value("#id_about_ko") == "통학로 다섯 곳을 먼저 살펴요."
    page.fill("#id_title_en", "Roads to school")
    chief.submit(".form-foot button[value=save]")

    chief.go(f"/desk/budget/{SLUG}/announce/")
    chief.look("once more")
    chief.submit("form.form-foot button")
    chief.look("announced")
    guest.go(f"/budget/rounds/{SLUG}/")
    guest.look("the public page")
    assert "5억 원" in guest.page.inner_text("main")
    guest.go("/budget/")
    guest.look("the list")
    assert "통학로 참여예산" in guest.page.inner_text("main")
    reader = visit(language="en")
    reader.sign_in("resident")
    reader.go(f"/budget/rounds/{SLUG}/")
    reader.submit("form:has(input[name=reference]) button")
    reader.look("followed")

    time_passes(site, 2)

    def is_taken() -> bool:
        reader.go("/my/notices/")
        return "Proposals are taken until" in reader.page.inner_text("main")

    wait_for(is_taken, "the worker to open the round and tell its follower", 60)
    chief.go(f"/desk/budget/{SLUG}/call-off/")
    page.fill("#id_reason", "의회가 이 예산을 줄였습니다. 내년에 다시 합니다.")
    chief.submit("main form .form-foot button")
    chief.look("called off, at the desk")
    guest.go(f"/budget/rounds/{SLUG}/")
    guest.look("called off")
    assert "의회가 이 예산을 줄였습니다." in guest.page.inner_text("main")
