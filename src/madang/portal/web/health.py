"""Whether the parts are well, for machines.

`/livez`: this process answers; restart it when it does not. `/readyz`: it can serve, so send it visitors.
`/healthz`: the installation as a whole is well; call a person when it is not.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache

from madang.commons.ledger import api as ledger
from madang.kernel import clock
from madang.kernel.models import Heartbeat

STALE = timedelta(seconds=30)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except DatabaseError:
        return "down"
    return "ok"


def _worker() -> str:
    try:
        beat = Heartbeat.objects.filter(name="worker").first()
    except DatabaseError:
        return "unknown"
    if beat is None:
        return "not seen yet"
    since = clock.now() - beat.at
    if since <= -STALE:
        # Before this was said, a worker that died after its clock had jumped ahead passed for well until then.
        return "its clock is ahead"
    if since < STALE:
        return beat.detail or "ok"
    return "silent"


def _ledger() -> str:
    try:
        code = ledger.status().problem
    except (DatabaseError, OSError, ValueError) as error:
        return f"down: {type(error).__name__}"
    return _said(code)


def _witnesses() -> str:
    return _said(ledger.witness_problem())


def _said(code: str) -> str:
    """A code and what it means, such as `late: Entries wait longer than promised.`; no path, since anybody may ask."""
    return f"{code}: {ledger.words(code)}" if code else "ok"


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when database, worker, ledger and its list of witnesses are well, 503 otherwise; the body says which is not."""
    parts = {
        "database": _database(),
        "worker": "unknown",
        "ledger": "unknown",
        "witnesses": _witnesses(),
    }
    if parts["database"] == "ok":  # else each of them would wait for it again
        parts |= {"worker": _worker(), "ledger": _ledger()}
    well = all(state == "ok" for state in parts.values())
    answer = JsonResponse({"status": "ok" if well else "degraded", **parts}, status=200 if well else 503)
    answer._has_been_logged = True  # type: ignore[attr-defined] # a machine asks every few seconds
    return answer


@never_cache
def livez(request: HttpRequest) -> HttpResponse:
    """200 as long as the process answers at all. It asks nothing else: a lost database is no reason to restart."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """200 when pages can be served: the database answers and has every migration; else 503 with the cause."""
    cause = _database()
    if cause == "ok":
        try:
            executor = MigrationExecutor(connection)
            if executor.migration_plan(executor.loader.graph.leaf_nodes()):
                cause = "migrations missing: run madang migrate"
        except DatabaseError:
            cause = "down"
    ready = cause == "ok"
    answer = JsonResponse(
        {"status": "ok" if ready else "not ready", "database": cause}, status=200 if ready else 503
    )
    answer._has_been_logged = True  # type: ignore[attr-defined] # a machine asks every few seconds
    return answer
