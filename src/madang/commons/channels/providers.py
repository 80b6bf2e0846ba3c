"""Who carries text messages. A provider sends one, and believes what its web hook is told, or does not.

`MADANG_SMS_PROVIDER` names it: `sandbox`, which carries nothing and keeps messages in a folder, `http`, which keeps the
published contract (`carrier.py`), or `package.module:Class` of another adapter. An adapter is made without arguments and
reads its own settings.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from madang.commons.channels.logic import signing
from madang.kernel import clock

LARGEST = 16_000
"""Bytes of a call: a long message is a tenth of it."""


class ForgedError(ValueError):
    """A call that is not believed; the argument says why, for the log only."""


class UndeliverableError(Exception):
    """A message that the carrier will never take, such as to a number that does not exist; it is not tried again."""


class LaterError(OSError):
    """Not now. `seconds`: before so many have passed the carrier wants no message at all; 0 when it did not say."""

    def __init__(self, reason: str, *, seconds: int = 0) -> None:
        super().__init__(reason)
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message that came in. `key` is the carrier's name for it: the same call again has the same."""

    key: str
    sender: str
    words: str


class Provider(Protocol):
    """A carrier of text messages."""

    name: str

    def receive(self, headers: Mapping[str, str], body: bytes) -> Incoming:
        """The message in a call of the web hook.

        Raises:
            ForgedError: it is unsigned, signed by somebody else or long ago, or not whole.
        """

    def send(self, *, to: str, words: str, key: str) -> None:
        """Send a message. `key` is the same for every attempt, so that a carrier that can sends it once.

        Raises:
            OSError: not now; it is tried again later. As a `LaterError` it may say how much later.
            UndeliverableError: never.
        """


def believed(key: bytes, headers: Mapping[str, str], body: bytes) -> Incoming:
    """The message in a call that keeps the Standard Webhooks contract and is signed with this key.

    Raises:
        ForgedError: as `Provider.receive`.
    """
    name = headers.get("webhook-id", "")
    wrong = signing.problem(
        key,
        name,
        headers.get("webhook-timestamp", ""),
        headers.get("webhook-signature", ""),
        body,
        now=clock.now().timestamp(),
    )
    if wrong:
        raise ForgedError(wrong)
    try:
        read = json.loads(body)
        sender, words = read["from"], read["text"]
    except (ValueError, KeyError, TypeError) as error:
        raise ForgedError("not whole") from error
    if not isinstance(sender, str) or not isinstance(words, str):
        raise ForgedError("not whole")
    return Incoming(name, sender, words)


class Sandbox:
    """Carries nothing: each message is a file in `MADANG_HOME/sms`, shown to operators. For demos and trials.

    Its web hook is the one that carriers of the Standard Webhooks contract call, so that trying it tries the way in.
    """

    name = "sandbox"

    @property
    def folder(self) -> Path:
        return Path(settings.HOME) / "sms"

    @property
    def key(self) -> bytes:
        """What calls are signed with: MADANG_SMS_SECRET (`whsec_…`), else made from SECRET_KEY."""
        typed = settings.SMS_SECRET.removeprefix("whsec_")
        if typed:
            return base64.b64decode(typed)
        return hashlib.sha256(b"madang/sms-sandbox/v1\0" + settings.SECRET_KEY.encode()).digest()

    def call(self, *, sender: str, words: str, key: str) -> tuple[dict[str, str], bytes]:
        """Headers and body of the call that a carrier would make for this message."""
        body = json.dumps({"from": sender, "text": words}, ensure_ascii=False).encode()
        moment = int(clock.now().timestamp())
        return {
            "webhook-id": key,
            "webhook-timestamp": str(moment),
            "webhook-signature": signing.sign(self.key, key, moment, body),
        }, body

    def receive(self, headers: Mapping[str, str], body: bytes) -> Incoming:
        message = believed(self.key, headers, body)
        self._keep("in", message.key, message.sender, message.words)
        return message

    def send(self, *, to: str, words: str, key: str) -> None:
        self._keep("out", key, to, words)

    def _keep(self, way: str, key: str, number: str, words: str) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = hashlib.sha256(f"{way}\0{key}".encode()).hexdigest()[:24]
        row = {"way": way, "number": number, "words": words, "at": clock.now().isoformat()}
        path = self.folder / f"{name}.json"
        draft = path.with_suffix(".tmp")
        draft.write_text(json.dumps(row, ensure_ascii=False), encoding="utf-8")
        draft.replace(path)

    def messages(self, most: int = 60) -> list[dict[str, Any]]:
        """The latest messages of both ways, the newest first."""
        rows = [json.loads(path.read_text(encoding="utf-8")) for path in self.folder.glob("*.json")]
        return sorted(rows, key=lambda row: row["at"], reverse=True)[:most]

    def forget(self, before: float) -> int:
        """Delete messages of before this moment (seconds since 1970); how many."""
        old = [path for path in self.folder.glob("*.json") if path.stat().st_mtime < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


OWN = {
    Sandbox.name: "madang.commons.channels.providers:Sandbox",
    "http": "madang.commons.channels.carrier:HttpCarrier",
}


def current() -> Provider | None:
    """The carrier that is set; None where text messages are not taken in."""
    return _made(settings.SMS_PROVIDER)


def sandbox() -> Sandbox | None:
    """The sandbox where it is the one that is set."""
    found = current()
    return found if isinstance(found, Sandbox) else None


@lru_cache(maxsize=4)
def _made(name: str) -> Provider | None:
    if not name:
        return None
    made: Provider = import_string(OWN.get(name, name).replace(":", "."))()
    return made
