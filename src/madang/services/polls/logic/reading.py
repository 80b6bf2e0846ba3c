"""Reading a stretch of answers: cleaned, cut into nouns, in windows. The slow part, done once for each answer."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from madang.commons.opinions.logic import draws
from madang.services.polls.logic import boilerplate, cleaning, lexicon, near, store, tokens
from madang.services.polls.logic.boilerplate import squeezed

SHORT = 200
"""Letters up to which an answer is one window; in longer ones every sentence is a window of its own."""
_SALTS = draws.bits(20180201, 5, store.SIGNATURE)
_KIND = {kind: at for at, kind in enumerate(cleaning.KINDS)}


@dataclass(frozen=True, slots=True)
class How:
    """How answers are read. `names`: whether what looks like a person's name is `masked` or `kept` as a word."""

    lexicon: lexicon.Lexicon
    boilerplate: boilerplate.Boilerplate
    names: str = "masked"
    threads: int = 1

    def digest(self) -> str:
        """The same for the same way of reading: a chunk that was made in another way is not taken up again."""
        versions = tokens.versions()
        parts = (CODE, *versions.values(), self.lexicon.version, self.boilerplate.version, self.names)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


CODE = "words-1"
"""Raised with every change of code that changes a result."""


def usual(
    *, boilerplates: boilerplate.Boilerplate | None = None, names: str = "masked", threads: int = 1
) -> How:
    """Reading with the lists that Madang ships."""
    return How(lexicon.listed(), boilerplates or boilerplate.listed(), names, threads)


def read(texts: Sequence[str], how: How) -> store.Chunk:
    """The answers as a chunk. The same texts give the same chunk, whatever `threads` is."""
    cleaned = [cleaning.clean(text, how.boilerplate) for text in texts]
    places: dict[str, int] = {}
    window: list[int] = []
    word: list[int] = []
    denied: list[bool] = []
    start: list[int] = []
    end: list[int] = []
    answer: list[int] = []
    names = 0
    forms: Counter[str] = Counter()
    found = tokens.nouns([one.text for one in cleaned], how.lexicon, threads=how.threads)
    for at, (clean, nouns) in enumerate(zip(cleaned, found, strict=True)):
        whole = len(clean.text) <= SHORT
        seen: dict[tuple[int, str], int] = {}
        sentence = -1
        for noun in nouns:
            here = noun.word
            if noun.name:
                names += 1
                if how.names != "kept":
                    continue
                here = noun.form
            if not answer or sentence < 0 or (not whole and noun.sentence != sentence):
                answer.append(at)
                sentence = 0 if whole else noun.sentence
            key = (sentence, here)
            if key in seen:
                if noun.denied:
                    denied[seen[key]] = True
                continue
            seen[key] = len(word)
            window.append(len(answer) - 1)
            word.append(places.setdefault(here, len(places)))
            denied.append(noun.denied)
            start.append(noun.start)
            end.append(noun.end)
            if here != noun.form:
                forms[f"{here}\t{noun.form}"] += 1
        if sentence < 0:
            answer.append(at)
    vocabulary = sorted(places)
    to = np.empty(len(places), np.int32)
    for place, name in enumerate(vocabulary):
        to[places[name]] = place
    letters = [squeezed(one.text) for one in cleaned]
    trace, traced = near.traces(letters)
    phrases = [sorted(boilerplate.codes(one.text)) for one in cleaned]
    return store.Chunk(
        vocabulary=vocabulary,
        window=store.array("window", window),
        word=to[store.array("word", word)] if word else store.array("word", []),
        denied=store.array("denied", denied),
        start=store.array("start", start),
        end=store.array("end", end),
        answer=store.array("answer", answer),
        letters=store.array("letters", [len(one) for one in letters]),
        kind=store.array("kind", [_KIND[one.kind] for one in cleaned]),
        cut=store.array("cut", [one.cut for one in cleaned]),
        copy=store.array("copy", [_digest(one) for one in letters]),
        signature=signatures(letters),
        trace=trace,
        traced=traced,
        phrase=store.array("phrase", [code for one in phrases for code in one]),
        phrase_answer=np.repeat(np.arange(len(texts), dtype=np.int32), [len(one) for one in phrases]),
        notes={
            "boilerplate": _sorted(phrase for one in cleaned for phrase in one.boilerplate),
            "forms": dict(sorted(forms.items())),
            "names": {"masked" if how.names != "kept" else "kept": names},
            "personal": _sorted(kind for one in cleaned for kind in dict.fromkeys(one.personal)),
        },
    )


def _sorted(found: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(found).items()))


def _digest(letters: str) -> int:
    return int.from_bytes(hashlib.blake2b(letters.encode(), digest_size=8).digest(), "big")


def signatures(letters: Sequence[str]) -> NDArray[np.uint32]:
    """MinHash (Broder 1997) of the pairs of letters of each text: equal in the share in which their sets of pairs agree."""
    made = np.zeros((len(letters), store.SIGNATURE), np.uint32)
    long = [at for at, text in enumerate(letters) if len(text) >= 2]
    if not long:
        return made
    codes = np.frombuffer("".join(letters[at] for at in long).encode("utf-32-le"), np.uint32).astype(
        np.uint64
    )
    sizes = np.array([len(letters[at]) for at in long])
    ends = np.cumsum(sizes)
    pairs = codes[:-1] << np.uint64(21) | codes[1:]
    inner = np.ones(len(pairs), bool)
    inner[ends[:-1] - 1] = False  # the last letter of one text and the first of the next are no pair
    pairs = pairs[inner]
    begins = np.concatenate(([0], np.cumsum(sizes - 1)[:-1]))
    for at in range(store.SIGNATURE):
        values = draws.fingerprints(pairs ^ _SALTS[at]) >> np.uint64(32)
        made[long, at] = np.minimum.reduceat(values, begins).astype(np.uint32)
    return made
