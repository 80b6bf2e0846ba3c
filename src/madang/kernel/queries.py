"""Reading from the kernel's tables."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from madang.kernel import clock
from madang.kernel.models import Audit, Mandate, Organisation, Outbox, Rule, Trace, User


def mandates_of(user: User, *, at: datetime) -> QuerySet[Mandate]:
    """The mandates a person holds at a moment."""
    return (
        Mandate.objects.filter(user=user, valid_from__lte=at)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gt=at))
        .select_related("post__organisation")
    )


def offices(*, on: date | None = None) -> QuerySet[Organisation]:
    """Organisations that exist on a day and can be given a matter."""
    day = on or clock.today()
    return Organisation.objects.filter(valid_from__lte=day).filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=day)
    )


def known_rule(code: str, *, on: date | None = None) -> Rule | None:
    """The version of a rule that is in force on a day; None where none covers it."""
    day = on or clock.today()
    return (
        Rule.objects.filter(code=code, valid_from__lte=day)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        .order_by("-version")
        .first()
    )


def rule_in_force(code: str, *, on: date | None = None) -> Rule:
    """The version of a rule that is in force on a day.

    Raises:
        Rule.DoesNotExist: no version covers the day.
    """
    rule = known_rule(code, on=on)
    if rule is None:
        raise Rule.DoesNotExist(f"no version of {code} is in force on {on or clock.today()}")
    return rule


def history(*references: str) -> QuerySet[Audit]:
    """The public acts on one or several things, oldest first, with their place in the ledger."""
    return Audit.objects.filter(target__in=references, is_public=True).select_related(
        "organisation", "outbox"
    )


def acts_on(*references: str) -> QuerySet[Audit]:
    """All acts on one or several things, also those that are not public, oldest first; for who may read the thing."""
    return Audit.objects.filter(target__in=references).order_by("at", "pk")


def traces(reference: str) -> QuerySet[Trace]:
    """Arrows from or to a thing."""
    return Trace.objects.filter(Q(source=reference) | Q(target=reference))


def filing_leaf(reference: str) -> Outbox | None:
    """The ledger entry of the act that created a thing."""
    return Outbox.objects.filter(audit__target=reference).select_related("audit").order_by("pk").first()


def acts_of(user: User) -> QuerySet[Audit]:
    """What a person did, oldest first, for her own copy."""
    return Audit.objects.filter(actor=user).order_by("at", "pk")


MOST = 10_000
"""How far rows are counted for a list: a page costs the same in a city with a million of them."""


def at_most(rows: QuerySet[Any]) -> int:
    """How many rows there are, counted no further than one above `MOST`."""
    return rows.order_by()[: MOST + 1].count()
