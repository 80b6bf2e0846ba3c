"""The square as the public sees it, as values of `dto.py`.

Every function starts from what an unknown visitor may see, whoever asks: a program that is signed in reads
nothing that a passer-by could not. Each costs the same number of queries however many rows there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, TypeVar

from django.conf import settings
from django.db.models import Exists, Model, OuterRef, Prefetch, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.matters.enums import Channel, Disclosure
from madang.commons.matters.models import Answer, Matter
from madang.commons.matters.queries import may_see
from madang.kernel import clock, ids, text
from madang.kernel.actors import person
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Organisation, Rule
from madang.kernel.queries import filing_leaf
from madang.kernel.rows import Ready
from madang.services.square import dto, queries
from madang.services.square.models import Category, Cell, Comment, Idea, Process, Space
from madang.services.square.models.spaces import Titled
from madang.services.square.web import present

M = TypeVar("M", bound=Model)
Position = Sequence[Any]
COMMENT_ORDER = ("-at", "-pk")


def unknown_idea() -> RefusedError:
    return RefusedError(_("There is no public idea with this number."), "idea.unknown", status=404)


def public_idea(number: str) -> Idea:
    """The idea with this number, however it was typed. Re-typed ones keep their address.

    Raises:
        RefusedError: 404, also for what is private or was taken down.
    """
    written = ids.read_number(number)
    seen = matters.visible(person(None)).filter(pk=OuterRef("pk"), disclosure=Disclosure.PUBLIC)
    found = (
        Idea.objects.filter(Exists(seen), matter__number=written)
        .select_related(*queries.ROW, "matter__merged_into", "matter__rule", "matter__host")
        .annotate(**matters.outcomes())
        .first()
        if written
        else None
    )
    if found is None:
        raise unknown_idea()
    return found


def _bare(number: str, now: datetime) -> QuerySet[Idea, Any]:
    cell = queries.cells_at(now).filter(process=OuterRef("process"))
    return (
        Idea.objects.filter(
            may_see(person(None), at="matter__"),
            matter__disclosure=Disclosure.PUBLIC,
            matter__number=number,
        )
        .annotate(
            can_support=Subquery(cell.values("can_support")[:1]),
            cell_level=Subquery(cell.values("support_level")[:1]),
        )
        .values_list(
            *("pk", "process_id", "support_total", "threshold", "is_topic", "can_support", "cell_level"),
            *("matter__number", "matter__state", "matter__disclosure", "matter__author_id"),
            "process__support_level",
        )
    )


_bare_row = Ready(_bare, number=str, now=datetime)


def _partial(model: type[M], **values: Any) -> M:
    """A saved row of which only these fields are read so far."""
    names = _columns(model, frozenset(values))
    return model.from_db("default", names, [values[name] for name in names])


@cache
def _columns(model: type[Model], wanted: frozenset[str]) -> list[str]:
    """Those of these columns that the model has, in its order."""
    return [field.attname for field in model._meta.concrete_fields if field.attname in wanted]


def bare_idea(number: str) -> Idea:
    """The same idea with what supporting it needs, its cell too; raises as above.

    The shortest way there, asked by the thousand in a minute. Other fields are read when they are touched.
    """
    written = ids.read_number(number)
    row = _bare_row.first(number=written, now=clock.now()) if written else None
    if row is None:
        raise unknown_idea()
    key, process, total, threshold, topic, can, at, written, state, disclosure, author, level = row
    found = _partial(
        Idea,
        matter_id=key,
        process_id=process,
        support_total=total,
        threshold=threshold,
        is_topic=bool(topic),
    )
    found.process = _partial(Process, id=process, support_level=level)
    found.matter = _partial(
        Matter, id=key, number=written, state=state, disclosure=disclosure, author_id=author
    )
    found.cell = None  # type: ignore[attr-defined]
    if can is not None:
        found.cell = _partial(Cell, process_id=process, can_support=bool(can), support_level=at)  # type: ignore[attr-defined]
        found.cell.process = found.process  # type: ignore[attr-defined]
    return found


def list_ideas(
    filters: queries.Filters, *, after: Position = (), limit: int = 30
) -> tuple[list[dto.IdeaCard], Position]:
    """A page of the public list and the position to go on from, empty at the end.

    A page begins behind a row, not behind a count: rows filed meanwhile neither repeat nor hide others.
    """
    rows = queries.listing(person(None), filters).select_related(*queries.ROW, "matter__merged_into")
    if filters.order == "due":
        rows = rows.filter(matter__due_at__isnull=False)
    found, position = _page(rows, queries.ORDERS.get(filters.order, queries.ORDERS["recent"]), after, limit)
    return [_card(idea) for idea in found], position


def idea(number: str) -> dto.IdeaWhole:
    """One idea with its words."""
    row = public_idea(number)
    matter = row.matter
    return dto.IdeaWhole(
        **_card_fields(row),
        body=matter.body if _shows_words(matter) else "",
        channel=matter.channel,
        rule=str(matter.rule),
        qualified_at=row.qualified_at,
        discussion_ends_at=row.discussion_ends_at,
        ended_at=matter.ended_at,
        transfers=matter.transfers,
        files=tuple(
            dto.FileRef(file.name, file.content_type, file.size, file.sha256)
            for file in matter.attachments.all()
            if file.covered_at is None
        ),
        source=row.process.space.source,
        path=tuple(
            dto.StepRow(str(step.label), step.state, str(step.note))
            for step in present.steps(row, list(matters.effects_of(matter)))
        ),
        ledger_index=leaf.index if (leaf := filing_leaf(matter.reference)) is not None else None,
    )


def spaces() -> list[dto.SpaceRow]:
    """Every space with its processes."""
    return [
        dto.SpaceRow(
            slug=row.slug,
            title=_title(row),
            summary=_summary(row),
            host=_office(row.host),
            is_archive=row.is_archive,
            source=row.source,
            processes=tuple(process.slug for process in row.processes.all()),
        )
        for row in Space.objects.select_related("host").prefetch_related("processes").order_by("order", "pk")
    ]


def history(number: str) -> list[dto.Act]:
    """Every public act on an idea, its answers and its effects, oldest first."""
    matter = public_idea(number).matter
    answers = [
        f"answer:{matter.number}:{version}" for version in matter.answers.values_list("version", flat=True)
    ]
    effects = [f"effect:{pk}" for pk in matter.effects.values_list("pk", flat=True)]
    rows = Audit.objects.filter(target__in=[matter.reference, *answers, *effects], is_public=True)
    return [
        dto.Act(
            at=row.at,
            action=row.action,
            target=row.target,
            actor_kind=row.actor_kind,
            office=office(row.organisation),
            before=row.before,
            after=row.after,
            reason_code=row.reason_code,
            reason=row.reason,
            ledger_index=row.outbox.index if hasattr(row, "outbox") else None,
        )
        for row in rows.select_related("organisation", "outbox").order_by("at", "pk")
    ]


def answers(number: str) -> tuple[list[dto.AnswerRow], list[dto.EffectRow]]:
    """The published answers, the one that stands first, and what came of them."""
    matter = public_idea(number).matter
    published = matter.answers.filter(state=Answer.State.PUBLISHED, published_at__isnull=False)
    effects = matter.effects.select_related("owner").prefetch_related("reports", "disputes")
    return [
        dto.AnswerRow(
            version=row.version,
            office=_office(row.office),
            disposition=row.disposition,
            reason=row.reason,
            next_step=row.next_step,
            owner=office(row.owner),
            promised_on=row.promised_on,
            published_at=row.published_at,
        )
        for row in published.select_related("office", "owner").order_by("-version")
        if row.published_at is not None
    ], [
        dto.EffectRow(
            reference=row.reference,
            what=row.what,
            owner=_office(row.owner),
            promised_on=row.promised_on,
            state=row.state,
            done_on=row.done_on,
            reports=tuple(
                dto.ReportRow(at=said.at, state=said.state, text=said.text, evidence_url=said.evidence_url)
                for said in row.reports.all()
            ),
            disputes=tuple(
                dto.DisputeRow(
                    at=said.at,
                    state=said.state,
                    reason=said.reason,
                    evidence_url=said.evidence_url,
                    reply=said.reply,
                    decision=said.decision,
                )
                for said in row.disputes.all()
            ),
        )
        for row in effects
    ]


def comments(
    number: str, *, stance: str = "", after: Position = (), limit: int = 30
) -> tuple[list[dto.CommentRow], Position]:
    """First-level comments, newest first, each with its replies."""
    found, position = _page(queries.threads(public_idea(number), stance=stance), COMMENT_ORDER, after, limit)
    return [comment(row, replies=tuple(row.replies.all())) for row in found], position


def comment(row: Comment, *, replies: Sequence[Comment] = ()) -> dto.CommentRow:
    hidden = row.state != "shown"
    return dto.CommentRow(
        reference=row.reference,
        stance=row.stance,
        body="" if hidden else row.body,
        language=row.language,
        author="" if hidden else row.author.shown_name,
        is_official=row.is_official,
        office=office(row.office),
        at=row.at,
        hidden_reason=row.hide_reason if hidden else "",
        replies=tuple(comment(reply) for reply in replies),
    )


def open_processes() -> list[dto.ProcessRow]:
    """The processes that take in ideas now, with the rules a filing of today would be under."""
    now, today = clock.now(), clock.today()
    current = (
        Cell.objects.filter(phase__starts_at__lte=now)
        .filter(Q(phase__ends_at__isnull=True) | Q(phase__ends_at__gt=now))
        .select_related("phase")
        .order_by("phase__order")
    )
    processes = queries.open_processes().prefetch_related(Prefetch("cells", queryset=current, to_attr="now"))
    listed = list(processes)
    rules = {
        rule.code: rule
        for rule in Rule.objects.filter(code__in=[row.rule_code for row in listed], valid_from__lte=today)
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=today))
        .order_by("version")
    }
    found = []
    for row in listed:
        cell: Cell = row.now[0]
        found.append(
            dto.ProcessRow(
                slug=row.slug,
                title=_title(row),
                summary=_summary(row),
                space=row.space.slug,
                space_title=_title(row.space),
                host=_office(row.space.host),
                phase=_title(cell.phase),
                phase_ends_at=cell.phase.ends_at,
                filing=cell.filing,
                can_support=cell.can_support,
                can_comment=cell.can_comment,
                categories=tuple(dto.CategoryRef(one.slug, _title(one)) for one in row.categories.all()),
                rule=_rule(rules.get(row.rule_code)),
            )
        )
    return found


def _page(
    rows: QuerySet[Any], order: Sequence[str], after: Position, limit: int
) -> tuple[list[Any], Position]:
    if after:
        behind, same = Q(), Q()
        for name, value in zip(order, after, strict=True):
            field, side = (name[1:], "lt") if name.startswith("-") else (name, "gt")
            behind |= same & Q(**{f"{field}__{side}": value})
            same &= Q(**{field: value})
        rows = rows.filter(behind)
    found = list(rows.order_by(*order)[: limit + 1])
    if len(found) <= limit:
        return found, ()
    return found[:limit], tuple(_value(found[limit - 1], name.lstrip("-")) for name in order)


def _value(row: Any, path: str) -> Any:
    for name in path.split("__"):
        row = getattr(row, name)
    return row.isoformat() if isinstance(row, datetime) else row


def _card(row: Idea) -> dto.IdeaCard:
    return dto.IdeaCard(**_card_fields(row))


def _card_fields(row: Idea) -> dict[str, Any]:
    matter = row.matter
    into = matter.merged_into
    return {
        "number": matter.number or "",
        "kind": matter.kind,
        "title": matter.title,
        "excerpt": text.excerpt(matter.body) if _shows_words(matter) else "",
        "language": matter.language,
        "state": matter.state,
        "origin": matter.origin,
        "author": matter.shown_author,
        "filed_at": matter.filed_at,
        "process": row.process.slug,
        "space": row.process.space.slug,
        "category": _category(row.category),
        "place": row.place,
        "supports": row.support_total,
        "imported_likes": row.imported_likes,
        "threshold": row.threshold,
        "comments": row.comment_total,
        "responsible": _office(matter.responsible),
        "due_at": matter.due_at,
        "is_late": matters.is_late(matter),
        "disposition": matter.disposition,
        "has_answer": row.has_answer,  # type: ignore[attr-defined]
        "has_effect": row.has_effect,  # type: ignore[attr-defined]
        "merged_into": (into.number or "") if into is not None and into.is_public else "",
    }


def _shows_words(matter: Matter) -> bool:
    """Words of an imported file are passed on in a local demonstration only; elsewhere the source is named."""
    return matter.channel != Channel.IMPORT or settings.IS_DEMO


def _category(row: Category | None) -> dto.CategoryRef | None:
    return dto.CategoryRef(row.slug, _title(row)) if row is not None else None


def _rule(row: Rule | None) -> dto.RuleRow | None:
    if row is None:
        return None
    return dto.RuleRow(
        code=row.code,
        version=row.version,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        source=row.source,
        checked=row.checked,
        body=row.body,
    )


def office(row: Organisation | None) -> dto.OfficeRef | None:
    return _office(row) if row is not None else None


def _office(row: Organisation) -> dto.OfficeRef:
    return dto.OfficeRef(row.code, dto.Bilingual(row.name_ko, row.name_en))


def _title(row: Titled) -> dto.Bilingual:
    return dto.Bilingual(row.title_ko, row.title_en)


def _summary(row: Titled) -> dto.Bilingual:
    return dto.Bilingual(row.summary_ko, row.summary_en)
