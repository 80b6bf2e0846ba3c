"""Nouns of Korean texts: what is counted, and where it stands. The morphology is Kiwi's, the words are the lexicon's.

Counted are common and proper nouns (NNG, NNP), roots (XR: 깨끗 of 깨끗하다), nouns with the prefix before them (불공정, 비효율),
hashtags without their sign, and Latin words in small letters. A noun carries a note where it is denied (소통이 없다, 투명하지
않은). Names of persons are told apart. Kiwi needs some 570 MB and two seconds to load, so a process has one of each kind.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import version
from typing import Any, NamedTuple

from madang.services.polls.logic.lexicon import Lexicon, listed

AHEAD = 5
"""Morphemes behind a noun in which a denial still concerns it."""
_NOUNS = frozenset({"NNG", "NNP", "XR"})
_DENIALS = frozenset(
    {("않", "VX"), ("못하", "VX"), ("말", "VX"), ("없", "VA"), ("아니", "VCN"), ("안", "MAG"), ("못", "MAG")}
)
_STOPS = frozenset({"SF", "NNG", "NNP", "XR", "EF"})
_lock = threading.Lock()


class Noun(NamedTuple):
    """`word`: what it is counted under; `form`: as it was cut; `start`, `end`: in the cleaned text; `sentence`: the
    how-manieth; `denied`: there is a negation behind it; `name`: it looks like a person's name."""

    word: str
    form: str
    start: int
    end: int
    sentence: int
    denied: bool = False
    name: bool = False


def versions() -> dict[str, str]:
    """What the morphology is made of."""
    return {"kiwi": version("kiwipiepy"), "kiwi_model": version("kiwipiepy_model")}


@cache
def _loaded(words: tuple[str, ...], threads: int) -> Any:
    from kiwipiepy import Kiwi  # slow to import

    kiwi = Kiwi(num_workers=threads)
    for word in words:
        kiwi.add_user_word(word, "NNG", 0.0)
    kiwi.tokenize("")
    return kiwi


def kiwi(lexicon: Lexicon | None = None, *, threads: int = 1) -> Any:
    """Kiwi with the words of the lexicon, loaded when it is first asked for and kept for the life of the process."""
    with _lock:
        return _loaded((lexicon or listed()).words, threads)


def nouns(texts: Iterable[str], lexicon: Lexicon | None = None, *, threads: int = 1) -> Iterator[list[Noun]]:
    """The nouns of each text, in order. The same texts give the same with any number of threads."""
    lexicon = lexicon or listed()
    for morphemes in kiwi(lexicon, threads=threads).tokenize(texts):
        yield _picked(morphemes, lexicon)


def _picked(morphemes: list[Any], lexicon: Lexicon) -> list[Noun]:
    found: list[Noun] = []
    tags = [one.tag for one in morphemes]
    for at, tag in enumerate(tags):
        if tag in _NOUNS:
            one = morphemes[at]
            form, start = one.form, one.start
            end = one.end
            if at and tags[at - 1] == "XPN" and morphemes[at - 1].end == start:
                form, start = morphemes[at - 1].form + form, morphemes[at - 1].start
            name = tag == "NNP" and lexicon.is_name(form, _after(morphemes, at))
            word = "" if name else lexicon.counted(form)
        elif tag == "SL":
            one = morphemes[at]
            form, start, end, name = one.form.lower(), one.start, one.end, False
            word = lexicon.counted(form) if len(form) > 1 else ""
        elif tag == "W_HASHTAG":
            one = morphemes[at]
            form, start, end, name = one.form.lstrip("#").lower(), one.start, one.end, False
            word = lexicon.counted(form)
        else:
            continue
        if (word and not word.isspace() and word != "\u200b") or name:
            found.append(Noun(word, form, start, end, one.sent_position, _denied(morphemes, tags, at), name))
    return found


def _after(morphemes: list[Any], at: int) -> str:
    return morphemes[at + 1].form if at + 1 < len(morphemes) else ""


def _denied(morphemes: list[Any], tags: list[str], at: int) -> bool:
    """Whether a negation follows before the next noun, the end of the sentence, or five morphemes."""
    for next_at in range(at + 1, min(at + 1 + AHEAD, len(tags))):
        tag = tags[next_at]
        if tag in _STOPS:
            return False
        if tag in _MAY_DENY and (morphemes[next_at].form, tag) in _DENIALS:
            return True
    return False


_MAY_DENY = frozenset(tag for _, tag in _DENIALS)
