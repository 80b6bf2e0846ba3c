"""Reading what the desk of cases shows: what is due, what waits, for whom and since when.

Rows are matters: a case stands on the desk of its lead office, each part on that of its own. Everything here needs the
same number of queries for 1 and for 10,000 open cases, and pages are cut by key, so that the last costs what the first
does.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from madang.commons.matters import queries as matters
from madang.commons.matters.enums import OWED, State
from madang.commons.matters.models import Answer, Assignment, Clock, ClockEvent, Matter
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.models import Audit, Role
from madang.services.casework.models import (
    Case,
    Cluster,
    ClusterMember,
    Consultation,
    Flag,
    Handover,
    Part,
    Review,
)

TABS = ("late", "today", "week", "stuck", "triage", "approve", "arbitration", "all")
ORDERS = {"due": "due_at", "filed": "filed_at"}
PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Filters:
    """What is shown of a desk; empty is everything. `office` is a key; `late` and `mine` narrow further."""

    type: str = ""
    category: str = ""
    district: str = ""
    office: int = 0
    late: bool = False
    mine: bool = False
    words: str = ""


def desk(actor: Actor) -> QuerySet[Matter]:
    """Cases and parts this official works on; of cases that say the same only the one that leads."""
    followers = ClusterMember.objects.filter(
        case=OuterRef("pk"),
        left_at__isnull=True,
        cluster__lead__matter__state__in=OWED,
        cluster__lead__matter__responsible=OuterRef("responsible"),
    )
    return (
        matters.desk(actor)
        .filter(Q(case__isnull=False) | Q(case_part__isnull=False))
        .filter(~Exists(followers))
    )


def narrowed(rows: QuerySet[Matter], filters: Filters, actor: Actor) -> QuerySet[Matter]:
    """The rows that fit."""
    for name in ("type", "category", "district"):
        if value := getattr(filters, name):
            path = f"{name}__code" if name == "category" else name
            rows = rows.filter(Q((f"case__{path}", value)) | Q((f"case_part__case__{path}", value)))
    if filters.office:
        rows = rows.filter(responsible=filters.office)
    if filters.late:
        rows = rows.filter(due_at__lt=clock.now())
    if filters.mine:
        rows = rows.filter(officer=actor.user)
    for word in filters.words.split()[:6]:
        rows = rows.filter(Q(title__icontains=word) | Q(number__icontains=word))
    return rows


def _submitted() -> QuerySet[Answer]:
    return Answer.objects.filter(matter=OuterRef("pk"), state=Answer.State.SUBMITTED)


def stuck() -> Q:
    """What cannot go on by the work of its officer alone: another office, an opinion, a clock that stands, an approver,
    an arbiter, or nobody named."""
    return (
        Q(state=State.ARBITRATION)
        | Q(state=State.ASSIGNED, officer__isnull=True)
        | Q(Exists(Part.objects.filter(case=OuterRef("pk"), matter__state__in=OWED)))
        | Q(Exists(Consultation.objects.filter(matter=OuterRef("pk"), state="open")))
        | Q(Exists(Clock.objects.filter(matter=OuterRef("pk"), state=Clock.State.PAUSED)))
        | Q(Exists(_submitted()))
    )


def tabs_of(actor: Actor) -> tuple[str, ...]:
    """The tabs an official needs by the mandates she holds now."""
    needs = {"triage": Role.TRIAGE, "approve": Role.APPROVER, "arbitration": Role.ARBITER}
    return tuple(tab for tab in TABS if tab not in needs or actor.holds(needs[tab]))


def _conditions() -> dict[str, Q]:
    now, tonight = clock.now(), matters.end_of_today()
    return {
        "late": Q(due_at__lt=now),
        "today": Q(due_at__gte=now, due_at__lte=tonight),
        "week": Q(due_at__gt=tonight, due_at__lte=tonight + matters.WEEK),
        "stuck": stuck(),
        "triage": Q(state=State.TRIAGE),
        "approve": Q(Exists(_submitted())),
        "arbitration": Q(state=State.ARBITRATION),
        "all": Q(state__in=OWED),
    }


def in_tab(rows: QuerySet[Matter], tab: str) -> QuerySet[Matter]:
    return rows.filter(_conditions()[tab])


def counts(rows: QuerySet[Matter]) -> dict[str, int]:
    """How many rows each tab has; one query."""
    found: dict[str, int] = rows.order_by().aggregate(
        **{name: Count("pk", filter=condition) for name, condition in _conditions().items()}
    )
    return found


# --- pages by key ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cut:
    """One page: the keys of its rows, and the cursors of the pages around it, empty where there is none."""

    pks: list[int]
    before: str = ""
    after: str = ""


def _cursor(moment: datetime | None, pk: int) -> str:
    return f"{moment.isoformat() if moment else ''}~{pk}"


def _read(cursor: str) -> tuple[datetime | None, int] | None:
    moment, _sep, pk = cursor.rpartition("~")
    if not (pk.isascii() and pk.isdigit() and len(pk) < 18):
        return None
    try:
        at = datetime.fromisoformat(moment) if moment else None
    except ValueError:
        return None
    return None if at is not None and at.tzinfo is None else (at, int(pk))


def _beyond(name: str, at: datetime | None, pk: int, *, forward: bool) -> Q:
    """Rows after (or before) a key; without a date they stand last."""
    if at is None:
        same = Q((f"{name}__isnull", True))
        return same & Q(pk__gt=pk) if forward else Q((f"{name}__isnull", False)) | (same & Q(pk__lt=pk))
    if forward:
        return Q((f"{name}__gt", at)) | Q((name, at), pk__gt=pk) | Q((f"{name}__isnull", True))
    return Q((f"{name}__lt", at)) | Q((name, at), pk__lt=pk)


def cut(
    rows: QuerySet[Matter], *, order: str, after: str = "", before: str = "", size: int = PER_PAGE
) -> Cut:
    """A page behind (or in front of) a cursor; a cursor that cannot be read gives the first page. One query."""
    name = ORDERS.get(order, "due_at")
    key = _read(before or after)
    forward = not (before and key)
    if key is not None:
        rows = rows.filter(_beyond(name, *key, forward=forward))
    sign = F(name).asc(nulls_last=True) if forward else F(name).desc(nulls_first=True)
    found = list(rows.order_by(sign, "pk" if forward else "-pk").values_list(name, "pk")[: size + 1])
    more, page = len(found) > size, found[:size]
    if not forward:
        page.reverse()
    if not page:
        return Cut([])
    first, last = _cursor(*page[0]), _cursor(*page[-1])
    has_before = more if not forward else key is not None
    has_after = more if forward else True
    return Cut([pk for _at, pk in page], first if has_before else "", last if has_after else "")


# --- the rows of one page -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Wait:
    """What a row waits for: `kind`, who (an office or an expert, where one is named), since when, until when."""

    kind: str
    who: str
    since: datetime | None
    part: int = 0
    until: Any = None


@dataclass(slots=True)
class Row:
    """A matter with what the desk shows of it. `many` are the cases that are answered with it, itself included."""

    matter: Any
    case: Case | None
    part: Part | None
    waits: list[Wait] = field(default_factory=list)
    flags: list[str] = field(default_factory=list)
    many: int = 1


def _since(kind: str) -> Any:
    events = ClockEvent.objects.filter(
        clock__matter=OuterRef("pk"), clock__stopped_at__isnull=True, kind=kind
    )
    return Subquery(events.order_by("-at", "-pk").values("at")[:1])


def rows_of(pks: list[int]) -> list[Row]:
    """The rows of a page in this order; the same number of queries for any number of them."""
    held = Assignment.objects.filter(matter=OuterRef("pk"), ended_at__isnull=True).values("started_at")[:1]
    found = {
        row.pk: row
        for row in matters.with_work(Matter.objects.filter(pk__in=pks))
        .annotate(held_since=Subquery(held), paused_since=_since(ClockEvent.Kind.PAUSED))
        .defer("body")
    }
    parts = {one.matter_id: one for one in Part.objects.filter(matter__in=pks)}
    case_of = {pk: parts[pk].case_id if pk in parts else pk for pk in pks}
    whole = ("matter", "category", "matter__responsible")
    cases = {
        one.pk: one
        for one in Case.objects.filter(pk__in=set(case_of.values()))
        .select_related(*whole)
        .defer("matter__body")
    }
    made = {pk: Row(found[pk], cases.get(case_of[pk]), parts.get(pk)) for pk in pks if pk in found}
    submitted = _submitted_at(found.values())
    for row in made.values():
        row.waits = _own_waits(row.matter, submitted.get(row.matter.pk))
    _add_parts(made)
    _add_consultations(made)
    for flag in Flag.objects.filter(matter__in=pks, cleared_at__isnull=True):
        if flag.matter_id in made:
            made[flag.matter_id].flags.append(flag.kind)
    members = ClusterMember.objects.filter(left_at__isnull=True)
    for lead, many in (
        Cluster.objects.filter(lead__in=pks)
        .annotate(many=Count("members", filter=Q(members__in=members)))
        .values_list("lead", "many")
    ):
        made[lead].many = many + 1
    return list(made.values())


def _submitted_at(rows: Iterable[Any]) -> dict[int, datetime]:
    """When drafts that wait for approval were handed over, by matter."""
    waiting = {f"answer:{row.reference.removeprefix('matter:')}:": row.pk for row in rows if row.is_submitted}
    drafts = Answer.objects.filter(matter__in=waiting.values(), state=Answer.State.SUBMITTED)
    by_pk = {pk: start for start, pk in waiting.items()}
    targets = {f"{by_pk[row.matter_id]}{row.version}": row.matter_id for row in drafts}
    acts = Audit.objects.filter(target__in=targets, action="matters.answer.submit").order_by("at")
    return {targets[act.target]: act.at for act in acts.only("target", "at", "action")}


def _own_waits(matter: Any, submitted: datetime | None) -> list[Wait]:
    """What the matter itself waits for; one thing at a time."""
    if matter.state == State.TRIAGE:
        return [Wait("triage", matter.responsible.name, matter.held_since)]
    if matter.state == State.ARBITRATION:
        return [Wait("arbiter", "", matter.held_since)]
    if matter.state != State.ASSIGNED:
        return []
    if matter.is_paused:
        return [Wait("author", "", matter.paused_since)]
    if matter.is_submitted:
        return [Wait("approver", matter.responsible.name, submitted)]
    if matter.officer is None:
        return [Wait("nobody", matter.responsible.name, matter.held_since)]
    return [Wait("draft" if matter.has_draft else "officer", matter.officer.shown_name, matter.held_since)]


def _add_parts(made: dict[int, Row]) -> None:
    """Parts of a case that another office still owes: which, who, since when."""
    held = Assignment.objects.filter(matter=OuterRef("matter"), ended_at__isnull=True).values("started_at")
    open_parts = (
        Part.objects.filter(case__in=list(made), matter__state__in=OWED)
        .select_related("matter__responsible")
        .annotate(held_since=Subquery(held[:1]))
        .defer("matter__body")
    )
    for part in open_parts.order_by("number"):
        wait = Wait(
            "part",
            part.matter.responsible.name,
            part.held_since,
            part.number,
            part.matter.due_at,
        )
        made[part.case_id].waits.insert(0, wait)


def _add_consultations(made: dict[int, Row]) -> None:
    asked: dict[int, list[Wait]] = defaultdict(list)
    for one in Consultation.objects.filter(matter__in=list(made), state="open").select_related("office"):
        asked[one.matter_id].append(Wait("opinion", one.whom, one.at, until=one.due_on))
    for pk, waits in asked.items():
        made[pk].waits = waits + made[pk].waits


# --- other lists ----------------------------------------------------------------------------------------


def asked_of(actor: Actor) -> QuerySet[Consultation]:
    """Opinions that her offices are asked for: those that wait first, by day."""
    return (
        Consultation.objects.filter(office__in=actor.offices(Role.OFFICER, Role.APPROVER))
        .select_related("matter", "asking", "office")
        .order_by(F("answered_at").desc(nulls_first=True), "due_on", "pk")
    )


def reviews(actor: Actor) -> QuerySet[Review]:
    """Closings that authors ask the board about, the open ones first."""
    if not actor.holds(Role.ARBITER):
        return Review.objects.none()
    return Review.objects.select_related(
        "repeat__matter__responsible", "repeat__matter__author", "decided_by"
    ).order_by(F("decided_at").asc(nulls_first=True), "asked_at")


@dataclass(frozen=True, slots=True)
class Beside:
    """How much waits on the pages beside the list."""

    asked: int
    handed: int
    reviews: int


def beside(actor: Actor) -> Beside:
    """Three counts."""
    offices = actor.offices(Role.OFFICER, Role.APPROVER)
    return Beside(
        Consultation.objects.filter(office__in=offices, state="open").count() if offices else 0,
        Handover.objects.filter(office__in=offices, named_at__isnull=True).count() if offices else 0,
        reviews(actor).filter(state="open").count() if actor.holds(Role.ARBITER) else 0,
    )


def days_since(moment: datetime | None) -> int:
    """Whole days in Seoul from a moment to today."""
    return (clock.today() - clock.seoul(moment).date()) // timedelta(days=1) if moment else 0
