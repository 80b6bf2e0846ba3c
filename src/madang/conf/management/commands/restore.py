"""`madang restore BACKUP`: put an installation back and prove that it is whole."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from madang.conf.operations import restore
from madang.conf.operations.errors import OperationError


class Command(BaseCommand):
    help = "Restore database, public log, uploads and keys from a backup, after checking every byte of it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "source", type=Path, help="a backup, or the folder of backups: then the newest whole one"
        )
        parser.add_argument(
            "--replace", action="store_true", help="set aside what is here instead of refusing"
        )
        parser.add_argument(
            "--published", type=Path, metavar="FILE", help="newest checkpoint that a mirror or witness has"
        )

    def handle(self, *args: Any, source: Path, replace: bool, published: Path | None, **options: Any) -> None:
        note = _published(published) if published else ""
        try:
            done = restore.put_back(
                source, replace=replace, published=note, say=lambda line: self.stdout.write(f"· {line}")
            )
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(
                f"The restore stopped: {error}. What was here is still here or in the folder `before-restore-…`; "
                "make room and run it again with --replace.\n복원이 중단되었습니다. 공간을 확보한 뒤 --replace를 붙여 "
                "다시 실행하세요."
            ) from error
        except OperationError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"Restored from {done.source} (made {done.made})\n"
            f"  {done.rows} rows, {done.files} files; every file and every table's count compared\n"
            f"  log: {done.log}, {done.size} entries, root {done.root}; {done.waiting} acts wait"
        )
        if done.log == "restored" and done.size and not published:
            self.stdout.write(
                f"  Nobody could compare these {done.size} entries with what the public has seen. If a mirror, a witness or a "
                "receipt knows more, do not start a worker: run it again with --published FILE --replace.\n"
                f"  시민에게 공개된 기록과 비교하지 못했습니다({done.size}건). 사본, 증인, 접수증에 더 많은 기록이 있다면 작업 프로세스를 "
                "시작하지 말고 --published 파일 --replace 를 붙여 다시 실행하세요."
            )
        if done.aside:
            self.stdout.write(f"  what was here is kept under the name {done.aside}")
        if not done.keys:
            self.stdout.write(
                "  The backup has no keys: put ledger/key and secret.key back before you start the site.\n"
                "  열쇠가 없는 백업입니다. 사이트를 시작하기 전에 ledger/key와 secret.key를 넣으세요."
            )
        if done.lost:
            self.stdout.write(
                f"  The log holds {done.lost} entries whose rows this backup lacks: acts of its last hours are lost, their "
                "public entries are not. The log waits until you say: madang ledger sequence --accept-lost-rows\n"
                f"  공개 기록에는 있으나 이 백업에는 없는 기록이 {done.lost}건 있습니다. 확인한 뒤 다음을 실행하세요: "
                "madang ledger sequence --accept-lost-rows"
            )
        self.stdout.write("Declare the time the site was away: madang outage declare --from … --to …")


def _published(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            f"The published checkpoint cannot be read: {error}. Nothing was changed. Name the file as the public has it; the "
            "user of the services must be able to read it.\n"
            f"공개된 체크포인트 파일을 읽을 수 없습니다: {error}. 아무것도 바뀌지 않았습니다. 공개된 그대로의 파일을 지정하고, "
            "서비스 사용자가 읽을 수 있게 하세요."
        ) from None
