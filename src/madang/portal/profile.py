"""What a person may change about her account, and the copy of her data she may take away."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.notices import api as notices
from madang.kernel import clock, text
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.portal import services
from madang.portal.api import tokens


@transaction.atomic
def change(*, actor: Actor, name: str, language: str, mail_notices: bool) -> User:
    """Set the name others see, the language of mails and whether notices come by mail.

    Raises:
        RefusedError: 403 without an account, 422 without a name or with an unknown language.
    """
    if actor.user is None:
        raise RefusedError(_("Sign in first."), "sign_in")
    cleaned = text.clean_line(name)[:40]
    if not cleaned:
        raise RefusedError(
            _("Write the name that others see. A nickname is fine."), "profile.name", status=422
        )
    if language not in ("ko", "en"):
        raise RefusedError(_("Choose Korean or English."), "profile.language", status=422)
    user = User.objects.select_for_update().get(pk=actor.user.pk)
    user.name, user.language, user.mail_notices = cleaned, language, mail_notices
    user.save(update_fields=["name", "language", "mail_notices"])
    return user


def copy_of(user: User) -> dict[str, Any]:
    """Everything this installation keeps about a person under her account, as plain data."""
    square = services.front_door("square")
    return {
        "made_at": clock.now().isoformat(timespec="seconds"),
        "account": {
            "email": user.email,
            "name": user.name,
            "language": user.language,
            "mail_notices": user.mail_notices,
            "joined_at": user.date_joined.isoformat(timespec="seconds"),
            "last_sign_in": user.last_login.isoformat(timespec="seconds") if user.last_login else None,
        },
        "tokens": tokens.export(user),
        "filed": matters.own_data(user.pk),
        **(square.own_data(user.pk) if square else {}),
        "notices": [
            {
                "at": told.at.isoformat(timespec="seconds"),
                "about": told.reference,
                "title": told.title,
                "sentence": str(told.sentence),
                "read": told.is_read,
            }
            for told in notices.inbox(user, limit=10_000)
        ],
    }
