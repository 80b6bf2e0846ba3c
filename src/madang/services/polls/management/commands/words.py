"""`madang words FILE.csv --column … --json OUT`: the words of free answers."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from madang.services.polls.logic import words_command


class Command(BaseCommand):
    help = "Count the words of free answers in a CSV file; needs no database."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        words_command.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        code = words_command.run(options, self.stdout.write, self.stderr.write)
        if code:
            sys.exit(code)
