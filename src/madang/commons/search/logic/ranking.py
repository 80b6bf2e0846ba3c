"""Whether a text really has what was asked for, and how well. Plain Python.

The index keeps no positions: it says which texts have all the pairs of a word, and this says which of them have
the word. A word in the title counts most, then in the body, more often a little more; a word of similar
meaning counts half; rare words count more than common ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from madang.commons.search.logic import wanted
from madang.commons.search.logic.terms import Clause, Either, Phrase, Prefix, Syllable
from madang.commons.search.logic.wanted import All, Begins, Has, Some, Wanted

TITLE, REPEATED, MOST_REPEATS, KIN = 8.0, 0.2, 5, 0.5
LONG_TITLE = 0.01  # how much a letter of the title takes from a match in it: short titles are about the word
_APART = re.compile(r"[^0-9a-z\uac00-\ud7a3\u3131-\u318e\u4e00-\u9fff]+")


class Text:
    """A title and a body (both NFC) as they are looked through."""

    def __init__(self, title: str, body: str) -> None:
        self.title = title
        self.body = body

    @cached_property
    def lower(self) -> tuple[str, str]:
        """What Latin letters are looked for in; Korean has no case."""
        return self.title.lower(), self.body.lower()

    @cached_property
    def spaced(self) -> tuple[str, str]:
        """Only words, with one space between them: what quoted words are looked for in."""
        title, body = self.lower
        return _APART.sub(" ", title), _APART.sub(" ", body)


def question(clause: Clause) -> Wanted:
    """What the index is asked for a clause: at least what the clause wants."""
    match clause:
        case Phrase(tokens, _text):
            parts = tuple(Has(token) for token in dict.fromkeys(tokens))
            return parts[0] if len(parts) == 1 else All(parts)
        case Prefix(token):
            return Begins(token)
        case Syllable(token):
            return Has(wanted.syllable(token))
        case Either(options, kin):
            return Some(tuple(map(question, (*options, *kin))))


@dataclass(frozen=True)
class Word:
    """A clause with its weight, ready to be looked for."""

    weight: float
    ways: tuple[tuple[float, str, Callable[[Text], tuple[int, int]]], ...]

    def score(self, text: Text) -> tuple[float, str]:
        """How well the text has it (0: not at all), and the word of similar meaning it was found by, if so."""
        best, by = 0.0, ""
        for share, kin, count in self.ways:
            if best >= share * self.weight * (TITLE + 1):
                break
            titles, bodies = count(text)
            if titles or bodies:
                value = min(bodies, 1) + REPEATED * min(max(bodies - 1, 0), MOST_REPEATS)
                value += TITLE / (1 + LONG_TITLE * len(text.title)) if titles else 0
                if value * share * self.weight > best:
                    best, by = value * share * self.weight, kin
        return best, by


def words(clauses: Iterable[Clause], weights: Mapping[Clause, float]) -> list[Word]:
    """The clauses as words that can be looked for."""
    found = []
    for clause in clauses:
        ways: list[tuple[float, str, Callable[[Text], tuple[int, int]]]] = []
        if isinstance(clause, Either):
            ways += [(1.0, "", _counter(option)) for option in clause.options]
            ways += [(KIN, option.text, _counter(option)) for option in clause.kin]
        else:
            ways.append((1.0, "", _counter(clause)))
        found.append(Word(weights.get(clause, 1.0), tuple(ways)))
    return found


def _counter(clause: Clause) -> Callable[[Text], tuple[int, int]]:
    """A function that counts a clause in the title and in the body."""
    match clause:
        case Phrase(text=text) if " " in text:
            return lambda looked: (looked.spaced[0].count(text), looked.spaced[1].count(text))
        case Phrase((token,), _text) if token.isascii():
            return _pattern(rf"(?<![0-9a-z]){token}(?![0-9a-z])")
        case Prefix(token):
            return _pattern(rf"(?<![0-9a-z]){token}")
        case Phrase(text=text) | Syllable(token=text):
            return lambda looked: (looked.title.count(text), looked.body.count(text))
    raise TypeError(f"{clause!r} has parts")


def _pattern(expression: str) -> Callable[[Text], tuple[int, int]]:
    pattern = re.compile(expression)
    return lambda looked: (len(pattern.findall(looked.lower[0])), len(pattern.findall(looked.lower[1])))
