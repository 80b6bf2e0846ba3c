"""Holding an installation still: it is read, but nothing is written.

The mark is the file `MADANG_HOME/maintenance`, so it holds for web server, worker and commands alike and
outlives a kill. `moved` means that the data went to PostgreSQL: the old SQLite installation takes nothing
in any more, the new one is not concerned.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from madang.kernel.errors import HeldError
from madang.kernel.web import errors, programs

NAME = "maintenance"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
READING = ("SELECT", "PRAGMA", "EXPLAIN", "BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "WITH")
LONGEST = max(map(len, READING))

_owner: ContextVar[bool] = ContextVar("madang_maintenance_owner", default=False)


def reason(home: Path | None = None) -> str:
    """Why the installation is held still (`move`, `moved`, `restore`), or nothing."""
    path = os.path.join(home or settings.HOME, NAME)
    if not os.path.exists(path):  # nearly always, and asked at every act: cheaper than opening in vain
        return ""
    try:
        with open(path) as mark:
            return mark.read().strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def concerns(vendor: str) -> bool:
    """Whether writing to a database of this engine has to wait."""
    why = reason()
    return bool(why) and not (why in ("move", "moved") and vendor == "postgresql")


@contextmanager
def on(home: Path, why: str, *, after: str = "") -> Iterator[None]:
    """Hold the installation still inside the block. `after`: what the mark says when all went well."""
    path = home / NAME
    before = reason(home)
    path.write_text(f"{why}\n")
    token = _owner.set(True)
    try:
        yield
    except BaseException:
        _leave(path, before)
        raise
    else:
        _leave(path, after)
    finally:
        _owner.reset(token)


def _leave(path: Path, why: str) -> None:
    if why:
        path.write_text(f"{why}\n")
    else:
        path.unlink(missing_ok=True)


def guard(
    execute: Callable[..., Any], statement: str, params: Any, many: bool, context: dict[str, Any]
) -> Any:
    """Database wrapper: every writing statement of every process passes here."""
    if (
        not _owner.get()
        and not statement.lstrip()[:LONGEST].upper().startswith(READING)
        and concerns(context["connection"].vendor)
    ):
        raise HeldError("held still for maintenance; see the file `maintenance` in MADANG_HOME")
    return execute(statement, params, many, context)


def attach(sender: object, connection: Any, **kwargs: object) -> None:
    """Receiver of `connection_created`."""
    if guard not in connection.execute_wrappers:
        connection.execute_wrappers.append(guard)


class Maintenance:
    """Middleware: answers every act with a calm 503 that shows what was typed; pages go on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE or not concerns(connection.vendor):
            return self.get_response(request)
        said = _("This site is being moved or restored. Nothing was written. Try again in a few minutes.")
        if programs.is_for_program(request.path):
            return programs.refuse(
                request.path, 503, "site.maintenance", said, headers={"Retry-After": "120"}
            )
        response = errors.calm(request, "kernel/maintenance.html", 503, said, "site.maintenance")
        response["Retry-After"] = "120"
        return response
