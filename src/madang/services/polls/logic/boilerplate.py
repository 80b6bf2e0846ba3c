"""Words that stand in many answers because a form, a contest or a campaign put them there.

Two things: a versioned list (`data/boilerplate.csv`) of wording that is taken out before words are counted, and a
proposal of what the answers themselves seem to share. The proposal is shown and never taken out by itself: many people
may mean the same sentence.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from madang.services.polls.logic.aligned import Aligned

DATA = Path(__file__).parent / "data" / "boilerplate.csv"
LEAST_LETTERS = 6
"""Letters from which a phrase can be boilerplate: shorter ones are words."""
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
    triggers: tuple[str, ...]

    def strip(self, text: Aligned) -> tuple[Aligned, tuple[str, ...]]:
        """The text without the phrases, and which were found. A blank is left, so that words stay apart."""
        if self.pattern is None or not any(mark in text.text.lower() for mark in self.triggers):
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
        return Boilerplate((), "none", None, ())
    either = "|".join(f"({_loose(phrase)})" for phrase in ordered)
    pattern = re.compile(rf"[\[(〔【<《]?\s*(?:20\d\d\s*년?\s*)?(?:{either})\s*[\])〕】>》]?", re.IGNORECASE)
    return Boilerplate(
        ordered, f"{version}+{digest}", pattern, tuple({phrase[:2].lower() for phrase in ordered})
    )


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


def proposed(
    texts: Sequence[str], persons: Sequence[str], *, least: int = 5, least_persons: int = 3, most: int = 20
) -> list[Proposal]:
    """Phrases that at least `least` of the texts and `least_persons` persons share, the widest spread first.

    Looked at are what stands in brackets, short lines, and the first and last three to eight words; of phrases within each
    other that stand in nearly the same answers the longest is kept.
    """
    where: dict[int, list[int]] = defaultdict(list)
    for at, text in enumerate(texts):
        for code in {zlib.crc32(squeezed(one).encode()) for one, _ in _phrases(text)}:
            where[code].append(at)
    common = {code for code, found in where.items() if len(found) >= least}
    spelt: dict[str, tuple[str, bool, set[int]]] = {}
    for at in sorted({at for code in common for at in where[code]}):
        for phrase, bracketed in _phrases(texts[at]):
            key = squeezed(phrase)
            if zlib.crc32(key.encode()) in common:
                first, was, found = spelt.get(key, (phrase, bracketed, set()))
                found.add(at)
                spelt[key] = (min(first, phrase), was or bracketed, found)
    rows = [
        (
            key,
            Proposal(
                phrase, len(found), len({persons[at] for at in found}), bracketed, bool(_MARKS.search(key))
            ),
        )
        for key, (phrase, bracketed, found) in spelt.items()
        if len(found) >= least
    ]
    rows = [row for row in rows if row[1].persons >= least_persons]
    # What stands in brackets is whole; of other phrases within each other the longest of nearly the same answers is.
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


def _phrases(text: str) -> Iterable[tuple[str, bool]]:
    """What stands in brackets, short lines (the headings of a form), and how the text begins and ends."""
    for match in _BRACKET.finditer(text):
        yield from _long_enough(match[1].split(), True)
    lines = [line.split() for line in text.split("\n")]
    if len(lines) > 1:
        for words in lines:
            if len(words) <= LONGEST_PHRASE:
                yield from _long_enough(words, False)
    words = [word for line in lines for word in line] if len(text) < 10 * LONGEST_PHRASE else _edges(text)
    for size in range(3, min(LONGEST_PHRASE, len(words)) + 1):
        yield from _long_enough(words[:size], False)
        yield from _long_enough(words[-size:], False)


def _edges(text: str) -> list[str]:
    return (
        text[: 20 * LONGEST_PHRASE].split()[:LONGEST_PHRASE]
        + text[-20 * LONGEST_PHRASE :].split()[-LONGEST_PHRASE:]
    )


def _long_enough(words: Sequence[str], bracketed: bool) -> Iterable[tuple[str, bool]]:
    phrase = " ".join(words).strip(" -·.,:;!?'\"<>()[]{}")
    if len(squeezed(phrase)) >= LEAST_LETTERS:
        yield phrase, bracketed
