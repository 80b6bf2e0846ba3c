"""Which office a case goes to: by the most telling rule in force, and always the same for the same case."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from madang.kernel import clock
from madang.services.casework.models import Category, Center, RoutingRule


def rules_for(center: Center, category: Category | None, district: str, *, on: date) -> list[RoutingRule]:
    """The rules that fit a case on a day, the one that decides first.

    Category and district before category before district before neither; then the one that began later; then the
    one that was written later.
    """
    fits = Q(category__isnull=True) if category is None else Q(category=category) | Q(category__isnull=True)
    rows = (
        RoutingRule.objects.filter(fits, center=center, district__in=["", district], valid_from__lte=on)
        .exclude(valid_to__lt=on)
        .exclude(office__valid_to__lt=on)
        .filter(office__valid_from__lte=on)
        .select_related("office")
    )
    return sorted(rows, key=_telling, reverse=True)


def _telling(rule: RoutingRule) -> tuple[int, date, int]:
    return (2 * (rule.category_id is not None) + bool(rule.district), rule.valid_from, rule.pk)


def route(center: Center, category: Category | None, district: str, *, on: date) -> RoutingRule | None:
    """The rule that decides; None where the case stays at the desk of its host."""
    found = rules_for(center, category, district, on=on)
    return found[0] if found else None


@transaction.atomic
def go_on(*, of: int, to: int) -> None:
    """The routes of an office that has ended lead to the one that goes on, from today on."""
    today = clock.today()
    for rule in RoutingRule.objects.filter(office=of).exclude(valid_to__lt=today):
        if rule.valid_from < today:
            ends = rule.valid_to
            rule.valid_to = today - timedelta(days=1)
            rule.save(update_fields=["valid_to"])
            rule.pk, rule.valid_from, rule.valid_to = None, today, ends
            rule._state.adding = True
        rule.office_id = to
        rule.save()
