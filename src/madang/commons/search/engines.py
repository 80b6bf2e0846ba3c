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


def engine() -> Engine:
    return Postgres() if connection.vendor == "postgresql" else Sqlite()


def counts(names: Iterable[str]) -> dict[str, int]:
    """In how many documents each token occurs: the common ones about, the others exactly."""
    wanted = list(dict.fromkeys(names))
    found = dict(Rarity.objects.filter(token__in=wanted).values_list("token", "documents"))
    if rest := [name for name in wanted if name not in found]:
        found |= engine().counted(rest)
    return found


def size() -> int:
    """How many public documents there are, about."""
    known = Rarity.objects.filter(token="").values_list("documents", flat=True).first()
    return known or max(1, Document.objects.filter(is_public=True).count())


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
            for share in (2, 8):
                recent = self._recent(share * limit * size() // likely, within)
                places = self._newest(every([wanted, recent]), limit, within) if recent else []
                if len(places) >= limit:
                    return places
        return self._newest(wanted, limit, within)

    def _recent(self, rows: int, within: Span) -> Wanted | None:
        """The months of the last so many rows, about; None when there are not as many."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT min(rowid), max(rowid) FROM search_fts WHERE rowid BETWEEN %s AND %s", within
            )
            oldest, newest = cursor.fetchone()
        if newest is None:
            return None
        months = ask.months(oldest, newest)
        known = dict(Rarity.objects.filter(token__in=months).values_list("token", "documents"))
        held = 0
        for place, token in enumerate(months):
            held += known.get(token, 0)
            if held >= rows:
                return ask.one_of(months[: place + 1])
        return None

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
