"""The inverted index on each database: the same few operations, the same answers.

Every expression is built from tokens of letters, digits and private use characters only, so whatever a person
types, no operator of either query language can come from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from django.db import connection, transaction

from madang.commons.search.logic import wanted as ask
from madang.commons.search.logic.wanted import All, Begins, Has, Some, Wanted, every
from madang.commons.search.models import Document, Rarity

Row = tuple[int, list[str]]  # place (`logic.wanted.place`), tokens
SLICED = 5  # how many times more rows than wanted must match, for asking for months first (PostgreSQL)
MANY = 100  # rows written at once from which on they are gathered first (PostgreSQL)
COMMON = 40  # documents from which a token's count is kept in the table of rarity

Span = tuple[int, int]  # lowest and highest place
WHOLE: Span = (0, 2**62)


class Engine(Protocol):
    """What both databases can do."""

    def write(self, rows: Sequence[Row]) -> None:
        """Add the tokens of rows that are not in the index."""

    def erase(self, rows: Sequence[Row]) -> None:
        """Take out rows exactly as they were written."""

    def clear(self) -> None:
        """Empty the index."""

    def newest(self, wanted: Wanted, limit: int, *, likely: int, within: Span = WHOLE) -> list[int]:
        """Places of at most `limit` matching rows, the last days first; `likely` match at most, as far as known."""

    def postings(self, tokens: Sequence[str], limit: int, *, within: Wanted | None) -> dict[str, list[int]]:
        """Places of the newest rows with each token, at most `limit` for each."""

    def counted(self, names: Sequence[str]) -> dict[str, int]:
        """In how many rows each token occurs; exact, and slow for common ones."""

    def common(self) -> dict[str, int]:
        """All tokens in at least `COMMON` rows, with about how many; reads the whole vocabulary."""

    def finish(self) -> None:
        """Called when many rows were written, so that reading them is quick."""

    def settle(self) -> None:
        """Let the database look at a newly filled index."""

    def exclude_others(self, *, whole: bool) -> None:
        """In this transaction: writers stand side by side, a rebuild's batch (`whole`) stands alone."""


def engine(counts: Counts | None = None) -> Engine:
    """The engine of this database; `counts` is what is known already of how common tokens are."""
    return Postgres(counts or Counts()) if connection.vendor == "postgresql" else Sqlite()


