"""A real server, a real worker, a real browser."""

from __future__ import annotations

import imaplib
import itertools
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, sync_playwright

from madang.portal.demo_accounts import PASSWORD

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SHOTS = os.environ.get("MADANG_SHOTS", "")
"""A folder for pictures of every state that is looked at, for people who want to look too; none by default."""
PATIENCE = 2
"""How many times a limit is waited for: limits say what a quiet machine needs, and two sets of stories run at once."""
NUMBERS = itertools.count(1)
SETTLED = """async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await Promise.allSettled(document.getAnimations().map((each) => each.finished));
}"""
ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]


@dataclass
class Site:
    """An installation with the demo city, in a folder of its own, started and stopped with `madang up`."""

    home: Path
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        own = {"MADANG_HOME": str(self.home), "MADANG_URL": self.url, "PORT": str(self.port)}
        self.environment = {**inherited, "MADANG_DEMO": "1", **own, **self.environment}

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> Path:
        return self.home.with_suffix(".log")

    def start(self, seconds: float = 480) -> None:
        """Start it and wait until every part is well."""
        self.home.mkdir(exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "madang.conf.cli", "up"],
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        process = self.process
        wait_for(lambda: healthy(self.url) or process.poll() is not None, "the site to be well", seconds)
        assert process.poll() is None, self.log.read_text()

    def stop(self, with_signal: int = signal.SIGTERM) -> int:
        """Stop it; the supervisor's exit code."""
        assert self.process is not None
        self.process.send_signal(with_signal)
        return self.process.wait(timeout=30 * PATIENCE)

    def madang(self, *arguments: str, fails: bool = False, alone: dict[str, str] | None = None) -> str:
        """Run a `madang` command beside the running site, or with settings of its own; what it says."""
        done = subprocess.run(
            [sys.executable, "-m", "madang.conf.cli", *arguments],
            env={**self.environment, **(alone or {})},
            capture_output=True,
            text=True,
            timeout=120 * PATIENCE,
        )
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def api(self, path: str) -> Any:
        """What the public API answers."""
        with urllib.request.urlopen(f"{self.url}/api/v1/{path}", timeout=20) as answer:
            return json.load(answer)

    def idea(self, words: str) -> Any:
        """The demo idea whose title begins so, as the API tells it."""
        cursor = ""
        while True:
            page = self.api(f"ideas?limit=100{cursor}")
            for row in page["items"]:
                if row["title"].startswith(words):
                    return row
            assert page["next"], f"no idea begins with {words!r}"
            cursor = f"&cursor={page['next']}"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(condition: Callable[[], bool], what: str, seconds: float = 30) -> None:
    until = time.monotonic() + seconds * PATIENCE
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.2)
    raise AssertionError(f"waited {seconds * PATIENCE} s in vain: {what}")


