"""Suggested categories: what the machine says about a case, what becomes of it, and how people teach it.

It learns from confirmed cases alone: those that an official put into their category, or that were answered in it. It
decides nothing, but for one thing that a city may allow by the dated rule `casework.routing` (`{"least": 0.8}`): where the
author chose no category and the confidence reaches `least`, the case goes on by itself, and its history says so.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.matters.domain import handling
from madang.commons.matters.enums import State
from madang.kernel import clock, policy
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.events import publish
from madang.kernel.models import Rule
from madang.kernel.queries import known_rule
from madang.services.casework.domain import routing
from madang.services.casework.events import CaseChanged
from madang.services.casework.logic import keywords, labeller
from madang.services.casework.logic.labeller import Labeller, Text
from madang.services.casework.models import Case, Category, CategoryChange, Center, LabelModel, Suggestion

LEARNER = "casework.labels"
RULE = "casework.routing"
KEYWORDS = "keywords"
LEAST_CASES = 50  # confirmed cases from which there is something to learn
AGAIN_AFTER = 20  # confirmed cases more, after which it learns again
KEPT = 5  # versions whose bytes are kept; of older ones the row stays, so that a history can name it
BATCH = 200


@dataclass(frozen=True, slots=True)
class Guess:
    """A category, and how sure: the part (0 to 1) of such suggestions that people confirmed; None by keywords alone."""

    category: Category
    confidence: float | None

    @property
    def percent(self) -> int | None:
        return None if self.confidence is None else round(self.confidence * 100)


@dataclass(frozen=True, slots=True)
class Said:
    """What the machine says about a text: best first, by which version."""

    guesses: tuple[Guess, ...]
    source: str
    model: LabelModel | None = None


def suggest(center: Center, title: str, body: str) -> Said:
    """The likeliest categories of a text that are in use; two queries. By keywords until there is a model."""
    active = {one.code: one for one in center.categories.filter(is_active=True)}
    current = center.label_models.defer("data").first()
    if current is not None:
        found = _loaded(current.pk).suggest(title, body, shown=len(active) + 3)
        known = tuple(Guess(active[one.label], one.confidence) for one in found if one.label in active)
        return Said(known[: labeller.SHOWN], current.name, current)
    words = {
        code: [*one.keywords.split(","), *one.name_ko.split("·"), one.name_en] for code, one in active.items()
    }
    codes = keywords.ranked(title, body, words)
    return Said(tuple(Guess(active[code], None) for code in codes), KEYWORDS)


@lru_cache(maxsize=4)
def _loaded(pk: int) -> Labeller:
    return labeller.loaded(bytes(LabelModel.objects.values_list("data", flat=True).get(pk=pk)))


def read_waiting() -> int:
    """Read cases that came in. For a job; a case that cannot be read any more is left out."""
    waiting = Suggestion.objects.filter(at__isnull=True).order_by("pk").values_list("pk", flat=True)[:BATCH]
    return sum(_read(pk) for pk in list(waiting))


@transaction.atomic
def _read(pk: int) -> bool:
    row = (
        Suggestion.objects.select_for_update(of=("self",))
        .select_related("case__matter", "case__center", "case__category")
        .filter(pk=pk, at__isnull=True)
        .first()
    )
    if row is None:
        return False
    case = row.case
    said = suggest(case.center, case.matter.title, case.matter.body)
    row.at, row.model, row.source = clock.now(), said.model, said.source
    row.ranking = [[one.category.code, one.confidence] for one in said.guesses]
    row.save(update_fields=["at", "model", "source", "ranking"])
    rule = known_rule(RULE)
    best = said.guesses[0] if said.guesses else None
    if (
        rule is not None
        and best is not None
        and best.confidence is not None
        and best.confidence >= float(rule.body["least"])
        and case.category_id is None
        and case.matter.state == State.TRIAGE
    ):
        row.applied, row.rule = True, rule
        row.save(update_fields=["applied", "rule"])
        _put(system(LEARNER), case, best.category, source=said.source, confidence=best.confidence, rule=rule)
    return True


@transaction.atomic
def correct(*, actor: Actor, case: Case, category: Category) -> Case:
    """Put a case into its category; while it waits at the desk of its host, the routing rules then give it its office.

    The machine learns from it. The office of a case that an office has already is changed by passing it on, with a reason.

    Raises:
        RefusedError: 403, only who works on it may; 409 once it has ended; 422 where it is in that category already or the
            category is not in use here.
    """
    policy.require("casework.case.categorise", actor, case)
    held = Case.objects.select_for_update(of=("self",)).select_related("matter", "center").get(pk=case.pk)
    if held.matter.state not in (State.TRIAGE, State.ASSIGNED, State.ARBITRATION):
        raise RefusedError(
            _("This case has ended. Its category stays as it is."), "case.category_ended", status=409
        )
    if category.center_id != held.center_id or not category.is_active:
        raise RefusedError(_("Choose a category from the list."), "case.category", status=422)
    if category.pk == held.category_id:
        raise RefusedError(_("It is in this category already."), "case.category_same", status=422)
    CategoryChange.objects.create(
        case=held,
        from_category_id=held.category_id,
        to_category=category,
        at=clock.now(),
        by=actor.user,
    )
    return _put(actor, held, category)


def _put(
    actor: Actor,
    case: Case,
    category: Category,
    *,
    source: str = "",
    confidence: float | None = None,
    rule: Rule | None = None,
) -> Case:
    before = case.category.code if case.category is not None else ""
    case.category = category
    case.save(update_fields=["category"])
    payload: dict[str, Any] = {"category": category.code, "before": before}
    if source:
        payload |= {"by": source, "confidence": f"{confidence:.3f}" if confidence is not None else ""}
    if rule is not None:
        payload["rule"] = f"{rule.code}:{rule.version}"
    audit.record(
        actor=actor,
        action="casework.case.categorise",
        target=case.matter.reference,
        before=before[:20],
        after=category.code[:20],
        payload=payload,
        is_public=case.matter.is_public,
    )
    if case.matter.state == State.TRIAGE:
        found = routing.route(case.center, category, case.district, on=clock.today())
        if found is not None:
            case.route = found
            case.save(update_fields=["route"])
            handling.assign(actor=system("casework.routing"), matter=case.matter, office=found.office)
    matters.put_in_index(case.pk)
    publish(CaseChanged(case.pk, "recategorised", actor.user.pk if actor.user else None))
    return case


def confirmed(center: Center) -> Any:
    """Cases whose category people stand behind, the oldest first."""
    corrected = CategoryChange.objects.filter(case=OuterRef("pk"), by__isnull=False)
    return (
        Case.objects.filter(center=center, category__isnull=False)
        .filter(Q(matter__state=State.ANSWERED) | Exists(corrected))
        .order_by("matter__filed_at", "pk")
    )


def learn(center: Center, *, force: bool = False) -> LabelModel | None:
    """The next version, where enough was confirmed since the last; None where nothing new was made.

    The same cases give the same digest, and the same bytes on the same machine. Whoever wrote a case is known to the
    trial as a group only, and only words that two people used can enter.
    """
    rows = confirmed(center)
    count, last = rows.count(), center.label_models.defer("data").first()
    if count < LEAST_CASES or (not force and last is not None and count < last.cases + AGAIN_AFTER):
        return None
    latest = rows.reverse().values_list(
        "matter__title", "matter__body", "category__code", "matter__author_id", "pk"
    )
    found = list(latest[: labeller.MOST])[::-1]
    texts = [Text(title, body) for title, body, *_rest in found]
    labels = [code for _title, _body, code, *_rest in found]
    groups = [f"p{author}" if author else f"c{pk}" for *_rest, author, pk in found]
    if last is not None and labeller.digest(texts, labels) == last.digest:
        return None
    model = labeller.learn(texts, labels, groups)
    if model is None:
        return None
    with transaction.atomic():
        Center.objects.select_for_update().get(pk=center.pk)
        newest = center.label_models.defer("data").first()
        made = LabelModel.objects.create(
            center=center,
            version=newest.version + 1 if newest is not None else 1,
            data=model.dumped(),
            digest=model.facts["digest"],
            cases=count,
            top1=model.facts["top1"],
            top3=model.facts["top3"],
            error=model.facts["error"],
            made_at=clock.now(),
        )
        center.label_models.filter(version__lte=made.version - KEPT).update(data=b"")
        audit.record(
            actor=system(LEARNER),
            action="casework.labels.learn",
            target=f"{center.reference}:labels:{made.version}",
            payload={"cases": count, "digest": made.digest, "top1": f"{made.top1:.4f}"},
        )
    return made


def learn_all() -> int:
    """For a job: every center that is open."""
    return sum(learn(center) is not None for center in Center.objects.filter(is_open=True))
