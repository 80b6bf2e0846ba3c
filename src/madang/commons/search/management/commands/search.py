"""`madang search rebuild`: fill the search index anew."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from madang.commons.search.domain import rebuild, sources


class Command(BaseCommand):
    help = "Empty the search index and fill it from every registered source."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["rebuild"])

    def handle(self, *args: Any, **options: Any) -> None:
        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TextColumn("{task.completed}"),
            TimeElapsedColumn(),
        )
        # Progress goes to the error stream, so that the output is the result alone.
        with Progress(*columns, console=Console(stderr=True)) as progress:
            bars = {kind: progress.add_task(kind, total=None) for kind in sources()}
            total = rebuild(lambda kind, count: progress.advance(bars[kind], count))
        self.stdout.write(f"{total} entries")
