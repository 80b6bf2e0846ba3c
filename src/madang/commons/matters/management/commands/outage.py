"""`madang outage`: declare when the system was out of order; the clocks leave that time out."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from madang.commons.matters.domain import outages
from madang.commons.matters.models import Outage
from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.errors import RefusedError
from madang.kernel.saying import both


def moment(text: str) -> datetime:
    """`2026-11-20T09:30`, in Seoul time unless it names another."""
    try:
        value = datetime.fromisoformat(text)
    except ValueError as error:
        raise ArgumentTypeError(
            f"{text}: write 2026-11-20T09:30 (Seoul time) · 2026-11-20T09:30처럼 쓰세요"
        ) from error
    return value if value.tzinfo else value.replace(tzinfo=clock.SEOUL)


class Command(BaseCommand):
    help = "Declare, begin, end, undo or list times during which the system was out of order."

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        declare = actions.add_parser("declare", help="an outage that is over")
        declare.add_argument("--from", dest="start", type=moment, required=True)
        declare.add_argument("--to", dest="end", type=moment, required=True)
        begin = actions.add_parser("begin", help="an outage that goes on")
        begin.add_argument("--from", dest="start", type=moment, help="default: now")
        for parser_ in (declare, begin):
            parser_.add_argument("--reason", required=True, help="what happened; published")
            parser_.add_argument("--source", required=True, help="where it is on record; published")
        end = actions.add_parser("end", help="end the open outage")
        end.add_argument("--to", dest="end", type=moment, help="default: now")
        undo = actions.add_parser("undo", help="take a declaration back")
        undo.add_argument("number", type=int)
        undo.add_argument("--reason", required=True)
        actions.add_parser("list", help="all outages")

    def handle(self, *args: Any, action: str, **options: Any) -> None:
        if action == "list":
            for row in Outage.objects.order_by("starts_at"):
                self._show(row)
            return
        actor = system("operator")
        try:
            if action == "declare":
                row = outages.declare(
                    actor=actor,
                    start=options["start"],
                    end=options["end"],
                    reason=options["reason"],
                    source=options["source"],
                )
            elif action == "begin":
                row = outages.begin(
                    actor=actor,
                    at=options["start"] or clock.now(),
                    reason=options["reason"],
                    source=options["source"],
                )
            elif action == "end":
                row = outages.end(actor=actor, at=options["end"] or clock.now())
            else:
                row = outages.undo(actor=actor, pk=options["number"], reason=options["reason"])
        except RefusedError as refusal:
            raise CommandError(both(refusal)) from None
        moved = outages.recount(row) if row.counted_at is None else 0
        self._show(row)
        self.stdout.write(f"  {moved} due dates moved")

    def _show(self, row: Outage) -> None:
        start = clock.seoul(row.starts_at).isoformat(timespec="minutes")
        end = clock.seoul(row.ends_at).isoformat(timespec="minutes") if row.ends_at else "…"
        mark = "" if row.rule.checked else " (not checked · 확인 필요)"
        undone = f" · undone: {row.undone_reason}" if row.undone_at else ""
        self.stdout.write(f"{row.pk}: {start} – {end} · {row.reason} · {row.source}{undone}")
        self.stdout.write(f"  {row.rule.source}{mark}")
