"""Routing: the most telling rule in force decides, whatever order the rules were written in."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations

import pytest
from django.db import IntegrityError, transaction

from madang.kernel import actors, clock
from madang.kernel.domain import offices
from madang.services.casework.domain.routing import route
from madang.services.casework.models import RoutingRule
from tests.casework import made
from tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
DISTRICT, OTHER = "38090", "38050"
TODAY = date(2026, 11, 29)


@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_the_most_telling_rule_decides(order: tuple[int, ...]) -> None:
    town = made.center()
    road = made.category(town)
    kinds = (
        {},
        {"district": DISTRICT},
        {"category": road},
        {"category": road, "district": DISTRICT},
    )
    rules = {place: made.route(town, OrganisationFactory(), **kinds[place]) for place in order}
    assert route(town, road, DISTRICT, on=TODAY) == rules[3]
    assert route(town, road, OTHER, on=TODAY) == rules[2]
    assert route(town, made.category(town, "lamp"), DISTRICT, on=TODAY) == rules[1]
    assert route(town, None, "", on=TODAY) == rules[0]


def test_only_rules_and_offices_of_the_day_count() -> None:
    town = made.center()
    road = made.category(town)
    old = made.route(town, OrganisationFactory(), category=road, valid_to=date(2026, 6, 30))
    new = made.route(town, OrganisationFactory(), category=road, valid_from=date(2026, 7, 1))
    assert route(town, road, "", on=date(2026, 6, 30)) == old
    assert route(town, road, "", on=date(2026, 7, 1)) == new
    new.office.valid_to = date(2026, 10, 1)
    new.office.save()
    assert route(town, road, "", on=TODAY) is None


def test_another_center_has_its_own_rules() -> None:
    town, other = made.center(), made.center("other")
    made.route(other, OrganisationFactory())
    assert route(town, None, "", on=TODAY) is None


@pytest.mark.parametrize("with_category", [True, False])
def test_two_open_rules_for_one_thing_cannot_be(with_category: bool) -> None:
    town = made.center()
    key = {"category": made.category(town) if with_category else None, "district": DISTRICT}
    made.route(town, OrganisationFactory(), **key)
    with pytest.raises(IntegrityError), transaction.atomic():
        made.route(town, OrganisationFactory(), valid_from=date(2026, 1, 1), **key)
    assert RoutingRule.objects.count() == 1


def test_where_an_office_ends_its_routes_lead_to_the_one_that_goes_on() -> None:
    town = made.center()
    old, _officer, _approver = made.office("lights")
    new, _one, _other = made.office("lighting")
    for one in (old, new):
        one.parent = town.host
        one.save(update_fields=["parent"])
    before = made.route(town, old)
    offices.end_office(actor=actors.system("test"), office=old, successor=new, reason="조례 제1호")
    today = clock.today()
    found = route(town, None, "", on=today)
    assert found is not None and found.office == new
    before.refresh_from_db()
    assert before.office == old and before.valid_to == today - timedelta(days=1), (
        "what was filed by it stays so"
    )
    assert made.case(town).matter.responsible == new
