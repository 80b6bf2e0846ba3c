"""`madang holiday DAY`: declare a temporary holiday; running clocks move with it."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from madang.kernel.actors import system
from madang.kernel.domain import days
from madang.kernel.errors import RefusedError
from madang.kernel.models import CalendarDay
from madang.kernel.saying import both


class Command(BaseCommand):
    help = "Declare a day a holiday (or, with --workday, a working day) that the law added after the fact."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("day", type=date.fromisoformat, help="YYYY-MM-DD")
        parser.add_argument("--name-ko", default="임시공휴일")
        parser.add_argument("--name-en", default="Temporary holiday")
        parser.add_argument(
            "--source", required=True, help="where it was declared, e.g. the gazette's number"
        )
        parser.add_argument("--workday", action="store_true")

    def handle(
        self, *args: Any, day: date, name_ko: str, name_en: str, source: str, workday: bool, **options: Any
    ) -> None:
        kind = CalendarDay.Kind.WORKDAY if workday else CalendarDay.Kind.HOLIDAY
        try:
            days.declare(
                actor=system("operator"), day=day, name_ko=name_ko, name_en=name_en, source=source, kind=kind
            )
        except RefusedError as refusal:
            raise CommandError(both(refusal)) from None
        self.stdout.write(f"{day}: {kind.value}, {name_ko} · {name_en}")
