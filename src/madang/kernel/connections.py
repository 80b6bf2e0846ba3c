"""Connections to PostgreSQL whose health is read off the socket instead of asked over it."""

from __future__ import annotations

import select
from typing import Any

import psycopg


class Connection(psycopg.Connection[Any]):
    """What the pool keeps.

    The pool asks each connection with an empty statement before it hands it out, which is a round trip for every
    request. A server that ended the connection has said so: then the socket is readable. While it is silent the
    connection is as good as an answer would show.
    """

    def execute(self, query: Any, params: Any = None, **options: Any) -> psycopg.Cursor[Any]:
        if query == "" and params is None and not has_word(self.pgconn.socket):
            return self.cursor()
        return super().execute(query, params, **options)


def has_word(socket: int) -> bool:
    """Whether something waits to be read, the end of the connection too."""
    poll = select.poll()
    poll.register(socket, select.POLLIN)
    return bool(poll.poll(0))
