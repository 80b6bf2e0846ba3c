"""How somebody wants her mails, and what a change does to those that wait."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from madang.commons.notices.logic import rhythm as rhythms
from madang.commons.notices.models import Delivery, Follow, Preference, Rhythm, new_token
from madang.kernel import clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import User


def of(*, user: User | None = None, address: str | None = None) -> Preference:
    """The wishes of a person or of an address; an unsaved row with the defaults where none were told."""
    who = {"user": user} if user is not None else {"address": (address or "").lower()}
    return Preference.objects.filter(**who).first() or Preference(**who)


def of_follow(follow: Follow) -> Preference:
    """The wishes of whoever stands behind a follow."""
    return of(user=follow.user) if follow.user is not None else of(address=follow.address)


def saved_token(follow: Follow) -> str:
    """The token that stops everything and opens the settings of whoever stands behind a follow."""
    row = of_follow(follow)
    if row.pk is None:
        row = saved(user=follow.user, address=follow.address)
    return row.token


def of_many(follows: Iterable[Follow]) -> dict[int | str, Preference]:
    """The wishes behind many follows in one statement, by key of the user or by address. Those without are absent."""
    users = {row.user_id for row in follows if row.user_id is not None}
    addresses = {row.address.lower() for row in follows if row.address}
    found = Preference.objects.filter(Q(user__in=users) | Q(address__in=addresses))
    return {row.user_id or row.address or "": row for row in found}


def due(rhythm: str, after: datetime) -> datetime:
    """When news that came at `after` leave in this rhythm."""
    return rhythms.next_digest(rhythm, after, hour=settings.DIGEST_HOUR, weekday=settings.DIGEST_WEEKDAY)


def quiet_until(wishes: Preference | None, moment: datetime) -> datetime | None:
    """When the quiet hours end that `moment` lies in; None outside of them or where there are none."""
    if wishes is None or not wishes.is_quiet:
        return None
    return rhythms.end_of_quiet(moment, start=wishes.quiet_from, end=wishes.quiet_to)


@transaction.atomic
def wish(
    *,
    user: User | None = None,
    address: str | None = None,
    rhythm: str,
    is_quiet: bool,
    quiet_from: int,
    quiet_to: int,
    wants_mail: bool = True,
) -> Preference:
    """Set rhythm and quiet hours, and for a person with an account whether mails come at all. What waits moves along: each piece of news leaves once, in the new rhythm.

    What has already been taken into a mail (even one that the mail server has put off) stays in that mail.

    Raises:
        RefusedError: 422 for an unknown rhythm or an hour that no clock shows.
    """
    if rhythm not in Rhythm.values:
        raise RefusedError(_("Choose at once, daily or weekly."), "notices.rhythm", status=422)
    if not (0 <= quiet_from <= 23 and 0 <= quiet_to <= 23):
        raise RefusedError(_("Choose hours from 0 to 23."), "notices.hours", status=422)
    if is_quiet and quiet_from == quiet_to:
        raise RefusedError(
            _("Choose two different hours, or switch the quiet hours off."), "notices.hours", status=422
        )
    row = saved(user=user, address=address)
    row.rhythm, row.is_quiet, row.quiet_from, row.quiet_to = rhythm, is_quiet, quiet_from, quiet_to
    row.save(update_fields=["rhythm", "is_quiet", "quiet_from", "quiet_to"])
    if user is not None:
        User.objects.filter(pk=user.pk).update(mail_notices=wants_mail)
    _move(row)
    return row


@transaction.atomic
def saved(*, user: User | None = None, address: str | None = None) -> Preference:
    """The row of a person or of an address, made where there is none, and locked."""
    who = {"user": user} if user is not None else {"address": (address or "").lower()}
    made, _new = Preference.objects.get_or_create(**who)
    return Preference.objects.select_for_update().get(pk=made.pk)


def waiting_of(row: Preference) -> Q:
    """Deliveries of this reader that are in no mail yet."""
    mine = Q(follow__user=row.user_id) if row.user_id is not None else Q(follow__address=row.address)
    return mine & Q(state=Delivery.State.WAITING, batch=None)


def _move(row: Preference) -> None:
    now = clock.now()
    Delivery.objects.filter(waiting_of(row)).update(rhythm=row.rhythm, next_at=due(row.rhythm, now))


@transaction.atomic
def calendar_link(user: User, *, revoke: bool = False) -> Preference:
    """Give this person a new secret calendar address, or none; the one before opens nothing any more."""
    row = saved(user=user)
    row.calendar_token = None if revoke else new_token()
    row.save(update_fields=["calendar_token"])
    return row


@transaction.atomic
def stop_everything(row: Preference | Follow) -> None:
    """No more mails to whoever this is, about anything.

    A person keeps what she follows and reads it on her page. An address stops following; a new act of hers
    follows again.
    """
    if row.user_id is not None:
        User.objects.filter(pk=row.user_id).update(mail_notices=False)
        return
    Follow.objects.filter(address=row.address, ended_at=None).update(ended_at=clock.now())
