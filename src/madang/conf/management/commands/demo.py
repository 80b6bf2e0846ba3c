"""`madang demo`: load the demo city, or reset it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from madang.conf.demo import (
    budget,
    center,
    city,
    decided,
    hackathons,
    hall,
    intake,
    opinions,
    panel,
    planning,
    polls,
    proposals,
    rounds,
    story,
)
from madang.kernel.models import Organisation


class Command(BaseCommand):
    help = "Load the demo city of Haedam (made-up people and texts). Does nothing when it is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--quiet", action="store_true")

    def handle(self, *args: Any, quiet: bool, **options: Any) -> None:
        if Organisation.objects.filter(code="haedam").exists():
            if not quiet:
                self.stdout.write("The demo city is there already.")
            return
        if Organisation.objects.exclude(code="archive").exists():
            raise CommandError(
                "This installation has organisations of its own; the demo city is not mixed in. Use another MADANG_HOME "
                "and database.\n이미 실제 기관이 있는 설치라서 데모 도시를 섞지 않습니다. 다른 MADANG_HOME과 데이터베이스를 쓰세요."
            )
        with transaction.atomic():
            city.found()
            for chapter in (
                story,
                opinions,
                planning,
                intake,
                hall,
                hackathons,
                polls,
                budget,
                rounds,
                proposals,
                decided,
                center,
            ):
                chapter.tell(lambda line: None if quiet else self.stdout.write(f"  {line}"))
        panel.draw()
        if not quiet:
            self.stdout.write("  A panel of a hundred is drawn by lot.")
