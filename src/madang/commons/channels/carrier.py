"""A carrier of text messages by the contract in docs/reference/text-message-contract.md: HTTPS out, signed calls in.

Whoever has a line to a telephone company puts some lines of glue before it that keep this contract; nothing here
belongs to one company.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import ssl
import threading
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

from madang.commons.channels import providers
from madang.commons.channels.logic import signing
from madang.commons.channels.logic.signing import SecretError
from madang.commons.channels.providers import Incoming, UndeliverableError
from madang.kernel import clock

NAME = "http"
NEVER = frozenset({400, 404, 410, 413, 422})
"""Answers that say that this message will not go, however often it is tried."""
KNOWN = 409
READ = 4_096
"""Bytes of an answer that are read; nobody needs them."""


SLOW = frozenset({429, 503})
"""Answers whose Retry-After is kept to."""
LONGEST_WAIT = 3_600
"""Seconds of a Retry-After that are kept to: who asks for more is asked again after an hour."""


class AnswerError(providers.LaterError):
    """The carrier answered, and did not take the message. It is tried again."""


class HttpCarrier:
    """Sends by POST of JSON with a bearer token and an idempotency key; believes signed calls of the web hook.

    Reads its settings at every use, so that it can be made before they are right; `problems()` says what is missing.
    """

    name = NAME

    def receive(self, headers: Mapping[str, str], body: bytes) -> Incoming:
        try:
            key = signing.key_of(settings.SMS_SECRET)
        except SecretError as error:
            raise providers.ForgedError("no secret is set") from error
        return providers.believed(key, headers, body)

    def send(self, *, to: str, words: str, key: str) -> None:
        if wrong := problems():
            raise OSError(wrong[0])
        body = json.dumps(
            {"from": settings.SMS_NUMBER, "to": to, "text": words}, ensure_ascii=False, separators=(",", ":")
        ).encode()
        status, retry_after = _post(
            urlsplit(settings.SMS_URL),
            body,
            {
                "Authorization": f"Bearer {settings.SMS_TOKEN}",
                "Content-Type": "application/json; charset=utf-8",
                "Idempotency-Key": key,
                "User-Agent": "madang",
            },
        )
        if 200 <= status < 300 or status == KNOWN:
            return
        if status in NEVER:
            raise UndeliverableError(str(status))
        raise AnswerError(str(status), seconds=_wait(retry_after) if status in SLOW else 0)


def problems() -> list[str]:
    """What is wrong with the settings, in English, for the person who starts the site; empty when nothing is."""
    found = []
    if problem := _problem_of_url(settings.SMS_URL):
        found.append(f"MADANG_SMS_URL {problem}")
    token = settings.SMS_TOKEN
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        found.append("MADANG_SMS_TOKEN must be set, without spaces")
    try:
        signing.key_of(settings.SMS_SECRET)
    except SecretError as error:
        found.append(f"MADANG_SMS_SECRET {error}")
    if not settings.SMS_NUMBER:
        found.append("MADANG_SMS_NUMBER must be set")
    return found


def _problem_of_url(url: str) -> str:
    try:
        parts, host = urlsplit(url), urlsplit(url).hostname
        _port = parts.port
    except ValueError:
        return "is no address"
    if not host or parts.scheme not in ("https", "http"):
        return "must be an address that begins with https://"
    if parts.username or parts.password:
        return "must not hold a password: the token has a setting of its own"
    if parts.scheme == "http" and not _is_this_machine(host):
        return "must begin with https:// unless it is this machine"
    return ""


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _wait(typed: str) -> int:
    """Seconds that a Retry-After asks for, up to `LONGEST_WAIT`: a number or a moment; 0 for anything else."""
    typed = typed.strip()
    if typed.isascii() and typed.isdigit():
        return min(int(typed[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(typed)
    except ValueError:
        return 0
    if moment.tzinfo is None:
        return 0
    return max(0, min(int((moment - clock.now()).total_seconds()) + 1, LONGEST_WAIT))


def _post(url: SplitResult, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
    """The status of the answer and its Retry-After. Redirects are not followed: the token is for this address alone.

    Raises:
        OSError: no answer within the time that is set for the whole of it, or a certificate that is not believed.
    """
    seconds, host = settings.SMS_TIMEOUT, url.hostname or ""
    line = (
        http.client.HTTPSConnection(host, url.port, timeout=seconds, context=ssl.create_default_context())
        if url.scheme == "https"
        else http.client.HTTPConnection(host, url.port, timeout=seconds)
    )
    is_over = threading.Event()

    def cut() -> None:
        is_over.set()
        if line.sock is not None:
            with contextlib.suppress(OSError):
                line.sock.shutdown(socket.SHUT_RDWR)

    # The time of a connection is for each of its reads: who sends a byte a second would hold the worker for hours.
    watch = threading.Timer(seconds, cut)
    watch.daemon = True
    watch.start()
    try:
        line.request("POST", (url.path or "/") + (f"?{url.query}" if url.query else ""), body, dict(headers))
        answer = line.getresponse()
        answer.read(READ)
    except OSError as error:
        if is_over.is_set():
            raise TimeoutError("no answer in time") from error
        raise
    except (http.client.HTTPException, ValueError) as error:
        raise ConnectionError(type(error).__name__) from error
    else:
        if is_over.is_set():  # a line that was cut looks like an answer that ended
            raise TimeoutError("no answer in time")
        return answer.status, answer.getheader("Retry-After", "")
    finally:
        watch.cancel()
        line.close()
