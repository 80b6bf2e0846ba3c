"""`madang ledger`: check a receipt, two states or the whole log; copy it; run the sequencer once."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.commons.ledger import wording
from madang.commons.ledger.errors import LedgerError
from madang.commons.ledger.logic import receipt as receipts
from madang.commons.ledger.logic.audit import AuditError, audit
from madang.commons.ledger.logic.counting import Counts
from madang.commons.ledger.logic.growth import compare
from madang.commons.ledger.logic.note import NoteError, VerifierKey, encode64
from madang.commons.ledger.logic.policy import Policy, PolicyError
from madang.commons.ledger.logic.tiles import Fetch, TileError
from madang.kernel.saying import both

NO_KEY = gettext_lazy("This is not the public key of a log. It looks like name+id+key.")
MARKS = {"passed": "✓", "failed": "✗", "skipped": "–"}


class Command(BaseCommand):
    help = "The public log: verify a receipt or two states offline, audit or copy the log, show its status."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--language", choices=["ko", "en"], help="language of the answer; default: the site's"
        )
        actions = parser.add_subparsers(dest="action", required=True)
        verify = actions.add_parser("verify", help="check a receipt file without network or database")
        verify.add_argument("receipt", help="the receipt file, or - for standard input")
        verify.add_argument("--key", default="", help="the log's public key, or a file that holds it")
        verify.add_argument("--policy", default="", help="a file that names the witnesses you rely on")
        growth = actions.add_parser("consistency", help="show that the log only grew between two states")
        growth.add_argument("old", help="a number of entries, or the file of a signed state")
        growth.add_argument("new", nargs="?", default="", help="the same; without it, the state of today")
        _copy_options(growth)
        copy = actions.add_parser("copy", help="copy the public files of the log, never the private key")
        copy.add_argument("target", help="a folder that does not exist yet, or a file that ends in .zip")
        actions.add_parser("status", help="size, root and what waits")
        run = actions.add_parser("sequence", help="take waiting rows into the log")
        run.add_argument("--limit", type=int, default=2000, help="rows in one step")
        run.add_argument(
            "--accept-lost-rows", action="store_true", help="go on although the database lacks published rows"
        )
        actions.add_parser("witnesses", help="ask the witnesses now, and tell what each of them has seen")
        whole = actions.add_parser(
            "audit", help="recompute the whole log from its files and look for missing acts"
        )
        _copy_options(whole)

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"] or translation.get_language()):
            try:
                getattr(self, f"_{options['action']}")(options)
            except LedgerError as error:  # from any file that is read on the way
                raise CommandError(both(wording.PROBLEMS[error.code], behind=error)) from None

    def _verify(self, options: dict[str, Any]) -> None:
        keys = [_read_key(options["key"])] if options["key"] else []
        policy = _read_policy(options["policy"]) if options["policy"] else None
        verdict = receipts.verify(_read(options["receipt"]), keys=keys, policy=policy)
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
        problem = status.problem or api.witness_problem()
        if problem:
            raise CommandError(both(wording.PROBLEMS[problem]))

    def _sequence(self, options: dict[str, Any]) -> None:
        from madang.commons.ledger.sequencer import sequence

        try:
            while True:
                done = sequence(limit=options["limit"], accept_lost_rows=options["accept_lost_rows"])
                if done.added < options["limit"]:
                    break
        except LedgerError as error:
            raise CommandError(both(wording.PROBLEMS[error.code], behind=error)) from None
        self.stdout.write(f"{done.checkpoint.size} {encode64(done.checkpoint.root)}")

    def _consistency(self, options: dict[str, Any]) -> None:
        fetch, key = _log(options)
        given = [
            item if not item or item.isdecimal() else _read(item) for item in (options["old"], options["new"])
        ]
        try:
            found = compare(given[0], given[1], fetch, [key])
        except (TileError, NoteError) as error:
            raise CommandError(both(wording.PROBLEMS["damaged"], behind=error)) from None
        words = wording.growth(found)
        if found.code != "right":
            raise CommandError(words)
        self.stdout.write(words)
        for size, root in ((found.old, found.old_root), (found.new, found.new_root)):
            self.stdout.write(f"{size} {root}")
        self.stdout.write("".join(f"{item}\n" for item in ("", *found.hashes)), ending="")

    def _copy(self, options: dict[str, Any]) -> None:
        from madang.commons.ledger.copying import copy
        from madang.commons.ledger.sequencer import store

        try:
            size = copy(store(), Path(options["target"]))
        except LedgerError as error:
            raise CommandError(both(wording.PROBLEMS[error.code], behind=error)) from None
        except FileExistsError:
            raise CommandError(
                both(gettext_lazy("{target} is there already. Choose a new name."), target=options["target"])
            ) from None
        except OSError as error:
            raise CommandError(
                both(gettext_lazy("The file cannot be written: {why}"), why=_named(error))
            ) from None
        self.stdout.write(f"{size} {options['target']}")

    def _witnesses(self, options: dict[str, Any]) -> None:
        from madang.commons.ledger import api, witnessing
        from madang.commons.ledger.sequencer import store

        try:
            witnessing.ask(store())
        except PolicyError as error:
            raise CommandError(both(wording.PROBLEMS["policy"], why=error)) from None
        except LedgerError as error:
            raise CommandError(both(wording.PROBLEMS[error.code], behind=error)) from None
        for state in api.witness_states()[0]:
            self.stdout.write(f"{state.name} {state.size} {wording.ANSWERS[state.answer][0]}")

    def _audit(self, options: dict[str, Any]) -> None:
        fetch, key = _log(options)
        counts = Counts()
        try:
            confirmed = audit(fetch, [key], origin=key.name, progress=self._progress, counts=counts)
        except (AuditError, TileError, NoteError) as error:
            raise CommandError(both(wording.PROBLEMS["damaged"], behind=error)) from None
        self.stdout.write(f"{confirmed.size} {encode64(confirmed.root)}")
        if counts.faults:
            raise CommandError(
                str(_("The log is whole, but acts are missing:")) + "\n" + "\n".join(counts.faults)
            )
        for act, kind in sorted(counts.kinds.items()):
            self.stdout.write(f"{act} 1-{kind.reached}")
        if counts.unnumbered:
            self.stdout.write(f"{_('entries from before acts were numbered')}: {counts.unnumbered}")

    def _progress(self, done: int, total: int) -> None:
        if self.stderr.isatty() and (done % 50 == 0 or done == total):
            self.stderr.write(f"\r{done}/{total}", ending="\n" if done == total else "")


def _read(name: str, no_text: object = wording.STEPS["format.failed.unreadable"], **fill: object) -> str:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode()
    except OSError as error:
        raise CommandError(both(gettext_lazy("The file cannot be read: {why}"), why=_named(error))) from None
    except UnicodeDecodeError:
        raise CommandError(both(no_text, **fill)) from None


def _named(error: OSError) -> str:
    return f"{error.strerror} ({error.filename})" if error.filename else str(error.strerror)


def _read_key(given: str) -> VerifierKey:
    """The key itself, or the file that holds it: only a key has two plus signs and no file of that name."""
    written = given if given.count("+") >= 2 and not Path(given).is_file() else _read(given, NO_KEY)
    try:
        return VerifierKey.parse(written)
    except NoteError:
        raise CommandError(both(NO_KEY)) from None


def _read_policy(name: str) -> Policy:
    try:
        return Policy.parse(_read(name, wording.PROBLEMS["policy"], why="UTF-8"))
    except PolicyError as error:
        raise CommandError(both(wording.PROBLEMS["policy"], why=error)) from None


def _copy_options(parser: CommandParser) -> None:
    parser.add_argument("--log", default="", help="a folder with a copy of the log; default: this site's")
    parser.add_argument("--key", default="", help="the log's public key; needed with --log")


def _log(options: dict[str, Any]) -> tuple[Fetch, VerifierKey]:
    """Where the log's files are read, and by whose key; neither database nor network is needed."""
    from madang.commons.ledger.sequencer import store
    from madang.commons.ledger.store import Store

    if options["log"] and not options["key"]:
        raise CommandError(
            str(_("Give the log’s public key as well: --key KEY. Take it from another place."))
        )
    log = Store(Path(options["log"]), "") if options["log"] else store()
    try:
        return log.fetch, _read_key(options["key"]) if options["key"] else log.verifier
    except LedgerError as error:
        raise CommandError(both(wording.PROBLEMS[error.code], behind=error)) from None
