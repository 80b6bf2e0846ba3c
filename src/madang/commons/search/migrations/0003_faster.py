"""An index without positions, of public things only; places, values and support to filter and sort by.

The inverted index is made anew and empty: rows with `cut` = 0 are written into it by the worker within
seconds, or at once by `madang search rebuild`.
"""

from django.db import migrations, models
from django.db.models import Q

SQLITE = (
    "DROP TABLE search_terms",
    "DROP TABLE search_fts",
    "CREATE VIRTUAL TABLE search_fts USING fts5"
    " (tokens, content='', detail=none, tokenize='unicode61 remove_diacritics 0')",
    "CREATE VIRTUAL TABLE search_terms USING fts5vocab ('search_fts', 'row')",
)
POSTGRESQL = (
    "DROP TABLE search_fts",
    "CREATE TABLE search_fts (rowid bigint PRIMARY KEY, vector tsvector NOT NULL)",
    "ALTER TABLE search_fts ALTER COLUMN vector SET STATISTICS 1000",
    # A short pending list: every look-up reads all of it.
    "CREATE INDEX search_fts_vector ON search_fts USING gin (vector) WITH (gin_pending_list_limit = 256)",
)
SQLITE_BACK = (
    "DROP TABLE search_terms",
    "DROP TABLE search_fts",
    "CREATE VIRTUAL TABLE search_fts USING fts5"
    " (title, body, tail, content='', tokenize='unicode61 remove_diacritics 0')",
    "CREATE VIRTUAL TABLE search_terms USING fts5vocab ('search_fts', 'row')",
)


def _run(schema_editor, sqlite, postgresql):
    for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement)


def forwards(apps, schema_editor):
    _run(schema_editor, SQLITE, POSTGRESQL)


def backwards(apps, schema_editor):
    _run(schema_editor, SQLITE_BACK, POSTGRESQL)


class Migration(migrations.Migration):
    dependencies = [("search", "0002_index")]

    operations = [
        migrations.RunPython(forwards, backwards, hints={"lays": True}),
        migrations.AddField("document", "value", models.CharField(blank=True, default="", help_text="Number of a social value of the plan", max_length=4), preserve_default=False),
        migrations.AddField("document", "district", models.CharField(blank=True, default="", help_text="Administrative district code", max_length=10), preserve_default=False),
        migrations.AddField("document", "support", models.PositiveIntegerField(default=0, help_text="How many stand behind it")),
        migrations.AddField("document", "cut", models.PositiveSmallIntegerField(default=0, help_text="Version of the rules its tokens were cut by; 0: not in the inverted index")),
        migrations.AddField("document", "seen", models.PositiveIntegerField(default=0, help_text="Number of the rebuild that met it last")),
        migrations.RemoveIndex("document", "search_kind"),
        migrations.AddIndex("document", models.Index(condition=Q(("is_public", True)), fields=["-support", "-happened_at", "-id"], name="search_support")),
        migrations.AddIndex("document", models.Index(condition=Q(("is_public", True)), fields=["cut"], name="search_uncut")),
        migrations.CreateModel(
            "Rarity",
            [
                ("token", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("documents", models.PositiveIntegerField()),
            ],
        ),
        migrations.CreateModel(
            "Companion",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("word", models.CharField(max_length=40)),
                ("other", models.CharField(max_length=40)),
                ("strength", models.FloatField(help_text="Normalised pointwise mutual information, 0 to 1")),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("word", "other"), name="search_companion_once")]},
        ),
        migrations.CreateModel(
            "Rebuild",
            [
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("started_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("kind", models.CharField(blank=True, help_text="Source it is at", max_length=24)),
                ("after", models.BigIntegerField(default=0, help_text="Last key read from that source")),
                ("done", models.PositiveIntegerField(default=0)),
            ],
        ),
    ]
