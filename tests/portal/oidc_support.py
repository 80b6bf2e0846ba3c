"""A real OpenID provider in a process of its own, and somebody who walks through its two forms."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).with_name("oidc_provider.mjs")
PEOPLE: dict[str, dict[str, Any]] = {
    "hana": {"name": "하나", "email": "hana@example.org", "email_verified": True, "resident": True},
    "dul": {"name": "둘", "email": "dul@example.org", "email_verified": False},
    "set": {"name": "셋", "email": "set@example.org", "email_verified": "true"},
}


def node() -> str:
    """Node of the machine or, where there is none, of the environment."""
    folders = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"
    return shutil.which("node", path=folders) or "node"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Provider:
    """Where it runs, and what it knows this site by."""

    port: int
    client_id: str = "madang"
    secret: str = "a-secret-that-is-long-enough-for-tests"
    redirects: list[str] = field(default_factory=list)

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def walk(self, address: str, *, who: str = "hana", says_no: bool = False) -> str:
        """Sign in and consent there, as a browser does; the address it sends her back to."""
        with httpx.Client(follow_redirects=False, timeout=20) as browser:
            answer = browser.get(address)
            for _step in range(12):
                if answer.is_redirect:
                    target = str(answer.next_request.url) if answer.next_request else ""
                    if not target.startswith(self.issuer):
                        return target
                    answer = browser.get(target)
                    continue
                assert answer.status_code == 200, answer.text
                asked = re.search(r"<h1>(\w+)</h1>", answer.text)
                assert asked, answer.text
                data = {"login": who} if asked[1] == "login" else {"consent": "yes"}
                answer = browser.post(str(answer.url), data={"abort": "1"} if says_no else data)
        raise AssertionError("the provider never sent her back")


@contextmanager
def running(*redirects: str, port: int = 0) -> Iterator[Provider]:
    """Start the provider, wait until it says that it is ready, stop it afterwards."""
    provider = Provider(port or free_port(), redirects=list(redirects))
    environment = {
        **os.environ,
        "ISSUER": provider.issuer,
        "PORT": str(provider.port),
        "CLIENT_ID": provider.client_id,
        "CLIENT_SECRET": provider.secret,
        "REDIRECT": json.dumps(provider.redirects),
        "PEOPLE": json.dumps(PEOPLE),
    }
    process = subprocess.Popen(
        [node(), str(SCRIPT)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    try:
        assert process.stdout is not None
        for line in process.stdout:  # ends when the process does
            if line.strip() == "ready":
                break
        else:
            raise AssertionError("the provider did not start")
        yield provider
    finally:
        process.terminate()
        process.wait(timeout=20)
        if process.stdout is not None:
            process.stdout.close()
