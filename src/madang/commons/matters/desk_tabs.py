"""The pages that a matter has at the desk: its answer and acts, and those that a service keeps beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from madang.commons.matters.models import Matter
from madang.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class Tab:
    """A page and what it is called."""

    label: str
    url: str


_makers: list[Callable[[Actor, Matter], list[Tab]]] = []


def also_on_desk(tabs: Callable[[Actor, Matter], list[Tab]]) -> None:
    """Register the pages that a service keeps of its matters at the desk."""
    _makers.append(tabs)


def tabs_of(actor: Actor, matter: Matter, *, at: str) -> list[dict[str, Any]]:
    """For the component of tabs, the page at the address `at` marked; none where the matter has one page only."""
    added = [tab for tabs in _makers for tab in tabs(actor, matter)]
    if not added:
        return []
    own = Tab(gettext("Answer and acts"), reverse("desk_matter", args=[matter.pk]))
    return [{"label": tab.label, "url": tab.url, "active": tab.url == at} for tab in (own, *added)]
