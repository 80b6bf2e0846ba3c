"""Sessions in the database that a copy of the database does not open.

Django keeps the key of a session as it stands in the cookie: whoever reads the table can sign in as anyone. Here
the row is named by a digest of the key, and what it holds (drafts, receipts opened, codes of a sign-in under way)
is sealed with a key that is not in the database.
"""

from __future__ import annotations

import hashlib
from typing import Any

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends import db

from madang.kernel import clock, sealing

PURPOSE = "session"


def stored(key: str) -> str:
    """The name of the row of a session: 160 bits of a digest; the cookie's key has 165 random ones."""
    return hashlib.sha256(b"madang/session/v1\0" + key.encode()).hexdigest()[:40]


class SessionStore(db.SessionStore):
    """Django's store with the row named by a digest and its content sealed."""

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

    def _get_session_from_db(self) -> Any:
        key = self.session_key
        rows = self.model.objects.filter(session_key=stored(key or ""), expire_date__gt=clock.now())
        row = rows.first() if key else None
        if row is None:
            self._session_key = None
        return row

    async def _aget_session_from_db(self) -> Any:
        return await sync_to_async(self._get_session_from_db)()

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
