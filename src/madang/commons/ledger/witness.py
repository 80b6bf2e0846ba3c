#!/usr/bin/env python3
"""A witness for transparency logs in one file: it needs Python 3.9 and the package `cryptography`, nothing else.

    python witness.py --folder FOLDER --name example.org/witness --log 'KEY OF THE LOG' [--log ...] [--port 8765]

It prints its own public key; give that line to the log and to everyone who should rely on you. It speaks the
protocol c2sp.org/tlog-witness: a log sends each new signed state with a proof that it continues the last one
seen here; the witness checks, remembers on disk, and only then cosigns (c2sp.org/tlog-cosignature v1). It
never cosigns two histories. Put TLS in front of it. FOLDER holds the key and what was seen: keep it, and never
go back to an older copy of it, because the witness would forget what it vouched for.
"""

from __future__ import annotations

import argparse
import base64
import binascii
import fcntl
import hashlib
import json
import os
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

LOG, WITNESS = b"\x01", b"\x04"
MAX_BODY = 64_000
MAX_PROOF = 63
NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class Refused(Exception):  # noqa: N818 (an answer, not a fault of this program)
    """An answer other than 200."""

    def __init__(self, status: int, words: str, kind: str = "text/plain; charset=utf-8") -> None:
        super().__init__(words)
        self.status, self.words, self.kind = status, words, kind


# Notes