class Counts:
    """How common tokens are. Each is looked up once in the life of this object, which is that of one question."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._documents = 0

    def of(self, names: Iterable[str]) -> dict[str, int]:
        """In how many documents each token occurs: the common ones about, the others exactly."""
        wanted = dict.fromkeys(names)
        if missing := [name for name in wanted if name not in self._known]:
            self._known |= self._kept(missing)
            if rare := [name for name in missing if name not in self._known]:
                self._known |= engine(self).counted(rare)
        return {name: self._known[name] for name in wanted}

    def months(self, oldest: int, newest: int) -> list[tuple[str, int]]:
        """The tokens of the months from one place to another with about how many documents, the last first."""
        wanted = ask.months(oldest, newest)
        if missing := [name for name in wanted if name not in self._known]:
            self._known |= dict.fromkeys(missing, 0) | self._kept(missing)
        return [(name, self._known[name]) for name in wanted]

    @property
    def documents(self) -> int:
        """How many public documents there are, about."""
        if not self._documents:
            self._kept([])
        if not self._documents:
            self._documents = max(1, Document.objects.filter(is_public=True).count())
        return self._documents

    def _kept(self, names: list[str]) -> dict[str, int]:
        """What the table of rarity says; how many documents there are comes along."""
        found = dict(Rarity.objects.filter(token__in=[*names, ""]).values_list("token", "documents"))
        self._documents = found.pop("", 0) or self._documents
        return found


def counts(names: Iterable[str]) -> dict[str, int]:
    """In how many documents each token occurs, for one look."""
    return Counts().of(names)


def measure() -> int:
    """Count how common the tokens are; returns how many are. Idempotent; run by the worker."""
    index = engine()
    index.settle()
    found = index.common()
    found[""] = Document.objects.filter(is_public=True).count()
    with transaction.atomic():
        Rarity.objects.all().delete()
        rows = [Rarity(token=token, documents=documents) for token, documents in found.items()]
        Rarity.objects.bulk_create(rows, batch_size=300)
    return len(rows)


class Sqlite:
    """A contentless FTS5 table without positions: smallest, and taking a row out needs it as it was."""

    def write(self, rows: Sequence[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_fts (rowid, tokens) VALUES (%s, %s)",
                [(key, " ".join(found)) for key, found in rows],
            )

    def erase(self, rows: Sequence[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_fts (search_fts, rowid, tokens) VALUES ('delete', %s, %s)",
                [(key, " ".join(found)) for key, found in rows],
            )

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_fts (search_fts) VALUES ('delete-all')")

    def _expression(self, wanted: Wanted) -> str:
        match wanted:
            case Has(token):
                return f'"{token}"'
            case Begins(token):
                return f'"{token}" *'
            case All(parts):
                return "(" + " AND ".join(map(self._expression, parts)) + ")"
            case Some(parts):
                return "(" + " OR ".join(map(self._expression, parts)) + ")"

    def newest(self, wanted: Wanted, limit: int, *, likely: int, within: Span = WHOLE) -> list[int]:
        with connection.cursor() as cursor:
            # The index is read backwards and no further than needed.
            cursor.execute(
                "SELECT rowid FROM search_fts WHERE search_fts MATCH %s AND rowid BETWEEN %s AND %s"
                " ORDER BY rowid DESC LIMIT %s",
                [self._expression(wanted), *within, limit],
            )
            return [int(place) for (place,) in cursor.fetchall()]

    def postings(self, tokens: Sequence[str], limit: int, *, within: Wanted | None) -> dict[str, list[int]]:
        others = [within] if within is not None else []
        return {token: self.newest(every([Has(token), *others]), limit, likely=limit) for token in tokens}

    def counted(self, names: Sequence[str]) -> dict[str, int]:
        marks = ", ".join(["%s"] * len(names))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT term, doc FROM search_terms WHERE term IN ({marks})", list(names))  # noqa: S608
            found = dict(cursor.fetchall())
        return {name: found.get(name, 0) for name in names}

    def common(self) -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT term, doc FROM search_terms WHERE doc >= %s", [COMMON])
            return dict(cursor.fetchall())

    def finish(self) -> None:
        """Nothing: what was gathered is written when the transaction ends."""

    def settle(self) -> None:
        """Nothing: FTS5 merges its parts as it is written."""

    def exclude_others(self, *, whole: bool) -> None:
        """Nothing: one writer at a time is how SQLite works."""


class Postgres:
    """A tsvector without positions under a GIN index."""

    def __init__(self, counts: Counts) -> None:
        self.counts = counts

    def write(self, rows: Sequence[Row]) -> None:
        with connection.cursor() as cursor:
            # A short pending list for what people write, because every look-up reads all of it; a long one for
            # many rows, emptied at once: sorted by token they fill the index in a fraction of the time.
            many = len(rows) >= MANY
            cursor.execute(
                "SELECT set_config('gin_pending_list_limit', %s, true)", ["64MB" if many else "256kB"]
            )
            cursor.execute(
                "INSERT INTO search_fts (rowid, vector) SELECT place, array_to_tsvector(string_to_array(found, ' '))"
                " FROM unnest(%s::bigint[], %s::text[]) AS written (place, found)"
                " ON CONFLICT (rowid) DO UPDATE SET vector = EXCLUDED.vector",
                [[place for place, _ in rows], [" ".join(found) for _, found in rows]],
            )

    def erase(self, rows: Sequence[Row]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_fts WHERE rowid = ANY(%s)", [[key for key, _ in rows]])

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_fts")

    def _expression(self, wanted: Wanted) -> str:
        match wanted:
            case Has(token):
                return f"'{token}'"
            case Begins(token):
                return f"'{token}':*"
            case All(parts):
                return "(" + " & ".join(map(self._expression, parts)) + ")"
            case Some(parts):
                return "(" + " | ".join(map(self._expression, parts)) + ")"

    def newest(self, wanted: Wanted, limit: int, *, likely: int, within: Span = WHOLE) -> list[int]:
        if likely > SLICED * limit:
            # This index has no order: it is asked for the last months first, as many as should hold enough.
            months = self._months(within)
            for share in (2, 8):
                recent = _last(months, share * limit * self.counts.documents // likely)
                places = self._newest(every([wanted, recent]), limit, within) if recent else []
                if len(places) >= limit:
                    return places
        return self._newest(wanted, limit, within)

    def _months(self, within: Span) -> list[tuple[str, int]]:
        """The tokens of the months that lie within and how many documents each has, about; the last first."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT min(rowid), max(rowid) FROM search_fts WHERE rowid BETWEEN %s AND %s", within
            )
            oldest, newest = cursor.fetchone()
        return [] if newest is None else self.counts.months(oldest, newest)

    def _newest(self, wanted: Wanted, limit: int, within: Span) -> list[int]:
        with connection.cursor() as cursor:
            # `+ 0`: by the words alone; going through the days would read the words of every row of them.
            cursor.execute(
                "SELECT rowid FROM unnest(%s::text[]) AS asked, search_fts"
                " WHERE vector @@ asked::tsquery AND rowid + 0 BETWEEN %s AND %s ORDER BY rowid + 0 DESC LIMIT %s",
                [[self._expression(wanted)], *within, limit],
            )
            return [int(place) for (place,) in cursor.fetchall()]

    def postings(self, tokens: Sequence[str], limit: int, *, within: Wanted | None) -> dict[str, list[int]]:
        others = [within] if within is not None else []
        with connection.cursor() as cursor:
            # Not one constant question for each: the planner would read its statistics of all tokens every time.
            cursor.execute(
                "SELECT token, ARRAY(SELECT rowid FROM search_fts WHERE vector @@ asked::tsquery"
                " ORDER BY rowid + 0 DESC LIMIT %s) FROM unnest(%s::text[], %s::text[]) AS named (token, asked)",
                [limit, list(tokens), [self._expression(every([Has(token), *others])) for token in tokens]],
            )
            return dict(cursor.fetchall())

    def counted(self, names: Sequence[str]) -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT token, (SELECT count(*) FROM search_fts"
                " WHERE vector @@ (quote_literal(token)::tsquery)) FROM unnest(%s::text[]) AS token",
                [list(names)],
            )
            return {token: int(count) for token, count in cursor.fetchall()}

    def common(self) -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM search_fts")
            rows = int(cursor.fetchone()[0])
            cursor.execute(
                "SELECT token, share FROM pg_stats,"
                " unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (token, share)"
                " WHERE schemaname = current_schema() AND tablename = 'search_fts' AND attname = 'vector'"
                # Behind the shares of the tokens stand the smallest and the largest of them, without a token.
                " AND token IS NOT NULL AND share * %s >= %s",
                [rows, COMMON],
            )
            return {token: round(share * rows) for token, share in cursor.fetchall()}

    def finish(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT gin_clean_pending_list('search_fts_vector')")

    def settle(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE search_document")
            cursor.execute("ANALYZE search_fts")

    def exclude_others(self, *, whole: bool) -> None:
        lock = "pg_advisory_xact_lock" if whole else "pg_advisory_xact_lock_shared"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {lock}(hashtext('madang.search'))")


def _last(months: Sequence[tuple[str, int]], rows: int) -> Wanted | None:
    """The months of the last so many rows, about; None when there are not as many."""
    held = 0
    for place, (_token, documents) in enumerate(months):
        held += documents
        if held >= rows:
            return ask.one_of(token for token, _documents in months[: place + 1])
    return None
