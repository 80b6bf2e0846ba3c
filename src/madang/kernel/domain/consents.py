"""Consents: what for, in which version of the text, given and withdrawn when."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock
from madang.kernel.models import Consent, User


@dataclass(frozen=True, slots=True)
class Purpose:
    """A purpose, the version of its text in force, and what withdrawing does."""

    code: str
    version: int
    title: str | Promise
    text: str | Promise
    after: str | Promise


PURPOSES = {
    purpose.code: purpose
    for purpose in (
        Purpose(
            "mail",
            1,
            _("News by e-mail"),
            _("News about what you filed, support or follow comes to your e-mail address."),
            _("No more news comes by mail. You find it on your page."),
        ),
        Purpose(
            "registry",
            2,
            _("Comparison with the registry of residents"),
            _(
                "Name, birth date and code are hashed, looked for in the registry and forgotten. Kept are the result and, for votes that ask for them, your birth date and your district; the birth date is sealed."
            ),
            _("You are no verified resident from then on. What you filed and supported stays."),
        ),
        Purpose(
            "provider",
            1,
            _("Signing in through the identity provider"),
            _("The provider learns that you sign in here, and tells us its number for you."),
            _("The provider's account is disconnected here. You come in with a code by e-mail."),
        ),
    )
}


@transaction.atomic
def give(*, user: User, purpose: str) -> Consent:
    """She agrees to the text in force. Agreeing twice changes nothing; a newer text ends the older consent."""
    text = PURPOSES[purpose]
    Consent.objects.filter(user=user, purpose=purpose, withdrawn_at=None).exclude(
        version=text.version
    ).update(withdrawn_at=clock.now())
    row, _is_new = Consent.objects.get_or_create(
        user=user,
        purpose=purpose,
        withdrawn_at=None,
        defaults={"version": text.version, "given_at": clock.now()},
    )
    return row


def withdraw(*, user: User, purpose: str) -> bool:
    """She takes it back; True when there was one. What follows is up to whoever asked for the consent."""
    return bool(
        Consent.objects.filter(user=user, purpose=purpose, withdrawn_at=None).update(withdrawn_at=clock.now())
    )
