"""Shared memory of several web processes: Redis, or a file beside the database. Neither can bring a page down.

While the shared store is away, each process goes on with memory of its own, says so in the log once, and tries the
store again after a few seconds. Limits then count in each process alone, which is less strict but never open.
"""

from __future__ import annotations

import fcntl
import logging
import os
import pickle
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger("madang.web")

RETRY_SECONDS = 5.0
REDIS_SECONDS = 0.25  # a store that hangs must not hold a page longer than this
FILE_SECONDS = 2.0  # SQLite lets those who wait in by chance, so in a crowd one may wait longer than the rest
SWEEP_EVERY = 1000  # writes of one thread between two sweeps of what has run out


class RedisStore(RedisCache):
    """Django's Redis cache, which gives up at once, with one round trip for a count."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {
            "socket_timeout": REDIS_SECONDS,
            "socket_connect_timeout": REDIS_SECONDS,
            "retry": Retry(NoBackoff(), 0),
            **params.get("OPTIONS", {}),
        }
        super().__init__(server, {**params, "OPTIONS": options})

    def tick(self, key: str, before: str, seconds: int) -> tuple[int, int]:
        made, earlier = self.make_and_validate_key(key), self.make_and_validate_key(before)
        pipe = self._cache.get_client(made, write=True).pipeline(transaction=False)
        pipe.incr(made)
        pipe.expire(made, seconds)
        pipe.get(earlier)
        used, _expires, was = pipe.execute()
        return int(used), int(was or 0)


class FileStore(BaseCache):
    """A cache in one SQLite file: shared by all processes of one machine, exact under concurrency, lost without harm."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._path = Path(location)
        self._own = threading.local()

    def validate_key(self, key: str) -> None:
        """Any text is a key here; the letters that other stores cannot take need not be looked for."""

    def _connection(self) -> sqlite3.Connection:
        held: tuple[int, sqlite3.Connection] | None = getattr(self._own, "held", None)
        if held is not None and held[0] == os.getpid():
            return held[1]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        # One at a time: SQLite does not wait for others while it changes a new file to WAL.
        lock = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._path.exists():
                os.close(os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600))
            made = sqlite3.connect(
                self._path, timeout=FILE_SECONDS, isolation_level=None, check_same_thread=False
            )
            made.execute("PRAGMA journal_mode=WAL")
            made.execute("PRAGMA synchronous=OFF")
            made.execute(
                "CREATE TABLE IF NOT EXISTS entry (key TEXT PRIMARY KEY, value BLOB, expires REAL) WITHOUT ROWID"
            )
        finally:
            os.close(lock)
        self._own.held, self._own.writes = (os.getpid(), made), 0
        return made

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            yield self._connection()
        except sqlite3.Error as error:
            held, self._own.held = getattr(self._own, "held", None), None
            if held is not None:
                held[1].close()
            if not isinstance(error, sqlite3.OperationalError):  # damaged: nothing in it is worth keeping
                for suffix in ("", "-wal", "-shm"):
                    Path(f"{self._path}{suffix}").unlink(missing_ok=True)
            raise

    def _wrote(self, connection: sqlite3.Connection) -> None:
        self._own.writes += 1
        if self._own.writes % SWEEP_EVERY == 0:
            connection.execute("DELETE FROM entry WHERE expires < ?", (time.time(),))

    def _until(self, timeout: Any) -> float | None:
        return self.get_backend_timeout(timeout)

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        with self._open() as connection:
            row = connection.execute(
                "SELECT value FROM entry WHERE key = ? AND (expires IS NULL OR expires > ?)",
                (self.make_and_validate_key(key, version), time.time()),
            ).fetchone()
        return default if row is None else _unpacked(row[0])

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        with self._open() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO entry VALUES (?, ?, ?)",
                (self.make_and_validate_key(key, version), _packed(value), self._until(timeout)),
            )
            self._wrote(connection)

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with self._open() as connection:
            done = connection.execute(
                "INSERT INTO entry VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value,"
                " expires = excluded.expires WHERE entry.expires <= ?",
                (
                    self.make_and_validate_key(key, version),
                    _packed(value),
                    self._until(timeout),
                    time.time(),
                ),
            )
            self._wrote(connection)
            return done.rowcount == 1

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        with self._open() as connection:
            done = connection.execute(
                "UPDATE entry SET expires = ? WHERE key = ? AND (expires IS NULL OR expires > ?)",
                (self._until(timeout), self.make_and_validate_key(key, version), time.time()),
            )
            return done.rowcount == 1

    def delete(self, key: str, version: int | None = None) -> bool:
        with self._open() as connection:
            made = self.make_and_validate_key(key, version)
            return connection.execute("DELETE FROM entry WHERE key = ?", (made,)).rowcount == 1

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        with self._open() as connection:
            row = connection.execute(
                "UPDATE entry SET value = value + ? WHERE key = ? AND (expires IS NULL OR expires > ?)"
                " RETURNING value",
                (delta, self.make_and_validate_key(key, version), time.time()),
            ).fetchone()
        if row is None:
            raise ValueError(f"Key {key!r} not found")
        return int(row[0])

    def clear(self) -> None:
        with self._open() as connection:
            connection.execute("DELETE FROM entry")

    def tick(self, key: str, before: str, seconds: int) -> tuple[int, int]:
        now = time.time()
        with self._open() as connection:
            used, earlier = connection.execute(
                "INSERT INTO entry VALUES (?, 1, ?) ON CONFLICT (key) DO UPDATE SET expires = excluded.expires,"
                " value = CASE WHEN entry.expires > ? THEN entry.value + 1 ELSE 1 END RETURNING value,"
                " (SELECT value FROM entry AS older WHERE older.key = ? AND older.expires > ?)",
                (
                    *(self.make_and_validate_key(key), now + seconds, now),
                    *(self.make_and_validate_key(before), now),
                ),
            ).fetchone()
            self._wrote(connection)
        return int(used), int(earlier or 0)


