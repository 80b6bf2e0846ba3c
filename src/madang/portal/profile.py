"""What a person may change about her account, and the copy of her data she may take away."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.channels import api as channels
from madang.commons.matters import api as matters
from madang.commons.meetings import api as meetings
from madang.commons.notices import api as notices
from madang.commons.opinions import api as opinions
from madang.kernel import actors, clock, devices, text
from madang.kernel import queries as kernel
from madang.kernel.actors import Actor
from madang.kernel.domain import consents
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
    if mail_notices and not actor.user.mail_notices:
        consents.give(user=user, purpose="mail")
    elif not mail_notices:
        consents.withdraw(user=user, purpose="mail")
    return user


def copy_of(user: User) -> dict[str, Any]:
    """Everything this installation keeps about a person under her account, as plain data."""
    square = services.front_door("square")
    hackathons, polls = services.front_door("hackathons"), services.front_door("polls")
    budgeting = services.front_door("budgeting")
    actor = actors.person(user)
    return {
        "made_at": clock.now().isoformat(timespec="seconds"),
        "account": {
            "email": user.email,
            "name": user.name,
            "language": user.language,
            "mail_notices": user.mail_notices,
            "level": actor.level,
            "joined_at": user.date_joined.isoformat(timespec="seconds"),
            "last_sign_in": user.last_login.isoformat(timespec="seconds") if user.last_login else None,
        },
        "tokens": tokens.export(user),
        **_ways_in(user),
        "verified": [
            {
                "level": row.level,
                "source": row.source,
                "since": row.since.isoformat(),
                "until": row.until.isoformat(),
                "district": row.district,
                "born": row.born,
                "ended_at": _moment(row.ended_at),
            }
            for row in user.assurances.all()
        ],
        "consents": [
            {
                "purpose": row.purpose,
                "version": row.version,
                "given_at": row.given_at.isoformat(),
                "withdrawn_at": _moment(row.withdrawn_at),
            }
            for row in user.consents.all()
        ],
        "mandates": [
            {"post": str(row.post), "from": row.valid_from.isoformat(), "to": _moment(row.valid_to)}
            for row in user.mandates.select_related("post__organisation")
        ],
        "acts": [
            {"at": act.at.isoformat(), "action": act.action, "about": act.target, "reason": act.reason}
            for act in kernel.acts_of(user)
        ],
        **notices.own_data(user),
        "filed": matters.own_data(user.pk),
        "meetings": meetings.own_data(user.pk),
        **(square.own_data(user.pk) if square else {}),
        **({"hackathons": hackathons.own_data(user.pk)} if hackathons else {}),
        **({"polls": polls.own_data(user.pk)} if polls else {}),
        **({"budgeting": budgeting.own_data(user.pk)} if budgeting else {}),
        "opinions": opinions.own_data(user.pk),
        **channels.own_data(user.pk),
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


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _ways_in(user: User) -> dict[str, Any]:
    """Addresses, passkeys, connected providers and devices."""
    return {
        "addresses": [
            {"email": row.email, "confirmed": row.verified, "primary": row.primary}
            for row in EmailAddress.objects.filter(user=user)
        ],
        "passkeys": [
            {
                "name": row.wrap().name,
                "added_at": row.created_at.isoformat(),
                "last_used_at": _moment(row.last_used_at),
            }
            for row in Authenticator.objects.filter(user=user, type=Authenticator.Type.WEBAUTHN)
        ],
        "providers": [
            {
                "provider": row.provider,
                "number": row.uid,
                "told": {name: told for name, told in row.extra_data.items() if name != "born"},
                "connected_at": row.date_joined.isoformat(),
            }
            for row in SocialAccount.objects.filter(user=user)
        ],
        "devices": [
            {"browser": row.agent, "address": row.address, "since": row.created_at.isoformat()}
            for row in devices.of(user)
        ],
    }
