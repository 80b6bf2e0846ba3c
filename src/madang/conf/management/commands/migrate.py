"""`madang migrate`: Django's own, but a new database gets its tables at once first (`operations.laying`)."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate
from django.db import connections

from madang.conf.operations import laying

ASKS_OTHERWISE = ("app_label", "fake", "fake_initial", "plan", "check_unapplied", "prune")


class Command(migrate.Command):
    """Bring the database to the state of this release."""

    def handle(self, *args: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        if not any(options[name] for name in ASKS_OTHERWISE) and laying.is_new(connection):
            laying.lay(connection)
        super().handle(*args, **options)
