"""Taking a person out of the kernel's tables. The log stays whole: a leaf then proves only that something was."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, queries
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.models import Assurance, Audit, Consent, RegistryEntry, RegistryTry, User

NOWHERE = "erased.invalid"
TARGET = "person:private"


def require_free(user: User) -> None:
    """Refuse while this person holds an office.

    Raises:
        RefusedError: a mandate is valid now or later; acts need somebody who answers for them.
    """
    held = list(queries.mandates_of(user, at=clock.now())) or list(
        user.mandates.filter(valid_from__gt=clock.now()).select_related("post__organisation")
    )
    if held:
        raise RefusedError(
            _("This account holds an office: %(post)s. The mandate has to end first; then it can be erased.")
            % {"post": str(held[0].post)},
            "erase.mandate",
            status=409,
        )


def forget_acts(*, target: str = "", user: User | None = None) -> int:
    """Erase payload, salt and reasons of private acts on a thing or by a person; what the leaves held stays sealed."""
    which = Q(target=target) if target else Q(actor=user)
    found = Audit.objects.filter(which, is_public=False)
    return found.update(payload=None, salt=None, reason="", reason_code="")


@transaction.atomic
def forget_person(*, actor: Actor, user: User) -> User:
    """Empty the account's row and everything the kernel holds beside it; the row itself keeps her acts apart.

    Raises:
        RefusedError: the person holds an office.
    """
    fresh = User.objects.select_for_update().get(pk=user.pk)
    require_free(fresh)
    Assurance.objects.filter(user=fresh).delete()
    Consent.objects.filter(user=fresh).delete()
    RegistryTry.objects.filter(user=fresh).delete()
    # The entry stays used until the next list: nobody counts twice by leaving and coming back.
    RegistryEntry.objects.filter(user=fresh).update(user=None)
    fresh.email = f"{secrets.token_hex(12)}@{NOWHERE}"
    fresh.name, fresh.mail_notices, fresh.is_active, fresh.last_login = "", False, False, None
    fresh.erased_at = clock.now()
    fresh.set_unusable_password()
    fresh.save()
    forget_acts(user=fresh)
    audit.record(actor=actor, action="kernel.person.erase", target=TARGET, is_public=False)
    return fresh
