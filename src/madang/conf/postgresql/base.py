"""A server that is away costs a visitor one short wait, not one for every question her page asks.

Django's pool waits its whole time for each connection. A page asks several times (session, account, the error page
itself), so a lost server held pages for a minute, longer than a proxy waits, and kept every thread busy. Here the first
wait that fails is remembered: for `PAUSE` seconds everybody is told at once, then one short wait shows whether the server
is back.
"""

from __future__ import annotations

import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base

PAUSE = 2.0  # seconds in which nobody asks again
SHORT = 1.5  # seconds to wait while the server was away the last time somebody asked


class DatabaseWrapper(base.DatabaseWrapper):
    """Differs from Django's only where connections come from a pool."""

    _away_until = 0.0  # one for the process, as the pool is
    _patience: float | None = None  # seconds; what the settings gave the pool

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
