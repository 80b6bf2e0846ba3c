"""Writing the index. A row and its tokens change in one transaction: the caller's."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from madang.commons.search.engines import MANY, Row, engine
from madang.commons.search.models import Document, Rebuild
from madang.commons.search.results import Entry
from madang.commons.search.tokens import VERSION, all_of, digest, place
from madang.kernel import ids

BATCH = 500
FIELDS = (
    "number", "kind", "title", "body", "language", "state", "office_code", "category", "value", "district",
    "support", "happened_at", "is_public", "cut", "title_digest", "digest", "seen",
)  # fmt: skip


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
    value: str = "",
    district: str = "",
    support: int = 0,
    happened_at: datetime,
    is_public: bool = True,
) -> None:
    """Add or update one thing, in the caller's transaction.

    Args:
        reference: `kind:key`, e.g. `idea:ID-2611-00042-7`; a public number after the colon can be typed.
        body: plain text; its first 12,000 characters are searched.
        office: code of the responsible organisation.
        value: number of a social value of the plan, as text.
        district: administrative district code (`kernel.places`).
        support: how many stand behind it.
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
        value=value,
        district=district,
        support=support,
        happened_at=happened_at,
        is_public=is_public,
    )
    index_many([entry])


@transaction.atomic(savepoint=False)
def index_many(entries: Sequence[Entry]) -> None:
    """`index()` for many things with a few statements a batch; of two with one reference the last wins."""
    engine().exclude_others(whole=False)
    write(entries)


def write(entries: Sequence[Entry], *, seen: int | None = None) -> None:
    """`index_many()` inside a transaction that already keeps others out.

    Args:
        seen: number of the rebuild that met the entries; without it the latest, so that what people write
            while a rebuild runs is not taken for something that is gone.
    """
    if seen is None:
        seen = Rebuild.objects.aggregate(latest=Max("pk"))["latest"] or 0
    latest = list({entry.reference: entry for entry in entries}.values())
    for start in range(0, len(latest), BATCH):
        _write(latest[start : start + BATCH], seen)
    if len(latest) >= MANY:
        engine().finish()


def _row(entry: Entry, seen: int) -> Document:
    _, _, key = entry.reference.partition(":")
    # What is typed is composed before it is looked for, so what it is looked for in must be.
    title, body = unicodedata.normalize("NFC", entry.title), unicodedata.normalize("NFC", entry.body)
    return Document(
        reference=entry.reference,
        number=key if ids.NUMBER.match(key) else "",
        kind=entry.kind,
        title=title,
        body=body,
        language=entry.language,
        state=entry.state,
        office_code=entry.office,
        category=entry.category,
        value=entry.value,
        district=entry.district,
        support=entry.support,
        happened_at=entry.happened_at,
        is_public=entry.is_public,
        cut=VERSION if entry.is_public else 0,
        title_digest=digest(title),
        digest=digest(title, body),
        seen=seen,
    )


def _write(batch: list[Entry], seen: int) -> None:
    before = Document.objects.in_bulk([entry.reference for entry in batch], field_name="reference")
    rows = [_row(entry, seen) for entry in batch]
    was = {reference: (place(row), all_of(row)) for reference, row in before.items() if row.cut == VERSION}
    Document.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["reference"], update_fields=FIELDS
    )
    public = [row for row in rows if row.is_public]
    now = {row.reference: (place(row), all_of(row)) for row in public}
    # Another state or support leaves most rows' tokens as they are: only what differs is written.
    _change(
        [written for reference, written in was.items() if now.get(reference) != written],
        [wanted for reference, wanted in now.items() if was.get(reference) != wanted],
    )


def _change(gone: list[Row], new: list[Row]) -> None:
    """Take rows out of the inverted index and put others in, in the order of their places: the cheapest."""
    if gone:
        engine().erase(sorted(gone))
    if new:
        engine().write(sorted(new))


@transaction.atomic
def remove(reference: str) -> None:
    """Forget a thing. Removing what is not there is no error."""
    engine().exclude_others(whole=False)
    erase(Document.objects.filter(reference=reference))


def erase(rows: Iterable[Document]) -> int:
    """Forget rows, tokens and all, inside a transaction that already keeps others out."""
    gone = list(rows)
    _change([(place(row), all_of(row)) for row in gone if row.cut == VERSION], [])
    Document.objects.filter(pk__in=[row.pk for row in gone]).delete()
    return len(gone)


@transaction.atomic
def set_support(totals: dict[str, int]) -> int:
    """Tell how many stand behind things that are in the index, by reference; returns how many changed."""
    engine().exclude_others(whole=False)
    changed = [
        row for row in Document.objects.filter(reference__in=totals) if row.support != totals[row.reference]
    ]
    gone: list[Row] = []
    new: list[Row] = []
    for row in changed:
        written = row.cut == VERSION
        before = all_of(row) if written else []
        row.support = totals[row.reference]
        # The tokens know the power of two only, so most changes leave them alone.
        if written and (after := all_of(row)) != before:
            gone.append((place(row), before))
            new.append((place(row), after))
    _change(gone, new)
    Document.objects.bulk_update(changed, ["support"], batch_size=BATCH)
    return len(changed)


@transaction.atomic
def cut_waiting(most: int = BATCH) -> int:
    """Write the tokens of public rows that are not in the inverted index yet; returns how many were written."""
    engine().exclude_others(whole=True)
    waiting = list(Document.objects.filter(is_public=True).exclude(cut=VERSION).order_by("pk")[:most])
    _change([], [(place(row), all_of(row)) for row in waiting])
    if len(waiting) >= MANY:
        engine().finish()
    for row in waiting:
        row.cut, row.title_digest, row.digest = VERSION, digest(row.title), digest(row.title, row.body)
    Document.objects.bulk_update(waiting, ["cut", "title_digest", "digest"], batch_size=BATCH)
    return len(waiting)
