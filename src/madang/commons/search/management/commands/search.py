"""`madang search rebuild`: fill the search index anew, while people go on writing; a stopped one goes on."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from madang.commons.search.rebuilding import rebuild, sources


class Command(BaseCommand):
    help = "Fill the search index anew from every registered source; goes on where it was stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["rebuild"])
        parser.add_argument("--anew", action="store_true", help="do not go on where one was stopped")
        parser.add_argument("--empty", action="store_true", help="throw the inverted index away first")

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
            total = rebuild(
                lambda kind, count: progress.advance(bars[kind], count),
                anew=options["anew"],
                empty=options["empty"],
            )
        self.stdout.write(f"{total} entries")
