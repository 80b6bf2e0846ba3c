"""What a person typed, as clauses that an index can answer. Plain Python."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

MAX_WORDS = 12
MAX_TYPED = 200  # characters of a query that are read
MAX_TOKEN = 64  # a longer run of letters is cut, in the text and in the query alike

_QUOTED = re.compile(r'["“”„]([^"“”„]*)["“”„]')
_LATIN = re.compile(r"[0-9a-z]+")

# Particles that may follow a noun, longest first. Taking one off turns a word into its own beginning, so
# nothing that matched before is lost; the short ones that also end nouns (어린이, 전문가) need a longer rest.
_PARTICLES = (
    "으로부터", "에서부터", "에게서", "으로써", "으로서", "에서는", "에서도", "에서의", "으로의", "이라는",
    "까지", "부터", "에서", "에게", "으로", "라는", "하고", "처럼", "보다", "마다", "에는", "에도",
    "과의", "와의",
)  # fmt: skip
_SHORT = ("은", "는", "을", "를", "에", "와", "과")
_AMBIGUOUS = ("이", "가", "의", "로", "도", "만")


@dataclass(frozen=True)
class Phrase:
    """Tokens that must follow each other."""

    tokens: tuple[str, ...]


@dataclass(frozen=True)
class Prefix:
    """A Latin word that may go on."""

    token: str


@dataclass(frozen=True)
class Syllable:
    """One syllable, standing alone or anywhere inside a word."""

    token: str


@dataclass(frozen=True)
class Either:
    """A word as typed, or without its particle."""

    options: tuple[Phrase, ...]


Clause = Phrase | Prefix | Syllable | Either


def is_latin(token: str) -> bool:
    return bool(_LATIN.fullmatch(token))


def without_particle(word: str) -> str:
    """A Korean word without the particle at its end, or the word itself when none is sure enough."""
    for endings, rest in ((_PARTICLES, 2), (_SHORT, 2), (_AMBIGUOUS, 3)):
        for ending in endings:
            if word.endswith(ending) and len(word) - len(ending) >= rest:
                return word[: -len(ending)]
    return word


def parse(
    typed: str, *, words: Callable[[str], list[str]], tokens: Callable[[str], list[str]]
) -> list[Clause]:
    """Clauses that must all hold. Anything may be typed: what is no word is ignored.

    Args:
        words: cuts text into lower-case runs of letters and digits.
        tokens: the tokens that the index keeps of a text.
    """
    typed = typed[:MAX_TYPED]
    clauses: list[Clause] = []
    for quoted in _QUOTED.findall(typed):
        if found := tokens(quoted):
            clauses.append(_phrase(found))
    for word in words(_QUOTED.sub(" ", typed)):
        clauses.append(_word(word, tokens))
    return list(dict.fromkeys(clauses))[:MAX_WORDS]


def _phrase(found: list[str]) -> Clause:
    if len(found) == 1 and len(found[0]) == 1 and not is_latin(found[0]):
        return Syllable(found[0])
    return Phrase(tuple(found))


def _word(word: str, tokens: Callable[[str], list[str]]) -> Clause:
    if is_latin(word):
        token = word[:MAX_TOKEN]
        return Prefix(token) if len(token) >= 3 and not token.isdigit() else Phrase((token,))
    if len(word) == 1:
        return Syllable(word)
    shorter = without_particle(word)
    whole = Phrase(tuple(tokens(word)))
    return whole if shorter == word else Either((whole, Phrase(tuple(tokens(shorter)))))


def marks(typed: str, *, words: Callable[[str], list[str]]) -> list[str]:
    """The strings to mark in a result, longest first (lower case)."""
    typed = typed[:MAX_TYPED]
    found = [" ".join(quoted.split()).lower() for quoted in _QUOTED.findall(typed)]
    for word in words(_QUOTED.sub(" ", typed)):
        found += [word, without_particle(word)]
    return sorted({mark for mark in found if mark}, key=lambda mark: (-len(mark), mark))
