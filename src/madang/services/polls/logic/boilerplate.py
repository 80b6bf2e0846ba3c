"""Words that stand in many answers because a form, a contest or a campaign put them there.

Two things: a versioned list (`data/boilerplate.csv`) of wording that is taken out before words are counted, and a
proposal of what the answers themselves seem to share. The proposal is shown and never taken out by itself: many people
may mean the same sentence.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from madang.services.polls.logic.aligned import Aligned

Array = NDArray[Any]
DATA = Path(__file__).parent / "data" / "boilerplate.csv"
LEAST_LETTERS = 6
"""Letters from which a phrase can be boilerplate: shorter ones are words."""
LEAST, SHARE = 5, 500
"""A phrase is proposed where this many answers, and one of so many, share it."""
LONGEST_PHRASE = 8
"""Words of a phrase that is proposed."""
_MARKS = re.compile(r"이벤트|응모|공모|경품|추첨|당첨|contest|giveaway", re.IGNORECASE)
_BRACKET = re.compile(r"[\[(〔【<《]\s*([^\[\]()〔〕【】<>《》]{2,60}?)\s*[\])〕】>》]")
_LETTERS = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Boilerplate:
    """Phrases that are taken out, and the version that results carry."""

    phrases: tuple[str, ...]
    version: str
    pattern: re.Pattern[str] | None
    triggers: re.Pattern[str] | None

    def strip(self, text: Aligned) -> tuple[Aligned, tuple[str, ...]]:
        """The text without the phrases, and which were found. A blank is left, so that words stay apart."""
        if self.pattern is None or self.triggers is None or not self.triggers.search(text.text):
            return text, ()
        found: list[str] = []

        def put(match: re.Match[str]) -> str:
            found.append(self.phrases[next(at for at, group in enumerate(match.groups()) if group)])
            return " "

        return text.sub(self.pattern, put), tuple(dict.fromkeys(found))


def made(phrases: Iterable[str], version: str = "own") -> Boilerplate:
    """Phrases as they are looked for: spaces anywhere or nowhere, with or without brackets and a year before them."""
    known = {squeezed(phrase): " ".join(phrase.split()) for phrase in phrases if squeezed(phrase)}
    ordered = tuple(sorted(known.values(), key=lambda phrase: (-len(squeezed(phrase)), phrase)))
    digest = hashlib.sha256("\n".join(ordered).encode()).hexdigest()[:12]
    if not ordered:
        return Boilerplate((), "none", None, None)
    either = "|".join(f"({_loose(phrase)})" for phrase in ordered)
    pattern = re.compile(rf"[\[(〔【<《]?\s*(?:20\d\d\s*년?\s*)?(?:{either})\s*[\])〕】>》]?", re.IGNORECASE)
    # A text without the first two letters of any phrase need not be searched.
    begins = sorted({re.escape(phrase[:2]) for phrase in ordered})
    triggers = re.compile("|".join(begins), re.IGNORECASE)
    return Boilerplate(ordered, f"{version}+{digest}", pattern, triggers)


@cache
def listed() -> Boilerplate:
    """The list that Madang ships."""
    rows = [line for line in DATA.read_text(encoding="utf-8").splitlines() if line.strip()]
    return made([row for row in rows if not row.startswith("#")], rows[0].removeprefix("# version ").strip())


NONE = made(())


def squeezed(phrase: str) -> str:
    """Letters and digits only, lower case: what makes two spellings the same phrase."""
    return _LETTERS.sub("", phrase).lower()


def _loose(phrase: str) -> str:
    return r"[\s_·]*".join(re.escape(letter) for letter in squeezed(phrase))


@dataclass(frozen=True, slots=True)
class Proposal:
    """A phrase that many answers share to the letter. `marked`: it has the wording of a contest."""

    phrase: str
    answers: int
    persons: int
    bracketed: bool
    marked: bool


def codes(text: str) -> set[int]:
    """A number for each phrase of the text that could be boilerplate; equal phrases have equal ones."""
    return {zlib.crc32(key.encode()) for key, _, _ in _phrases(text)}


def common(code: Array, answer: Array, persons: Array, *, least_persons: int = 3) -> Array:
    """The codes that many answers of at least `least_persons` persons share. One entry for each code of each answer; `persons`:
    one for each answer."""
    least = max(LEAST, len(persons) // SHARE)
    found, inverse, counts = np.unique(code, return_inverse=True, return_counts=True)
    pairs = np.unique(inverse.astype(np.int64) << 32 | persons[answer])
    people = np.bincount((pairs >> 32).astype(np.int64), minlength=len(found))
    return found[(counts >= least) & (people >= least_persons)]


def proposed(
    texts: Sequence[tuple[str, str]], shared: Collection[int], *, least: int = LEAST, most: int = 20
) -> list[Proposal]:
    """The phrases with these codes in texts (each with its person), the widest spread first.

    Looked at are what stands in brackets, short lines, and the first and last three to eight words; of phrases within each
    other that stand in nearly the same answers one is kept: what stands in brackets, or the longest.
    """
    spelt: dict[str, tuple[str, bool, list[str]]] = {}
    for text, person in texts:
        seen: set[str] = set()
        for key, phrase, bracketed in _phrases(text):
            if key not in seen and zlib.crc32(key.encode()) in shared:
                first, was, people = spelt.get(key, (phrase, bracketed, []))
                people.append(person)
                spelt[key] = (min(first, phrase), was or bracketed, people)
                seen.add(key)
    rows = [
        (key, Proposal(_trimmed(phrase), len(people), len(set(people)), bracketed, bool(_MARKS.search(key))))
        for key, (phrase, bracketed, people) in spelt.items()
        if len(people) >= least
    ]
    rows = sorted(rows, key=lambda row: (-row[1].answers, row[0]))[: 10 * most]
    rows.sort(key=lambda row: (not row[1].bracketed, -len(row[0]), row[0]))
    kept: list[tuple[str, Proposal]] = []
    for key, row in rows:
        if not any(_same(key, row, other, known) for other, known in kept):
            kept.append((key, row))
    kept.sort(key=lambda row: (-row[1].answers, row[0]))
    return [row for _, row in kept[:most]]


def _same(key: str, row: Proposal, other: str, known: Proposal) -> bool:
    """Whether one phrase is within the other and they stand in nearly the same answers."""
    within = key in other or other in key
    return within and max(row.answers, known.answers) <= 1.25 * min(row.answers, known.answers)


def _phrases(text: str) -> Iterator[tuple[str, str, bool]]:
    """What stands in brackets, short lines (the headings of a form), and how the text begins and ends: letters, words, brackets."""
    for match in _BRACKET.finditer(text):
        key = squeezed(match[1])
        if len(key) >= LEAST_LETTERS:
            yield key, match[1], True
    lines = text.split("\n")
    if len(lines) > 1:
        for line in lines:
            if len(line) < 12 * LONGEST_PHRASE and len(line.split()) <= LONGEST_PHRASE:
                key = squeezed(line)
                if len(key) >= LEAST_LETTERS:
                    yield key, line, False
    first, last = text[: 20 * LONGEST_PHRASE].split()[:LONGEST_PHRASE], text[-20 * LONGEST_PHRASE :].split()
    yield from _runs(first, forward=True)
    yield from _runs(last[-LONGEST_PHRASE:], forward=False)


def _runs(words: list[str], *, forward: bool) -> Iterator[tuple[str, str, bool]]:
    letters = [squeezed(word) for word in words]
    for size in range(3, len(words) + 1):
        part = slice(0, size) if forward else slice(len(words) - size, None)
        key = "".join(letters[part])
        if len(key) >= LEAST_LETTERS:
            yield key, " ".join(words[part]), False


def _trimmed(phrase: str) -> str:
    return " ".join(phrase.split()).strip(" -·.,:;!?'\"<>()[]{}")
