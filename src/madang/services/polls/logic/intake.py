"""Answers with what was read of them: which are counted, whom they are from, and what cleaning has found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from madang.services.polls.logic import (
    boilerplate,
    cleaning,
    copies,
    lines,
    network,
    reading,
    resampling,
    store,
    words,
)
from madang.services.polls.logic.counts import Counts


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer. `key` names it in what is shown; answers of one `person` are one voice (each its own where empty); `group`:
    the part of the answers it belongs to, where parts are compared; `quote`: its words may be shown."""

    key: str
    text: str
    person: str = ""
    group: str = ""
    quote: bool = True


@dataclass(frozen=True, slots=True)
class Settings:
    """What is computed. `least`: answers from which a pair or a word's keyness is shown; `around`: words whose company is listed, beside
    the `around_most` in the most answers; `copies`: see `copies`; the rest says how many rows there are of each."""

    seed: int = 1
    resamples: int = resampling.RESAMPLES
    least: int = 5
    words: int = 100
    key_words: int = 50
    around: tuple[str, ...] = ()
    around_most: int = 20
    company: int = 20
    network_words: int = 60
    edges: int = 120
    stable: float = network.STABLE
    lines: int = 5
    copies: str = copies.PERSONS


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """Answers with what was read of them."""

    answers: Sequence[Answer]
    chunk: store.Chunk
    copies: copies.Copies
    persons: Any
    digests: Any
    kept: Any

    @classmethod
    def of(
        cls, answers: Sequence[Answer], chunks: Sequence[store.Chunk], settings: Settings, how: reading.How
    ) -> Part:
        chunk = store.joined(chunks)
        if chunk.answers != len(answers):
            raise ValueError(f"{chunk.answers} answers have been read, and there are {len(answers)}")
        same = copies.found(chunk)
        # An answer of nobody is a person of its own.
        names = [one.person or f"\0{one.key}\0{at}" for at, one in enumerate(answers)]
        persons, digests = resampling.person_numbers(names)
        kept = same.counted(persons, settings.copies) & (chunk.kind != EMPTY)
        return cls(answers, chunk, same, persons, digests, kept)

    def counts(self, kept: Any = None) -> Counts:
        return Counts.of(self.chunk, self.kept if kept is None else kept)

    def corpus(self, settings: Settings) -> words.Corpus:
        drawn = resampling.weights(self.digests, settings.seed, settings.resamples)
        return words.corpus(self.chunk, self.kept, self.persons, drawn)


EMPTY = cleaning.KINDS.index(cleaning.EMPTY)


def given(answers: Sequence[Answer], part: Part) -> dict[str, Any]:
    digest = hashlib.sha256()
    for one in answers:
        row = [one.key, one.text, one.person, one.group, one.quote]
        digest.update(json.dumps(row, ensure_ascii=True).encode() + b"\n")
    return {
        "unit": "answers",
        "answers": len(answers),
        "persons": len(part.digests),
        "letters": sum(len(one.text) for one in answers),
        "sha256": digest.hexdigest(),
    }


def cleaned(answers: Sequence[Answer], part: Part, how: reading.How) -> dict[str, Any]:
    chunk, same = part.chunk, part.copies
    kinds = np.bincount(chunk.kind, minlength=len(cleaning.KINDS))
    full = chunk.kind != EMPTY
    sizes = np.bincount(same.first[full], minlength=len(answers))
    # A text that several persons sent is a campaign, or what many mean: shown, never taken out.
    shared = [at for at in np.flatnonzero(sizes > 1) if chunk.letters[at] >= copies.LEAST_LETTERS]
    spread = {int(at): 0 for at in shared}
    for first, _person in {
        (int(f), int(p)) for f, p in zip(same.first[full], part.persons[full], strict=True)
    }:
        if first in spread:
            spread[first] += 1
    repeated = sorted(
        ((int(sizes[at]), spread[at], part.answers[at].key) for at in spread),
        key=lambda row: (-row[1], -row[0], row[2]),
    )
    shared_codes = boilerplate.common(chunk.phrase, chunk.phrase_answer, part.persons)
    having = np.unique(chunk.phrase_answer[np.isin(chunk.phrase, shared_codes)])
    offered = boilerplate.proposed(
        [(cleaning.clean(answers[at].text, how.boilerplate).text, str(part.persons[at])) for at in having],
        set(shared_codes.tolist()),
    )
    return {
        "unit": "answers",
        "kinds": {kind: int(kinds[at]) for at, kind in enumerate(cleaning.KINDS)},
        "cut": int(chunk.cut.sum()),
        "personal": chunk.notes.get("personal", {}),
        "names": chunk.notes.get("names", {}),
        "copies": {
            "texts": len(np.unique(same.first[full])),
            "exact": int(full.sum() - len(np.unique(same.same[full]))),
            "near": int(len(np.unique(same.same[full])) - len(np.unique(same.first[full]))),
            "not_counted": int(full.sum() - part.kept.sum()),
            "repeated": [
                {"answer": key, "answers": size, "persons": people} for size, people, key in repeated[:20]
            ],
        },
        "boilerplate": {
            "removed": chunk.notes.get("boilerplate", {}),
            "proposed": [
                {**asdict(one), "phrase": phrase}
                for one, phrase in zip(
                    offered, lines.without_names([one.phrase for one in offered], how), strict=True
                )
            ],
        },
    }
