"""Which office a case goes to: by the most telling rule in force, and always the same for the same case."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

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
