"""Reading. Public lists start at `public()`, the desk at `desk()`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from madang.commons.panels.logic.few import hidden
from madang.commons.panels.models import Panel, Presence, Quota, Round, Seat, Sitting
from madang.kernel.actors import Actor
from madang.kernel.models import Audit, Role

TOLD = ("frozen", "open", "drawn")


def public() -> QuerySet[Panel]:
    """Panels of which at least one lot was frozen in the public log."""
    told = Round.objects.filter(panel=OuterRef("pk"), state__in=TOLD)
    return Panel.objects.filter(Exists(told)).select_related("host").defer("upload")


def about(references: Iterable[str]) -> QuerySet[Panel]:
    """Public panels that weigh one of these things, the latest first."""
    return public().filter(about__in=list(references))


def desk(actor: Actor) -> QuerySet[Panel]:
    """Panels of the offices in which this person holds a mandate to prepare or approve."""
    return (
        Panel.objects.filter(host__in=actor.offices(Role.OFFICER, Role.APPROVER))
        .select_related("host")
        .defer("upload")
    )


def rounds(panel: Panel) -> list[Round]:
    """Every lot that was put into the log, also those given up, oldest first; without the heavy lists."""
    return list(
        panel.rounds.filter(Q(state__in=TOLD) | Q(state="void", entry__isnull=False))
        .select_related("entry", "panel")
        .defer("frozen", "people")
    )


@dataclass(frozen=True)
class Stratum:
    """One value of one feature: in the population, in the register, as a quota, and among the drawn."""

    quota: Quota
    population_total: int
    register: int
    register_total: int
    drawn: int | None

    @property
    def population_share(self) -> float | None:
        return self.quota.population / self.population_total * 100 if self.population_total else None

    @property
    def register_share(self) -> float:
        return self.register / self.register_total * 100 if self.register_total else 0.0


def strata(panel: Panel) -> list[tuple[str, list[Stratum]]]:
    """Composition by feature. Only sums: they are of the whole register, never of a combination."""
    quotas = list(panel.quotas.all())
    register: Counter[tuple[int, int]] = Counter()
    people = 0
    for values in panel.candidates.values_list("values", flat=True):
        people += 1
        register.update(enumerate(values))
    seated: Counter[tuple[int, int]] = Counter()
    seats = 0
    for values in Seat.objects.filter(round__panel=panel, state__in=("invited", "accepted")).values_list(
        "candidate__values", flat=True
    ):
        seats += 1
        seated.update(enumerate(values))
    totals: Counter[int] = Counter()
    for quota in quotas:
        totals[quota.feature_order] += quota.population
    found: dict[str, list[Stratum]] = {}
    for quota in quotas:
        place = (quota.feature_order, quota.value_order)
        found.setdefault(quota.feature, []).append(
            Stratum(
                quota,
                totals[quota.feature_order],
                register[place],
                people,
                seated[place] if seats else None,
            )
        )
    return list(found.items())


@dataclass(frozen=True)
class Share:
    """One value at one session: who had a seat and who came; both None where the numbers are too small to show."""

    came: int | None
    seats: int | None


LEAST_SHOWN = 3
"""Of fewer seats with a value nobody is told how many came: one would know of whom."""


def attendance(panel: Panel, sittings: list[Sitting]) -> list[tuple[str, list[tuple[str, list[Share]]]]]:
    """By feature and value, for each of the sessions. No name, no combination of values, no small number."""
    least = max(LEAST_SHOWN, panel.min_cell)
    counts: dict[int, Counter[tuple[int, int, bool]]] = {one.pk: Counter() for one in sittings}
    rows = Presence.objects.filter(sitting__in=sittings)
    for key, came, values in rows.values_list("sitting_id", "came", "seat__candidate__values"):
        counts[key].update((feature, value, came) for feature, value in enumerate(values))
    features: dict[str, list[Quota]] = {}
    for quota in panel.quotas.all():
        features.setdefault(quota.feature, []).append(quota)
    found = []
    for feature, quotas in features.items():
        table: dict[str, list[Share]] = {quota.value: [] for quota in quotas}
        for sitting in sittings:
            have = counts[sitting.pk]
            places = [(quota.feature_order, quota.value_order) for quota in quotas]
            seats = [have[(*place, True)] + have[(*place, False)] for place in places]
            secret = hidden(seats, least)
            for at, quota in enumerate(quotas):
                share = Share(None, None) if at in secret else Share(have[(*places[at], True)], seats[at])
                table[quota.value].append(share)
        found.append((feature, list(table.items())))
    return found


def sittings(panel: Panel) -> list[Sitting]:
    """The sessions with how many came, of how many seats (`came`, `of`)."""
    return list(
        panel.sittings.annotate(
            came=Count("presences", filter=Q(presences__came=True)), of=Count("presences")
        )
    )


def seat_counts(panel: Panel) -> dict[str, int]:
    """How many seats of each state, over all draws."""
    found = Counter(Seat.objects.filter(round__panel=panel).values_list("state", flat=True))
    return {state: found[state] for state in Seat.State.values}


def void_reason(lot: Round) -> str:
    """Why a lot was given up, as published."""
    act = Audit.objects.filter(target=lot.reference, action="panels.round.void").order_by("-pk").first()
    return act.reason if act else ""
