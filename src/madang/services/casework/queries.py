"""Reading cases. Every list starts from what the viewer may see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from madang.commons.matters import api as matters
from madang.commons.matters.queries import may_see
from madang.kernel.actors import Actor
from madang.kernel.models import Role
from madang.kernel.queries import MOST, at_most
from madang.services.casework.models import Case, Category, Center

WHOLE = (
    "matter__responsible",
    "matter__host",
    "matter__officer",
    "matter__rule",
    "matter__author",
    "matter__merged_into",
    "category",
    "center",
    "route__office",
)


LATEST, DISTRICTS_MOST = 200, 25


def centers() -> QuerySet[Center]:
    """The complaint centers that take cases in, the first one being the usual one."""
    return Center.objects.filter(is_open=True).select_related("host")


def administered(actor: Actor) -> QuerySet[Center]:
    """The centers whose host, or what it belongs to, she administers."""
    offices = actor.offices(Role.ADMIN)
    return Center.objects.filter(Q(host__in=offices) | Q(host__parent__in=offices)).select_related("host")


def categories(center: Center) -> QuerySet[Category]:
    """What can be chosen now."""
    return center.categories.filter(is_active=True)


def districts_lately(center: Center) -> list[str]:
    """The districts of the latest public cases, the most frequent first: around them the map of a new one opens."""
    told = center.cases.filter(matter__disclosure="public").exclude(district="")
    latest = told.order_by("-pk").values_list("district", flat=True)[:LATEST]
    return [code for code, _many in Counter(latest).most_common(DISTRICTS_MOST)]


def visible(actor: Actor) -> QuerySet[Case]:
    """The cases this actor may see, by the gate of matters."""
    return Case.objects.filter(may_see(actor, at="matter__")).select_related(*WHOLE)


def public() -> QuerySet[Case]:
    """Cases that everyone may read, the newest first."""
    return (
        Case.objects.filter(matter__disclosure="public")
        .select_related(*WHOLE)
        .order_by("-matter__filed_at", "-pk")
    )


def by_ref(actor: Actor, ref: str) -> Case | None:
    """The case behind what stands in its address, where this actor may see it (`Case.ref`)."""
    if ref.startswith("~"):
        # Shorter beginnings would be worth guessing; `Matter.reference` has 24 characters of the hash.
        named = Q(matter__number__isnull=True, matter__code_hash__startswith=ref[1:])
        return visible(actor).filter(named).first() if len(ref) == 25 else None
    return visible(actor).filter(matter__number=ref).first()


@dataclass(frozen=True, slots=True)
class Filters:
    """What a board shows; empty is everything."""

    category: str = ""
    type: str = ""
    district: str = ""
    state: str = ""


OPEN, CLOSED = "open", "closed"
_ENDED = (matters.State.ANSWERED, matters.State.WITHDRAWN, matters.State.MERGED, matters.State.CLOSED)
STATES = {OPEN: tuple(one for one in matters.State if one not in _ENDED), CLOSED: _ENDED}
"""Every state is in one of the two."""


def narrowed(rows: QuerySet[Case], filters: Filters) -> QuerySet[Case]:
    """The rows that fit the filters."""
    if filters.category:
        rows = rows.filter(category__code=filters.category)
    if filters.type:
        rows = rows.filter(type=filters.type)
    if filters.district:
        rows = rows.filter(district=filters.district)
    if filters.state in STATES:
        rows = rows.filter(matter__state__in=STATES[filters.state])
    return rows


def by_state(rows: QuerySet[Case]) -> dict[str, int]:
    """How many are open, closed, and there in all (under ""), each counted no further than `at_most` does."""
    found = {name: at_most(rows.filter(matter__state__in=states)) for name, states in STATES.items()}
    return found | {"": min(sum(found.values()), MOST + 1)}
