"""Pages: query count, server time over HTTP, bytes over the wire as a browser loads them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import data
from report import ms, quantile, table

REPEATS = 60


@contextlib.contextmanager
def server(root: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://localhost:{port}"
    environment = {**os.environ, "PORT": str(port), "MADANG_URL": url}
    command = [sys.executable, "-m", "madang.conf.cli", "up"]
    process = subprocess.Popen(command, cwd=root, env=environment, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/healthz", timeout=1):
                break
            time.sleep(0.2)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def opener(url: str, account: str = "") -> urllib.request.OpenerDirector:
    """A browser without a face; signed in where an account is named."""
    made = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    made.addheaders = [("Accept-Encoding", "gzip"), ("Accept-Language", "ko")]
    if account:
        from madang.portal.demo_accounts import PASSWORD

        plain = urllib.request.build_opener(*made.handlers)
        page = plain.open(f"{url}/account/login/").read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token
        fields = {"csrfmiddlewaretoken": token[1], "login": f"{account}@haedam.example", "password": PASSWORD}
        request = urllib.request.Request(
            f"{url}/account/login/", urlencode(fields).encode(), {"Referer": url, "Origin": url}
        )
        plain.open(request)
        plain.addheaders = made.addheaders  # the handlers answer to the opener made last
        return plain
    return made


def timed(browser: urllib.request.OpenerDirector, url: str) -> tuple[list[float], int]:
    times, size = [], 0
    for _ in range(REPEATS):
        began = time.perf_counter()
        with browser.open(url) as answer:
            size = len(answer.read())
        times.append(time.perf_counter() - began)
    return times[5:], size


def queries(path: str, account: str = "") -> int:
    """Query count of one request, counted in this process."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from madang.kernel.models import User

    client = Client(SERVER_NAME="localhost")
    if account:
        client.force_login(
            User.objects.get(email=f"{account}@haedam.example"),
            backend="django.contrib.auth.backends.ModelBackend",
        )
    client.get(path)
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert client.get(path).status_code == 200, path
    return len(seen)


def wire(url: str, path: str, account: str) -> int:
    """Bytes a browser with an empty cache receives for a page, pictures left out."""
    from playwright.sync_api import sync_playwright

    program = shutil.which("chromium")
    if not program:
        return 0
    flags = [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-quic",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        page = browser.new_context(locale="ko-KR").new_page()
        if account:
            from madang.portal.demo_accounts import PASSWORD

            page.goto(f"{url}/account/login/")
            page.fill("input[name=login]", f"{account}@haedam.example")
            page.fill("input[name=password]", PASSWORD)
            page.locator("form:has(input[name=password]) button").first.click()
            page.wait_for_load_state()
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        total, kinds = 0, {}
        session.on(
            "Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]})
        )

        def finished(event: dict) -> None:
            nonlocal total
            if kinds.get(event["requestId"]) != "Image":
                total += event["encodedDataLength"]

        session.on("Network.loadingFinished", finished)
        page.goto(url + path, wait_until="load")
        page.wait_for_timeout(1500)  # an open idea keeps listening: its network is never idle
        browser.close()
    return int(total)


def run(root: Path, *, lighthouse: bool) -> None:
    data.desk()
    idea = data.talk()
    pages = [
        ("small page (the limit beside which the others stand)", "/privacy/", ""),
        ("home", "/", ""),
        ("list of 10,000 ideas", "/ideas/", ""),
        ("idea with 1,000 comments", f"/ideas/{idea.matter.number}/", ""),
        ("desk with 10,000 open matters", "/desk/", "officer"),
    ]
    rows, base = [], 0.0
    with server(root) as url:
        for name, path, account in pages:
            times, size = timed(opener(url, account), url + path)
            median = statistics.median(times)
            base = base or median
            rows.append(
                [
                    name,
                    queries(path, account),
                    ms(median),
                    ms(quantile(times, 0.95)),
                    f"{median / base:.1f}",
                    f"{size / 1000:.1f}",
                    f"{wire(url, path, account) / 1000:.0f}",
                ]
            )
        columns = [
            "page",
            "queries",
            "median ms",
            "p95 ms",
            "× small page",
            "HTML kB (gzip)",
            "whole page kB",
        ]
        table("Pages (SQLite, one web process, loopback, times include the client)", columns, rows)
        if lighthouse:
            table("Lighthouse", ["page", "accessibility", "best practices"], [*_lighthouse(url, pages)])


def _lighthouse(url: str, pages: list[tuple[str, str, str]]) -> Iterator[list[object]]:
    """Where npx can bring Lighthouse; it is not a dependency."""
    flags = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-quic"
    for name, path, account in pages:
        if account:
            continue
        done = subprocess.run(
            [
                *("npx", "--yes", "lighthouse@12.8.2", url + path, "--quiet", "--output=json"),
                *("--only-categories=accessibility,best-practices", f"--chrome-flags={flags}"),
            ],
            capture_output=True,
            text=True,
            env={**os.environ, "CHROME_PATH": shutil.which("chromium") or ""},
        )
        if done.returncode:
            yield [name, "did not run", done.stderr.strip()[-120:]]
            continue
        found = json.loads(done.stdout)["categories"]
        yield [name, found["accessibility"]["score"], found["best-practices"]["score"]]
