"""`madang backup FOLDER`: a consistent copy of a running installation."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from madang.conf.operations import backup, manifest
from madang.conf.operations.errors import OperationError


class Command(BaseCommand):
    help = "Copy database, public log, uploads and keys into a dated folder; the site goes on meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="folder in which the dated backups lie")
        parser.add_argument("--keep", type=int, metavar="N", help="delete the oldest backups but N")
        parser.add_argument(
            "--without-keys",
            action="store_true",
            help="leave out ledger/key, secret.key and registry.key; keep them apart",
        )

    def handle(self, *args: Any, folder: Path, keep: int | None, without_keys: bool, **options: Any) -> None:
        if keep is not None and keep < 1:
            raise CommandError("--keep is 1 or more.\n--keep 값은 1 이상이어야 합니다.")
        try:
            made = backup.take(folder, keep=keep, with_keys=not without_keys)
        except OperationError as error:
            raise CommandError(str(error)) from error
        told = manifest.read(made)
        self.stdout.write(
            f"{made}\n  {sum(told.counts.values())} rows in {len(told.counts)} tables, {len(told.files)} files, "
            f"log of {told.log.get('size', 0)} entries"
        )
        if without_keys:
            self.stdout.write(
                "  Without keys: put ledger/key, secret.key and registry.key (if there was one) back by hand after a restore. Without ledger/key the log "
                "cannot go on.\n  열쇠는 들어 있지 않습니다. 복원한 뒤 ledger/key, secret.key, (있었다면) registry.key를 직접 넣어야 합니다."
            )
