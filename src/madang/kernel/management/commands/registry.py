"""`madang registry hash|import|status`: the list of residents, as salted hashes."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.kernel.actors import system
from madang.kernel.domain import registry
from madang.kernel.errors import RefusedError
from madang.kernel.imports import BadRow
from madang.kernel.logic import residents
from madang.kernel.saying import both


class Command(BaseCommand):
    help = "Hash a list of residents (on a machine that may see it), and take the hashed list in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        hashing = verbs.add_parser(
            "hash", help="CSV with name, birth_date, code (and district) → hashed list"
        )
        hashing.add_argument("file", type=Path)
        hashing.add_argument("--until", type=date.fromisoformat, required=True, help="YYYY-MM-DD, last day")
        hashing.add_argument("--out", type=Path, help="where to write; standard output without it")
        hashing.add_argument("--cost", type=int, default=residents.COST, help="scrypt's N, a power of two")
        taking = verbs.add_parser("import", help="make a hashed list the one that counts")
        taking.add_argument("file", type=Path)
        verbs.add_parser("status", help="which list counts, and how many it has verified")

    def handle(self, *args: Any, verb: str, **options: Any) -> None:
        try:
            getattr(self, f"_{verb}")(**options)
        except RefusedError as refusal:
            raise CommandError(both(refusal)) from None

    def _hash(self, *, file: Path, until: date, out: Path | None, cost: int, **options: Any) -> None:
        if not 2**10 <= cost <= 2**20 or cost & (cost - 1):
            raise CommandError(both(gettext_lazy("--cost has to be a power of two from 1024 to 1048576.")))
        kept = bad = 0
        try:
            target = out.open("x", encoding="utf-8") if out is not None else sys.stdout
        except OSError as error:
            raise CommandError(f"{out}: {error.strerror}") from error
        try:
            for line in registry.hash_file(file, until=until, cost=cost):
                if isinstance(line, BadRow):
                    bad += 1
                    self._say(line)
                else:
                    kept += not line.startswith("#")
                    target.write(f"{line}\n")
        finally:
            if out is not None:
                target.close()
        self.stderr.write(_("Hashed: %(kept)s. Left out: %(bad)s.") % {"kept": kept, "bad": bad})

    def _import(self, *, file: Path, **options: Any) -> None:
        report = registry.take_in(actor=system("operator"), path=file)
        for row in report.bad:
            self._say(row)
        self.stdout.write(
            _("Lines: %(read)s. Residents taken in: %(kept)s. Left out: %(bad)s.")
            % {"read": report.read, "kept": report.kept, "bad": len(report.bad)}
        )

    def _status(self, **options: Any) -> None:
        current = registry.current()
        if current is None:
            self.stdout.write(_("No list counts at the moment."))
            return
        self.stdout.write(
            _("Residents: %(all)s. Used by accounts: %(used)s. Counts until %(until)s.")
            % {
                "all": current.entries.count(),
                "used": current.entries.filter(used_at__isnull=False).count(),
                "until": f"{current.until:%Y-%m-%d %H:%M %Z}",
            }
        )

    def _say(self, row: BadRow) -> None:
        self.stderr.write(_("Line %(line)s: %(reason)s") % {"line": row.line, "reason": row.reason})
