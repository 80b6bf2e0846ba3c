"""The inverted index on each database: the same four operations, the same answers.

Every expression is built from tokens of letters and digits only, so whatever a person types, no operator of
either query language can come from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Protocol

from django.db import connection
from django.db.models import QuerySet

from madang.commons.search.logic.terms import Clause, Either, Phrase, Prefix, Syllable
from madang.commons.search.models import Document
from madang.commons.search.tokens import BODY_CHARACTERS, tails, tokens

Text = tuple[int, str, str]  # key, title, body
COUNTED_BELOW = 10_000


class Engine(Protocol):
    """What both databases can do."""

    def write(self, texts: Iterable[Text]) -> None:
        """Add the tokens of texts that are not in the index."""

    def erase(self, texts: Iterable[Text]) -> None:
        """Take out texts exactly as they were written."""

    def clear(self) -> None:
        """Empty the index."""

    def settle(self) -> None:
        """Let the database look at a newly filled index."""

    def match(self, rows: QuerySet[Document], clauses: list[Clause]) -> QuerySet[Document]:
        """Rows where every clause holds."""

    def ranked(self, rows: QuerySet[Document], clauses: list[Clause]) -> QuerySet[Document]:
        """`match()`, each row with `rank` (higher is better) and the best first."""

    def counts(self, wanted: Iterable[str]) -> dict[str, int]:
        """In how many documents each token occurs, about; public or not."""

    def size(self) -> int:
        """How many documents there are, about."""

    def having(self, weights: Mapping[str, float]) -> tuple[str, list[Any]]:
        """SQL that gives `(id, w)` for every document and every token it has."""


def engine() -> Engine:
    return Postgres() if connection.vendor == "postgresql" else Sqlite()


class Sqlite:
    """A contentless FTS5 table: smallest, and taking a text out needs the text as it was."""

    def _rows(self, texts: Iterable[Text]) -> list[tuple[int, str, str, str]]:
        rows = []
        for key, title, body in texts:
            body = body[:BODY_CHARACTERS]
            rows.append(
                (key, " ".join(tokens(title)), " ".join(tokens(body)), " ".join(tails(f"{title}\n{body}")))
            )
        return rows

    def write(self, texts: Iterable[Text]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_fts (rowid, title, body, tail) VALUES (%s, %s, %s, %s)", self._rows(texts)
            )

    def erase(self, texts: Iterable[Text]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_fts (search_fts, rowid, title, body, tail)"
                " VALUES ('delete', %s, %s, %s, %s)",
                self._rows(texts),
            )

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_fts (search_fts) VALUES ('delete-all')")

    def settle(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_fts (search_fts) VALUES ('optimize')")

    def _expression(self, clause: Clause) -> str:
        match clause:
            case Phrase(found):
                return f'{{title body}} : "{" ".join(found)}"'
            case Prefix(token):
                return f'{{title body}} : "{token}" *'
            case Syllable(token):
                return f'({{title body}} : "{token}" * OR tail : "{token}")'
            case Either(options):
                return "(" + " OR ".join(map(self._expression, options)) + ")"

    def match(self, rows: QuerySet[Document], clauses: list[Clause]) -> QuerySet[Document]:
        return rows.extra(
            tables=["search_fts"],
            where=["search_fts.rowid = search_document.id", "search_fts MATCH %s"],
            params=[" AND ".join(map(self._expression, clauses))],
        )

    def ranked(self, rows: QuerySet[Document], clauses: list[Clause]) -> QuerySet[Document]:
        found = self.match(rows, clauses)
        # A word in the title counts eight times one in the body; bm25() is smaller for better.
        return found.extra(
            select={"rank": "-bm25(search_fts, 8.0, 1.0, 0.0)"}, order_by=["-rank", "-happened_at", "-id"]
        )

    def counts(self, wanted: Iterable[str]) -> dict[str, int]:
        names = list(dict.fromkeys(wanted))
        if not names:
            return {}
        marks = ", ".join(["%s"] * len(names))
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT term, doc FROM search_terms WHERE term IN ({marks})", names)  # noqa: S608
            found = dict(cursor.fetchall())
        return {name: found.get(name, 0) for name in names}

    def size(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT COUNT(*) FROM search_document")
            return int(cursor.fetchone()[0])

    def having(self, weights: Mapping[str, float]) -> tuple[str, list[Any]]:
        one = "SELECT rowid AS id, %s AS w FROM search_fts WHERE search_fts MATCH %s"
        parameters: list[Any] = []
        for token, value in weights.items():
            parameters += [value, f'{{title body}} : "{token}"']
        return " UNION ALL ".join([one] * len(weights)), parameters


class Postgres:
    """A tsvector written token by token: title at weight A, body at B, last syllables at D behind a `$`."""

    def _vector(self, title: str, body: str) -> str:
        body = body[:BODY_CHARACTERS]
        named = tokens(title)
        pieces = [f"'{token}':{min(position, 16_383)}A" for position, token in enumerate(named, 1)]
        # A gap, so that no phrase begins in the title and ends in the body.
        start = len(named) + 10
        pieces += [
            f"'{token}':{min(position, 16_383)}B" for position, token in enumerate(tokens(body), start)
        ]
        pieces += [f"'${tail}'" for tail in tails(f"{title}\n{body}")]
        return " ".join(pieces)

    def write(self, texts: Iterable[Text]) -> None:
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO search_fts (rowid, vector) VALUES (%s, %s::tsvector)"
                " ON CONFLICT (rowid) DO UPDATE SET vector = EXCLUDED.vector",
                [(key, self._vector(title, body)) for key, title, body in texts],
            )

    def erase(self, texts: Iterable[Text]) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_fts WHERE rowid = ANY(%s)", [[key for key, _, _ in texts]])

    def clear(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM search_fts")

    def settle(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE search_document, search_fts")

    def _expression(self, clause: Clause) -> str:
        match clause:
            case Phrase(found):
                return "(" + " <-> ".join(f"'{token}'" for token in found) + ")"
            case Prefix(token):
                return f"'{token}':*"
            case Syllable(token):
                return f"('{token}':* | '${token}')"
            case Either(options):
                return "(" + " | ".join(map(self._expression, options)) + ")"

    def match(self, rows: QuerySet[Document], clauses: list[Clause]) -> QuerySet[Document]:
        return rows.extra(
            tables=["search_fts"],
            where=["search_fts.rowid = search_document.id", "search_fts.vector @@ %s::tsquery"],
            params=[" & ".join(map(self._expression, clauses))],
        )

    def ranked(self, rows: QuerySet[Document], clauses: list[Clause]) -> QuerySet[Document]:
        expression = " & ".join(map(self._expression, clauses))
        return self.match(rows, clauses).extra(
            # Weights of D, C, B, A; 1 divides by the logarithm of the length.
            select={"rank": "ts_rank('{0, 0, 0.125, 1}', search_fts.vector, %s::tsquery, 1)"},
            select_params=[expression],
            order_by=["-rank", "-happened_at", "-id"],
        )

    def counts(self, wanted: Iterable[str]) -> dict[str, int]:
        """Common tokens from the planner's statistics, all others counted: those are rare, so that is quick."""
        names = list(dict.fromkeys(wanted))
        if not names:
            return {}
        size = self.size()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT token, share FROM pg_stats,"
                " unnest(most_common_elems::text::text[], most_common_elem_freqs) AS common (token, share)"
                " WHERE schemaname = current_schema() AND tablename = 'search_fts' AND attname = 'vector'"
                " AND token = ANY(%s)",
                [names],
            )
            found = {token: max(1, round(share * size)) for token, share in cursor.fetchall()}
            cursor.execute(
                "SELECT token, (SELECT count(*) FROM search_fts"
                " WHERE vector @@ (quote_literal(token)::tsquery)) FROM unnest(%s::text[]) AS token",
                [[name for name in names if name not in found]],
            )
            found.update({token: int(count) for token, count in cursor.fetchall()})
        return found

    def size(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE oid = 'search_document'::regclass")
            known = int(cursor.fetchone()[0])
            if known < COUNTED_BELOW:  # the statistics of a small or new table may be far off
                cursor.execute("SELECT count(*) FROM search_document")
                known = int(cursor.fetchone()[0])
        return known

    def having(self, weights: Mapping[str, float]) -> tuple[str, list[Any]]:
        one = "SELECT rowid AS id, %s::float8 AS w FROM search_fts WHERE vector @@ %s::tsquery"
        parameters: list[Any] = []
        for token, value in weights.items():
            parameters += [value, f"'{token}'"]
        return " UNION ALL ".join([one] * len(weights)), parameters
