"""The analysis of free answers as one JSON document: the same bytes for the same answers, on every machine.

`analyse` does all of it. A job queue does the same in steps: `chunks.plan`, `chunks.do` for each part, `finish`.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
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
    tokens,
    words,
)
from madang.services.polls.logic.counts import Counts, Pairs

FORMAT = "madang-words-1"
_ROUNDING = (
    "Counts are whole numbers; shares have 6 decimals, G² and NPMI 6, %DIFF 2, stability and places 4."
)


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


def analyse(
    answers: Sequence[Answer],
    settings: Settings | None = None,
    *,
    how: reading.How | None = None,
    reference: Sequence[Answer] | None = None,
) -> dict[str, Any]:
    """The document; what is in it says README.md in this folder. `reference`: other answers that keyness compares with."""
    how = how or reading.usual()
    chunk = reading.read([one.text for one in answers], how)
    other = None if reference is None else reading.read([one.text for one in reference], how)
    return finish(
        answers,
        [chunk],
        settings,
        how=how,
        reference=reference,
        reference_chunks=None if other is None else [other],
    )


def written(document: Mapping[str, Any]) -> bytes:
    """The document as bytes."""
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def finish(
    answers: Sequence[Answer],
    chunks: Sequence[store.Chunk],
    settings: Settings | None = None,
    *,
    how: reading.How,
    reference: Sequence[Answer] | None = None,
    reference_chunks: Sequence[store.Chunk] | None = None,
) -> dict[str, Any]:
    """The document from answers that have been read; `chunks` are those of `answers` in order, however divided.

    Raises:
        ValueError: the chunks are not those of the answers.
    """
    settings = settings or Settings()
    part = _Part.of(answers, chunks, settings, how)
    other = None if reference is None else _Part.of(reference, reference_chunks or [], settings, how)
    corpus, counts = part.corpus(settings), part.counts()
    pairs = Pairs.of(part.chunk, counts.answers_with >= settings.least, part.kept).at_least(settings.least)
    limits = network.Limits(settings.network_words, settings.edges, settings.least, settings.stable)
    table = words.frequency(corpus, counts, settings.words, settings.least)
    net = network.network(corpus, counts, pairs, limits)
    asked = list(dict.fromkeys([*settings.around, *(row["word"] for row in table[: settings.around_most])]))
    return {
        "format": FORMAT,
        "versions": versions(how),
        "settings": {
            **asdict(settings),
            "around": list(settings.around),
            "names": how.names,
            "rounding": _ROUNDING,
        },
        "input": _input(answers, part),
        "cleaning": _cleaning(answers, part, how),
        "counted": {
            "unit": "answers",
            "answers": counts.answers,
            "persons": len(np.unique(part.persons[part.kept])),
            "windows": counts.windows,
            "window": f"an answer, or a sentence of an answer over {reading.SHORT} letters",
            "words": int((counts.answers_with > 0).sum()),
            "least": settings.least,
        },
        "words": table,
        "forms": _forms(part.chunk.notes.get("forms", {}), table),
        "keyness": _keyness(part, other, settings),
        "around": [
            {
                "word": word,
                "answers": counts.table().get(word, 0),
                "with": words.together(counts, pairs, word, most=settings.company),
            }
            for word in asked
        ],
        "network": net,
        "lines": _lines(answers, part, corpus, counts, asked, net, settings, how),
    }


def versions(how: reading.How) -> dict[str, str]:
    """What a result was made with."""
    return {
        "code": reading.CODE,
        **tokens.versions(),
        "lexicon": how.lexicon.version,
        "boilerplate": how.boilerplate.version,
    }


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
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
    ) -> _Part:
        chunk = store.joined(chunks)
        if chunk.answers != len(answers):
            raise ValueError(f"{chunk.answers} answers have been read, and there are {len(answers)}")
        same = copies.found(
            chunk, lambda at: boilerplate.squeezed(cleaning.clean(answers[at].text, how.boilerplate).text)
        )
        # An answer of nobody is a person of its own.
        names = [one.person or f"\0{one.key}\0{at}" for at, one in enumerate(answers)]
        persons, digests = resampling.person_numbers(names)
        kept = same.counted(persons, settings.copies) & (chunk.kind != _EMPTY)
        return cls(answers, chunk, same, persons, digests, kept)

    def counts(self, kept: Any = None) -> Counts:
        return Counts.of(self.chunk, self.kept if kept is None else kept)

    def corpus(self, settings: Settings) -> words.Corpus:
        drawn = resampling.weights(self.digests, settings.seed, settings.resamples)
        return words.corpus(self.chunk, self.kept, self.persons, drawn)


_EMPTY = cleaning.KINDS.index(cleaning.EMPTY)


def _input(answers: Sequence[Answer], part: _Part) -> dict[str, Any]:
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


def _cleaning(answers: Sequence[Answer], part: _Part, how: reading.How) -> dict[str, Any]:
    chunk, same = part.chunk, part.copies
    kinds = np.bincount(chunk.kind, minlength=len(cleaning.KINDS))
    full = chunk.kind != _EMPTY
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


def _forms(found: Mapping[str, int], table: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Other spellings that are counted under the words of the table, with their windows in all answers."""
    shown = {row["word"] for row in table}
    made: dict[str, Counter[str]] = {}
    for pair, count in found.items():
        word, form = pair.split("\t")
        if word in shown:
            made.setdefault(word, Counter())[form] += count
    return {word: dict(sorted(forms.items())) for word, forms in sorted(made.items())}


