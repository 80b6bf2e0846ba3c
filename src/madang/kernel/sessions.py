"""Sessions in the database that a copy of the database does not open.

Django keeps the key of a session as it stands in the cookie: whoever reads the table can sign in as anyone. Here
the row is named by a digest of the key, and what it holds (drafts, receipts opened, codes of a sign-in under way)
is sealed with a key that is not in the database.
"""

from __future__ import annotations

import functools
import hashlib
from datetime import datetime
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone

from madang.kernel import rows, sealing
from madang.kernel.models import Device, User

PURPOSE = "session"


def stored(key: str) -> str:
    """The name of the row of a session: 160 bits of a digest; the cookie's key has 165 random ones."""
    return hashlib.sha256(b"madang/session/v1\0" + key.encode()).hexdigest()[:40]


@functools.cache
def _statement() -> str:
    """A session that has not run out, and beside it the person whose device it is, where one is known."""
    columns = ", ".join(f'person."{field.column}"' for field in User._meta.concrete_fields)
    return (
        f"SELECT held.session_data, {columns} FROM {Session._meta.db_table} AS held"  # noqa: S608 - names of ours
        f" LEFT JOIN {Device._meta.db_table} AS device ON device.session = held.session_key"
        f" LEFT JOIN {User._meta.db_table} AS person ON person.id = device.user_id"
        " WHERE held.session_key = %s AND held.expire_date > %s"
    )


def _read(name: str, now: datetime) -> tuple[str, User | None] | None:
    """What the session of this name holds, sealed, and that person; None when there is no such session."""
    moment = connection.ops.adapt_datetimefield_value(now)
    row = rows.first(_statement(), [name, moment])
    if row is None:
        return None
    sealed, *person = row
    return sealed, rows.whole.made(User, person) if person[0] is not None else None


class SessionStore(db.SessionStore):
    """Django's store with the row named by a digest and its content sealed.

    `person` is who signed in on this session's device, read in the same statement as the session. It tells nobody who
    asks: that stands in what is sealed, and Django checks it; then her row need not be asked for a second time.
    """

    person: User | None = None

    def encode(self, session_dict: dict[str, Any]) -> str:
        return sealing.seal(self.serializer().dumps(session_dict).decode("latin-1"), PURPOSE)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        text = session_data.decode() if isinstance(session_data, bytes) else session_data
        try:
            opened = sealing.unseal(text, PURPOSE)
        except sealing.UnreadableError:
            # Written by release 0.1, signed but not sealed; the next save seals it.
            return super().decode(text)
        held: dict[str, Any] = self.serializer().loads(opened.encode("latin-1"))
        return held

    def load(self) -> dict[str, Any]:
        key = self.session_key
        # The machine's own time: it is what Django wrote into the row.
        found = _read(stored(key), timezone.now()) if key else None  # noqa: TID251
        if found is None:
            self._session_key = None
            return {}
        sealed, self.person = found
        return self.decode(sealed)

    async def aload(self) -> dict[str, Any]:
        return await sync_to_async(self.load)()

    def exists(self, session_key: str) -> bool:
        return super().exists(stored(session_key))

    async def aexists(self, session_key: str) -> bool:
        found: bool = await super().aexists(stored(session_key))
        return found

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        row.session_key = stored(row.session_key)
        return row

    async def acreate_model_instance(self, data: dict[str, Any]) -> Any:
        row = await super().acreate_model_instance(data)
        row.session_key = stored(row.session_key)
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            super().delete(stored(key))

    async def adelete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            await super().adelete(stored(key))
