"""A server that is away costs a visitor one short wait, not one for every question her page asks.

Django's pool waits its whole time for each connection. A page asks several times (session, account, the error page
itself), so a lost server held pages for a minute, longer than a proxy waits, and kept every thread busy. Here the first
wait that fails is remembered: for `PAUSE` seconds everybody is told at once, then one short wait shows whether the server
is back.

A thread that serves pages for as long as the process lives (`stays`) keeps its connection from one request to the next:
giving it back and taking it again costs as much as a statement. Whether the server is still there is read off the
socket before each request, as the pool does.
"""

from __future__ import annotations

import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base

from madang.kernel.connections import has_word

PAUSE = 2.0  # seconds in which nobody asks again
STAY = 60.0  # seconds after which a thread gives its connection back and takes another
SHORT = 1.5  # seconds to wait while the server was away the last time somebody asked


class DatabaseWrapper(base.DatabaseWrapper):
    """Differs from Django's only where connections come from a pool."""

    _away_until = 0.0  # one for the process, as the pool is
    _patience: float | None = None  # seconds; what the settings gave the pool

    stays = False  # set in a thread, for the connection of that thread
    _stays_until = 0.0

    def connect(self) -> None:
        super().connect()
        self._stays_until = time.monotonic() + STAY

    def close_if_unusable_or_obsolete(self) -> None:
        """Asked before and after each request."""
        if not (self.stays and self._is_well()):
            super().close_if_unusable_or_obsolete()

    def _is_well(self) -> bool:
        own = self.connection
        return (
            own is not None
            and not (own.closed or self.errors_occurred or self.in_atomic_block)
            and self.autocommit == self.settings_dict["AUTOCOMMIT"]
            and time.monotonic() < self._stays_until
            and not has_word(own.pgconn.socket)
        )

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        pool, own = self.pool, DatabaseWrapper
        if pool is None:
            return super().get_new_connection(conn_params)
        if own._patience is None:
            own._patience = pool.timeout
        if time.monotonic() < own._away_until:
            raise psycopg.OperationalError("the database server was away a moment ago")
        try:
            connection = super().get_new_connection(conn_params)
        except psycopg.OperationalError:
            own._away_until = time.monotonic() + PAUSE
            pool.timeout = SHORT
            raise
        own._away_until, pool.timeout = 0.0, own._patience
        return connection
