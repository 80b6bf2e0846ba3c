"""`madang import NAME FILE`: load a file that another system wrote."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from madang.kernel.errors import RefusedError
from madang.kernel.imports import importers, options_of
from madang.kernel.saying import both


class Command(BaseCommand):
    help = "Import a file. Running it twice changes nothing; bad rows are listed, good rows kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", choices=sorted(importers()), help="what the file holds")
        parser.add_argument("file", type=Path)
        added: set[str] = set()
        for name in sorted(importers()):
            for option in options_of(name):
                if option.name not in added:
                    added.add(option.name)
                    action = "store_true" if option.is_flag else "append" if option.is_list else "store"
                    flag = f"--{option.name.replace('_', '-')}"
                    parser.add_argument(flag, action=action, help=f"{name}: {option.help}")

    def handle(self, *args: Any, name: str, file: Path, **options: Any) -> None:
        given = {option.name: options[option.name] for option in options_of(name) if options[option.name]}
        console = Console(stderr=True)
        columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        try:
            with Progress(*columns, console=console) as bar:
                task = bar.add_task(file.name, total=None)
                report = importers()[name](
                    file, lambda done, total: bar.update(task, completed=done, total=total), **given
                )
        except RefusedError as refusal:
            raise CommandError(both(refusal)) from None
        for line in report.lines:
            self.stdout.write(str(line))
        for bad in report.bad[:50]:
            self.stdout.write(f"  {file.name}:{bad.line}: {bad.reason}")
        if len(report.bad) > 50:
            self.stdout.write(f"  … +{len(report.bad) - 50}")
        if report.bad and not report.kept and not report.already:
            raise CommandError("Nothing was imported.")
