"""One request to somebody else's machine: pinned to a checked address, bounded in time and in bytes."""

from __future__ import annotations

import http.client
import queue
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from madang.commons.notices.logic import targets

TOTAL = 10.0  # seconds for everything: name, connection, request, answer
READ = 4_096  # bytes of an answer that are read


class CallError(Exception):
    """The call got no answer. The text is a short word for the page: `private_address`, `timeout`, `connection` …"""


@dataclass(frozen=True)
class Answered:
    """What came back: the status, how long it took in seconds, and the first bytes of the body."""

    status: int
    seconds: float
    body: bytes = b""

    @property
    def is_good(self) -> bool:
        return 200 <= self.status < 300


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    local: bool = False,
    total: float = TOTAL,
    read: int = READ,
) -> Answered:
    """POST a body; everything else as in `get`."""
    return _call("POST", url, body, headers, local=local, total=total, read=read)


def get(
    url: str, headers: Mapping[str, str], *, local: bool = False, total: float = TOTAL, read: int = READ
) -> Answered:
    """GET. The name is asked once, every address it gives is checked, and the checked one is connected to.

    So a name that changes between check and connection changes nothing. Redirects are not followed, proxies of the
    environment not used.

    Args:
        local: this machine itself may be called too (`targets.may_connect`).
        read: so many bytes of the answer are read, and no more.

    Raises:
        CallError: no answer came within `total` seconds, or the address must not be called.
    """
    return _call("GET", url, None, headers, local=local, total=total, read=read)


def _call(
    method: str,
    url: str,
    body: bytes | None,
    headers: Mapping[str, str],
    *,
    local: bool,
    total: float,
    read: int,
) -> Answered:
    began = time.monotonic()
    if problem := targets.problem(url, local=local):
        raise CallError(f"address_{problem}")
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = _resolve(host, port, total)
    if not found or not all(targets.may_connect(address, local=local) for address in found):
        raise CallError("private_address" if found else "unknown_host")
    line = _Pinned(host, port, found[0], deadline=began + total, is_tls=parts.scheme == "https")
    watch = threading.Timer(max(began + total - time.monotonic(), 0.01), line.cut)
    watch.daemon = True
    watch.start()
    try:
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        line.request(method, target, body, dict(headers))
        answer = line.getresponse()
        body_back = answer.read(read)
        return Answered(answer.status, time.monotonic() - began, body_back)
    except ssl.SSLError as error:
        raise CallError("timeout" if line.is_cut else "certificate") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        late = line.is_cut or isinstance(error, TimeoutError)
        raise CallError("timeout" if late else "connection") from error
    finally:
        watch.cancel()
        line.close()


def _resolve(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a name; none when it has none or nobody says within the time."""
    answers: queue.SimpleQueue[list[str]] = queue.SimpleQueue()

    def ask() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            rows = []
        answers.put([str(row[4][0]) for row in rows])

    # The system's resolver cannot be interrupted, only left behind.
    threading.Thread(target=ask, daemon=True, name="hook-name").start()
    try:
        return answers.get(timeout=seconds)
    except queue.Empty:
        return []


class _Pinned(http.client.HTTPConnection):
    """A connection to one address under the name that was asked for."""

    def __init__(self, host: str, port: int, address: str, *, deadline: float, is_tls: bool) -> None:
        super().__init__(host, port)
        self.default_port = 443 if is_tls else 80
        self.is_cut = False
        self._address, self._deadline, self._is_tls = address, deadline, is_tls
        self._raw: socket.socket | None = None

    def connect(self) -> None:
        left = max(self._deadline - time.monotonic(), 0.01)
        self._raw = socket.create_connection((self._address, self.port), timeout=left)
        self.sock = self._raw
        if self._is_tls:
            self.sock = ssl.create_default_context().wrap_socket(self._raw, server_hostname=self.host)

    def cut(self) -> None:
        """Time is up: whatever is being waited for ends, however slowly bytes drip in."""
        self.is_cut = True
        for one in (self.sock, self._raw):
            if one is not None:
                try:
                    one.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
