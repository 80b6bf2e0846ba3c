"""`madang opinions check`: count every board anew from its votes and compare."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from madang.commons.opinions.domain import counting
from madang.commons.opinions.models import Conversation


class Command(BaseCommand):
    help = "Count the tables of every conversation anew from its votes and compare them with those that are kept."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("act", choices=["check"])

    def handle(self, *args: Any, act: str, **options: Any) -> None:
        wrong = []
        for conversation in Conversation.objects.order_by("pk"):
            is_right = counting.is_right(conversation.pk)
            self.stdout.write(f"  {conversation.code}  {'ok' if is_right else 'DIFFERENT'}")
            if not is_right:
                wrong.append(conversation.code)
        if wrong:
            raise CommandError(f"These tables are not those of their votes: {', '.join(wrong)}")
