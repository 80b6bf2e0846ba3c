"""What each app offers the portal: navigation, links for references, plan projects, job schedules.

Apps register one `Feature` in their `manifest.py`; the portal, which stands above them, asks here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError

UNKNOWN = "reference.unknown"
"""Code of the refusal of a reference that leads to nothing public."""


@dataclass(frozen=True)
class Entry:
    """One navigation entry. `url_name` is reversed by the page shell; `prefix` marks it as current.

    `roles` are those for whom the page has something, for entries of the desk; every official where it is empty.
    `is_aside`: it stands under "More" where the bar shows its entries in one line.
    """

    label: str | Promise
    url_name: str
    prefix: str
    order: int = 50
    roles: tuple[str, ...] = ()
    is_aside: bool = False


@dataclass(frozen=True)
class Link:
    """Where a reference leads and what to call it."""

    title: str
    url: str


@dataclass(frozen=True)
class Evidence:
    """Proof that a plan project is being delivered: counted from rows, never typed in."""

    status: str  # not_started, under_way, delivered, verified, reversed
    sentence: str
    url: str = ""


@dataclass(frozen=True)
class Part:
    """One part of a plan project as an app delivers it: what it is, what its rows say, and its page.

    `order` puts the parts of all apps into one row.
    """

    label: str
    sentence: str
    url: str
    order: int = 50


@dataclass(frozen=True)
class Line:
    """Public money as others may point at it: a project with its stage, a row of a budget that was brought in.

    `note` says amount and stage in words; the `reference` is resolved like every other.
    """

    reference: str
    title: str
    note: str


@dataclass(frozen=True)
class Feature:
    """An app as the portal sees it.

    `projects` gives the evidence of a service of a project; `parts` is asked of every app, since common things
    deliver parts of projects too.
    """

    name: str
    label: str | Promise
    navigation: tuple[Entry, ...] = ()
    desk: tuple[Entry, ...] = ()
    resolve: dict[str, Callable[[Iterable[str]], dict[str, Link]]] = field(default_factory=dict)
    projects: dict[int, Callable[[], Evidence]] = field(default_factory=dict)
    parts: dict[int, Callable[[], tuple[Part, ...]]] = field(default_factory=dict)
    badge: Callable[[Actor], int] | None = None
    lines: Callable[[str, int], list[Line]] | None = None


_features: dict[str, Feature] = {}


def register(feature: Feature) -> None:
    if feature.name in _features:
        raise ValueError(f"{feature.name} is registered twice")
    _features[feature.name] = feature


def features() -> tuple[Feature, ...]:
    return tuple(_features.values())


def desk_of(actor: Actor) -> list[Entry]:
    """Pages of the desk that apps offer to somebody with these mandates, in order."""
    found = [entry for feature in _features.values() for entry in feature.desk]
    return sorted(
        (entry for entry in found if not entry.roles or actor.offices(*entry.roles)),
        key=lambda entry: entry.order,
    )


def links(references: Iterable[str]) -> dict[str, Link]:
    """Titles and addresses of public references, one query per kind. Unknown or hidden ones are absent."""
    by_kind: dict[str, list[str]] = {}
    for reference in references:
        by_kind.setdefault(reference.partition(":")[0], []).append(reference)
    found: dict[str, Link] = {}
    for feature in _features.values():
        for kind, resolve in feature.resolve.items():
            if kind in by_kind:
                found.update(resolve(by_kind[kind]))
    return found


def lines(text: str, *, limit: int = 8) -> list[Line]:
    """Budget lines of all apps that fit the words, a few of each app."""
    return [one for feature in _features.values() if feature.lines for one in feature.lines(text, limit)]


def require(references: Collection[str]) -> None:
    """Every reference leads to something public.

    Raises:
        RefusedError: 422 with the ones that lead nowhere.
    """
    known = links(references)
    lost = [one for one in references if one not in known]
    if lost:
        raise RefusedError(
            _("Nothing public has this number: %(numbers)s. Check it.") % {"numbers": ", ".join(lost)},
            UNKNOWN,
            status=422,
        )