def _packed(value: Any) -> Any:
    """Numbers as they are, so that they can be counted up in place."""
    return value if type(value) is int else pickle.dumps(value)


def _unpacked(value: Any) -> Any:
    return value if isinstance(value, int) else pickle.loads(value)  # noqa: S301 - our own file, owner-only


class Steady(BaseCache):
    """A shared store with memory of this process behind it. Subclasses name the store and its failures."""

    failures: tuple[type[Exception], ...] = ()
    away_until = (
        0.0  # of the class: when one thread has found the store away, the others need not wait for it
    )

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._store: Any = self._make(location, params)
        self._spare: Any = LocMemCache(f"spare:{location}", params)

    def _make(self, location: str, params: dict[str, Any]) -> BaseCache:
        raise NotImplementedError

    def _through(self, name: str, *args: Any, **kwargs: Any) -> Any:
        kind = type(self)
        if time.monotonic() >= kind.away_until:
            try:
                return getattr(self._store, name)(*args, **kwargs)
            except self.failures as error:
                kind.away_until = time.monotonic() + RETRY_SECONDS
                log.warning("shared cache unavailable, going on in this process alone: %s", error)
        if name == "tick":
            return count_up(self._spare, *args, **kwargs)
        return getattr(self._spare, name)(*args, **kwargs)

    def get(self, *args: Any, **kwargs: Any) -> Any:
        return self._through("get", *args, **kwargs)

    def set(self, *args: Any, **kwargs: Any) -> Any:
        return self._through("set", *args, **kwargs)

    def add(self, *args: Any, **kwargs: Any) -> Any:
        return self._through("add", *args, **kwargs)

    def touch(self, *args: Any, **kwargs: Any) -> Any:
        return self._through("touch", *args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Any:
        return self._through("delete", *args, **kwargs)

    def incr(self, *args: Any, **kwargs: Any) -> Any:
        return self._through("incr", *args, **kwargs)

    def clear(self) -> None:
        self._through("clear")

    def tick(self, key: str, before: str, seconds: int) -> tuple[int, int]:
        counted: tuple[int, int] = self._through("tick", key, before, seconds)
        return counted


class SteadyRedis(Steady):
    failures = (RedisError, OSError)

    def _make(self, location: str, params: dict[str, Any]) -> BaseCache:
        return RedisStore(location, params)


class SteadyFile(Steady):
    failures = (sqlite3.Error, OSError)

    def _make(self, location: str, params: dict[str, Any]) -> BaseCache:
        return FileStore(location, params)


def count_up(cache: Any, key: str, before: str, seconds: int) -> tuple[int, int]:
    """Count once under `key`; the new count, and the one under `before`. Kept for `seconds`."""
    tick = getattr(cache, "tick", None)
    if tick is not None:
        counted: tuple[int, int] = tick(key, before, seconds)
        return counted
    cache.add(key, 0, timeout=seconds)
    try:
        used = cache.incr(key)
    except ValueError:  # ran out between the two calls
        cache.set(key, 1, timeout=seconds)
        used = 1
    return int(used), int(cache.get(before, 0))
