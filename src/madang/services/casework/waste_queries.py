"""Reading reports of waste: the register, what was saved, and who was rewarded. One query a table, whatever the length."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.services.casework import queries
from madang.services.casework.enums import CaseType
from madang.services.casework.logic.waterfall import Told
from madang.services.casework.models import Reward, Saving, WasteReport

WITH = ("case__matter__responsible", "case__matter__author", "case__matter__host", "case__center", "spender")


def reports() -> QuerySet[WasteReport]:
    """Reports of cases that are of this type now, the newest first."""
    return (
        WasteReport.objects.filter(case__type=CaseType.WASTE)
        .select_related(*WITH)
        .order_by("-case__matter__filed_at", "-pk")
    )


def by_ref(actor: Actor, ref: str) -> WasteReport | None:
    """The report of a case that this actor may see."""
    case = queries.by_ref(actor, ref)
    if case is None:
        return None
    return WasteReport.objects.select_related(*WITH).filter(pk=case.pk).first()


@dataclass(frozen=True, slots=True)
class Cluster:
    """Reports that are one: the first of a form letter, or the one that others were joined to."""

    lead: int
    others: int


def clusters() -> list[Cluster]:
    """Every cluster by the key of its lead, the newest lead first."""
    rows = reports().values_list("pk", "letter", "duplicate_of")
    lead_of: dict[int, int] = {}
    first: dict[str, int] = {}
    found = list(rows)[::-1]
    for pk, letter, into in found:
        lead_of[pk] = into or first.setdefault(letter, pk)
    sizes: dict[int, int] = {}
    for pk, _letter, _into in found:
        lead = lead_of[pk]
        lead = lead_of.get(lead, lead)
        sizes[lead] = sizes.get(lead, 0) + 1
    newest_first = [pk for pk, _letter, _into in reversed(found) if pk in sizes]
    return [Cluster(lead, sizes[lead] - 1) for lead in newest_first]


def alike(report: WasteReport) -> QuerySet[WasteReport]:
    """Other reports that are the same form letter or point at the same line; those that go on."""
    same = reports().filter(letter=report.letter)
    if report.line:
        same |= reports().filter(line=report.line)
    return same.exclude(pk=report.pk).exclude(state__in=["duplicate", "withdrawn"])


def told(leads: Iterable[int]) -> list[Told]:
    """What the figures count: leads only, so that a form letter counts once. Three queries."""
    keys = set(leads)
    estimated: dict[int, int] = {}
    verified: dict[int, int] = {}
    for report, kind, net in Saving.objects.order_by("pk").values_list("report", "kind", "net"):
        (estimated if kind == Saving.Kind.ESTIMATE else verified)[report] = net
    rewarded: dict[int, int] = {}
    for report, amount in Reward.objects.values_list("report", "amount"):
        rewarded[report] = rewarded.get(report, 0) + amount
    rows = reports().values_list("pk", "state", "claimed", "case__matter__filed_at")
    # An estimate that was refuted counts no longer.
    return [
        Told(
            f"{clock.seoul(at):%Y-%m}",
            state,
            claimed or 0,
            None if state == WasteReport.State.PLANNED else estimated.get(pk),
            verified.get(pk),
            rewarded.get(pk, 0),
        )
        for pk, state, claimed, at in rows
        if pk in keys
    ]


def rewards() -> QuerySet[Reward]:
    """The register of rewards, the latest first."""
    return Reward.objects.select_related("report__case__matter__author", "rule").order_by("-at", "-pk")


def named(report: WasteReport) -> str:
    """The reporter's name where she agreed to be named, else nothing."""
    matter = report.case.matter
    if not report.may_name or matter.author_left:
        return ""
    return matter.author.shown_name if matter.author is not None else matter.author_label
