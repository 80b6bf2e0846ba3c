"""What a person typed, made ready for counting; where each letter stood is kept.

In this order: no control or invisible signs, composed letters (NFC), personal data and boilerplate out, a letter that is
repeated ten times and more eight times, one blank where there were several, at most 20,000 letters. Emoji stay: they are
what somebody said. Every text has one `kind`, so that nothing disappears unseen.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from madang.commons.opinions.logic import gate
from madang.services.polls.logic.aligned import Aligned
from madang.services.polls.logic.boilerplate import NONE, Boilerplate

LONGEST = 20_000
"""Letters that are read of one answer; the longest of 1,840 real proposals has 11,432."""
MASK = "○○○"

EMPTY, NO_LETTERS, ONE_LETTER = "empty", "no_letters", "one_letter"
KOREAN, LATIN, MIXED, OTHER = "korean", "latin", "mixed", "other"
KINDS = (KOREAN, LATIN, MIXED, OTHER, ONE_LETTER, NO_LETTERS, EMPTY)

_LINES = re.compile(r"\r\n?|[\u2028\u2029\x85]")
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e"
    r"\u2060-\u2069\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_REPEATED = re.compile(r"(\S)\1{9,}")
_BLANKS = re.compile(r"[^\S\n]{2,}|[^\S\n ]")
_EDGES = re.compile(r"\A\s+|\s+\Z|[^\S\n]*\n\s*(?=\S)")
_MAY_BE_PERSONAL = re.compile(r"\d{2}|[@＠]")
_HANGUL = re.compile(r"[가-힣ㄱ-ㆎ]")
_LATIN = re.compile(r"[A-Za-z]")
_LETTER = re.compile(r"[^\W_]")
_TWO_LETTERS = re.compile(r"[^\W_].*?[^\W_]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Clean:
    """A text to count. `personal`: kinds of personal data that were masked; `boilerplate`: phrases that were taken out;
    `cut`: it was longer than 20,000 letters."""

    aligned: Aligned
    kind: str
    personal: tuple[str, ...] = ()
    boilerplate: tuple[str, ...] = ()
    cut: bool = False

    @property
    def text(self) -> str:
        return self.aligned.text


def clean(raw: str, boilerplate: Boilerplate = NONE) -> Clean:
    """The text as the module says. The same text always gives the same."""
    text = Aligned(raw, raw)
    if not raw.isprintable():
        text = text.sub(_LINES, "\n").sub(_UNSEEN, "")
    text = text.composed()
    text = text.sub(_REPEATED, lambda match: match[1] * 8)
    cut = len(text.text) > LONGEST
    text = text.cut(LONGEST)
    personal: tuple[str, ...] = ()
    if _MAY_BE_PERSONAL.search(text.text):
        found = gate.personal(text.text)
        personal = tuple(one.kind for one in found)
        text = text.replace([(one.start, one.end, MASK) for one in found])
    text, phrases = boilerplate.strip(text)
    text = text.sub(_BLANKS, " ").sub(
        _EDGES, lambda match: "\n" if "\n" in match[0] and match.start() > 0 else ""
    )
    if text.text.endswith("\n"):
        text = text.cut(len(text.text.rstrip()))
    return Clean(text, kind_of(text.text), personal, phrases, cut)


def kind_of(text: str) -> str:
    """What sort of text it is, by its letters."""
    if not text or text.isspace():
        return EMPTY
    if _TWO_LETTERS.search(text) is None:
        return ONE_LETTER if _LETTER.search(text) else NO_LETTERS
    hangul, latin = _HANGUL.search(text), _LATIN.search(text)
    if hangul and latin:
        return MIXED
    if hangul:
        return KOREAN
    return LATIN if latin else OTHER
