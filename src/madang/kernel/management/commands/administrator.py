"""`madang administrator EMAIL`: the first administrator of an installation, who names everybody else by pages."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.domain import offices
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation, Role
from madang.kernel.saying import both


class Command(BaseCommand):
    help = (
        "Name an administrator of the government at the root of the tree. The person needs an account. Without a"
        " government yet, it is made of --code, --name-ko and --name-en."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--basis", default="", help="the order that it rests on")
        parser.add_argument("--code", default="", help="code of the government, in Latin letters")
        parser.add_argument("--name-ko", default="")
        parser.add_argument("--name-en", default="")

    @transaction.atomic
    def handle(self, *args: Any, email: str, basis: str, **options: Any) -> None:
        actor = system("console")
        root = Organisation.objects.filter(
            parent__isnull=True, kind=Organisation.Kind.GOVERNMENT, valid_to__isnull=True
        ).first()
        if root is None:
            if not (options["code"] and options["name_ko"] and options["name_en"]):
                raise CommandError(
                    "There is no government yet. Give --code, --name-ko and --name-en.\n"
                    "아직 정부가 없습니다. --code, --name-ko, --name-en을 함께 적으세요."
                )
            root = Organisation.objects.create(
                code=options["code"],
                name_ko=options["name_ko"],
                name_en=options["name_en"],
                kind=Organisation.Kind.GOVERNMENT,
                valid_from=clock.today(),
            )
        post = offices.add_post(
            actor=actor, office=root, role=Role.ADMIN, title_ko="기관 관리자", title_en="Administrator"
        )
        try:
            offices.grant(actor=actor, post=post, email=email, basis=basis)
        except RefusedError as refusal:
            raise CommandError(both(refusal)) from None
        self.stdout.write(f"{email} administers {root.code} and everything below it, at /desk/offices/.")
