"""Reading the square."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from madang.commons.matters.enums import OWED, Disclosure, State
from madang.commons.matters.queries import may_see, outcomes
from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.models import User
from madang.services.square.models import (
    Cell,
    Comment,
    Idea,
    ImportedRow,
    Phase,
    Process,
    Space,
    Support,
)


def phase_at(space: Space, at: datetime) -> Phase | None:
    """The phase a space is in at a moment."""
    return (
        space.phases.filter(starts_at__lte=at)
        .filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))
        .order_by("order")
        .first()
    )


def cells_at(moment: datetime) -> QuerySet[Cell]:
    """The cells of every process at a moment, the first of a process before its others."""
    return (
        Cell.objects.filter(phase__starts_at__lte=moment)
        .filter(Q(phase__ends_at__isnull=True) | Q(phase__ends_at__gt=moment))
        .order_by("phase__order")
    )


def cell_now(process: Process | int) -> Cell | None:
    """What may be done in a process (or the process with this key) at this moment."""
    return cells_at(clock.now()).filter(process=process).select_related("phase", "process").first()


def cell_of(idea: Idea) -> Cell | None:
    """What may be done with an idea at this moment; not asked again where the reading brought it."""
    if hasattr(idea, "cell"):
        brought: Cell | None = idea.cell
        return brought
    return cell_now(idea.process_id)


def level_to_support(idea: Idea) -> str:
    """The level that supporting an idea needs now; nothing where its phase takes no supports."""
    cell = cell_of(idea)
    return cell.needed_to_support if cell is not None and cell.can_support else ""


def open_processes() -> QuerySet[Process]:
    """Processes that take in ideas now."""
    now = clock.now()
    cells = Cell.objects.filter(process=OuterRef("pk"), can_file=True, phase__starts_at__lte=now).filter(
        Q(phase__ends_at__isnull=True) | Q(phase__ends_at__gt=now)
    )
    return Process.objects.filter(Exists(cells)).select_related("space__host").prefetch_related("categories")


ROW = ("matter", "matter__responsible", "process__space", "category")


def ideas(actor: Actor) -> QuerySet[Idea]:
    """Ideas the actor may see, with what a card shows, without a query per row.

    Matters that were re-typed away from "idea" leave the list; their page stays.
    """
    seen = Idea.objects.filter(may_see(actor, at="matter__"), matter__kind="idea")
    shown = seen.exclude(matter__disclosure=Disclosure.HIDDEN)
    return shown.select_related(*ROW).annotate(**outcomes())


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list may be narrowed by. Unknown values are ignored by the form, not here."""

    state: str = ""
    category: str = ""
    space: str = ""
    process: str = ""
    origin: str = ""
    channel: str = ""
    order: str = "recent"


ORDERS = {
    "recent": ("-matter__filed_at", "-pk"),
    "support": ("-support_total", "-imported_likes", "-pk"),
    "comments": ("-comment_total", "-pk"),
    "due": ("matter__due_at", "-pk"),
}


def listing(actor: Actor, filters: Filters) -> QuerySet[Idea]:
    """The public list: merged and withdrawn ones only when asked for."""
    found = ideas(actor)
    if filters.state == "late":
        found = found.filter(matter__state__in=OWED, matter__due_at__lt=clock.now())
    elif filters.state == "owed":
        found = found.filter(matter__state__in=OWED)
    elif filters.state == "effect":
        found = found.filter(outcomes()["has_effect"])
    elif filters.state:
        found = found.filter(matter__state=filters.state)
    else:
        found = found.exclude(matter__state__in=[State.MERGED, State.WITHDRAWN])
    if filters.category:
        found = found.filter(category__slug=filters.category)
    if filters.space:
        found = found.filter(process__space__slug=filters.space)
    if filters.process:
        found = found.filter(process__slug=filters.process)
    if filters.origin:
        found = found.filter(matter__origin=filters.origin)
    if filters.channel:
        found = found.filter(matter__channel=filters.channel)
    return found.order_by(*ORDERS.get(filters.order, ORDERS["recent"]))


def supported_by(actor: Actor, idea: Idea) -> bool:
    return (
        actor.user is not None
        and Support.objects.filter(idea=idea, supporter=actor.user, withdrawn_at__isnull=True).exists()
    )


def is_uncounted(user: User, idea: int) -> bool:
    """Whether this person began to support so lately that the tally has not seen it."""
    return Support.objects.filter(idea=idea, supporter=user, uncounted__gt=0, changed_at=F("at")).exists()


def threads(idea: Idea, *, stance: str = "") -> QuerySet[Comment]:
    """First-level comments with their replies: two queries however many there are.

    Hidden ones stay in place as a line with the published reason, so that replies keep their context.
    """
    replies = Comment.objects.select_related("author", "office").order_by("at", "pk")
    found = (
        idea.comments.filter(parent__isnull=True)
        .select_related("author", "office")
        .prefetch_related(Prefetch("replies", queryset=replies))
        .order_by("-at", "-pk")
    )
    return found.filter(stance=stance) if stance else found


def stance_counts(idea: Idea) -> dict[str, int]:
    """Shown comments by stance, replies included."""
    rows = idea.comments.filter(state="shown").values("stance").annotate(n=Count("pk"))
    return {row["stance"]: row["n"] for row in rows}


# --- the imported file ----------------------------------------------------------------------------------

SOURCE_STATES = ("토론종료", "토론중", "숙성중", "숙성종료", "과제추진중")


@dataclass(frozen=True, slots=True)
class Funnel:
    """What an imported file holds, by the source's own states and by origin."""

    rows: int
    distinct: int
    by_state: dict[str, int]
    by_origin: dict[str, dict[str, int]]
    first_on: date | None
    last_on: date | None


def funnel(source: str) -> Funnel:
    """Counts over every row read, duplicates included; `distinct` by title and body."""
    rows = ImportedRow.objects.filter(source=source)
    by_origin: dict[str, dict[str, int]] = {
        origin: dict.fromkeys(SOURCE_STATES, 0) for origin in ("individual", "organised")
    }
    for row in rows.order_by().values("origin", "state").annotate(n=Count("pk")):
        by_origin.setdefault(row["origin"], dict.fromkeys(SOURCE_STATES, 0))[row["state"]] = row["n"]
    by_state = {state: sum(counts.get(state, 0) for counts in by_origin.values()) for state in SOURCE_STATES}
    first = rows.order_by("posted_on").first()
    last = rows.order_by("-posted_on").first()
    return Funnel(
        rows=sum(by_state.values()),
        distinct=rows.order_by().values("content_digest").distinct().count(),
        by_state=by_state,
        by_origin=by_origin,
        first_on=first.posted_on if first else None,
        last_on=last.posted_on if last else None,
    )
