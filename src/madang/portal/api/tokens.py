"""Personal tokens: made by a person on her own page, shown once, good for what she allowed and no longer.

A token is `mdg_`, 256 random bits and a checksum, all in letters and digits: scanners for leaked secrets know it by
its look, and a slip of the pen is told from a revoked one without asking the database. Of 256 random bits a plain
SHA-256 is as good as a slow hash.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import zlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import DatabaseError, IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, keys, text
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import User
from madang.portal.models import Token

PREFIX = "mdg_"
SHAPE = re.compile(r"^mdg_([0-9A-Za-z]{43})([0-9A-Za-z]{6})$")
DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
MOST = 20
"""Tokens of one person that are valid at the same time."""

SCOPES: dict[str, str | Promise] = {
    "own:read": _("Read what I filed, what I follow and my notices, private things too"),
    "ideas:write": _("File ideas in my name"),
    "comments:write": _("Comment in my name"),
    "supports:write": _("Support ideas in my name and take it back"),
    "answers:write": _("Answer statements of opinion maps for me; nobody sees which answers are mine"),
    "ballots:write": _("Vote about public money for me; nobody sees how I voted"),
    "cases:write": _("File cases in my name through Open311"),
    "cases:relay": _(
        "Pass on cases of other people through Open311, as an app or another office's system does"
    ),
    "follows:write": _("Follow ideas for me and stop following"),
    "desk:read": _("Read the matters of my desk, as long as I hold the office"),
}
DAYS = (30, 90, 365)


def make(*, actor: Actor, name: str, scopes: Sequence[str], days: int) -> tuple[Token, str]:
    """A new token; the row, and the text that is shown once and kept nowhere.

    Raises:
        RefusedError: 403 without an account or with a token, 422 with code `token.<field>`.
    """
    if actor.user is None or actor.channel != "web":
        raise RefusedError(_("Sign in first."), "sign_in")
    called = text.clean_line(name)[:60]
    if not called:
        raise RefusedError(
            _("Give the token a name, so that you know later what it was for."), "token.name", status=422
        )
    wanted = [scope for scope in SCOPES if scope in scopes]
    if not wanted or len(wanted) != len(set(scopes)):
        raise RefusedError(_("Choose at least one thing that the token may do."), "token.scopes", status=422)
    if days not in DAYS:
        raise RefusedError(_("Choose one of the periods."), "token.days", status=422)
    now = clock.now()
    plain = write(secrets.token_bytes(32))
    try:
        with transaction.atomic():
            # Locked, so that two forms sent at once cannot pass the count together.
            User.objects.select_for_update().get(pk=actor.user.pk)
            if valid(actor.user).count() >= MOST:
                raise RefusedError(
                    _(
                        "You have twenty valid tokens. Revoke one that you no longer use, then make a new one."
                    ),
                    "token.name",
                    status=422,
                )
            made = Token.objects.create(
                user=actor.user,
                name=called,
                digest=digest(plain),
                hint=plain[:8],
                scopes=wanted,
                created_at=now,
                expires_at=now + timedelta(days=days),
            )
    except IntegrityError as error:
        raise RefusedError(
            _("You have a token with this name already. Choose another name, or revoke that one first."),
            "token.name",
            status=422,
        ) from error
    return made, plain


def revoke(*, actor: Actor, key: int) -> bool:
    """End a token of this person at once; False when she has no such valid one."""
    if actor.user is None or actor.channel != "web":
        raise RefusedError(_("Sign in first."), "sign_in")
    mine = Token.objects.filter(pk=key, user=actor.user, revoked_at__isnull=True)
    return bool(mine.update(revoked_at=clock.now()))


def revoke_all(user: AbstractBaseUser) -> int:
    """End every token of a person at once; how many were valid."""
    now = clock.now()
    return valid(user, now).update(revoked_at=now)


def find(written: str) -> Token | None:
    """The token with this text if it is valid now and its person may sign in; None otherwise, whatever the cause."""
    if not is_whole(written):
        return None
    row = Token.objects.select_related("user").filter(digest=digest(written)).first()
    if row is None or not row.user.is_active or not row.is_valid(clock.now()):
        return None
    return row


def as_key(written: str) -> keys.Key | None:
    """The same for interfaces below the portal (`kernel.keys`), and a use of the token."""
    token = find(written)
    if token is None:
        return None
    touch(token)
    return keys.Key(token.user, tuple(token.scopes))


def touch(token: Token) -> None:
    """Remember the day of the last use: one write a day, and none that could fail a request."""
    today = clock.today()
    if token.last_used_on == today:
        return
    try:
        with transaction.atomic():
            Token.objects.filter(pk=token.pk).exclude(last_used_on=today).update(last_used_on=today)
    except DatabaseError:
        return


def of(user: AbstractBaseUser) -> QuerySet[Token]:
    """All tokens of a person, the newest first."""
    return Token.objects.filter(user=user.pk).order_by("-created_at", "-pk")


def valid(user: AbstractBaseUser, at: datetime | None = None) -> QuerySet[Token]:
    return of(user).filter(Q(revoked_at__isnull=True), expires_at__gt=at or clock.now())


def export(user: AbstractBaseUser) -> list[dict[str, Any]]:
    """The tokens of a person for her own copy of her data; never what would open anything."""
    return [
        {
            "name": row.name,
            "begins_with": row.hint,
            "scopes": row.scopes,
            "created_at": row.created_at.isoformat(timespec="seconds"),
            "expires_at": row.expires_at.isoformat(timespec="seconds"),
            "last_used_on": row.last_used_on.isoformat() if row.last_used_on else None,
            "revoked_at": row.revoked_at.isoformat(timespec="seconds") if row.revoked_at else None,
        }
        for row in of(user)
    ]


def forget(user: AbstractBaseUser) -> int:
    """Delete every token of a person whose account is erased; how many there were."""
    count, _each = Token.objects.filter(user=user.pk).delete()
    return count


def digest(plain: str) -> str:
    """What the database keeps of a token."""
    return hashlib.sha256(b"madang/token/v1\0" + plain.encode()).hexdigest()


def write(secret: bytes) -> str:
    """32 bytes as a token with its checksum."""
    body = _base62(int.from_bytes(secret, "big"), 43)
    return f"{PREFIX}{body}{_checksum(body)}"


def is_whole(written: str) -> bool:
    """Whether this can be a token at all: its shape and its checksum."""
    found = SHAPE.match(written)
    return found is not None and _checksum(found[1]) == found[2]


def _checksum(body: str) -> str:
    return _base62(zlib.crc32(body.encode()), 6)


def _base62(number: int, width: int) -> str:
    written = ""
    while number:
        number, rest = divmod(number, 62)
        written = DIGITS[rest] + written
    return written.rjust(width, "0")
