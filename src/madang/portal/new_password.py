"""What a new password ends, and what ends a password that nobody proved to be hers.

Whoever chooses a new password because somebody may know the old one expects that nothing made before opens the account.
A thief who was signed in could have made a token; so all of them end, and the page and the mail say so.

Anybody can sign up with anybody's address and a password of her own choice. Without the code from the mail she gets no
further; but when the address's holder comes later and signs in by a code, she would confirm the account, and the stranger's
password with it. So the first proof of an address that does not come from the form that chose the password ends it.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed, password_changed, password_reset, password_set
from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from madang.kernel.models import User
from madang.portal.api import tokens


def _on_new_password(sender: object, request: HttpRequest, user: User, **named: Any) -> None:
    if count := tokens.revoke_all(user):
        messages.warning(
            request,
            ngettext(
                "A token for a program was revoked with the old password. Make a new one where you still need it.",
                "%(n)s tokens for programs were revoked with the old password. Make new ones where you still need them.",
                count,
            )
            % {"n": count},
        )


def _on_confirmed(sender: object, request: HttpRequest, email_address: EmailAddress, **named: Any) -> None:
    user: User = email_address.user
    by_code = any(row["method"] == "code" for row in get_authentication_records(request, user))
    if not by_code or not user.has_usable_password():
        return
    user.set_unusable_password()
    user.save(update_fields=["password"])
    messages.warning(
        request,
        _(
            "The password that was chosen when this account was made counts no more: nobody had confirmed the address then."
            " Choose one of your own under “Account”, or go on signing in by code."
        ),
    )


def connect() -> None:
    """Listen to the library that keeps passwords."""
    email_confirmed.connect(_on_confirmed, dispatch_uid="madang.unproved_password")
    for signal in (password_changed, password_reset, password_set):
        signal.connect(_on_new_password, dispatch_uid="madang.new_password")
