"""What matters offer the portal."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.enums import Disclosure
from madang.commons.matters.homes import homes_of
from madang.commons.matters.models import Matter
from madang.kernel.manifest import Feature, Link, register


def resolve(references: Iterable[str]) -> dict[str, Link]:
    """Titles and pages of public matters."""
    numbers = [reference.removeprefix("matter:") for reference in references]
    rows = Matter.objects.filter(number__in=numbers, disclosure=Disclosure.PUBLIC).values_list(
        "number", "title"
    )
    found = {str(number): title for number, title in rows}
    homes = homes_of(found)
    return {
        f"matter:{number}": Link(title, homes.get(number) or reverse("item", args=[number]))
        for number, title in found.items()
    }


def resolve_answers(references: Iterable[str]) -> dict[str, Link]:
    """Official answers lead to the page of what they answer (`answer:NUMBER:VERSION`)."""
    asked = {reference: "matter:" + reference.split(":")[1] for reference in references}
    pages = resolve(asked.values())
    return {reference: pages[matter] for reference, matter in asked.items() if matter in pages}


register(Feature(name="matters", label=_("Matters"), resolve={"matter": resolve, "answer": resolve_answers}))
