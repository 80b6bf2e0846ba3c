"""The mailbox over IMAP: what is unseen is kept as a row, and only then marked as seen.

A reader killed in between finds the mail unseen again, and its row already there. What is larger than is taken is not
fetched: its head alone says who is to be told.
"""

from __future__ import annotations

import imaplib
import logging
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import unquote, urlsplit

from django.conf import settings

from madang.commons.channels.domain import mail

log = logging.getLogger("madang.channels")

SECONDS = 30
AT_ONCE = 50
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


@contextmanager
def opened(url: str) -> Iterator[imaplib.IMAP4]:
    """A mailbox, selected: `imaps://user:password@host:993/INBOX`, or `imap://` for a server on this machine."""
    place = urlsplit(url)
    host = place.hostname or "localhost"
    box: imaplib.IMAP4
    if place.scheme == "imaps":
        box = imaplib.IMAP4_SSL(
            host, place.port or 993, timeout=SECONDS, ssl_context=ssl.create_default_context()
        )
    else:
        box = imaplib.IMAP4(host, place.port or 143, timeout=SECONDS)
    try:
        box.login(unquote(place.username or ""), unquote(place.password or ""))
        status, _data = box.select(unquote(place.path.strip("/")) or "INBOX")
        if status != "OK":
            raise imaplib.IMAP4.error("the mailbox cannot be selected")
        yield box
    finally:
        try:
            box.logout()
        except (OSError, imaplib.IMAP4.error):
            log.info("the mailbox was already gone")


def read(url: str = "") -> int:
    """Keep what is unseen, at most fifty mails; returns how many were new. Nothing where no mailbox is set."""
    url = url or settings.MAILBOX_URL
    if not url:
        return 0
    new = 0
    with opened(url) as box:
        _status, found = box.uid("SEARCH", "UNSEEN")
        for uid in (found[0] or b"").split()[:AT_ONCE]:
            raw, size = _fetch(box, uid.decode())
            if raw:
                new += mail.keep(raw=raw, size=size)
            # After the row is committed, and never before.
            box.uid("STORE", uid.decode(), "+FLAGS.SILENT", r"(\Seen)")
    return new


def _fetch(box: imaplib.IMAP4, uid: str) -> tuple[bytes, int]:
    """A mail and its size in bytes; only its head where it is larger than is taken. Nothing is marked by looking."""
    _status, told = box.uid("FETCH", uid, "(RFC822.SIZE)")
    sized = _SIZE.search(b" ".join(line for line in told if isinstance(line, bytes)))
    size = int(sized[1]) if sized else 0
    part = "BODY.PEEK[HEADER]" if size > mail.LARGEST else "BODY.PEEK[]"
    _status, data = box.uid("FETCH", uid, f"({part})")
    raw = next((piece[1] for piece in data if isinstance(piece, tuple)), b"")
    return raw, size or len(raw)
