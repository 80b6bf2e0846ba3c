"""`madang import NAME FILE`: load a file that another system wrote."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from madang.kernel.errors import RefusedError
from madang.kernel.imports import importers
from madang.kernel.saying import both


class Command(BaseCommand):
    help = "Import a file. Running it twice changes nothing; bad rows are listed, good rows kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=sorted(importers()), help="what the file holds")
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, name: str, file: Path, **options: Any) -> None:
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        try:
            with Progress(*columns, console=console) as bar:
                task = bar.add_task(file.name, total=None)
                report = importers()[name](
                    file, lambda done, total: bar.update(task, completed=done, total=total)
                )
        except RefusedError as refusal:
            raise CommandError(both(refusal)) from None
        for line in report.lines:
            self.stdout.write(str(line))
        for bad in report.bad[:50]:
            self.stdout.write(f"  {file.name}:{bad.line}: {bad.reason}")
        if len(report.bad) > 50:
            self.stdout.write(f"  … +{len(report.bad) - 50}")