def _keyness(part: _Part, other: _Part | None, settings: Settings) -> list[dict[str, Any]]:
    """One table for each comparison: with the reference, or of each group with the rest."""
    whole = part.counts()
    if other is not None:
        there = other.counts()
        rows = words.keyness(whole, there, least=settings.least, most=settings.key_words)
        return [_compared("", "reference", whole, there, rows)]
    groups = sorted({one.group for one in part.answers if one.group})
    if len(groups) < 2:
        return []
    belongs = np.array([one.group for one in part.answers])
    tables = []
    for group in groups:
        here = part.counts(part.kept & (belongs == group))
        there = part.counts(part.kept & (belongs != group))
        rows = words.keyness(here, there, least=settings.least, most=settings.key_words)
        tables.append(_compared(group, "rest", here, there, rows))
    return tables


def _compared(
    group: str, against: str, here: Counts, there: Counts, rows: list[dict[str, Any]]
) -> dict[str, Any]:
    return {
        "group": group,
        "against": against,
        "unit": "answers",
        "answers": here.answers,
        "reference_answers": there.answers,
        "tried": sum(count >= 1 for count in (here + there).table().values()),
        "words": rows,
    }


def _lines(
    answers: Sequence[Answer],
    part: _Part,
    corpus: words.Corpus,
    counts: Counts,
    asked: Sequence[str],
    net: Mapping[str, Any],
    settings: Settings,
    how: reading.How,
) -> list[dict[str, Any]]:
    """Sentences behind each listed word and each edge."""
    number = {word: at for at, word in enumerate(counts.vocabulary)}
    behind: list[tuple[str, ...]] = [(word,) for word in asked if word in number]
    behind += [(edge["from"], edge["to"]) for edge in net["edges"]]
    may_quote = np.array([one.quote for one in answers], bool)
    cleaned: dict[int, cleaning.Clean] = {}
    rows: list[lines.Line] = []
    sizes = []
    for these in behind:
        ids = [number[word] for word in these]
        picked = lines.chosen(corpus, part.copies.first, may_quote, ids, settings.lines)
        for answer, window in picked:
            clean = cleaned.setdefault(answer, cleaning.clean(answers[answer].text, how.boilerplate))
            rows.append(lines.line(corpus, clean, answer, window, ids))
        sizes.append(len(picked))
    shown = lines.as_rows(lines.masked(rows, how), lambda at: answers[at].key)
    made, done = [], 0
    for these, size in zip(behind, sizes, strict=True):
        made.append({"words": list(these), "lines": shown[done : done + size]})
        done += size
    return made
