"""A carrier of text messages as a process of its own, written from docs/reference/text-message-contract.md alone.

    python carrier_server.py LOG TOKEN [CERTIFICATE KEY]

It prints its port, then answers. Whatever breaks the contract is answered by 418 and said in the log, one JSON row for
each call. What a number does is in its last four digits.
"""

from __future__ import annotations

import json
import re
import ssl
import sys
import time
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LOG, TOKEN = sys.argv[1], sys.argv[2]
ONCE = {"0429": 429, "0503": 503, "0302": 302, "0401": 401}
"""Answered so the first time, then taken."""
WAIT = {"1429": 429, "1503": 503, "2429": 429, "3429": 429, "1401": 401}
"""The same, with a Retry-After."""
ALWAYS = {"0422": 422, "0400": 400}
taken: dict[str, str] = {}
tried: set[str] = set()


class Carrier(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        raw = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        key = self.headers.get("Idempotency-Key", "")
        status, broken, row = 418, broken_by(self, raw), {}
        if not broken:
            row = json.loads(raw)
            status = self.decide(row, key, raw.decode())
        with open(LOG, "a", encoding="utf-8") as log:
            log.write(json.dumps({"status": status, "broken": broken, "key": key, **row}) + "\n")
        if status == 0:  # an answer that never ends
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for _second in range(100):
                time.sleep(0.1)
                self.wfile.write(b"X-More: 1\r\n")
                self.wfile.flush()
            return
        self.send_response(status)
        if status == 302:
            self.send_header("Location", f"http://127.0.0.1:{self.server.server_address[1]}/elsewhere")
        if status == WAIT.get(row.get("to", "")[-4:]):
            asked = {
                "1503": formatdate(time.time() + 600, usegmt=True),
                "2429": "999999999999",
                "3429": "soon",
            }
            self.send_header("Retry-After", asked.get(row["to"][-4:], "600"))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def decide(self, row: dict[str, Any], key: str, body: str) -> int:
        last, is_first = row["to"][-4:], key not in tried
        tried.add(key)
        if key in taken:
            return 409 if taken[key] == body else 418
        if last == "0000":
            return 0
        if last in ALWAYS:
            return ALWAYS[last]
        if is_first and last in ONCE | WAIT:
            return (ONCE | WAIT)[last]
        taken[key] = body
        if last == "0504" and is_first:  # taken, but the answer is lost
            return 504
        return 202

    def log_message(self, *args: object) -> None:
        """Nothing on the screen."""


def broken_by(call: BaseHTTPRequestHandler, raw: bytes) -> str:
    """Which sentence of the contract a call breaks; "" when none."""
    head = call.headers
    if call.path != "/v1/messages?line=2":
        return f"called {call.path}"
    if head.get("Authorization") != f"Bearer {TOKEN}":
        return "token"
    if head.get("Content-Type") != "application/json; charset=utf-8":
        return "content type"
    if not re.fullmatch(r"[0-9a-f]{64}", head.get("Idempotency-Key", "")):
        return "idempotency key"
    try:
        row = json.loads(raw.decode())
    except ValueError:
        return "body"
    if set(row) != {"from", "to", "text"} or not all(isinstance(one, str) and one for one in row.values()):
        return "fields"
    return "" if re.fullmatch(r"\+[1-9][0-9]{7,14}", row["to"]) else "to"


if __name__ == "__main__":
    server = ThreadingHTTPServer(("127.0.0.1", 0), Carrier)
    if len(sys.argv) > 3:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[3], sys.argv[4])
        server.socket = context.wrap_socket(server.socket, server_side=True)
    print(server.server_address[1], flush=True)
    server.serve_forever()
