"""What makes a statement doubtful, found before anybody sees it. Plain Python, so that anyone can rerun it.

A statement should be one claim that a reader can agree or disagree with, and name nobody. Each finding says where it
is and why it matters; the person decides whether to reword. Nothing here refuses: numbers that look like a phone may
be a public hotline, and 그리고 may join two words of one thought.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

PERSONAL, TWO_CLAIMS, NEAR = "personal_data", "two_claims", "duplicate"

NEAR_FROM = 0.62
"""Likeness of words from which two statements are laid side by side, for a person to decide.

Measured on four real conversations (docs/measurements.md): of the pairs from here on 59 % are the same claim, and of those that are
the same down to 0.56 it shows 41 of 52. Higher, it would hide more of them; lower, most warnings would be wrong. It sees letters
alone: the same claim in other words is missed, and one number, negation or group of people more is not told apart."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One doubt: its code, what kind of thing it is, and the part of the text (from, to)."""

    code: str
    kind: str
    start: int
    end: int


_E_MAIL = re.compile(r"[\w.+-]+\s?(?:@|＠)\s?[\w-]+(?:\.[\w-]+)+")
_RESIDENT = re.compile(r"(?<!\d)(\d{2})(\d{2})(\d{2})\s?[-–]?\s?([0-9])(?:\d{6}|[\d*xX●○]{6})(?!\d)")
_MOBILE = re.compile(r"(?<!\d)(?:\+?82[-.\s]?)?0?1[016789][-.\s]?\d{3,4}[-.\s]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)\(?0(?:2|[3-6]\d|70)\)?[-.\s]\d{3,4}[-.\s]?\d{4}(?!\d)")
_CARD = re.compile(r"(?<!\d)(?:\d{4}[-\s]?){3}\d{4}(?!\d)")
_ACCOUNT = re.compile(r"(?<!\d)\d{2,6}-\d{2,7}-\d{2,7}(?:-\d{1,3})?(?!\d)")
_BANK = re.compile(r"은행|계좌|농협|국민|신한|우리|하나|카카오뱅크|account", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"(?<!\d)\d{10,16}(?!\d)")
_CAR = re.compile(r"(?<!\d)\d{2,3}[가-힣]\s?\d{4}(?!\d)")
_HANDLE = re.compile(r"(?<![\w@/])@[A-Za-z0-9_.]{3,30}\b")


def personal(text: str) -> list[Finding]:
    """What looks like the data of a person: resident numbers, phones, e-mail, cards, accounts, plates, handles."""
    found: list[Finding] = []

    def add(kind: str, match: re.Match[str]) -> None:
        if not any(match.start() < known.end and known.start < match.end() for known in found):
            found.append(Finding(PERSONAL, kind, match.start(), match.end()))

    for match in _RESIDENT.finditer(text):
        if 1 <= int(match[2]) <= 12 and 1 <= int(match[3]) <= 31:
            add("resident_number", match)
    for match in _E_MAIL.finditer(text):
        add("email", match)
    for match in _CARD.finditer(text):
        if _luhn(re.sub(r"\D", "", match[0])):
            add("card", match)
    for match in (*_MOBILE.finditer(text), *_LANDLINE.finditer(text)):
        add("phone", match)
    for match in _ACCOUNT.finditer(text):
        if len(re.sub(r"\D", "", match[0])) >= 10:
            add("account", match)
    if _BANK.search(text):
        for match in _LONG_NUMBER.finditer(text):
            add("account", match)
    for match in _CAR.finditer(text):
        add("plate", match)
    for match in _HANDLE.finditer(text):
        add("handle", match)
    return sorted(found, key=lambda finding: finding.start)


def _luhn(digits: str) -> bool:
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + place % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


