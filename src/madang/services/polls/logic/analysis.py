"""The analysis of free answers as one JSON document: the same bytes for the same answers, on every machine.

`analyse` does all of it. A job queue does the same in steps: `chunks.plan`, `chunks.do` for each part, `finish`.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from madang.services.polls.logic import (
    cleaning,
    lines,
    network,
    reading,
    store,
    tokens,
    words,
)
from madang.services.polls.logic.counts import Counts, Pairs
from madang.services.polls.logic.intake import Answer, Part, Settings, cleaned, given

__all__ = ["Answer", "Settings", "analyse", "finish", "versions", "written"]

FORMAT = "madang-words-1"
_ROUNDING = (
    "Counts are whole numbers; shares have 6 decimals, G² and NPMI 6, %DIFF 2, stability and places 4."
)


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
    part = Part.of(answers, chunks, settings, how)
    other = None if reference is None else Part.of(reference, reference_chunks or [], settings, how)
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
        "input": given(answers, part),
        "cleaning": cleaned(answers, part, how),
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


def _forms(found: Mapping[str, int], table: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
    """Other spellings that are counted under the words of the table, with their windows in all answers."""
    shown = {row["word"] for row in table}
    made: dict[str, Counter[str]] = {}
    for pair, count in found.items():
        word, form = pair.split("\t")
        if word in shown:
            made.setdefault(word, Counter())[form] += count
    return {word: dict(sorted(forms.items())) for word, forms in sorted(made.items())}


def _keyness(part: Part, other: Part | None, settings: Settings) -> list[dict[str, Any]]:
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
    part: Part,
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
    known: dict[int, cleaning.Clean] = {}
    rows: list[lines.Line] = []
    sizes = []
    for these in behind:
        ids = [number[word] for word in these]
        picked = lines.chosen(corpus, part.copies.first, may_quote, ids, settings.lines)
        for answer, window in picked:
            clean = known.setdefault(answer, cleaning.clean(answers[answer].text, how.boilerplate))
            rows.append(lines.line(corpus, clean, answer, window, ids))
        sizes.append(len(picked))
    shown = lines.as_rows(lines.masked(rows, how), lambda at: answers[at].key)
    made, done = [], 0
    for these, size in zip(behind, sizes, strict=True):
        made.append({"words": list(these), "lines": shown[done : done + size]})
        done += size
    return made
