"""`madang ledger`: check a receipt or the whole log, show its state, run the sequencer once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _

from madang.commons.ledger import wording
from madang.commons.ledger.errors import LedgerError
from madang.commons.ledger.logic import receipt as receipts
from madang.commons.ledger.logic.audit import AuditError, audit
from madang.commons.ledger.logic.note import NoteError, VerifierKey, encode64
from madang.commons.ledger.logic.tiles import TileError

MARKS = {"passed": "✓", "failed": "✗", "skipped": "–"}


class Command(BaseCommand):
    help = "The public log: verify a receipt offline, audit the log, show its status, sequence once."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--language", choices=["ko", "en"], help="language of the answer; default: the site's"
        )
        actions = parser.add_subparsers(dest="action", required=True)
        verify = actions.add_parser("verify", help="check a receipt file without network or database")
        verify.add_argument("receipt", help="the receipt file, or - for standard input")
        verify.add_argument("--key", default="", help="the log's public key, or a file that holds it")
        actions.add_parser("status", help="size, root and what waits")
        run = actions.add_parser("sequence", help="take waiting rows into the log")
        run.add_argument("--limit", type=int, default=2000, help="rows in one step")
        run.add_argument(
            "--accept-lost-rows", action="store_true", help="go on although the database lacks published rows"
        )
        actions.add_parser("audit", help="recompute the whole log from its files")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"] or translation.get_language()):
            getattr(self, f"_{options['action']}")(options)

    def _verify(self, options: dict[str, Any]) -> None:
        keys = [_read_key(options["key"])] if options["key"] else []
        verdict = receipts.verify(_read(options["receipt"]), keys=keys)
        for step in verdict.steps:
            self.stdout.write(f"{MARKS[step.status]} {wording.sentence(step)}")
        title, text, _tone, _icon = wording.OUTCOMES[wording.outcome(verdict)]
        if not verdict.ok:
            raise CommandError(f"{title} {text}")
        self.stdout.write(f"\n{title} {text}")

    def _status(self, options: dict[str, Any]) -> None:
        from madang.commons.ledger import api  # needs the database; `verify` does not

        status = api.status()
        self.stdout.write(
            f"{status.origin}\n{_('entries')}: {status.size}\n{_('root')}: {status.root}\n"
            f"{_('waiting')}: {status.waiting}"
        )
        if status.problem:
            raise CommandError(str(wording.PROBLEMS[status.problem]))

    def _sequence(self, options: dict[str, Any]) -> None:
        from madang.commons.ledger.sequencer import sequence

        try:
            while True:
                done = sequence(limit=options["limit"], accept_lost_rows=options["accept_lost_rows"])
                if done.added < options["limit"]:
                    break
        except LedgerError as error:
            raise CommandError(f"{wording.PROBLEMS[error.code]} ({error})") from error
        self.stdout.write(f"{done.checkpoint.size} {encode64(done.checkpoint.root)}")

    def _audit(self, options: dict[str, Any]) -> None:
        from madang.commons.ledger.sequencer import store

        try:
            confirmed = audit(
                store().fetch, [store().verifier], origin=store().origin, progress=self._progress
            )
        except (AuditError, TileError, NoteError) as error:
            raise CommandError(f"{wording.PROBLEMS['damaged']} ({error})") from error
        except LedgerError as error:
            raise CommandError(f"{wording.PROBLEMS[error.code]} ({error})") from error
        self.stdout.write(f"{confirmed.size} {encode64(confirmed.root)}")

    def _progress(self, done: int, total: int) -> None:
        if self.stderr.isatty() and (done % 50 == 0 or done == total):
            self.stderr.write(f"\r{done}/{total}", ending="\n" if done == total else "")


def _read(name: str) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode()
    except OSError as error:
        raise CommandError(_("The file cannot be read: {why}").format(why=error.strerror)) from error
    except UnicodeDecodeError:
        raise CommandError(str(wording.STEPS["format.failed.unreadable"])) from None


def _read_key(given: str) -> VerifierKey:
    path = Path(given)
    try:
        return VerifierKey.parse(path.read_text() if "+" not in given or path.is_file() else given)
    except (OSError, NoteError, UnicodeDecodeError):
        raise CommandError(_("This is not the public key of a log. It looks like name+id+key.")) from None
