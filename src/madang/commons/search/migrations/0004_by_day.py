"""The inverted index ordered by day, read newest first; digests of texts, by which the same text is found at once.

The index is made anew and empty, the worker writes the rows into it (`tokens.VERSION` was raised).
"""

from django.db import migrations, models
from django.db.models import Q

SQLITE = (
    "DROP TABLE search_terms",
    "DROP TABLE search_fts",
    "CREATE VIRTUAL TABLE search_fts USING fts5"
    " (tokens, content='', detail=none, tokenize='unicode61 remove_diacritics 0')",
    # More is gathered before it is written: filling the index merges a fraction of what it did.
    "INSERT INTO search_fts (search_fts, rank) VALUES ('hashsize', 33554432)",
    "CREATE VIRTUAL TABLE search_terms USING fts5vocab ('search_fts', 'row')",
)
POSTGRESQL = (
    "TRUNCATE search_fts",
    # The vectors stand apart: what is read of a row after the index has named it is its number alone.
    "ALTER TABLE search_fts SET (toast_tuple_target = 128)",
    # How much is gathered before it is written is said by the writer: little for one row, much for thousands.
    "ALTER INDEX search_fts_vector RESET (gin_pending_list_limit)",
)


def _run(schema_editor, sqlite, postgresql):
    for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement)


def forwards(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def backwards(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


class Migration(migrations.Migration):
    dependencies = [("search", "0003_faster")]

    operations = [
        migrations.RunPython(forwards, backwards, hints={"lays": True}),
        migrations.AddField("document", "title_digest", models.BigIntegerField(default=0, help_text="Of the words of the title")),
        migrations.AddField("document", "digest", models.BigIntegerField(default=0, help_text="Of the words of title and body: the same text at once")),
        migrations.AddIndex("document", models.Index(condition=Q(("is_public", True)), fields=["title_digest", "id"], name="search_title")),
        migrations.AddIndex("document", models.Index(condition=Q(("is_public", True)), fields=["digest", "id"], name="search_same")),
    ]
