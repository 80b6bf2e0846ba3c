"""Prints what a database holds: of every table the columns, keys and constraints, and every index."""

from __future__ import annotations

import json
from typing import Any

import django


def told() -> dict[str, Any]:
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
            return {name: sorted(_pieces(sql)) for name, sql in cursor.fetchall()}
        found: dict[str, Any] = {}
        for name in connection.introspection.table_names(cursor):
            columns = connection.introspection.get_table_description(cursor, name)
            constraints = connection.introspection.get_constraints(cursor, name)
            found[name] = {
                "columns": sorted([one.name, one.type_code, one.null_ok, one.default] for one in columns),
                "constraints": {key: str(sorted(held.items())) for key, held in constraints.items()},
            }
        cursor.execute("SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        return found | {"indexes": dict(cursor.fetchall())}


def _pieces(sql: str) -> list[str]:
    """A table by its columns and constraints, which may have come in another order; anything else whole."""
    if not sql.startswith("CREATE TABLE"):
        return [sql]
    pieces, depth = [""], 0
    for sign in sql.partition("(")[2].rpartition(")")[0]:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            pieces.append("")
        else:
            pieces[-1] += sign
    return [piece.strip() for piece in pieces]


if __name__ == "__main__":
    django.setup()
    print(json.dumps(told()))
