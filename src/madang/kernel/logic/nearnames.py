"""How far a written name is from a known one, by the letters of Hangul syllables: 종노구 is one letter from 종로구."""

from __future__ import annotations

import unicodedata

ALIKE = ("ㅐㅔ", "ㅒㅖ", "ㅚㅙㅞ", "ㄴㄹ", "ㅇㄴㅁ", "ㄱㄲㅋ", "ㄷㄸㅌ", "ㅂㅃㅍ", "ㅈㅉㅊ", "ㅅㅆ", "ㅓㅗ", "ㅡㅜ", "lr", "ou", "gk",
         "dt", "bp", "jc")  # fmt: skip
"""Letters that are heard or typed for each other."""
_COMPATIBILITY = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]
_PAIRS = {frozenset((one, other)) for group in ALIKE for one in group for other in group if one != other}
NEAR, OTHER = 0.5, 1.0


def letters(name: str) -> str:
    """A name taken apart into its letters; Latin letters in lower case, without hyphens, dots and spaces."""
    found = []
    for symbol in unicodedata.normalize("NFC", name).lower():
        code = ord(symbol) - 0xAC00
        if 0 <= code < 11172:
            found.append(_COMPATIBILITY[code // 588] + _VOWELS[code % 588 // 28] + _FINALS[code % 28])
        elif symbol.isalnum():
            found.append(symbol)
    return "".join(found)


def distance(one: str, other: str, most: float = 3.0) -> float:
    """Letters to change, add or leave out (two neighbours that changed places count once); alike ones count half.

    Gives up with a number above `most`.
    """
    first, second = letters(one), letters(other)
    if abs(len(first) - len(second)) > most:
        return most + 1
    before: list[float] = []
    row = [float(n) for n in range(len(second) + 1)]
    for i, a in enumerate(first, start=1):
        fresh = [float(i)]
        for j, b in enumerate(second, start=1):
            change = 0.0 if a == b else NEAR if frozenset((a, b)) in _PAIRS else OTHER
            best = min(row[j] + OTHER, fresh[j - 1] + OTHER, row[j - 1] + change)
            if i > 1 and j > 1 and a == second[j - 2] and b == first[i - 2] and a != b:
                best = min(best, before[j - 2] + OTHER)
            fresh.append(best)
        if min(fresh) > most:
            return most + 1
        before, row = row, fresh
    return row[-1]
