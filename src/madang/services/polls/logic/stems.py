"""What the machine learns words from: nouns, roots, verbs and adjectives, as Kiwi cuts them, with the words of the lexicon.

`tokens` picks what a report counts; learning wants more of a text: verbs say what is wanted (없애다, 늘리다), and no word is
left out for being common, since rarity weighs it anyway (`features`). Endings and particles go: 정부가, 정부는 and 정부의 are one.
"""

from __future__ import annotations

from collections.abc import Sequence

from madang.services.polls.logic import tokens

_KEPT = frozenset({"NNG", "NNP", "XR", "SL", "VV", "VA"})


def stems(texts: Sequence[str]) -> list[list[str]]:
    """The stems of each text, in order, as often as they stand there."""
    return [
        [one.form.lower() for one in morphemes if one.tag.partition("-")[0] in _KEPT]
        for morphemes in tokens.kiwi().tokenize(texts)
    ]
