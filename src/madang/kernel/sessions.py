"""Django's sessions in the database, read with a statement that is kept: every signed-in request reads one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from madang.kernel.rows import Ready

_row = Ready(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list("session_data")[
        :1
    ],
    key=str,
    now=datetime,
)


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        """The living session row, or None; then a new one begins under another key."""
        # The machine's own time: it is what Django wrote into the row.
        found = _row.first(key=self.session_key, now=timezone.now())  # noqa: TID251
        if found is None:
            self._session_key = None
            return None
        return Session(session_key=str(self.session_key), session_data=found[0])
