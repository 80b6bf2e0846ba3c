"""`madang map FOLDER --json OUT`: the opinion map of an exported pol.is conversation."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from madang.commons.opinions.logic import polis_command


class Command(BaseCommand):
    help = "Draw the opinion map of an exported pol.is conversation; needs no database."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        polis_command.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        code = polis_command.run(options, self.stdout.write, self.stderr.write)
        if code:
            sys.exit(code)
