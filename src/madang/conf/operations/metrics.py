"""Figures for Prometheus: what each web process measured, and how the queues stand in the database.

Web processes of one machine share a folder of memory files (on a memory disk where there is one: a full disk
must never end a process through its own meters), so whichever process is asked answers for all. Labels hold routes,
methods and states only, never an address, a name or a number of a matter.
"""

from __future__ import annotations

import hmac
import ipaddress
import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django_tasks_db.models import DBTaskResult
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import REGISTRY, Collector

from madang.commons.ledger import api as ledger
from madang.commons.matters.models import Clock
from madang.commons.notices.models import Delivery
from madang.conf.operations import metrics_folder
from madang.kernel import clock
from madang.kernel.models import Heartbeat, Outbox

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
LOOK_SECONDS = 5.0
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_PROTO")

requests_seconds = Histogram(
    "madang_http_request_duration_seconds",
    "Time to answer, by route and status.",
    ["method", "route", "status"],
    buckets=BUCKETS,
)
errors_total = Counter("madang_http_errors_total", "Requests that ended in an unexpected error.", ["route"])
memory = Gauge(
    "madang_process_resident_bytes", "Memory of each web process.", ["kind"], multiprocess_mode="liveall"
)
pool = Gauge(
    "madang_db_pool_connections",
    "Connections of all web processes' pools.",
    ["state"],
    multiprocess_mode="livesum",
)


class Measured:
    """Middleware: how long each request took. It stands first, so that refusals are measured too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.looked = 0.0
        metrics_folder.make()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        began = time.perf_counter()
        response = self.get_response(request)
        method = request.method if request.method in METHODS else "OTHER"
        requests_seconds.labels(method, _route(request), str(response.status_code)).observe(
            time.perf_counter() - began
        )
        if response.status_code == 500:
            errors_total.labels(_route(request)).inc()
        if began - self.looked > LOOK_SECONDS:
            self.looked = began
            _look_at_process()
        return response


def _route(request: HttpRequest) -> str:
    if match := request.resolver_match:
        return match.route or "/"
    return "static" if request.path.startswith(settings.STATIC_URL) else "none"


def _look_at_process() -> None:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except (OSError, ValueError, IndexError):
        return
    memory.labels("web").set(pages * os.sysconf("SC_PAGE_SIZE"))
    own = getattr(connection, "pool", None)
    if own is not None:
        seen = own.get_stats()
        pool.labels("open").set(seen.get("pool_size", 0))
        pool.labels("free").set(seen.get("pool_available", 0))
        pool.labels("waiting").set(seen.get("requests_waiting", 0))


class Standing(Collector):
    """What stands in the database at this moment: queues, log, mails, clocks."""

    def collect(self) -> Iterator[Metric]:
        """Gauges, or only `madang_database_up` 0 while the database cannot be asked."""
        up = GaugeMetricFamily("madang_database_up", "Whether the database answered.")
        try:
            found = list(self._ask())
        except DatabaseError:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        yield from found

    def _ask(self) -> Iterator[Metric]:
        now = clock.now()
        jobs = GaugeMetricFamily("madang_jobs", "Tasks in the queue.", labels=["state"])
        states = dict(DBTaskResult.objects.values_list("status").annotate(Count("pk")).order_by())
        for state in ("READY", "RUNNING", "FAILED"):
            jobs.add_metric([state.lower()], states.get(state, 0))
        yield jobs
        oldest = DBTaskResult.objects.filter(status="READY").aggregate(at=Min("enqueued_at"))["at"]
        yield _gauge("madang_jobs_oldest_seconds", "Age of the oldest task that waits.", _age(now, oldest))
        beat = (
            Heartbeat.objects.filter(name__startswith="worker").order_by("-at").values_list("at", flat=True)
        )
        yield _gauge(
            "madang_worker_silence_seconds", "Since the last sign of a worker.", _age(now, beat.first())
        )
        status = ledger.status()
        yield _gauge("madang_log_entries", "Entries of the public log.", status.size)
        yield _gauge("madang_log_waiting", "Acts that wait for the log.", status.waiting)
        first = Outbox.objects.filter(index__isnull=True).order_by("id").values_list("at", flat=True).first()
        yield _gauge(
            "madang_log_oldest_seconds", "Age of the oldest act that waits for the log.", _age(now, first)
        )
        problem = GaugeMetricFamily(
            "madang_log_problem", "1 with the cause when the log is not well.", labels=["cause"]
        )
        cause = status.problem or ledger.witness_problem()
        problem.add_metric([cause or "none"], float(bool(cause)))
        yield problem
        mails = GaugeMetricFamily(
            "madang_mails", "Mails that wait or could not be delivered.", labels=["state"]
        )
        counted = dict(
            Delivery.objects.exclude(state="sent").values_list("state").annotate(Count("pk")).order_by()
        )
        for state in ("waiting", "failed", "given_up"):
            mails.add_metric([state], counted.get(state, 0))
        yield mails
        running = Clock.objects.filter(state=Clock.State.RUNNING)
        yield _gauge("madang_clocks_running", "Answers that are owed.", running.count())
        yield _gauge(
            "madang_clocks_overdue", "Answers that are late.", running.filter(due_at__lt=now).count()
        )


def _gauge(name: str, text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, text, value=value)


def _age(now: datetime, at: datetime | None) -> float:
    """Seconds since a moment; 0 where nothing waits or the clock was set back."""
    return max((now - at).total_seconds(), 0.0) if at else 0.0


def allowed(request: HttpRequest) -> bool:
    """With METRICS_TOKEN, or straight from a network of METRICS_ALLOW. What came through a proxy needs the token:
    its address says where the proxy is, not who asks."""
    scheme, _space, given = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    token = settings.METRICS_TOKEN
    if token and scheme.lower() == "bearer" and hmac.compare_digest(given.encode(), token.encode()):
        return True
    if any(name in request.META for name in FORWARDED):
        return False
    try:
        address = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return False
    return any(address in ipaddress.ip_network(network) for network in settings.METRICS_ALLOW)


@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Everything in the text format; 403 for who may not read it."""
    if not allowed(request):
        return HttpResponse(
            "Metrics are for loopback or with METRICS_TOKEN.\n", status=403, content_type="text/plain"
        )
    _look_at_process()
    shared = os.environ.get(metrics_folder.VARIABLE)
    own = CollectorRegistry() if shared else REGISTRY
    if shared:
        metrics_folder.forget_dead(Path(shared))
        MultiProcessCollector(own, shared)
    now = CollectorRegistry()
    now.register(Standing())
    return HttpResponse(generate_latest(own) + generate_latest(now), content_type=CONTENT_TYPE_LATEST)
