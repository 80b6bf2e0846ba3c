"""A text that is changed step by step and still knows where each of its letters stood in what was typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

_JAMO = range(0x1160, 0x1200)  # vowels and final consonants, which join the letter before them


@dataclass(frozen=True, slots=True)
class Aligned:
    """`starts[i]` and `ends[i]`: the part of `raw` that letter `i` of `text` stands for; None while nothing has moved."""

    raw: str
    text: str
    starts: list[int] | None = None
    ends: list[int] | None = None

    def composed(self) -> Aligned:
        """The same text in composed letters (NFC); a letter stands for all that it was composed from."""
        text = self.text
        if unicodedata.is_normalized("NFC", text):
            return self
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        begin = 0
        for at in range(1, len(text) + 1):
            if at < len(text) and (unicodedata.combining(text[at]) or ord(text[at]) in _JAMO):
                continue
            piece = unicodedata.normalize("NFC", text[begin:at])
            start, end = self.span(begin, at)
            pieces.append(piece)
            starts += [start] * len(piece)
            ends += [end] * len(piece)
            begin = at
        return Aligned(self.raw, "".join(pieces), starts, ends)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where `text[start:end]` (not empty) stands in `raw`."""
        if self.starts is None or self.ends is None:
            return start, end
        return self.starts[start], self.ends[end - 1]

    def sub(self, pattern: re.Pattern[str], put: str | Callable[[re.Match[str]], str]) -> Aligned:
        """`pattern.sub(put, text)`; every letter that is put in stands for the whole of what it replaces."""
        return self.replace(
            [
                (match.start(), match.end(), put if isinstance(put, str) else put(match))
                for match in pattern.finditer(self.text)
            ]
        )

    def replace(self, changes: list[tuple[int, int, str]]) -> Aligned:
        """Other words in place of these parts (from, to, words), which are in order and apart."""
        changes = [one for one in changes if self.text[one[0] : one[1]] != one[2]]
        if not changes:
            return self
        old_starts = self.starts if self.starts is not None else list(range(len(self.text)))
        old_ends = self.ends if self.ends is not None else list(range(1, len(self.text) + 1))
        pieces: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        done = 0
        for start, end, put in [*changes, (len(self.text), len(self.text), "")]:
            pieces += [self.text[done:start], put]
            starts += old_starts[done:start]
            ends += old_ends[done:start]
            if put:
                starts += [old_starts[start]] * len(put)
                ends += [old_ends[end - 1]] * len(put)
            done = end
        return Aligned(self.raw, "".join(pieces), starts, ends)

    def cut(self, longest: int) -> Aligned:
        """The first letters."""
        if len(self.text) <= longest:
            return self
        starts = self.starts[:longest] if self.starts is not None else None
        ends = self.ends[:longest] if self.ends is not None else None
        return Aligned(self.raw, self.text[:longest], starts, ends)
