"""PostgreSQL packs bodies so that they are unpacked in a third of the time: a question reads up to a thousand of them.

Rows that stand there keep their packing until they are written again (`madang search rebuild`).
"""

from django.db import migrations


def forwards(apps, schema_editor):
    _pack(schema_editor, "lz4")


def backwards(apps, schema_editor):
    _pack(schema_editor, "pglz")


def _pack(schema_editor, method):
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        # A server built without lz4 does not offer it.
        cursor.execute("SELECT %s = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'", [method])
        offered = cursor.fetchone()
    if offered and offered[0]:
        schema_editor.execute(f"ALTER TABLE search_document ALTER COLUMN body SET COMPRESSION {method}")


class Migration(migrations.Migration):
    dependencies = [("search", "0004_by_day")]

    operations = [migrations.RunPython(forwards, backwards, hints={"lays": True})]
