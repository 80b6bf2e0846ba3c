"""What a new password ends: like the sessions of other devices, the tokens that programs hold.

Whoever chooses a new password because somebody may know the old one expects that nothing made before opens the account.
A thief who was signed in could have made a token; so all of them end, and the page and the mail say so.
"""

from __future__ import annotations

from typing import Any

from allauth.account.signals import password_changed, password_reset, password_set
from django.contrib import messages
from django.http import HttpRequest
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


def connect() -> None:
    """Listen to the library that keeps passwords."""
    for signal in (password_changed, password_reset, password_set):
        signal.connect(_on_new_password, dispatch_uid="madang.new_password")
