"""Korean particles after a word that is only known when the sentence is said: 정부와(과) becomes 정부와, 혁신와(과) 혁신과.

A catalogue writes both forms, as people do on paper forms; this chooses by the last sound before them. After a Latin word, whose
sound is not known from its letters, both stay.
"""

from __future__ import annotations

import re

FORMS = {
    "와(과)": ("과", "와"),
    "과(와)": ("과", "와"),
    "을(를)": ("을", "를"),
    "은(는)": ("은", "는"),
    "이(가)": ("이", "가"),
    "(으)로": ("으로", "로"),
}
"""What a catalogue writes → after a final consonant, after a vowel."""
_WRITTEN = re.compile(r"(\w)([\"'”’」』)\]]*)(" + "|".join(map(re.escape, FORMS)) + ")")
_DIGITS = "영일이삼사오육칠팔구"
_FIRST, _LAST, _FINALS, _RIEUL = 0xAC00, 0xD7A3, 28, 8


def chosen(text: str) -> str:
    """The sentence with the particle that fits, wherever both forms stand behind a Hangul syllable or a digit."""
    return _WRITTEN.sub(_choose, text)


def _choose(found: re.Match[str]) -> str:
    before, closing, written = found.groups()
    syllable = _DIGITS[int(before)] if before.isascii() and before.isdigit() else before
    if not _FIRST <= ord(syllable) <= _LAST:
        return found[0]
    final = (ord(syllable) - _FIRST) % _FINALS
    # 로 follows ㄹ as it follows a vowel: 서울로.
    after_consonant = final and not (written == "(으)로" and final == _RIEUL)
    return before + closing + FORMS[written][0 if after_consonant else 1]
