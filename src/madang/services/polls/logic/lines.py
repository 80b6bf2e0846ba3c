"""The sentences behind a number: lines of answers in which a word, or two words, stand (key words in context).

Which lines are shown is decided by the digest of their text, not by their place in the file, so nobody picks them; one of each text;
only answers that may be quoted. Personal data is masked already, names of persons are masked here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from madang.services.polls.logic import cleaning, tokens
from madang.services.polls.logic.reading import How
from madang.services.polls.logic.words import Array, Corpus

AROUND = 40
"""Letters shown on each side of the words."""


@dataclass(frozen=True, slots=True)
class Line:
    """`text`: part of the cleaned answer; `marks`: where in it the words are; `raw`: where they are in what was typed."""

    answer: int
    text: str
    marks: tuple[tuple[int, int], ...]
    raw: tuple[tuple[int, int], ...]


def chosen(
    corpus: Corpus, first: Array, may_quote: Array, words: Sequence[int], most: int
) -> list[tuple[int, int]]:
    """Windows to show for words that stand together: pairs of answer and window."""
    windows = corpus.windows_of(words[0])
    for word in words[1:]:
        windows = np.intersect1d(windows, corpus.windows_of(word), assume_unique=True)
    answers = corpus.chunk.answer[windows]
    allowed = may_quote[answers]
    windows, answers = windows[allowed], answers[allowed]
    order = np.lexsort((windows, corpus.chunk.copy[answers]))
    found: dict[int, tuple[int, int]] = {}
    for at in order:
        found.setdefault(int(first[answers[at]]), (int(answers[at]), int(windows[at])))
        if len(found) == most:
            break
    return list(found.values())


def line(corpus: Corpus, clean: cleaning.Clean, answer: int, window: int, words: Sequence[int]) -> Line:
    """What surrounds the words in that window."""
    chunk = corpus.chunk
    low, high = np.searchsorted(chunk.window, [window, window + 1])
    spans = []
    for word in words:
        at = low + int(np.flatnonzero(chunk.word[low:high] == word)[0])
        spans.append((int(chunk.start[at]), int(chunk.end[at])))
    spans.sort()
    text = clean.text
    begin, finish = max(0, spans[0][0] - AROUND), min(len(text), spans[-1][1] + AROUND)
    shown = text[begin:finish].replace("\n", " ")
    before, after = "…" if begin else "", "…" if finish < len(text) else ""
    move = len(before) - begin
    return Line(
        answer,
        before + shown + after,
        tuple((start + move, end + move) for start, end in spans),
        tuple(clean.aligned.span(start, end) for start, end in spans),
    )


def masked(lines: Sequence[Line], how: How) -> list[Line]:
    """The lines with a circle for each letter of what looks like a person's name."""
    texts = without_names([one.text for one in lines], how)
    return [replace(one, text=text) for one, text in zip(lines, texts, strict=True)]


def without_names(texts: Sequence[str], how: How) -> list[str]:
    """The texts, as long as they were, with a circle for each letter of what looks like a person's name."""
    if how.names == "kept":
        return list(texts)
    made = []
    for text, nouns in zip(texts, tokens.nouns(texts, how.lexicon), strict=True):
        letters = list(text)
        for noun in nouns:
            if noun.name:
                letters[noun.start : noun.end] = "○" * (noun.end - noun.start)
        made.append("".join(letters))
    return made


def as_rows(lines: Sequence[Line], name: Callable[[int], str]) -> list[dict[str, Any]]:
    return [
        {
            "answer": name(one.answer),
            "text": one.text,
            "marks": [list(mark) for mark in one.marks],
            "raw": [list(span) for span in one.raw],
        }
        for one in lines
    ]
