"""The questions of a poll as the form sees them, and written while it is prepared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from madang.services.polls.enums import QuestionKind
from madang.services.polls.logic import form
from madang.services.polls.models import Poll, Question

Choice = tuple[str, str]
"""An option or a line in Korean and English."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A question as an official wrote it. `on` is the number of an earlier question, `any_of` numbers of its options."""

    kind: str
    ko: str = ""
    en: str = ""
    help_ko: str = ""
    help_en: str = ""
    is_required: bool = False
    is_headline: bool = False
    is_trait: bool = False
    options: tuple[Choice, ...] = ()
    rows: tuple[Choice, ...] = ()
    limits: dict[str, int] = field(default_factory=dict)
    on: int = 0
    any_of: tuple[str, ...] = ()


def asked(rows: Iterable[Question]) -> tuple[form.Asked, ...]:
    """Questions as `logic.form` reads them."""
    return tuple(
        form.Asked(
            number=row.number,
            kind=row.kind,
            is_required=row.is_required,
            is_trait=row.is_trait,
            options=tuple(option["code"] for option in row.options),
            lines=tuple(line["code"] for line in row.rows),
            longest=int(row.limits.get("longest") or form.LONGEST),
            least=int(row.limits.get("least") or 0),
            most=int(row.limits.get("most") or 0),
            on=int(row.condition.get("question") or 0),
            any_of=tuple(row.condition.get("any_of") or ()),
            is_worded=bool(row.label_ko and row.label_en),
        )
        for row in rows
    )


def _coded(choices: Sequence[Choice]) -> list[dict[str, str]]:
    """Codes are the places, from 1 on; they stand from the opening on."""
    return [{"code": str(place), "ko": ko, "en": en} for place, (ko, en) in enumerate(choices, start=1)]


def row_of(poll: Poll, number: int, draft: Draft) -> Question:
    """The unsaved row. What a kind does not have is dropped, so that no rest of another kind stays behind."""
    is_text = draft.kind == QuestionKind.TEXT
    is_trait = draft.is_trait and draft.kind in (QuestionKind.CHOICE, QuestionKind.SCALE)
    return Question(
        poll=poll,
        number=number,
        kind=draft.kind,
        label_ko=draft.ko,
        label_en=draft.en,
        help_ko=draft.help_ko,
        help_en=draft.help_en,
        is_required=draft.is_required and not is_trait,
        is_headline=draft.is_headline and is_text,
        is_trait=is_trait,
        options=_coded(draft.options) if draft.kind in form.WITH_OPTIONS else [],
        rows=_coded(draft.rows) if draft.kind == QuestionKind.MATRIX else [],
        limits={name: value for name, value in draft.limits.items() if value},
        condition={"question": draft.on, "any_of": list(draft.any_of)} if draft.on else {},
    )


def draft_of(row: Question) -> Draft:
    """The question as it was written, to be asked again."""

    def pairs(entries: list[dict[str, str]]) -> tuple[Choice, ...]:
        return tuple((entry["ko"], entry["en"]) for entry in entries)

    return Draft(
        kind=row.kind,
        ko=row.label_ko,
        en=row.label_en,
        help_ko=row.help_ko,
        help_en=row.help_en,
        is_required=row.is_required,
        is_headline=row.is_headline,
        is_trait=row.is_trait,
        options=pairs(row.options),
        rows=pairs(row.rows),
        limits=dict(row.limits),
        on=int(row.condition.get("question") or 0),
        any_of=tuple(row.condition.get("any_of") or ()),
    )


def replace(poll: Poll, drafts: Sequence[Draft]) -> list[Question]:
    """Write these questions instead of those before (inside the caller's transaction; only drafts have none of replies)."""
    poll.questions.all().delete()
    rows = [row_of(poll, number, draft) for number, draft in enumerate(drafts, start=1)]
    return Question.objects.bulk_create(rows)


def frozen(rows: Iterable[Question]) -> list[dict[str, Any]]:
    """The questions in the form that the log's entry of the opening seals."""
    return [
        {
            "number": row.number,
            "kind": row.kind,
            "ko": row.label_ko,
            "en": row.label_en,
            "required": row.is_required,
            "headline": row.is_headline,
            "trait": row.is_trait,
            "options": row.options,
            "rows": row.rows,
            "limits": row.limits,
            "condition": row.condition,
        }
        for row in rows
    ]
