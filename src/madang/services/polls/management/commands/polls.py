"""`madang polls read`: read the words of closed polls, part by part, until nothing is left."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from madang.services.polls.domain import analysing


class Command(BaseCommand):
    help = "Read the words of closed polls that wait for it. Workers start this by themselves; several may run at once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["read"])

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        self.stdout.write(f"{analysing.work()}")
