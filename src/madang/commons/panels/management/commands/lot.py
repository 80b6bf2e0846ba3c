"""`madang lot verify FILE`: check the file of a lot without network or database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from madang.commons.panels import verify_lot
from madang.commons.panels.web import words

MARKS = {"passed": "✓", "failed": "✗", "skipped": "–"}


class Command(BaseCommand):
    help = "Lots: compute the file of a ceremony anew, as verify_lot.py does."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--language", choices=["ko", "en"], help="language of the answer")
        actions = parser.add_subparsers(dest="action", required=True)
        verify = actions.add_parser("verify", help="check the file of a lot")
        verify.add_argument("file", help="the file that the page of the ceremony offers")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            steps = verify_lot.check(verify_lot.parse(Path(options["file"]).read_text(encoding="utf-8-sig")))
        except (OSError, UnicodeDecodeError, verify_lot.BundleError) as error:
            raise CommandError(
                f"This file cannot be checked: {error}. Save it anew from the page of the lot and name that file.\n"
                f"이 파일은 확인할 수 없습니다: {error}. 추첨 페이지에서 파일을 다시 내려받아 지정하세요."
            ) from None
        with translation.override(options["language"] or translation.get_language()):
            for step in steps:
                line = words.checked(step)
                self.stdout.write(f"{MARKS[step.status]} {line['title']}: {line['text']}")
        if any(step.status == "failed" for step in steps):
            raise CommandError("✗")
