"""`madang deadline FILE.json`: recompute a deadline from the file of its clock. Needs no database."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from madang.kernel.logic import clock_words


class Command(BaseCommand):
    help = "Recompute a deadline, day by day, from the JSON file that the page of its clock gives."
    requires_system_checks = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        clock_words.arguments(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        code = clock_words.run(options, self.stdout.write, self.stderr.write)
        if code:
            sys.exit(code)
