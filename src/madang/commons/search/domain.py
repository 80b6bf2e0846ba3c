"""Writing the index. A row and its tokens change in one transaction: the caller's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice

from django.db import transaction

from madang.commons.search.engines import engine
from madang.commons.search.models import Document
from madang.commons.search.results import Entry
from madang.kernel import ids

BATCH = 500
FIELDS = (
    "number", "kind", "title", "body", "language", "state", "office_code", "category", "happened_at",
    "is_public",
)  # fmt: skip

Source = Callable[[], Iterable[Entry]]
_sources: dict[str, Source] = {}


def index(
    *,
    reference: str,
    kind: str,
    title: str,
    body: str,
    language: str,
    state: str = "",
    office: str = "",
    category: str = "",
    happened_at: datetime,
    is_public: bool = True,
) -> None:
    """Add or update one thing, in the caller's transaction.

    Args:
        reference: `kind:key`, e.g. `idea:ID-2611-00042-7`; a public number after the colon can be typed.
        body: plain text; its first 12,000 characters are searched.
        office: code of the responsible organisation.
        happened_at: what "newest first" sorts by (aware).
        is_public: False keeps the thing out of every result and every count until it is indexed again.
    """
    entry = Entry(
        reference=reference,
        kind=kind,
        title=title,
        body=body,
        language=language,
        state=state,
        office=office,
        category=category,
        happened_at=happened_at,
        is_public=is_public,
    )
    index_many([entry])


@transaction.atomic
def index_many(entries: Sequence[Entry]) -> None:
    """`index()` for many things with a few statements a batch; of two with one reference the last wins."""
    latest = list({entry.reference: entry for entry in entries}.values())
    for start in range(0, len(latest), BATCH):
        _write(latest[start : start + BATCH])


def _row(entry: Entry) -> Document:
    _, _, key = entry.reference.partition(":")
    return Document(
        reference=entry.reference,
        number=key if ids.NUMBER.match(key) else "",
        kind=entry.kind,
        title=entry.title,
        body=entry.body,
        language=entry.language,
        state=entry.state,
        office_code=entry.office,
        category=entry.category,
        happened_at=entry.happened_at,
        is_public=entry.is_public,
    )


def _write(batch: list[Entry]) -> None:
    references = [entry.reference for entry in batch]
    before = {
        reference: (key, title, body)
        for reference, key, title, body in Document.objects.filter(reference__in=references).values_list(
            "reference", "pk", "title", "body"
        )
    }
    # A change of state alone, the usual one, leaves the tokens as they are.
    changed = [
        entry
        for entry in batch
        if entry.reference not in before or before[entry.reference][1:] != (entry.title, entry.body)
    ]
    index_of = engine()
    index_of.erase([before[entry.reference] for entry in changed if entry.reference in before])
    Document.objects.bulk_create(
        [_row(entry) for entry in batch],
        update_conflicts=True,
        unique_fields=["reference"],
        update_fields=FIELDS,
    )
    keys = dict(
        Document.objects.filter(reference__in=[entry.reference for entry in changed]).values_list(
            "reference", "pk"
        )
    )
    index_of.write([(keys[entry.reference], entry.title, entry.body) for entry in changed])


@transaction.atomic
def remove(reference: str) -> None:
    """Forget a thing. Removing what is not there is no error."""
    row = Document.objects.filter(reference=reference).first()
    if row is not None:
        engine().erase([(row.pk, row.title, row.body)])
        row.delete()


def register_source(kind: str, entries: Source) -> None:
    """Name the function that yields every entry of a kind; `rebuild()` calls it.

    Raises:
        ValueError: another function is already registered for this kind.
    """
    if _sources.setdefault(kind, entries) is not entries:
        raise ValueError(f"{kind} already has a source")


def sources() -> tuple[str, ...]:
    """The kinds that can be rebuilt."""
    return tuple(_sources)


@transaction.atomic
def rebuild(progress: Callable[[str, int], None] | None = None) -> int:
    """Empty the index and fill it from the registered sources; returns how many entries it holds.

    One transaction: readers see the old index until the new one is whole. On SQLite writers wait meanwhile.
    Needed after the rules for cutting text into tokens change, because a text is taken out by its tokens.
    """
    index_of = engine()
    index_of.clear()
    Document.objects.all().delete()
    for kind, entries in _sources.items():
        remaining = iter(entries())
        while batch := list(islice(remaining, BATCH)):
            index_many(batch)
            if progress is not None:
                progress(kind, len(batch))
    index_of.settle()
    return Document.objects.count()
