"""Writing rows that may be there already."""

from __future__ import annotations

from django.db import connection, models
from django.db.models.constants import OnConflict
from django.db.models.sql import InsertQuery


def insert_once(row: models.Model) -> bool:
    """Insert a row unless a unique key stands against it; one statement, no savepoint.

    Of two callers at the same moment the second waits for the first to commit and is then told False. The
    primary key is not read back.

    Returns:
        Whether the row is new.
    """
    model = type(row)
    fields = [field for field in model._meta.local_concrete_fields if not field.primary_key]
    query = InsertQuery(model, on_conflict=OnConflict.IGNORE)
    query.insert_values(fields, [row])
    with connection.cursor() as cursor:
        for statement, values in query.get_compiler(connection=connection).as_sql():
            cursor.execute(statement, values)
        return bool(cursor.rowcount == 1)
