"""`madang up`: everything one machine needs, started together and stopped together."""

from __future__ import annotations

import os
import resource
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from argparse import ArgumentParser
from collections.abc import Callable
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from madang.conf.family import die_with_parent
from madang.portal.demo_accounts import ACCOUNTS, PASSWORD

GIVE_WAY = (
    5  # a worker is this much "nicer" than the web: people who wait go before what may be a second later
)
CALM = 5.0  # seconds without a death after which a worker that dies is started again at once


def _give_way() -> None:
    die_with_parent()
    os.nice(GIVE_WAY)


class Command(BaseCommand):
    help = "Prepare the database, then run the web server and the workers until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default=os.environ.get("HOST", "127.0.0.1"))

    def handle(self, *args: Any, host: str, **options: Any) -> None:
        self._step("Database")
        call_command("migrate", verbosity=0, interactive=False)
        if settings.IS_DEMO:
            self._step("Demo city")
            call_command("demo", quiet=True)
        self._free(host)
        self._step("Web server and worker")
        self._raise_limits()
        self.children = {"web": self._web(host)}
        self.children |= {
            f"worker {place}": self._worker() for place in range(1, self._number("WORKERS") + 1)
        }
        self.stopping = False
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._stop)
        try:
            if self._well(host):
                self._welcome()
            self._watch()
        finally:
            self._end()

    def _step(self, name: str) -> None:
        self.stdout.write(f"· {name}")
        self.stdout.flush()

    def _free(self, host: str) -> None:
        """Say at once, and what to do, when the port is taken."""
        with socket.socket(socket.AF_INET) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, settings.PORT))
            except OSError as error:
                raise CommandError(
                    f"Port {settings.PORT} is in use. Stop the other program or choose another: PORT=8001 make run\n"
                    f"포트 {settings.PORT}번을 다른 프로그램이 쓰고 있습니다. 다른 번호로 실행하세요: PORT=8001 make run"
                ) from error

    def _number(self, name: str) -> int:
        """A number of processes from the environment, 1 where it is not set."""
        typed = os.environ.get(name, "1")
        if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= 64):
            raise CommandError(
                f"{name} is “{typed}”. Give a number from 1 to 64.\n"
                f"{name} 값이 “{typed}”입니다. 1에서 64 사이의 수로 정해 주세요."
            )
        return int(typed)

    def _raise_limits(self) -> None:
        """As many open files as the machine allows: each open page that watches is one connection."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != hard:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))

    def _web(self, host: str) -> subprocess.Popen[bytes]:
        return self._spawn(
            os.path.join(os.path.dirname(sys.executable), "granian"),
            *("--interface", "asgi", "--host", host, "--port", str(settings.PORT)),
            *("--workers", str(self._number("WEB_WORKERS")), "--backpressure", "6000"),
            *(
                "--no-ws",
                "--log-level",
                "warning",
                "--respawn-failed-workers",
                "--workers-kill-timeout",
                "5s",
            ),
            "madang.conf.asgi:application",
        )

    def _worker(self) -> subprocess.Popen[bytes]:
        return self._spawn(sys.executable, "-m", "django", "worker", start=_give_way)

    def _spawn(self, *command: str, start: Callable[[], None] = die_with_parent) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "madang.conf.settings"}
        # Their own group: Ctrl-C reaches this process only, which then stops them in order.
        # Nothing else runs in this process yet when a child is made, so preexec_fn is safe here.
        return subprocess.Popen(  # noqa: S603 - our own programs
            command,
            env=environment,
            preexec_fn=start,  # noqa: PLW1509
            process_group=0,
        )

    def _well(self, host: str) -> bool:
        """Wait until /healthz says that every part is well."""
        url = f"http://{host}:{settings.PORT}/healthz"
        for _attempt in range(120):
            if self.stopping or self.children["web"].poll() is not None:
                return False
            try:
                with urllib.request.urlopen(url, timeout=2) as answer:
                    if answer.status == 200:
                        return True
            except (urllib.error.URLError, OSError):
                pass
            time.sleep(0.25)
        self.stderr.write(f"Not every part is well after 30 seconds: see {url}")
        return not self.stopping

    def _welcome(self) -> None:
        lines = ["", f"  Madang · 마당   {settings.PUBLIC_URL}", ""]
        if settings.IS_DEMO:
            lines += [f"  Demo accounts · 체험 계정 (password · 비밀번호: {PASSWORD})"]
            lines += [f"    {account.email:<28} {account.does}" for account in ACCOUNTS]
            lines += ["", f"  Mails of the demo · 보낸 메일   {settings.PUBLIC_URL}/outbox/"]
        lines += [f"  Data · 자료   {settings.HOME}", "  Ctrl-C stops everything.", ""]
        self.stdout.write("\n".join(lines))
        self.stdout.flush()

    def _watch(self) -> None:
        """Bring back workers that died; end when the web server does."""
        backoff, quiet_since = 0.5, time.monotonic()
        while not self.stopping:
            if self.children["web"].poll() is not None:
                raise CommandError("The web server ended; see the lines above.")
            ended = [name for name, child in self.children.items() if child.poll() is not None]
            if ended:
                self.stderr.write("A worker ended; starting it again.")
                # One that dies again and again is started less and less often.
                backoff = 1.0 if time.monotonic() - quiet_since > CALM else min(backoff * 2, 30)
                time.sleep(backoff)
                quiet_since = time.monotonic()
                self.children |= {name: self._worker() for name in ended}
            time.sleep(0.3)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.stopping = True

    def _end(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        for child in self.children.values():
            try:
                child.wait(timeout=10)
            except subprocess.TimeoutExpired:
                child.kill()
        self.stdout.write("Stopped.")
