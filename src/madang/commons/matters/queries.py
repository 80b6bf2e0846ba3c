"""Reading matters. Every list starts from what the viewer may see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from madang.commons.matters import guessing
from madang.commons.matters.enums import OWED, Channel, Disclosure, State
from madang.commons.matters.models import Answer, Assignment, Clock, Effect, EffectReport, Matter
from madang.kernel import clock, ids
from madang.kernel.actors import Actor
from madang.kernel.models import SEEING, Role

FULL = ("author", "rule", "host", "responsible", "officer", "merged_into")


_shown: list[Callable[[Actor], QuerySet[Any] | None]] = []


def also_shown(keys_of: Callable[[Actor], QuerySet[Any] | None]) -> None:
    """A service says by key which further matters an official sees, such as the case that her part belongs to."""
    _shown.append(keys_of)


def is_shown(actor: Actor, matter: Matter) -> bool:
    """Whether a service shows this matter to an official beside her own."""
    found = [keys for keys_of in _shown if (keys := keys_of(actor)) is not None]
    return bool(found) and Matter.objects.filter(pk=matter.pk).filter(_any(found, "")).exists()


def _any(found: list[QuerySet[Any]], at: str) -> Q:
    allowed = Q()
    for keys in found:
        allowed |= Q((f"{at}pk__in", keys))
    return allowed


def may_see(actor: Actor, *, at: str = "") -> Q:
    """The one gate: public matters, her own, those she opened with a receipt, her offices'.

    Args:
        at: path from the filtered model to the matter with its underscores, e.g. `matter__`.
    """
    if actor.is_system:
        return Q()
    allowed = Q((f"{at}disclosure", Disclosure.PUBLIC))
    if actor.user is not None:
        allowed |= Q((f"{at}author", actor.user))
    if actor.receipts:
        allowed |= Q((f"{at}pk__in", actor.receipts))
    if offices := actor.offices(*SEEING):
        allowed |= Q((f"{at}responsible__in", offices)) | Q((f"{at}host__in", offices))
    if actor.holds(Role.ARBITER):
        allowed |= Q((f"{at}state", State.ARBITRATION))
    if further := [keys for keys_of in _shown if (keys := keys_of(actor)) is not None]:
        allowed |= _any(further, at)
    return allowed


def visible(actor: Actor) -> QuerySet[Matter]:
    """The matters this actor may see."""
    return Matter.objects.filter(may_see(actor))


def by_code(code: str) -> Matter | None:
    """The matter that a receipt code opens.

    What cannot be a code is looked up as well: a wrong and an unknown one take the same way and the same time.
    """
    found = Matter.objects.filter(code_hash=ids.code_hash(ids.read_code(code) or code)).first()
    if found is None:
        guessing.missed()
    return found


def filed_by(actor: Actor) -> QuerySet[Matter]:
    """What this actor filed, by account or by a receipt of this session; newest first."""
    mine = Q(pk__in=actor.receipts)
    if actor.user is not None:
        mine |= Q(author=actor.user)
    return Matter.objects.filter(mine).select_related("responsible").order_by("-filed_at")


def latest_answer(matter: Matter) -> Answer | None:
    """The published answer that stands now."""
    return (
        matter.answers.filter(state=Answer.State.PUBLISHED)
        .select_related("office", "owner", "approved_by", "drafted_by")
        .prefetch_related("writers")
        .order_by("-version")
        .first()
    )


# --- desk -----------------------------------------------------------------------------------------------

WAITING_FOR = {"triage": "triage", "arbitration": "arbiter", "assigned": "office"}


def desk(actor: Actor) -> QuerySet[Matter]:
    """The matters an official works on: owed by her offices, at her triage desk, or before the arbiter."""
    mine = Q(pk__in=[])
    if offices := actor.offices(Role.OFFICER, Role.APPROVER):
        mine |= Q(responsible__in=offices, state=State.ASSIGNED)
    if hosts := actor.offices(Role.TRIAGE):
        mine |= Q(host__in=hosts, state__in=[State.TRIAGE, State.OPEN, State.MATURING])
    if actor.holds(Role.ARBITER):
        mine |= Q(state=State.ARBITRATION)
    return Matter.objects.filter(mine)


def with_work(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    """Adds what a desk row shows of the answer in work and of the clock, without a query per row."""
    in_work = Answer.objects.filter(matter=OuterRef("pk")).exclude(state=Answer.State.PUBLISHED)
    return matters.select_related("responsible", "officer", "host").annotate(
        has_draft=Exists(in_work.filter(state=Answer.State.DRAFT)),
        is_submitted=Exists(in_work.filter(state=Answer.State.SUBMITTED)),
        is_paused=Exists(Clock.objects.filter(matter=OuterRef("pk"), state=Clock.State.PAUSED)),
    )


@dataclass(frozen=True, slots=True)
class DeskCounts:
    """How many matters of a desk are late, due today, due within seven days, to triage, to approve.

    `all` are those owed an answer; `open` are in discussion and not owed one yet.
    """

    late: int
    today: int
    week: int
    triage: int
    approve: int
    arbitration: int
    open: int
    all: int


WEEK = timedelta(days=7)


def end_of_today() -> datetime:
    """The last moment of today in Seoul."""
    start = clock.seoul(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return start + timedelta(days=1) - timedelta(seconds=1)


def desk_counts(matters: QuerySet[Matter]) -> DeskCounts:
    """One query for all the tabs of a desk."""
    now, tonight = clock.now(), end_of_today()
    in_work = Answer.objects.filter(matter=OuterRef("pk"), state=Answer.State.SUBMITTED)
    found: dict[str, Any] = matters.annotate(submitted=Exists(in_work)).aggregate(
        late=Count("pk", filter=Q(due_at__lt=now)),
        today=Count("pk", filter=Q(due_at__gte=now, due_at__lte=tonight)),
        week=Count("pk", filter=Q(due_at__gt=tonight, due_at__lte=tonight + WEEK)),
        triage=Count("pk", filter=Q(state=State.TRIAGE)),
        approve=Count("pk", filter=Q(submitted=True)),
        arbitration=Count("pk", filter=Q(state=State.ARBITRATION)),
        open=Count("pk", filter=Q(state__in=[State.OPEN, State.MATURING])),
        all=Count("pk", filter=Q(state__in=OWED)),
    )
    return DeskCounts(**found)


# --- public figures -------------------------------------------------------------------------------------


def overdue() -> QuerySet[Matter]:
    """Public matters whose answer is late, the latest first."""
    return (
        Matter.objects.filter(disclosure=Disclosure.PUBLIC, state__in=OWED, due_at__lt=clock.now())
        .select_related("responsible")
        .order_by("due_at")
    )


def outcomes(matter: str = "pk") -> dict[str, Any]:
    """What the way of a row shows, as annotations instead of queries per row; `matter` leads to the matter."""
    answers = Answer.objects.filter(matter=OuterRef(matter), state=Answer.State.PUBLISHED)
    effects = Effect.objects.filter(matter=OuterRef(matter))
    return {
        "has_answer": Exists(answers),
        "has_effect": Exists(effects.filter(state__in=["under_way", "done"])),
        "is_done": Exists(effects.filter(state="done"))
        & ~Exists(effects.filter(state__in=["promised", "under_way"])),
    }


@dataclass(frozen=True, slots=True)
class OriginRow:
    """The headline figure for one origin. Shares are of `filed`; None where nothing was filed."""

    origin: str
    filed: int
    answered: int
    effect: int

    @property
    def answered_share(self) -> float | None:
        return self.answered / self.filed if self.filed else None

    @property
    def effect_share(self) -> float | None:
        return self.effect / self.filed if self.filed else None


def by_origin(matters: QuerySet[Matter]) -> list[OriginRow]:
    """Filed, with a published reasoned answer, with an effect under way or done, by origin.

    A merged matter counts with what the matter it was merged into received: its author was answered there.
    """
    own, other = outcomes(), outcomes("merged_into")
    rows = (
        matters.annotate(
            has_answer=own["has_answer"] | other["has_answer"],
            has_effect=own["has_effect"] | other["has_effect"],
        )
        .values("origin")
        .annotate(
            filed=Count("pk"),
            answered=Count("pk", filter=Q(has_answer=True)),
            effect=Count("pk", filter=Q(has_effect=True)),
        )
    )
    found: dict[str, dict[str, Any]] = {row["origin"]: dict(row) for row in rows}
    empty = {"filed": 0, "answered": 0, "effect": 0}
    return [
        OriginRow(origin, counts["filed"], counts["answered"], counts["effect"])
        for origin in ("individual", "organised", "agency")
        for counts in [found.get(origin, empty)]
    ]


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """What came in by one means, of `of` in all, and how much of it has a published answer."""

    channel: str
    filed: int
    answered: int
    of: int

    @property
    def share(self) -> float | None:
        return self.filed / self.of if self.of else None

    @property
    def answered_share(self) -> float | None:
        return self.answered / self.filed if self.filed else None


def by_channel(matters: QuerySet[Matter]) -> list[ChannelRow]:
    """Filed and answered by the means they came in, imported ones left out; merged ones as in `by_origin`."""
    own, other = outcomes(), outcomes("merged_into")
    rows = (
        matters.exclude(channel=Channel.IMPORT)
        .annotate(has_answer=own["has_answer"] | other["has_answer"])
        .order_by()
        .values("channel")
        .annotate(filed=Count("pk"), answered=Count("pk", filter=Q(has_answer=True)))
    )
    found = {row["channel"]: (row["filed"], row["answered"]) for row in rows}
    whole = sum(filed for filed, _answered in found.values())
    return [
        ChannelRow(channel, *found.get(channel, (0, 0)), of=whole)
        for channel in Channel.values
        if channel != Channel.IMPORT
    ]


def effects_of(matter: Matter) -> list[Effect]:
    """What was promised, each with its reports, the latest report first."""
    reports = EffectReport.objects.order_by("-at", "-pk")
    return list(
        matter.effects.select_related("owner").prefetch_related(Prefetch("reports", queryset=reports))
    )


def transfers_of(matter: Matter) -> QuerySet[Assignment]:
    """Every office that was responsible, in order."""
    return matter.assignments.select_related("organisation").order_by("started_at", "pk")


def undecided_effects() -> QuerySet[Effect]:
    """Promises that are neither done nor stopped; the oldest promised day first."""
    return (
        Effect.objects.filter(state__in=["promised", "under_way"], matter__disclosure=Disclosure.PUBLIC)
        .select_related("matter", "owner")
        .order_by(F("promised_on").asc(nulls_last=True))
    )
