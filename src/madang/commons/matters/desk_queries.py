"""Reading what the desk and the public list of late answers show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from madang.commons.matters import queries
from madang.commons.matters.enums import OWED, Disclosure, State
from madang.commons.matters.models import Answer, Effect, Matter
from madang.kernel import clock, ids
from madang.kernel.actors import Actor
from madang.kernel.models import Audit, Organisation, Role, User

TABS = ("late", "today", "week", "triage", "approve", "arbitration", "open", "all")
ORDERS = {
    "number": ("number", "pk"),
    "title": ("title", "pk"),
    "state": ("state", "due_at", "pk"),
    "office": ("responsible__name_ko", "due_at", "pk"),
    "due": ("due_at", "pk"),
    "filed": ("filed_at", "pk"),
}


def tabs_of(actor: Actor) -> tuple[str, ...]:
    """The tabs an official needs: what the mandates she holds now give her to do."""
    needs = {
        "triage": Role.TRIAGE,
        "open": Role.TRIAGE,
        "approve": Role.APPROVER,
        "arbitration": Role.ARBITER,
    }
    return tuple(tab for tab in TABS if tab not in needs or actor.holds(needs[tab]))


def in_tab(matters: QuerySet[Matter], tab: str) -> QuerySet[Matter]:
    """The part of a desk that a tab shows; the same conditions as `queries.desk_counts`."""
    now, tonight = clock.now(), queries.end_of_today()
    if tab == "late":
        return matters.filter(due_at__lt=now)
    if tab == "today":
        return matters.filter(due_at__gte=now, due_at__lte=tonight)
    if tab == "week":
        return matters.filter(due_at__gt=tonight, due_at__lte=tonight + queries.WEEK)
    if tab == "triage":
        return matters.filter(state=State.TRIAGE)
    if tab == "approve":
        submitted = Answer.objects.filter(state=Answer.State.SUBMITTED).values("matter")
        return matters.filter(pk__in=submitted)
    if tab == "arbitration":
        return matters.filter(state=State.ARBITRATION)
    if tab == "open":
        return matters.filter(state__in=[State.OPEN, State.MATURING])
    return matters.filter(state__in=OWED)


def narrowed(matters: QuerySet[Matter], *, words: str = "", officer: User | None = None) -> QuerySet[Matter]:
    """Only those with every typed word in the title, or with the typed number, or of one officer."""
    number = ids.read_number(words) if words else None
    if number:
        matters = matters.filter(number=number)
    else:
        for word in words.split()[:8]:
            matters = matters.filter(Q(title__icontains=word) | Q(number__icontains=word))
    return matters.filter(officer=officer) if officer is not None else matters


def ordered(matters: QuerySet[Matter], order: str) -> QuerySet[Matter]:
    """Sorted by a column of the table; `-` turns it round. What has no date stands last."""
    fields = list(ORDERS.get(order.removeprefix("-"), ORDERS["due"]))
    first = F(fields[0])
    turned = first.desc(nulls_last=True) if order.startswith("-") else first.asc(nulls_last=True)
    return matters.order_by(turned, *fields[1:])


def rows(pks: list[int]) -> list[Matter]:
    """The rows of one page in the order of their keys, with what a row shows; bodies stay in the database."""
    found = {row.pk: row for row in queries.with_work(Matter.objects.filter(pk__in=pks)).defer("body")}
    return [found[pk] for pk in pks if pk in found]


def officers_of(office: Organisation | int) -> QuerySet[User]:
    """Who holds a mandate as officer or approver of an office now."""
    now = clock.now()
    return (
        User.objects.filter(
            Q(mandates__valid_to__isnull=True) | Q(mandates__valid_to__gt=now),
            mandates__valid_from__lte=now,
            mandates__post__organisation=office,
            mandates__post__role__in=[Role.OFFICER, Role.APPROVER],
        )
        .order_by("name", "pk")
        .distinct()
    )


def acts_on(matter: Matter) -> QuerySet[Audit]:
    """Every act on a matter and on its answers, oldest first; for those who may see the matter."""
    answers = [answer.reference for answer in matter.answers.select_related("matter")]
    return (
        Audit.objects.filter(target__in=[matter.reference, *answers])
        .select_related("actor", "organisation")
        .order_by("at", "pk")
    )


def returned(answer: Answer) -> Audit | None:
    """The act by which the approver last returned this draft: its reason, and the words as they were then."""
    return (
        Audit.objects.filter(
            target=answer.reference, action="matters.answer.give_back", at__gte=answer.drafted_at
        )
        .order_by("-pk")
        .first()
    )


def returned_words(act: Audit | None) -> dict[str, Any]:
    """The words of a returned version; empty when there is none or they were erased."""
    payload: dict[str, Any] = (act.payload if act else None) or {}
    found: dict[str, Any] = payload.get("data", {}).get("returned", {})
    return found


def effects_of(actor: Actor) -> QuerySet[Effect]:
    """The promises that the actor's offices own; those still to be kept first, by promised day."""
    return (
        Effect.objects.filter(owner__in=actor.offices(Role.OFFICER, Role.APPROVER))
        .select_related("matter", "owner")
        .order_by(F("done_on").asc(nulls_first=True), F("promised_on").asc(nulls_last=True), "pk")
    )


@dataclass(frozen=True, slots=True)
class LateRow:
    """One office now: public matters it owes an answer to (`owed`) and how many of them are late."""

    office: Organisation
    owed: int
    late: int

    @property
    def share(self) -> float:
        """Late share of owed, in percent."""
        return 100 * self.late / self.owed if self.owed else 0.0


def late_by_office() -> list[LateRow]:
    """Every office that owes a public answer now, the latest first. Two queries."""
    counted = {
        row["responsible"]: (row["owed"], row["late"])
        for row in Matter.objects.filter(disclosure=Disclosure.PUBLIC, state__in=OWED)
        .values("responsible")
        .annotate(owed=Count("pk"), late=Count("pk", filter=Q(due_at__lt=clock.now())))
        .order_by()
    }
    offices = Organisation.objects.in_bulk(list(counted))
    found = [LateRow(offices[pk], owed, late) for pk, (owed, late) in counted.items()]
    return sorted(found, key=lambda row: (-row.late, -row.owed, row.office.code))
