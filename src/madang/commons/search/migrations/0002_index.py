"""The inverted index: an FTS5 table on SQLite, a tsvector with a GIN index on PostgreSQL."""

from django.db import migrations

SQLITE = (
    "CREATE VIRTUAL TABLE search_fts USING fts5 (title, body, tail, content='', tokenize='unicode61 remove_diacritics 0')",
    "CREATE VIRTUAL TABLE search_terms USING fts5vocab ('search_fts', 'row')",
)
SQLITE_BACK = ("DROP TABLE search_terms", "DROP TABLE search_fts")
POSTGRESQL = (
    # No foreign key: the rows are written and removed together by the domain, and a test may empty one table.
    "CREATE TABLE search_fts (rowid bigint PRIMARY KEY, vector tsvector NOT NULL)",
    # The statistics say how common a token is; the default keeps too few of them to tell rare from unknown.
    "ALTER TABLE search_fts ALTER COLUMN vector SET STATISTICS 1000",
    # A short pending list: the dozens of look-ups of one comparison each read a long one (145 ms against 22 ms
    # without a list, on 1,840 texts), and without any list filling the index is slower.
    "CREATE INDEX search_fts_vector ON search_fts USING gin (vector) WITH (gin_pending_list_limit = 64)",
)
POSTGRESQL_BACK = ("DROP TABLE search_fts",)


def _run(schema_editor, sqlite, postgresql):
    for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement)


def create(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def drop(apps, schema_editor):
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial")]

    operations = [migrations.RunPython(create, drop, hints={"lays": True})]
