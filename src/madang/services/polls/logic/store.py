"""What is kept of a stretch of answers once they have been read: whole numbers and words, no sentence.

A chunk can be written to a file and read again; it says everything that later steps need, so that a killed run goes on where
it stopped. Chunks of the same answers are the same whatever else was in the run.
"""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
BANDS, ROWS = 15, 2
SIGNATURE = BANDS * ROWS


@dataclass(frozen=True, slots=True, eq=False)
class Chunk:
    """Answers that have been read. One entry for each word of each window, in order.

    `vocabulary`: words, sorted. `window`, `word`: of each entry; `denied`, `start`, `end`: of its first occurrence in the window
    (in the cleaned text). `answer`: of each window. `letters`: of each answer; `kind`: index into cleaning.KINDS; `cut`;
    `copy`: a digest of its letters; `signature`: minima that are alike where texts are; `trace`: pairs of
    letters as numbers, sorted (see `near`), `traced` of each answer. `phrase`, `phrase_answer`: what could be
    boilerplate (see there), and where. `notes`: counts of what was found.
    """

    vocabulary: list[str]
    window: Array
    word: Array
    denied: Array
    start: Array
    end: Array
    answer: Array
    letters: Array
    kind: Array
    cut: Array
    copy: Array
    signature: Array
    trace: Array
    traced: Array
    phrase: Array
    phrase_answer: Array
    notes: dict[str, dict[str, int]]

    @property
    def answers(self) -> int:
        return len(self.letters)

    def to_bytes(self) -> bytes:
        out = io.BytesIO()
        arrays = {name: getattr(self, name) for name in _ARRAYS}
        words = json.dumps([self.vocabulary, self.notes], ensure_ascii=False).encode()
        np.savez(out, words=np.frombuffer(words, np.uint8), **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> Chunk:
        """Raises ValueError where the bytes are no chunk."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as found:
                vocabulary, notes = json.loads(found["words"].tobytes().decode())
                return cls(vocabulary=vocabulary, notes=notes, **{name: found[name] for name in _ARRAYS})
        except Exception as error:  # whatever is wrong with it, it is no chunk
            raise ValueError("not a chunk of read answers") from error


_ARRAYS = (
    "window",
    "word",
    "denied",
    "start",
    "end",
    "answer",
    "letters",
    "kind",
    "cut",
    "copy",
    "signature",
    "trace",
    "traced",
    "phrase",
    "phrase_answer",
)


def joined(chunks: Sequence[Chunk]) -> Chunk:
    """The answers of all chunks, one after the other, as if they had been read at once."""
    vocabulary = sorted(set().union(*(chunk.vocabulary for chunk in chunks))) if chunks else []
    place = {word: at for at, word in enumerate(vocabulary)}
    windows = answers = 0
    parts: dict[str, list[Array]] = {name: [] for name in _ARRAYS}
    notes: dict[str, dict[str, int]] = {}
    for chunk in chunks:
        to = np.array([place[word] for word in chunk.vocabulary], np.int32)
        for name in _ARRAYS:
            parts[name].append(getattr(chunk, name))
        parts["word"][-1] = to[chunk.word] if len(to) else chunk.word
        parts["window"][-1] = chunk.window + windows
        parts["answer"][-1] = chunk.answer + answers
        parts["phrase_answer"][-1] = chunk.phrase_answer + answers
        windows += len(chunk.answer)
        answers += chunk.answers
        for name, counts in chunk.notes.items():
            here = notes.setdefault(name, {})
            for key, count in counts.items():
                here[key] = here.get(key, 0) + count
    return Chunk(
        vocabulary=vocabulary,
        notes={name: dict(sorted(notes[name].items())) for name in sorted(notes)},
        **{name: np.concatenate(parts[name]) if parts[name] else _EMPTY[name] for name in _ARRAYS},
    )


_TYPES = {
    "window": np.int32, "word": np.int32, "denied": np.bool_, "start": np.int32, "end": np.int32, "answer": np.int32,
    "letters": np.int32, "kind": np.int8, "cut": np.bool_, "copy": np.uint64, "trace": np.uint32, "traced": np.int32, "phrase": np.uint32, "phrase_answer": np.int32,
}  # fmt: skip
_EMPTY: dict[str, Array] = {name: np.zeros(0, kind) for name, kind in _TYPES.items()}
_EMPTY["signature"] = np.zeros((0, SIGNATURE), np.uint32)


def array(name: str, values: Sequence[Any]) -> Array:
    """Values as the column of that name is kept."""
    return np.array(values, _TYPES[name])
