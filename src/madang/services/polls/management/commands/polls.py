"""`madang polls read`: read the words of closed polls, part by part, until nothing is left."""

from __future__ import annotations

import secrets
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from madang.services.polls.domain import readers


class Command(BaseCommand):
    help = "Read the words of closed polls that wait for it. Workers start this by themselves; several may run at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["read"])
        parser.add_argument(
            "--as", dest="name", metavar="NAME", help="name of this reader (workers give one)"
        )

    def handle(self, *args: Any, act: str, name: str | None, **options: Any) -> None:
        code = readers.read(name or secrets.token_hex(8))
        if code:
            self.stderr.write(readers.SAID[code])
            sys.exit(code)
