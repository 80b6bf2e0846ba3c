"""Whose a phone number is: one number is one person, whether she writes from it or calls.

A number is as good as an address: who has one reaches the level of a confirmed address, no higher.
"""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.db import transaction

from madang.commons.channels import targets
from madang.commons.channels.models import CallingUse, Number
from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.domain import forgetting
from madang.kernel.models import User

KEPT, STOP_KEPT = timedelta(days=30), timedelta(days=365)
NOBODY = "number.invalid"


def hold(phone: str) -> Number:
    """The row of a number in its one form (`logic.texting.phone_number`), made when it is new, locked until the end."""
    now = clock.now()
    number, _new = Number.objects.select_for_update().get_or_create(
        number=phone, defaults={"first_at": now, "last_at": now}
    )
    return number


def heard(number: Number) -> None:
    """It wrote or called now: it is not silent."""
    Number.objects.filter(pk=number.pk).update(last_at=clock.now())


def person_of(number: Number) -> User:
    """Who a number is when something needs a known person; made once, under the lock on the number."""
    if number.user is None:
        number.user = User.objects.create_user(
            email=f"{secrets.token_hex(12)}@{NOBODY}", password=None, mail_notices=False
        )
        number.save(update_fields=["user"])
    return number.user


def forget_person(user: User) -> int:
    """Erase the numbers of a person who leaves or takes them back; how many."""
    return Number.objects.filter(user=user).delete()[1].get("channels.Number", 0)


def forget_silent() -> int:
    """Erase numbers that were silent for thirty days and that nothing needs any more; how many."""
    silent = Number.objects.filter(last_at__lt=clock.now() - KEPT)
    return sum(_forget(pk) for pk in list(silent.values_list("pk", flat=True)[:500]))


@transaction.atomic
def _forget(pk: int) -> int:
    number = Number.objects.select_for_update(of=("self",)).select_related("user").filter(pk=pk).first()
    now = clock.now()
    if number is None or number.last_at > now - KEPT:
        return 0
    if number.stopped_at is not None and number.stopped_at > now - STOP_KEPT:
        return 0
    user, is_made = number.user, not number.is_connected
    if user is not None and targets.stands_behind_something(user):
        return 0
    number.delete()
    if user is not None and is_made:
        CallingUse.objects.filter(user=user).delete()
        forgetting.forget_person(actor=system("number_silent"), user=user)
    return 1
