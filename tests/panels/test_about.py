"""What a panel weighs: said by its office, shown on both pages, and only while it is public."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from madang.commons.matters.enums import Disclosure
from madang.commons.panels import api as panels
from madang.commons.panels.domain import preparing
from madang.commons.panels.models import Panel
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit
from tests import factories as f
from tests.panels.support import House
from tests.panels.test_web import as_, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def idea():
    return f.idea()


def test_both_pages_lead_to_each_other_once_the_panel_is_public(idea) -> None:
    house, number = House(), idea.matter.number
    round_ = house.prepared(slug="walk", about=idea.matter.reference, title_ko="걷기 위원단")
    assert panels.about([idea.matter.reference]) == []
    assert "걷기 위원단" not in Client().get(reverse("item", args=[number])).content.decode()
    house.freeze(round_)
    assert [one.slug for one in panels.about([idea.matter.reference])] == ["walk"]
    assert "걷기 위원단" in Client().get(reverse("item", args=[number])).content.decode()
    space = idea.process.space.slug
    assert "걷기 위원단" in Client().get(reverse("space", args=[space])).content.decode()
    page = Client().get(reverse("panel", args=["walk"])).content.decode()
    assert idea.matter.title in page and reverse("item", args=[number]) in page


def test_what_was_taken_down_is_named_neither_on_the_page_nor_to_programs(idea) -> None:
    House().frozen(slug="walk", about=idea.matter.reference)
    assert Client().get("/api/v1/panels").json()["items"][0]["about"] == idea.matter.reference
    idea.matter.__class__.objects.filter(pk=idea.matter.pk).update(disclosure=Disclosure.HIDDEN)
    assert idea.matter.title not in Client().get(reverse("panel", args=["walk"])).content.decode()
    for path in ("/api/v1/panels", "/api/v1/panels/walk"):
        assert idea.matter.number not in Client().get(path).content.decode()


def test_a_number_that_leads_nowhere_is_refused_and_nothing_is_begun() -> None:
    house = House()
    with pytest.raises(RefusedError) as refused:
        house.panel(about="matter:ID-2611-99999-1")
    assert refused.value.status == 422
    assert not Panel.objects.exists()
    said = post(
        as_(house.preparer), "desk_panels", status=422, host=house.host.pk, slug="walk", title_ko="걷기", title_en="Walk",
        purpose_ko="길", purpose_en="Way", size=10, youngest=18, min_cell=1, reply_days=14, about="space:nowhere",
    ).content.decode()  # fmt: skip
    assert "space:nowhere" in said and "공개된 것 가운데 이 번호가 없어요" in said
    assert not Panel.objects.exists()


def test_an_office_says_it_later_as_people_type_it_and_a_second_click_is_no_act(idea) -> None:
    house = House()
    house.frozen(slug="walk")
    number = idea.matter.number
    for typed in (number.lower().replace("-", " "), number):
        post(as_(house.preparer), "desk_panel_about", "walk", about=typed)
    assert Panel.objects.get().about == idea.matter.reference
    told = Audit.objects.get(action="panels.panel.relate")
    assert told.payload["data"] == {"before": "", "after": idea.matter.reference}
    wrong = post(as_(house.preparer), "desk_panel_about", "walk", status=422, about="space:nowhere")
    assert "space:nowhere" in wrong.content.decode()
    assert Panel.objects.get().about == idea.matter.reference
    post(as_(house.preparer), "desk_panel_about", "walk", about="")
    assert Panel.objects.get().about == ""


def test_nobody_else_says_what_a_panel_weighs(idea) -> None:
    house = House()
    panel = house.frozen(slug="walk").panel
    other = f.official("officer", f.OrganisationFactory(code="other"))
    for user in (other, f.UserFactory()):
        with pytest.raises(RefusedError) as refused:
            preparing.relate(actor=f.actor(user), panel=panel, about=idea.matter.reference)
        assert refused.value.status == 403
    post(as_(other), "desk_panel_about", "walk", status=404, about=idea.matter.number)
    assert Panel.objects.get().about == ""


def test_programs_read_one_panel_without_a_name(idea) -> None:
    house = House()
    house.drawn(slug="walk")
    found = Client().get("/api/v1/panels/walk").json()
    assert (found["lots"][0]["state"], found["lots"][0]["number"]) == ("drawn", 1)
    assert sum(one["drawn"] for one in found["composition"][0]["values"]) == found["size"] == 10
    assert found["seats"]["invited"] == 10
    assert "주민" not in Client().get("/api/v1/panels/walk").content.decode()
    house.panel("secret")
    assert [one["slug"] for one in Client().get("/api/v1/panels").json()["items"]] == ["walk"]
    assert Client().get("/api/v1/panels/secret").status_code == 404
