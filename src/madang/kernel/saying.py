"""Which of the two languages is read, and saying one thing in both at once: to whoever sits at a terminal."""

from __future__ import annotations

import re

from django.utils import translation

HANGUL = re.compile("[가-힣]")


def in_english() -> bool:
    """Whether English is read just now; Korean when nobody said."""
    return (translation.get_language() or "ko").startswith("en")


def tongue() -> str:
    """`en` or `ko`, whichever is read just now."""
    return "en" if in_english() else "ko"


def in_language(ko: str, en: str) -> str:
    """A text that the institution keeps in both languages, as it is read now; Korean where English is missing."""
    return en if in_english() and en else ko


def half(text: str) -> str:
    """Of a text kept as `Korean · English` the part that is read now; all of it where it is not kept so."""
    at = text.find(" · ")
    while at != -1:
        rest = text[at + 3 :]
        if not HANGUL.search(rest):
            return rest if in_english() else text[:at]
        at = text.find(" · ", at + 3)
    return text


def in_each(words: object) -> dict[str, str]:
    """What lazy `words` say in each language, to be kept for readers of either."""
    said = {}
    for language in ("ko", "en"):
        with translation.override(language):
            said[language] = str(words)
    return said


def both(words: object, /, *, behind: object = "", **fill: object) -> str:
    """What lazy `words` say, in English and below it in Korean; once where both are the same.

    `fill` goes into `{names}` or `%(names)s`; `behind` stands behind either, such as the cause a library gave.
    """
    said = []
    for language in ("en", "ko"):
        with translation.override(language):
            text = str(words)
            if fill:
                text = text % fill if "%(" in text else text.format(**fill)
            said.append(f"{text} ({behind})" if behind else text)
    return "\n".join(dict.fromkeys(said))
