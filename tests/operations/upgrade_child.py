"""Fills an empty database as release 0.1 left it, takes in this release, and prints what it found.

`release_0_1.json.gz` holds the rows and the log of a demo city that release 0.1 made, with a key made for it.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
from pathlib import Path

import django

RELEASE = {"kernel": "0001", "notices": "0001", "matters": "0001", "search": "0002", "square": "0001"}


def main() -> None:
    django.setup()
    from django.core.management import call_command
    from django.db import connection, transaction
    from django.db.migrations.executor import MigrationExecutor

    from madang.commons.ledger import api as ledger
    from madang.commons.ledger.sequencer import store
    from madang.commons.matters.domain import clocks
    from madang.commons.matters.models import Clock
    from madang.conf.operations import restore

    for label, target in RELEASE.items():
        call_command("migrate", label, target, verbosity=0, interactive=False)
    call_command("migrate", "django_tasks_database", verbosity=0, interactive=False)
    call_command("migrate", "account", verbosity=0, interactive=False)
    loader = MigrationExecutor(connection).loader
    state = loader.project_state([key for key in loader.applied_migrations if key in loader.graph.nodes]).apps
    data = json.loads(gzip.decompress((Path(__file__).parent / "release_0_1.json.gz").read_bytes()))
    home = Path(os.environ["MADANG_HOME"])
    for name, content in data["log"].items():
        path = home / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(base64.b64decode(content))
    with transaction.atomic():
        if connection.vendor == "sqlite":
            connection.cursor().execute("PRAGMA defer_foreign_keys=ON")
        before = fill(state, data["rows"])
    call_command("migrate", verbosity=0, interactive=False)
    after = {}
    for table in before:
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT count(*) FROM "{table}"')  # noqa: S608 - names of our own tables
            after[table] = cursor.fetchone()[0]
    head, lost = restore.compare_log(store())
    running = [
        clocks.replay(row, now=row.stopped_at).due == row.due_at
        for row in Clock.objects.exclude(state="paused")
    ]
    call_command("search", "rebuild")
    call_command("ledger", "sequence")
    print(
        json.dumps({"before": before, "after": after, "entries": head.size, "lost": lost, "clocks": running})
    )
    assert ledger.status().ok or ledger.status().problem == "late", ledger.status()


def fill(state, rows) -> dict[str, int]:
    """Rows through the models as they were, so that no field of this release is filled in."""
    from django.core.management.color import no_style
    from django.db import connection

    made: dict[str, int] = {}
    by_model: dict[str, list] = {}
    for row in rows:
        by_model.setdefault(row["model"], []).append(row)
    many = []
    for label, items in by_model.items():
        model = state.get_model(label)
        found = []
        for item in items:
            values = {model._meta.pk.attname: model._meta.pk.to_python(item["pk"])}
            for name, value in item["fields"].items():
                field = model._meta.get_field(name)
                if field.many_to_many:
                    many.append((item["pk"], field, value))
                else:
                    values[field.attname] = (field.target_field if field.is_relation else field).to_python(
                        value
                    )
            found.append(model(**values))
        model._base_manager.bulk_create(found, batch_size=200)
        made[model._meta.db_table] = len(found)
    for pk, field, others in many:
        through = field.remote_field.through
        column, other = field.m2m_field_name(), field.m2m_reverse_field_name()
        through._base_manager.bulk_create(
            through(**{f"{column}_id": pk, f"{other}_id": value}) for value in others
        )
        table = through._meta.db_table
        made[table] = made.get(table, 0) + len(others)
    # Rows that bring their keys leave PostgreSQL's counters behind; those of a real installation are right.
    reset = connection.ops.sequence_reset_sql(no_style(), [state.get_model(label) for label in by_model])
    with connection.cursor() as cursor:
        for statement in reset:
            cursor.execute(statement)
    return made


if __name__ == "__main__":
    main()