def healthy(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
            return bool(json.load(answer)["status"] == "ok")
    except OSError:
        return False


@pytest.fixture(scope="session")
def imap() -> Iterator[int]:
    """The port of a mailbox on a real IMAP server, a process of its own."""
    port = free_port()
    program = Path(sys.executable).with_name("pymap")
    command = [str(program), "--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"]
    server = subprocess.Popen(
        [*command, "--demo-user", "me", "--demo-password", "secret"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    yield port
    server.terminate()
    server.wait(20)


@pytest.fixture
def mailbox(imap: int) -> Callable[[EmailMessage], None]:
    """Put a mail into the mailbox that the site reads."""

    def put(letter: EmailMessage) -> None:
        with imaplib.IMAP4("127.0.0.1", imap) as server:
            server.login("me", "secret")
            status, _ = server.append("INBOX", "", "", letter.as_bytes())
            assert status == "OK"

    return put


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory, imap: int) -> Iterator[Site]:
    reads = {"MADANG_MAILBOX_URL": f"imap://me:secret@127.0.0.1:{imap}/INBOX"}
    installation = Site(tmp_path_factory.mktemp("site") / "home", free_port(), reads)
    try:
        installation.start()
        yield installation
    finally:
        installation.stop()
        report = installation.log.read_text()
        if "Traceback" in report:
            print(report[-4000:])


@pytest.fixture(scope="session")
def camera(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film (motion JPEG) that the browser's camera shows: written before a page asks for the camera."""
    return tmp_path_factory.mktemp("camera") / "film.mjpeg"


@pytest.fixture(scope="session")
def browser(camera: Path) -> Iterator[Browser]:
    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not program:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=program, args=[*ARGUMENTS, f"--use-file-for-fake-video-capture={camera}"]
        )
        yield chromium
        chromium.close()


@dataclass
class Filed:
    """What the receipt page showed: all that its reader needs later."""

    number: str
    code: str


@dataclass
class Visitor:
    """One person at one browser window. Every state she sees is checked for accessibility with `look()`."""

    page: Page
    site: Site
    prefix: str = ""
    mirror: Page | None = None
    """A second window that runs the checks for a window without JavaScript."""
    is_dark: bool = False

    def go(self, path: str) -> Response:
        """Open a page of the site, in this person's language."""
        answer = self.page.goto(self.site.url + self.prefix + path)
        assert answer is not None
        return answer

    def submit(self, selector: str) -> None:
        """Press a button that leads to another page, and wait for that page."""
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()

    def take_time(self) -> None:
        """Be as slow as a person: a form that comes back within two seconds counts as sent by a program.

        The server's two seconds begin before its answer does, not when the window began to ask for the page.
        """
        shown = "performance.now() - performance.getEntriesByType('navigation')[0].responseStart"
        wait_for(lambda: self.page.evaluate(shown) > 2_500, "a person's time to pass")

    def sign_in(self, name: str) -> None:
        """Sign in as a demo account, through the form."""
        self.go("/account/login/")
        self.page.fill("input[name=login]", f"{name}@haedam.example")
        self.page.fill("input[name=password]", PASSWORD)
        self.submit("form:has(input[name=password]) button")
        assert "/login" not in self.page.url, self.page.inner_text("main")

    def file(self, title: str, body: str) -> Filed:
        """File an idea, past the look at similar ones, up to the receipt."""
        self.go("/ideas/new/neighbourhood/")
        self.page.fill("#id_title", title)
        self.page.fill("#id_body", body)
        self.take_time()
        self.submit("form[data-draft] .form-foot button")
        if self.page.locator("input[name=confirmed]").count():
            self.submit("form:has(input[name=confirmed]) button")
        assert self.page.url.endswith("/ideas/filed/"), self.page.inner_text("main")
        return self.filed()

    def filed(self) -> Filed:
        """The receipt on this page."""
        code = self.page.locator(".receipt-code")
        return Filed(
            self.page.inner_text(".receipt-number").strip(), code.inner_text() if code.count() else ""
        )

    def said(self) -> str:
        """The words of the page's messages."""
        return self.page.inner_text(".messages")

    def look(self, what: str = "", *, keeps: bool = True) -> None:
        """No axe violation (WCAG A and AA, best practice) and no sideways scrolling in this state."""
        overflow = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{self.page.url} {what} scrolls sideways by {overflow} px: {self._widest()}"
        page = self.page
        if self.mirror is not None:
            # Where scripts are off, axe cannot wait; the same HTML is looked at in a window that has them.
            self.mirror.set_viewport_size(page.viewport_size or {"width": 1280, "height": 900})
            self.mirror.goto(f"{self.site.url}/healthz")
            self.mirror.set_content(re.sub(r"(?s)<script.*?</script>", "", page.content()))
            page = self.mirror
        page.evaluate(SETTLED)
        if not page.evaluate("typeof axe === 'object'"):
            page.evaluate(AXE.read_text(encoding="utf-8"))
        found = page.evaluate(
            "async () => (await axe.run(document, {resultTypes: ['violations']})).violations"
        )
        told = [
            f"{item['id']} ({item['impact']}): {node['target']} {node.get('failureSummary', '')}"
            for item in found
            for node in item["nodes"][:3]
        ]
        assert not told, f"axe at {self.page.url} {what}:\n" + "\n".join(told)
        if SHOTS and keeps:
            self.keep_pictures(what)

    def keep_pictures(self, what: str) -> None:
        """This state at both widths, in both themes, as files for people who want to look (`MADANG_SHOTS`)."""
        test = os.environ.get("PYTEST_CURRENT_TEST", "").partition("::")[2].rpartition(" ")[0]
        name = re.sub(r"\W+", "-", f"{test}-{next(NUMBERS):04d}-{what}").strip("-")
        size = self.page.viewport_size or {"width": 1280, "height": 900}
        for width in (1280, 390):
            self.page.set_viewport_size({"width": width, "height": 900})
            for is_dark in (False, True):
                self.page.emulate_media(color_scheme="dark" if is_dark else "light")
                path = Path(SHOTS) / f"{name[:150]}-{width}-{'dark' if is_dark else 'light'}.png"
                self.page.screenshot(path=path, full_page=True, caret="initial")
        self.page.set_viewport_size(size)
        self.page.emulate_media(color_scheme="dark" if self.is_dark else "light")

    def _widest(self) -> str:
        """Which element reaches furthest to the right, for the message."""
        return str(
            self.page.evaluate(
                "(() => [...document.querySelectorAll('body *')]"
                ".map((e) => [e.getBoundingClientRect().right, e.tagName + '.' + e.className])"
                ".sort((a, b) => b[0] - a[0]).slice(0, 3).join(' | '))()"
            )
        )


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Visitor]]:
    """Open a window: `visit()`, `visit(width=390)`, `visit(javascript=False)`, `visit(dark=True)`, `visit(language="en")`."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_window(
        *, width: int = 1280, javascript: bool = True, dark: bool = False, language: str = "ko"
    ) -> Visitor:
        def context(scripts: bool, **more: bool) -> BrowserContext:
            made = browser.new_context(
                viewport={"width": width, "height": 900},
                java_script_enabled=scripts,
                color_scheme="dark" if dark else "light",
                locale={"ko": "ko-KR", "en": "en-GB"}[language],
                reduced_motion="reduce",
                **more,
            )
            made.set_default_timeout(15_000 * PATIENCE)
            contexts.append(made)
            return made

        window = context(javascript)
        window.on("page", watch)
        mirror = None if javascript else context(True, bypass_csp=True).new_page()
        return Visitor(window.new_page(), site, "" if language == "ko" else f"/{language}", mirror, dark)

    def watch(page: Page) -> None:
        # A script error or a breach of the content security policy fails the test that saw it.
        page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
        page.on("console", lambda message: heard(page, message))

    def heard(page: Page, message: ConsoleMessage) -> None:
        # Statuses of 400 and above are the answers that the tests ask for: refusals and errors in forms.
        # So is a lost network, in the story that takes it away.
        expected = ("status of 4", "ERR_INTERNET_DISCONNECTED")
        if message.type == "error" and not any(words in message.text for words in expected):
            troubles.append(f"{page.url}: {message.text}")

    yield open_window
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)
