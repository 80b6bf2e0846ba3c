"""A new database gets its tables at once, as the last migrations leave them; one that has tables is migrated step by step.

Both end at the same tables (`tests/operations/test_upgrade.py` compares them). Step by step Django makes every model anew for
every change of years, which takes minutes where there is nothing to change. What models cannot say, such as the index of
search, is a step of a migration marked with `hints={"lays": True}`; it is carried out here too.
"""

from __future__ import annotations

from typing import Any

from django.db import router
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import RunPython
from django.db.migrations.recorder import MigrationRecorder


def is_new(connection: BaseDatabaseWrapper) -> bool:
    """Whether no migration was ever applied to it."""
    return not MigrationRecorder(connection).has_table()


def lay(connection: BaseDatabaseWrapper) -> None:
    """Create every table and count all migrations as applied, in one transaction: a process that is killed leaves nothing."""
    executor = MigrationExecutor(connection)
    state = executor.loader.project_state().apps
    leaves = executor.loader.graph.leaf_nodes()
    plan = [migration for migration, _back in executor.migration_plan(leaves, clean_start=True)]
    applied: Any = executor.recorder.Migration
    with connection.schema_editor(atomic=True) as editor:
        editor.create_model(applied)
        for model in state.get_models():
            if model._meta.can_migrate(connection) and router.allow_migrate_model(connection.alias, model):
                editor.create_model(model)
        for migration in plan:
            for step in migration.operations:
                if isinstance(step, RunPython) and step.hints.get("lays"):
                    step.code(state, editor)
        applied.objects.using(connection.alias).bulk_create(
            applied(app=migration.app_label, name=migration.name) for migration in plan
        )
