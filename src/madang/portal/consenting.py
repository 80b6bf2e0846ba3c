"""Giving and withdrawing consent, with what follows."""

from __future__ import annotations

from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel.actors import Actor
from madang.kernel.domain import assurance, consents
from madang.kernel.errors import RefusedError
from madang.kernel.models import Assurance, User


@transaction.atomic
def give(*, actor: Actor, purpose: str) -> None:
    """She agrees to a purpose. Only the one for mails is given alone; the others come with what needs them.

    Raises:
        RefusedError: no such purpose to give alone.
    """
    if purpose != "mail":
        raise RefusedError(_("This consent is given where it is needed."), "consent.alone", status=422)
    user = actor.account
    consents.give(user=user, purpose=purpose)
    User.objects.filter(pk=user.pk).update(mail_notices=True)


@transaction.atomic
def withdraw(*, actor: Actor, purpose: str) -> None:
    """She takes a consent back, and what rested on it ends at once.

    Raises:
        RefusedError: there is no such purpose.
    """
    if purpose not in consents.PURPOSES:
        raise RefusedError(_("There is no such consent."), "consent.unknown", status=422)
    user = actor.account
    consents.withdraw(user=user, purpose=purpose)
    if purpose == "mail":
        User.objects.filter(pk=user.pk).update(mail_notices=False)
    elif purpose == "registry":
        assurance.end(actor=actor, user=user, source=Assurance.Source.REGISTRY)
    else:
        SocialAccount.objects.filter(user=user).delete()
        assurance.end(actor=actor, user=user, source=Assurance.Source.PROVIDER)
