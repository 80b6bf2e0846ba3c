"""`madang erase EMAIL|RECEIPT`: take a person out of everything, at her wish."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madang.commons.matters import api as matters
from madang.commons.notices import api as notices
from madang.kernel.actors import system
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.kernel.saying import both
from madang.portal import leaving


class Command(BaseCommand):
    help = "Erase the account of an e-mail address, or the person behind one matter filed without an account."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("who", help="e-mail address, or the code of a receipt")
        parser.add_argument("--yes", action="store_true", help="do not ask")

    def handle(self, *args: Any, who: str, yes: bool, **options: Any) -> None:
        try:
            self._address(who.strip(), yes) if "@" in who else self._receipt(who, yes)
        except RefusedError as refusal:
            raise CommandError(both(refusal)) from None

    def _address(self, email: str, yes: bool) -> None:
        user = User.objects.filter(email__iexact=email).first()
        if user is None:
            left = matters.erase_address(email=email) + notices.erase_address(email)
            if not left:
                raise CommandError(both(gettext_lazy("Nobody here has this address: %(email)s"), email=email))
            self.stdout.write(_("There is no account. The address left without one is erased."))
            return
        seen = leaving.look(user)
        self.stdout.write(
            _(
                "Public matters that stay without a name: %(public)s. Private matters whose words go: %(private)s."
                " Comments that stay without a name: %(comments)s. Supports that stay counted: %(supports)s."
            )
            % {
                "public": seen.public,
                "private": seen.private,
                "comments": seen.comments,
                "supports": seen.supports,
            }
        )
        if seen.refusal:
            raise CommandError(both(seen.refusal))
        self._ask(yes)
        leaving.leave(actor=system("erasure"), user=user)
        self.stdout.write(
            self.style.SUCCESS(_("Erased. Erase it from backups as well, or let them run out."))
        )

    def _receipt(self, code: str, yes: bool) -> None:
        matter = matters.by_code(code)
        if matter is None:
            raise CommandError(
                both(
                    gettext_lazy("This code opens nothing. Check it against your receipt and type it again.")
                )
            )
        if matter.author_id is not None:
            raise CommandError(
                both(gettext_lazy("This was filed with an account. Name its e-mail address instead."))
            )
        self._ask(yes)
        public = matters.erase_anonymous(actor=system("erasure"), matter=matter)
        self.stdout.write(
            self.style.SUCCESS(
                _("Name and address are erased. The public words stay.")
                if public
                else _("Words, files and address are erased.")
            )
        )

    def _ask(self, yes: bool) -> None:
        if not yes and input(_("This cannot be undone. Type “erase” to go on: ")).strip() != "erase":
            raise CommandError(_("Nothing was changed."))
