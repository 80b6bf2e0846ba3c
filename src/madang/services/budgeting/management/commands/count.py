"""`madang count FILE.pb --rule equal-shares --json OUT`: counts an election in Pabulib format."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from madang.services.budgeting.fast import Steps
from madang.services.budgeting.logic import count_command


class Command(BaseCommand):
    help = "Count a participatory-budgeting election from its Pabulib file; needs no database."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        count_command.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        code = count_command.run(options, self.stdout.write, self.stderr.write, Steps())
        if code:
            sys.exit(code)