def decode(text: str) -> bytes:
    """Canonical base64. Raises `ValueError`."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if base64.b64encode(data).decode() != text:
        raise ValueError("not canonical base64")
    return data


def encode(data: bytes) -> str:
    return base64.b64encode(data).decode()


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def read_log_key(text: str) -> tuple[str, bytes]:
    """Name and Ed25519 key from `name+hex id+base64`. Raises `ValueError`."""
    name, _, rest = text.strip().partition("+")
    number, _, encoded = rest.partition("+")
    data = decode(encoded)
    if len(data) != 33 or data[:1] != LOG or key_id(name, LOG, data[1:]).hex() != number:
        raise ValueError("not the public key of a log; it looks like name+id+key")
    return name, data[1:]


def read_note(note: str) -> tuple[str, list[tuple[str, bytes, bytes]]]:
    """Text and signatures (name, key id, signature) of a note. Raises `ValueError`."""
    if not note.endswith("\n") or any(letter < " " and letter != "\n" for letter in note):
        raise ValueError("not a note")
    text, gap, tail = note.rpartition("\n\n")
    if not gap:
        raise ValueError("not a note")
    signatures = []
    for line in tail[:-1].split("\n"):
        parts = line.split(" ")
        if len(parts) != 3 or parts[0] != "—" or not parts[1] or "+" in parts[1]:
            raise ValueError("not a signature line")
        data = decode(parts[2])
        if len(data) < 5:
            raise ValueError("a signature is too short")
        signatures.append((parts[1], data[:4], data[4:]))
    return f"{text}\n", signatures


def read_checkpoint(text: str) -> tuple[str, int, bytes]:
    """Origin, size and root of a checkpoint. Raises `ValueError`."""
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]) or not NUMBER.fullmatch(lines[1]):
        raise ValueError("not a checkpoint")
    root = decode(lines[2])
    if len(root) != 32:
        raise ValueError("a root has 32 bytes")
    return lines[0], int(lines[1]), root


def signed(key: bytes, signature: bytes, message: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


# The tree


def continues(old: int, new: int, old_root: bytes, new_root: bytes, proof: list[bytes]) -> bool:
    """Whether the tree of `new` leaves begins with that of `old` (RFC 9162 section 2.1.4.2)."""
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof
    if not proof or any(len(item) != 32 for item in proof):
        return False
    path = [old_root, *proof] if old & (old - 1) == 0 else list(proof)
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    first = second = path[0]
    for item in path[1:]:
        if last == 0:
            return False
        if here & 1 or here == last:
            first = hashlib.sha256(b"\x01" + item + first).digest()
            second = hashlib.sha256(b"\x01" + item + second).digest()
            while not here & 1 and here:
                here, last = here >> 1, last >> 1
        else:
            second = hashlib.sha256(b"\x01" + second + item).digest()
        here, last = here >> 1, last >> 1
    return last == 0 and first == old_root and second == new_root


# What was seen


def write(path: Path, data: str, mode: int = 0o644) -> None:
    """Replace a file so that it is on the disk when this returns."""
    aside = path.with_name(f".{path.name}.tmp")
    with open(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(aside, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class Witness:
    """The key, the known logs, and the largest state of each that was cosigned."""

    def __init__(self, folder: Path, name: str, logs: dict[str, bytes]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        # Two witnesses on one folder could answer past each other: the second one does not start.
        self._lock_file = open(folder / "lock", "a", encoding="utf-8")  # noqa: SIM115
        try:
            fcntl.flock(self._lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise SystemExit(f"another witness works in {folder}") from None
        self.folder, self.logs, self._one_at_a_time = folder, logs, threading.Lock()
        path = folder / "key"
        if not path.exists():
            if any(folder.glob("*.json")):
                raise SystemExit(f"{path} is missing, but this witness has cosigned before")
            if not name or "+" in name or any(letter.isspace() for letter in name):
                raise SystemExit("a new witness needs --name, without spaces and plus signs")
            seed = Ed25519PrivateKey.generate().private_bytes_raw()
            write(path, json.dumps({"name": name, "seed": encode(seed)}) + "\n", 0o600)
        kept = json.loads(path.read_text(encoding="utf-8"))
        self.name, self._key = kept["name"], Ed25519PrivateKey.from_private_bytes(decode(kept["seed"]))
        self.public = self._key.public_key().public_bytes_raw()
        self.id = key_id(self.name, WITNESS, self.public)

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{encode(WITNESS + self.public)}"

    def _path(self, origin: str) -> Path:
        return self.folder / f"{hashlib.sha256(origin.encode()).hexdigest()}.json"

    def _seen(self, origin: str) -> dict[str, object]:
        try:
            return dict(json.loads(self._path(origin).read_text(encoding="utf-8")))
        except FileNotFoundError:
            return {"size": 0, "root": encode(hashlib.sha256(b"").digest()), "time": 0, "note": ""}

    def checkpoint(self, origin_hash: str) -> str | None:
        """The note that was cosigned last for a log, with our cosignature."""
        for origin in self.logs:
            if hashlib.sha256(origin.encode()).hexdigest() == origin_hash:
                return str(self._seen(origin)["note"]) or None
        return None

    def add_checkpoint(self, body: str) -> str:
        """Check a new state, remember it, and return the cosignature line. Raises `Refused`."""
        try:
            head, gap, note = body.partition("\n\n")
            lines = head.split("\n")
            if not gap or not lines[0].startswith("old ") or not NUMBER.fullmatch(lines[0][4:]):
                raise ValueError("the first line must be: old, a space, and a size")
            if len(lines) - 1 > MAX_PROOF:
                raise ValueError("the proof is too long")
            old, proof = int(lines[0][4:]), [decode(line) for line in lines[1:]]
            text, signatures = read_note(note)
            origin, size, root = read_checkpoint(text)
        except ValueError as error:
            raise Refused(400, f"{error}\n") from error
        if origin not in self.logs:
            raise Refused(404, "this log is not known here\n")
        key = self.logs[origin]
        mine = [
            sign for name, number, sign in signatures if (name, number) == (origin, key_id(origin, LOG, key))
        ]
        if not mine or not all(signed(key, signature, text.encode()) for signature in mine):
            raise Refused(403, "not signed by the log\n")
        if old > size:
            raise Refused(400, "the old size is larger than the new one\n")
        with self._one_at_a_time:
            seen = self._seen(origin)
            if old != seen["size"]:
                raise Refused(409, f"{seen['size']}\n", "text/x.tlog.size")
            if size == 0 and root != hashlib.sha256(b"").digest():
                raise Refused(422, "this is not the root of an empty log\n")
            if not continues(old, size, decode(str(seen["root"])), root, proof):
                raise Refused(422, f"this state does not continue the one of size {old} that was seen here\n")
            # A clock that was put back must not make a later word look earlier.
            moment = max(int(time.time()), int(str(seen["time"])), 1)
            signature = self._key.sign(f"cosignature/v1\ntime {moment}\n{text}".encode())
            line = f"— {self.name} {encode(self.id + moment.to_bytes(8, 'big') + signature)}\n"
            kept = "".join(f"— {origin} {encode(key_id(origin, LOG, key) + sign)}\n" for sign in mine[:1])
            record = {"size": size, "root": encode(root), "time": moment, "note": f"{text}\n{kept}{line}"}
            write(self._path(origin), json.dumps(record) + "\n")
            return line


# HTTP


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 20
    witness: Witness

    def do_POST(self) -> None:
        try:
            if self.path.rstrip("/") != "/add-checkpoint":
                raise Refused(404, "nothing is here\n")
            length = self.headers.get("Content-Length", "")
            if not length.isascii() or not length.isdigit() or int(length) > MAX_BODY:
                self.close_connection = True
                raise Refused(
                    413 if length.isdigit() else 411, "say how long the request is; up to 64,000 bytes\n"
                )
            try:
                body = self.rfile.read(int(length)).decode()
            except UnicodeDecodeError as error:
                raise Refused(400, "not UTF-8\n") from error
            self._answer(200, self.witness.add_checkpoint(body))
        except Refused as refused:
            self._answer(refused.status, refused.words, refused.kind)
        except OSError as error:  # the disk is full: nothing was remembered, so nothing is cosigned
            print(f"cannot remember: {error}", file=sys.stderr, flush=True)
            self._answer(503, "cannot remember at the moment\n")

    def do_GET(self) -> None:
        match = re.fullmatch(r"/([0-9a-f]{64})/checkpoint", self.path)
        note = self.witness.checkpoint(match[1]) if match else None
        self._answer(200 if note else 404, note or "nothing is here\n")

    def _answer(self, status: int, words: str, kind: str = "text/plain; charset=utf-8") -> None:
        data = words.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *values: object) -> None:  # noqa: A002 (its name in the base class)
        print(f"{self.log_date_time_string()} {format % values}", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="A witness for transparency logs.")
    parser.add_argument("--folder", type=Path, default=Path("witness"), help="where key and memory are kept")
    parser.add_argument("--name", default="", help="name of a new witness, such as example.org/witness")
    parser.add_argument("--log", action="append", required=True, help="public key of a log; may be repeated")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8765)
    options = parser.parse_args()
    try:
        logs = dict(read_log_key(key) for key in options.log)
    except ValueError as error:
        parser.error(str(error))
    Handler.witness = Witness(options.folder, options.name, logs)
    try:
        server = ThreadingHTTPServer((options.host, options.port), Handler)
    except OSError as error:
        parser.error(
            f"cannot listen on {options.host}:{options.port} ({error.strerror}); choose another --port"
        )
    print(f"{Handler.witness}\nlistening on http://{options.host}:{server.server_address[1]}", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        server.server_close()


if __name__ == "__main__":
    main()
