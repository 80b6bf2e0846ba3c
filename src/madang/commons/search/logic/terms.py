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
    """Tokens that stand together. `text` is what they were cut from: a word, or quoted words with one space."""

    tokens: tuple[str, ...]
    text: str


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
    """A word as typed or without its particle (`options`), or a word of similar meaning (`kin`)."""

    options: tuple[Clause, ...]
    kin: tuple[Phrase, ...] = ()


Clause = Phrase | Prefix | Syllable | Either
Kin = Callable[[str], tuple[str, ...]]


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
    typed: str,
    *,
    words: Callable[[str], list[str]],
    tokens: Callable[[str], list[str]],
    kin: Kin = lambda word: (),
) -> list[Clause]:
    """Clauses that must all hold. Anything may be typed: what is no word is ignored.

    Args:
        words: cuts text into lower-case runs of letters and digits.
        tokens: the tokens that the index keeps of a text.
        kin: words of similar meaning; not asked about what stands in quotes.
    """
    typed = typed[:MAX_TYPED]
    clauses: list[Clause] = []
    for quoted in _QUOTED.findall(typed):
        if found := tokens(quoted):
            clauses.append(_phrase(found, " ".join(words(quoted))))
    for word in words(_QUOTED.sub(" ", typed)):
        clauses.append(_word(word, tokens, kin))
    return list(dict.fromkeys(clauses))[:MAX_WORDS]


def _phrase(found: list[str], text: str) -> Clause:
    if len(found) == 1 and len(found[0]) == 1 and not is_latin(found[0]):
        return Syllable(found[0])
    return Phrase(tuple(found), text)


def _word(word: str, tokens: Callable[[str], list[str]], kin: Kin) -> Clause:
    shorter = word if is_latin(word) else without_particle(word)
    others = dict.fromkeys((*kin(word), *kin(shorter)))
    found = tuple(Phrase(tuple(tokens(other)), other) for other in others)
    typed: list[Clause] = []
    if is_latin(word):
        token = word[:MAX_TOKEN]
        typed.append(Prefix(token) if len(token) >= 3 and not token.isdigit() else Phrase((token,), token))
    elif len(word) == 1:
        typed.append(Syllable(word))
    else:
        typed.append(Phrase(tuple(tokens(word)), word))
        if shorter != word:
            typed.append(Phrase(tuple(tokens(shorter)), shorter))
    return Either(tuple(typed), found) if found or len(typed) > 1 else typed[0]


def marks(typed: str, *, words: Callable[[str], list[str]]) -> list[str]:
    """The strings to mark in a result, longest first (lower case)."""
    typed = typed[:MAX_TYPED]
    found = [" ".join(quoted.split()).lower() for quoted in _QUOTED.findall(typed)]
    for word in words(_QUOTED.sub(" ", typed)):
        found += [word, without_particle(word)]
    return sorted({mark for mark in found if mark}, key=lambda mark: (-len(mark), mark))
