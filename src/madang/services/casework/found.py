"""Where cases are found: their pages, and what the search knows of them beside their words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.urls import reverse

from madang.services.casework.models import Case, Part


def pages_of(numbers: Iterable[str]) -> dict[str, str]:
    """The pages of public cases by the numbers of their matters; a part lives on the page of its case."""
    asked = list(numbers)
    found = {
        str(number): reverse("case", args=[number])
        for number in Case.objects.filter(matter__number__in=asked).values_list("matter__number", flat=True)
    }
    parts = Part.objects.filter(matter__number__in=asked, case__matter__number__isnull=False)
    for number, lead, place in parts.values_list("matter__number", "case__matter__number", "number"):
        found[str(number)] = f"{reverse('case', args=[lead])}#part-{place}"
    return found


def details(keys: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    """District and category of cases, by the keys of their matters; other matters are absent."""
    rows = Case.objects.filter(pk__in=keys).values_list("pk", "district", "category__code")
    return {pk: {"district": district, "category": code or ""} for pk, district, code in rows}
