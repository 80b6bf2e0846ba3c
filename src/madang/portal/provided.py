"""What the outside provider's word means here: a consent, and a verified resident where it says so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from allauth.account.signals import user_logged_in
from allauth.socialaccount.signals import social_account_added
from django.db import transaction
from django.http import HttpRequest

from madang.kernel import actors, clock
from madang.kernel.domain import assurance, consents
from madang.kernel.models import Assurance, User
from madang.portal import oidc

DAYS = 365
"""How long the provider's word counts; every sign-in through it renews or ends it."""


@transaction.atomic
def heard(user: User, told: dict[str, Any]) -> None:
    """She came in through the provider or connected it."""
    actor = actors.person(user)
    consents.give(user=user, purpose="provider")
    if told.get("resident") is True:
        until = clock.now() + timedelta(days=DAYS)
        assurance.grant(
            actor=actor,
            user=user,
            source=Assurance.Source.PROVIDER,
            until=until,
            district=str(told.get("district", "")),
            born=oidc.born_of(told),
        )
    else:
        assurance.end(actor=actor, user=user, source=Assurance.Source.PROVIDER)


def _on_login(sender: object, request: HttpRequest, user: User, **named: Any) -> None:
    login = named.get("sociallogin")
    if login is not None:
        heard(user, login.account.extra_data)


def _on_connect(sender: object, request: HttpRequest, sociallogin: Any, **named: Any) -> None:
    heard(sociallogin.user, sociallogin.account.extra_data)


def connect() -> None:
    """Listen to the library that signs people in."""
    user_logged_in.connect(_on_login, dispatch_uid="madang.provided")
    social_account_added.connect(_on_connect, dispatch_uid="madang.provided")