# A predicate before the joint and another after it: only then are there two things to agree with.
_PREDICATE = r"(?:다|요|함|음|됨|임|자|까)"
_JOINTS = (
    # …해야 하고 …해야 한다: two endings, joined. Nouns joined by 과, 와 or 및 are one thing mostly.
    re.compile(r"(?:[가-힣]야|[가-힣]게)\s?(?:하|되|합니다만|한다)(?:고|며|지만)(?=[,\s])"),
    re.compile(r"[가-힣](?:하고|되고|이고|않고|없고|있고|하며|되며|이며|으며|지만|는데),?(?=\s+\S+\s+\S)"),
    re.compile(r"(?:^|[\s,.])(?:그리고|그러나|하지만|또한|아울러|동시에|더불어)(?=[\s,])"),
    re.compile(r"(?<=\S)\s(?:및)\s(?=\S)"),
    re.compile(r"\s?[;；·/]\s(?=\S)|；"),
    re.compile(r",?\s\b(?:and also|and|but|as well as|while|whereas|however)\b\s", re.IGNORECASE),
)
_SENTENCE = re.compile(rf"(?:{_PREDICATE}|[a-z0-9)”\"'])[.!?。]+\s+(?=\S)")
_VERB_EN = re.compile(
    r"\b(?:is|are|was|were|be|has|have|should|must|need|needs|can|cannot|will|would|may|do|does|don't|shouldn't)\b",
    re.IGNORECASE,
)
_VERB_KO = re.compile(
    r"(?:[가-힣](?:다|요|음|함|자|까))(?=[\s.,;!?]|$)|(?:하고|되고|하며|되며|이고|않고|없고|있고|지만)"
)
# "빠르고 안전한 길" describes one thing; "줄이고 늘려야 한다" claims two. An adjective before a noun ends in ㄴ.
_ADNOMINAL = re.compile(r"^\s*\S*(?:한|된|은|는|던|을|를|의|인)\s")


def two_claims(text: str) -> list[Finding]:
    """Where a statement seems to go on to a second claim. Careful: a joint counts only with a predicate on either side."""
    sentence = _SENTENCE.search(text)
    if sentence is not None and len(text[sentence.end() :].strip()) >= 6:
        return [Finding(TWO_CLAIMS, "sentences", sentence.start() + 1, sentence.end())]
    for joint in _JOINTS:
        for match in joint.finditer(text):
            before, after = text[: match.end()], text[match.end() :]
            if len(before.strip()) < 6 or len(after.strip()) < 6:
                continue
            if _two_predicates(before, match[0], after):
                return [Finding(TWO_CLAIMS, "joint", match.start(), match.end())]
    return []


def _two_predicates(before: str, joint: str, after: str) -> bool:
    if re.search(r"[가-힣]", before + after):
        has_first = bool(_VERB_KO.search(before))
        has_second = bool(re.search(r"[가-힣](?:다|요|음|함|자|까|기)[.!?。]?$", after.strip()))
        # A pair of signs or 그리고 joins clauses; an ending may only describe what follows.
        describes = (
            bool(re.search(r"[가-힣]", joint))
            and bool(_ADNOMINAL.search(after))
            and len(joint.strip()) <= 3
            and "야" not in joint
        )
        return has_first and has_second and not describes
    return bool(_VERB_EN.search(before)) and bool(_VERB_EN.search(after))


def grams(text: str) -> Counter[str]:
    """Pairs of characters, over word boundaries, lower case: the trace of a text that survives other endings."""
    letters = re.sub(r"[^0-9a-z가-힣]", "", text.lower())
    return Counter(letters[place : place + 2] for place in range(len(letters) - 1))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Dice coefficient, 0 to 1; 1 for the same letters."""
    both = sum(one.values()) + sum(other.values())
    return 2 * sum((one & other).values()) / both if both else 0.0


def near(text: str, others: Iterable[tuple[int, str]], *, most: int = 3) -> list[tuple[int, float]]:
    """Numbers of the statements that say nearly the same, with their likeness, the nearest first."""
    here = grams(text)
    scored = [(number, round(likeness(here, grams(other)), 4)) for number, other in others]
    return sorted((pair for pair in scored if pair[1] >= NEAR_FROM), key=lambda pair: (-pair[1], pair[0]))[
        :most
    ]
