"""Reading a mail: whose it is, whether a machine sent it, what its sender wrote. Plain Python.

Quoted parts and signatures are not her words. What the sender line says is no proof; it is only where the question goes.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parseaddr
from html.parser import HTMLParser

_KOREAN = {
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "euc_kr": "cp949",
    "ks_c_5601": "cp949",
    "ksc5601": "cp949",
}
_QUOTE_BEGINS = re.compile(
    r"^\s*(on .{5,200} wrote:"
    r"|\d{4}.{5,200}작성:"  # how Korean mail programs begin a quote: a date, a name, "wrote:"
    r"|-{2,}\s*(original message|원본 메시지|원본 메일|forwarded message)\s*-{2,}"
    r"|(from|보낸 ?사람|보낸이)\s*:.{3,})\s*$",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"^(-- ?|나의 (iphone|ipad|갤럭시)에서 보냄|sent from my .{2,40})$", re.IGNORECASE)
_PREFIX = re.compile(r"^\s*((re|fw|fwd|aw|답장|회신|전달)\s*(\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_NOT_PEOPLE = re.compile(
    r"^(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)([+.-].*)?@", re.IGNORECASE
)
_ADDRESS = re.compile(r"^[^\x00-\x20\x7f\ud800-\udfff@<>,;]{1,64}@[^\x00-\x20\x7f\ud800-\udfff@<>,;]{3,189}$")
_BLOCKS = {"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "table", "blockquote", "ul", "ol"}
_SILENT = {"script", "style", "head", "title", "blockquote"}


@dataclass(frozen=True, slots=True)
class File:
    """An attached file as it came."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says. `to` are all addresses it may have come through; `answers` the mails it refers to."""

    digest: str
    message_id: str
    sender: str
    to: tuple[str, ...]
    answers: tuple[str, ...]
    subject: str
    text: str
    files: tuple[File, ...]
    machine: str
    hint: str


class _Plain(HTMLParser):
    """Words of HTML, without scripts, styles and quoted mails."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag == "body":
            self.silent.clear()  # a head that was never closed
        if tag in _SILENT:
            self.silent.append(tag)
        if tag in _BLOCKS:
            self.out.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if self.silent and tag == self.silent[-1]:
            self.silent.pop()
        if tag in _BLOCKS and tag != "br":
            self.out.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.out.append(re.sub(r"\s+", " ", data))


def plain(html: str) -> str:
    """The words of a page of HTML, a line for each block."""
    parser = _Plain()
    parser.feed(html)
    parser.close()
    return "".join(parser.out)


def own_words(text: str) -> str:
    """The text without what it quotes and without the signature."""
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if _QUOTE_BEGINS.match(line) or _SIGNATURE.match(line.rstrip("\r")):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept).strip()


def own_subject(subject: str) -> str:
    return _PREFIX.sub("", " ".join(subject.split()))


def digest_of(raw: bytes, message: EmailMessage) -> str:
    """What stands for a mail: its Message-ID with its sender, or all its bytes where it has none."""
    name = _header(message, "Message-ID")
    seed = (
        f"{name}\0{_header(message, 'From')}\0{_header(message, 'Date')}".encode("utf-8", "replace")
        if name
        else raw
    )
    return hashlib.sha256(b"madang/mail/v1\0" + seed).hexdigest()


def _header(message: EmailMessage, name: str) -> str:
    """A header on one line; "" when it is absent or cannot be read."""
    try:
        return " ".join(str(message.get(name) or "").split())
    except (
        ValueError,
        LookupError,
        AttributeError,
        IndexError,
    ):  # the parser gives up on some hostile headers
        return ""


def _machine(message: EmailMessage, sender: str) -> str:
    """Why this must not be answered: a program sent it. "" for people's mails (RFC 3834, section 2)."""
    if _header(message, "Auto-Submitted").lower() not in ("", "no"):
        return "auto-submitted"
    if _header(message, "Precedence").lower() in ("bulk", "list", "junk", "auto_reply"):
        return "precedence"
    if any(
        _header(message, name)
        for name in ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Auto-Response-Suppress")
    ):
        return "list"
    if message.get("Return-Path") is not None and _header(message, "Return-Path") in ("<>", ""):
        return "bounce"
    if message.get_content_type() in ("multipart/report", "message/delivery-status"):
        return "report"
    return "sender" if not sender or _NOT_PEOPLE.match(sender) else ""


def _decoded(part: EmailMessage) -> str:
    """The text of a part in whatever set of characters it says, or is likely to be in."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return ""
    said = (part.get_content_charset() or "").lower()
    for name in (_KOREAN.get(said, said), "utf-8", "cp949"):
        try:
            return data.decode(name) if name else data.decode("utf-8")
        except (LookupError, UnicodeDecodeError):
            continue
    return data.decode("utf-8", "replace")


def _bodies(message: EmailMessage) -> tuple[str, list[File]]:
    words, html, files = "", "", []
    for part in message.walk():
        if part.is_multipart():
            continue
        name = part.get_filename()
        if name or part.get_content_disposition() == "attachment":
            data = part.get_payload(decode=True)
            files.append(File(str(name or "file"), data if isinstance(data, bytes) else b""))
        elif part.get_content_type() == "text/plain" and not words:
            words = _decoded(part)
        elif part.get_content_type() == "text/html" and not html:
            html = _decoded(part)
    return (words if words.strip() else plain(html)), files


def read(raw: bytes) -> Letter:
    """Read a mail, or its head alone; nothing in it can make this fail but what the parser itself cannot take."""
    message = message_from_bytes(raw, policy=policy.default)
    assert isinstance(message, EmailMessage)
    sender = parseaddr(_header(message, "From"))[1].strip().lower()
    names = ("Delivered-To", "X-Original-To", "To", "Cc")
    to = tuple(
        address.lower()
        for _name, address in getaddresses([_header(message, name) for name in names])
        if address
    )
    text, files = _bodies(message)
    refers = f"{_header(message, 'In-Reply-To')} {_header(message, 'References')}"
    return Letter(
        digest=digest_of(raw, message),
        message_id=_header(message, "Message-ID")[:300],
        sender=sender if _ADDRESS.match(sender) else "",
        to=to,
        answers=tuple(re.findall(r"<[^<>\s]+>", refers)),
        subject=own_subject(_header(message, "Subject")),
        text=own_words(text),
        files=tuple(files),
        machine=_machine(message, sender),
        hint=_header(message, "Authentication-Results")[:200],
    )
