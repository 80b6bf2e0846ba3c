"""`madang move`: take a SQLite installation to PostgreSQL.

The address holds a password, and every user of the machine reads the command line of every process: it is read from
the environment or from a file, and a password on the command line is refused.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.core.management.base import BaseCommand, CommandError

from madang.conf.operations import moving
from madang.conf.operations.errors import OperationError

VARIABLE = "MADANG_MOVE_TO"


def _has_password(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:  # no address at all; `moving` says so
        return False
    return parts.password is not None or "password" in parse_qs(parts.query)


def _target(url: str, file: str) -> str:
    """The address of the empty database, from the one place that names it."""
    if url and _has_password(url):
        raise OperationError(
            "Everybody on this machine could read this password in the list of processes: change it. Nothing was moved. "
            f"Put the address into the environment as {VARIABLE}, or into a file: madang move --file FILE",
            "이 컴퓨터의 모든 사용자가 프로세스 목록에서 이 비밀번호를 볼 수 있었습니다. 비밀번호를 바꾸세요. 아무것도 옮기지 않았습니다. "
            f"주소는 환경 변수 {VARIABLE}에 넣거나 파일에 적으세요: madang move --file 파일",
        )
    given = [place for place in (url, file, os.environ.get(VARIABLE, "")) if place]
    if len(given) != 1:
        raise OperationError(
            f"Name the empty database once: by {VARIABLE} in the environment, by --file FILE, or, where it needs no "
            "password, on the command line.",
            f"빈 데이터베이스를 한 곳에만 적으세요. 환경 변수 {VARIABLE}, --file 파일, 또는 비밀번호가 없을 때는 명령줄입니다.",
        )
    if not file:
        return given[0]
    try:
        return (sys.stdin.read() if file == "-" else Path(file).read_text()).strip()
    except (OSError, UnicodeError) as error:
        raise OperationError(f"{file} cannot be read: {error}", f"{file} 파일을 읽을 수 없습니다.") from error


class Command(BaseCommand):
    help = "Copy every table into an empty PostgreSQL database, count and compare; all or nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", nargs="?", default="", help="an empty database that needs no password")
        parser.add_argument("--file", default="", help="file that holds the address, - for standard input")

    def handle(self, *args: Any, url: str, file: str, **options: Any) -> None:
        try:
            done = moving.move(_target(url, file), say=lambda line: self.stdout.write(f"· {line}"))
        except OperationError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{sum(done.counts.values())} rows in {len(done.counts)} tables copied and compared; {done.indexed} entries "
            "in the search index.\n"
            "This installation takes nothing in any more. Restart web server and worker with the new DATABASE_URL.\n"
            "이제 이 설치에는 아무것도 저장되지 않습니다. 새 DATABASE_URL로 웹 서버와 작업 프로세스를 다시 시작하세요."
        )
