"""What a text message asks for. Plain Python: the words people are told to use, and nothing that has to be guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass

from madang.kernel import ids

STOP = frozenset({"그만", "수신거부", "중지", "stop", "stopall", "unsubscribe", "quit", "end"})
START = frozenset({"시작", "start", "unstop"})
HELP = frozenset({"", "도움", "도움말", "help", "info"})
ACTS = {
    "공감": "support",
    "support": "support",
    "공감취소": "unsupport",
    "unsupport": "unsupport",
    "찬성": "for",
    "for": "for",
    "반대": "against",
    "against": "against",
    "질문": "question",
    "ask": "question",
}
LINK = frozenset({"연결", "link"})
_CONFIRM = re.compile(r"^(?:(?:접수|확인|file|yes)\W*)?([0-9]{4})$")
_NUMBERISH = re.compile(r"^[A-Za-z]{2}-?\d{4}-?\d{3,}")
_EDGES = " \t\r\n.,!?:;\"'()[]·。、"
_PHONE = re.compile(r"^\+?[0-9]{8,15}$")


@dataclass(frozen=True, slots=True)
class Said:
    """What was asked: `act` with the `number` of a thing (None where it is mistyped), a `code`, or `words` to file."""

    act: str
    number: str | None = None
    words: str = ""
    code: str = ""


def read(text: str) -> Said:
    """The meaning of a message. Whatever is no command is an idea, word for word: asked about before it is filed."""
    whole = text.strip(_EDGES).casefold()
    for names, act in ((STOP, "stop"), (START, "start"), (HELP, "help")):
        if whole in names:
            return Said(act)
    confirmed = _CONFIRM.match(whole)
    if confirmed is not None:
        return Said("confirm", code=confirmed[1])
    first, _space, rest = text.strip().partition(" ")
    head = first.strip(_EDGES).casefold()
    second, _space, words = rest.strip().partition(" ")
    if head in LINK and re.fullmatch(r"[0-9A-Za-z]{4}-?[0-9A-Za-z]{4}", rest.strip()):
        return Said("link", code=rest.strip().upper().replace("-", ""))
    known = ACTS.get(head)
    # "For children …" is an idea: a command names a thing.
    if known is not None and _NUMBERISH.match(second):
        return Said(known, number=ids.read_number(second.strip(_EDGES)), words=words.strip())
    return Said("idea", words=text.strip())


def place_first(words: str) -> tuple[str, str]:
    """The first word, which may name a place, and what follows it."""
    first, _space, rest = words.partition(" ")
    return first.strip(_EDGES).casefold(), rest.strip()


def title_of(words: str, most: int) -> str:
    """The first sentence or line, no longer than a title may be."""
    line = words.split("\n")[0].strip()
    sentence = re.split(r"(?<=[.!?。])\s", line)[0].rstrip(".。 ")
    found = sentence or line
    return found if len(found) <= most else found[: most - 1].rstrip() + "…"


def phone_number(typed: str) -> str:
    """A number in one form, `+821012345678`; "" when it is none. What begins with 0 is Korean."""
    compact = re.sub(r"[\s\-–().]", "", typed)
    if not _PHONE.match(compact):
        return ""
    if compact.startswith("+"):
        return compact
    if compact.startswith("0") and not compact.startswith("00"):
        return "+82" + compact[1:]
    return "+" + compact.removeprefix("00")


def takes_texts(number: str) -> bool:
    """Whether a number in its one form may be a mobile phone; a Korean line at home takes no text messages."""
    return not number.startswith("+82") or number.startswith("+821")
