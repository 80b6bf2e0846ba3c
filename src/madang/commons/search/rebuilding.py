"""Filling the index anew while people go on writing.

Each batch is read from its app and written in one transaction that stands alone among the writers of the index
(SQLite has one writer anyway, PostgreSQL an advisory lock): what an act changes at the same time is written
either before the batch is read or after it is written, never under it. How far it came is kept in the same
transaction, so a stopped rebuild goes on where it was. Readers find the old rows until they are replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction

from madang.commons.search.domain import erase, write
from madang.commons.search.engines import engine, measure
from madang.commons.search.models import Document, Rebuild
from madang.commons.search.results import Entry
from madang.kernel import clock

BATCH = 500

# The next things after a key: their entries and the last key read, or None when there are no more.
Source = Callable[[int, int], tuple[Sequence[Entry], int | None]]
Progress = Callable[[str, int], None]
_sources: dict[str, Source] = {}


def register_source(kind: str, entries: Source) -> None:
    """Name the function that yields every entry of a kind; `rebuild()` calls it.

    `entries(after, limit)` returns the entries of the next `limit` things whose key is above `after`, and the
    last of these keys; None in its place says that there are no more.

    Raises:
        ValueError: another function is already registered for this kind.
    """
    if _sources.setdefault(kind, entries) is not entries:
        raise ValueError(f"{kind} already has a source")


def sources() -> tuple[str, ...]:
    """The kinds that can be rebuilt."""
    return tuple(_sources)


def rebuild(progress: Progress | None = None, *, anew: bool = False, empty: bool = False) -> int:
    """Fill the index from the registered sources; returns how many entries it holds.

    Args:
        progress: told the kind and how many entries were written, after each batch.
        anew: begin at the start even where an earlier rebuild was stopped half way.
        empty: also throw the inverted index away first, when it is damaged; less is found until the end.
    """
    if empty:
        with transaction.atomic():
            engine().exclude_others(whole=True)
            engine().clear()
            Document.objects.update(cut=0)
    run = Rebuild.objects.filter(ended_at__isnull=True).order_by("-pk").first()
    if run is None or anew:
        run = Rebuild.objects.create(started_at=clock.now())
    kinds = list(_sources)
    begin = kinds.index(run.kind) if run.kind in kinds else 0
    for kind in kinds[begin:]:
        if kind != run.kind:
            run.kind, run.after = kind, 0
        while True:
            written, is_last = _batch(run, kind)
            if progress is not None and written:
                progress(kind, written)
            if is_last:
                break
    while _sweep(run):
        pass
    Rebuild.objects.exclude(pk=run.pk).delete()
    run.ended_at = clock.now()
    run.save()
    measure()
    return Document.objects.count()


@transaction.atomic
def _batch(run: Rebuild, kind: str) -> tuple[int, bool]:
    engine().exclude_others(whole=True)
    entries, last = _sources[kind](run.after, BATCH)
    # What is in the index already is written again: its tokens may be those of older rules.
    write(entries, seen=run.pk)
    run.after = run.after if last is None else last
    run.done += len(entries)
    run.save()
    return len(entries), last is None


@transaction.atomic
def _sweep(run: Rebuild) -> int:
    """Forget what no source named; what people wrote since it began carries its number."""
    engine().exclude_others(whole=True)
    return erase(Document.objects.filter(seen__lt=run.pk).order_by("pk")[:BATCH])
