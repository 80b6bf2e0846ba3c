"""What the public figures count: answers in time, transfers, the latest answers and effects.

Every figure names its denominator; where the denominator is nought a share is None, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import (
    Count,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    QuerySet,
    Sum,
)

from madang.commons.matters.enums import OWED, Channel, Disclosure
from madang.commons.matters.models import Answer, Clock, EffectReport, Matter
from madang.commons.matters.queries import outcomes
from madang.kernel import clock

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """How answers stood against their dates.

    `on_time` + `late` = answers published; `overdue` are still missing though their date has passed;
    `median_days` counts from the start of the office's clock to publication, None without answers.
    """

    on_time: int
    late: int
    overdue: int
    waiting: int
    median_days: float | None

    @property
    def answered(self) -> int:
        return self.on_time + self.late

    @property
    def decided(self) -> int:
        """Answers whose date has passed or that were given: the denominator of the share in time."""
        return self.answered + self.overdue

    @property
    def share(self) -> float | None:
        return self.on_time / self.decided if self.decided else None


def _median_days(answered: QuerySet[Clock], count: int) -> float | None:
    """The middle duration (mean of the two in the middle), read from the database without loading all."""
    if not count:
        return None
    took = ExpressionWrapper(F("stopped_at") - F("started_at"), output_field=DurationField())
    middle = answered.annotate(took=took).order_by("took").values_list("took", flat=True)
    two = list(middle[(count - 1) // 2 : count // 2 + 1])
    return sum((each / DAY for each in two), 0.0) / len(two)


def answer_times(matters: QuerySet[Matter]) -> AnswerTimes:
    """Answers of these matters against the dates their clocks gave. Clocks stopped otherwise do not count."""
    # A clock counts whole seconds; the answer that stopped it was published within that second.
    second = ExpressionWrapper(OuterRef("stopped_at") + timedelta(seconds=1), output_field=DateTimeField())
    published = Answer.objects.filter(
        matter=OuterRef("matter"),
        state=Answer.State.PUBLISHED,
        published_at__gte=OuterRef("stopped_at"),
        published_at__lt=second,
    )
    clocks = Clock.objects.filter(matter__in=matters.order_by().values("pk"))
    answered = clocks.filter(Exists(published))
    found: dict[str, Any] = answered.order_by().aggregate(
        on_time=Count("pk", filter=Q(stopped_at__lte=F("due_at"))),
        late=Count("pk", filter=Q(stopped_at__gt=F("due_at"))),
    )
    now = clock.now()
    owed: dict[str, Any] = matters.filter(state__in=OWED).aggregate(
        overdue=Count("pk", filter=Q(due_at__lt=now)), waiting=Count("pk", filter=Q(due_at__gte=now))
    )
    count = found["on_time"] + found["late"]
    return AnswerTimes(**found, **owed, median_days=_median_days(answered, count))


@dataclass(frozen=True, slots=True)
class Transfers:
    """How often matters were passed on, of `given`: those that were ever given to an office."""

    given: int
    once: int
    twice: int
    arbiter: int
    total: int


def transfers(matters: QuerySet[Matter]) -> Transfers:
    """Matters passed on once, twice, and those that went to the arbiter (third time)."""
    given = matters.filter(Exists(Clock.objects.filter(matter=OuterRef("pk"))))
    found: dict[str, Any] = given.order_by().aggregate(
        given=Count("pk"),
        once=Count("pk", filter=Q(transfers=1)),
        twice=Count("pk", filter=Q(transfers=2)),
        arbiter=Count("pk", filter=Q(transfers__gte=3)),
        total=Sum("transfers"),
    )
    return Transfers(**found | {"total": found["total"] or 0})


def public() -> QuerySet[Matter]:
    """Public matters filed here; what was imported has its own page."""
    return Matter.objects.filter(disclosure=Disclosure.PUBLIC).exclude(channel=Channel.IMPORT)


def latest_answers(limit: int | None = 3) -> QuerySet[Answer]:
    """The newest published answers to public matters; all of them, to be narrowed further, without a limit."""
    return (
        Answer.objects.filter(state=Answer.State.PUBLISHED, matter__disclosure=Disclosure.PUBLIC)
        .select_related("matter", "office")
        .order_by("-published_at", "-pk")[:limit]
    )


def latest_effects(limit: int = 3) -> QuerySet[EffectReport]:
    """The newest reports on promises of public matters that begin, go on or are done."""
    return (
        EffectReport.objects.filter(
            state__in=["under_way", "done"], effect__matter__disclosure=Disclosure.PUBLIC
        )
        .exclude(effect__matter__channel=Channel.IMPORT)
        .select_related("effect__matter", "effect__owner")
        .order_by("-at", "-pk")[:limit]
    )


def with_outcome(matters: QuerySet[Matter]) -> QuerySet[Matter]:
    """Adds `has_answer`, `has_effect`, `is_done`: what the path of a row shows, without a query per row."""
    return matters.annotate(**outcomes())


def own_data(user_id: int) -> list[dict[str, Any]]:
    """Everything that this person filed, as plain data for her own copy."""
    rows = (
        Matter.objects.filter(author=user_id)
        .select_related("responsible")
        .prefetch_related("attachments")
        .order_by("filed_at", "pk")
    )
    return [
        {
            "number": matter.number,
            "kind": matter.kind,
            "state": matter.state,
            "disclosure": matter.disclosure,
            "title": matter.title,
            "body": matter.body,
            "language": matter.language,
            "origin": matter.origin,
            "group_name": matter.group_name,
            "name_shown": matter.author_label,
            "files": [
                {"name": file.name, "size": file.size, "sha256": file.sha256}
                for file in matter.attachments.all()
            ],
            "filed_at": matter.filed_at.isoformat(),
            "responsible_office": matter.responsible.name,
            "disposition": matter.disposition,
            "ended_at": matter.ended_at.isoformat() if matter.ended_at else None,
        }
        for matter in rows
    ]
