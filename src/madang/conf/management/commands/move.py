"""`madang move postgres://…`: take a SQLite installation to PostgreSQL."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from madang.conf.operations import moving
from madang.conf.operations.errors import OperationError


class Command(BaseCommand):
    help = "Copy every table into an empty PostgreSQL database, count and compare; all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="postgres://user:password@host:5432/name, an empty database")

    def handle(self, *args: Any, url: str, **options: Any) -> None:
        try:
            done = moving.move(url, say=lambda line: self.stdout.write(f"· {line}"))
        except OperationError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{sum(done.counts.values())} rows in {len(done.counts)} tables copied and compared; {done.indexed} entries "
            "in the search index.\n"
            "This installation takes nothing in any more. Restart web server and worker with the new DATABASE_URL.\n"
            "이제 이 설치에는 아무것도 저장되지 않습니다. 새 DATABASE_URL로 웹 서버와 작업 프로세스를 다시 시작하세요."
        )
