"""The civic lexicon: what the morphology does not know by itself. A file in versions, so that a result can name it.

`data/lexicon.csv` has one row a word: `word` (taken as one noun, spaces or none), `same` (counted under the word behind it),
`stop` (never counted: it says that somebody asks, and not what), `short` (a word of one syllable that is counted),
`surname`, `title` (what stands behind a name) and `noname` (looks like a name and is none).
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data" / "lexicon.csv"
KINDS = ("word", "same", "stop", "short", "surname", "title", "noname")
# What places and bodies end in: 고양시, 강원도, 인권위. A given name may end so too; then it is shown if five people wrote it.
_NO_NAME = re.compile(r".*[시도군구읍면동리역청부위당천산강섬교대과원회법제관소권률안형화장증비]$")


class LexiconError(ValueError):
    """A row of a lexicon that cannot be used; the message says in Korean and English which and why."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """`same` leads from a spelling to the word it is counted under. `version`: the name of the list and its digest."""

    version: str
    words: tuple[str, ...]
    same: dict[str, str]
    stop: frozenset[str]
    short: frozenset[str]
    surnames: frozenset[str]
    titles: frozenset[str]
    no_names: frozenset[str]

    def counted(self, form: str) -> str:
        """The word that a noun is counted under; empty where it is not counted."""
        word = self.same.get(form, form)
        if word in self.stop or form in self.stop or (len(word) == 1 and word not in self.short):
            return ""
        return word

    def is_name(self, form: str, after: str = "") -> bool:
        """Whether a proper noun looks like a person's name: a surname and two syllables more, or a title behind it."""
        if form in self.no_names or form[:1] not in self.surnames:
            return False
        if after in self.titles and 2 <= len(form) <= 4:
            return True
        return len(form) == 3 and not _NO_NAME.match(form)


@cache
def listed() -> Lexicon:
    """The lexicon that Madang ships."""
    return read(DATA.read_text(encoding="utf-8"))


def read(text: str) -> Lexicon:
    """A lexicon from the text of its file. The first line is `# version NAME`.

    Raises:
        LexiconError: a row has no known kind, no word, or gives a word a second meaning.
    """
    lines = text.splitlines()
    name = (
        lines[0].removeprefix("# version ").strip() if lines and lines[0].startswith("# version ") else "own"
    )
    rows = [
        (number, [cell.strip() for cell in row])
        for number, row in enumerate(csv.reader(io.StringIO(text)), 1)
        if row and not row[0].startswith("#")
    ]
    found: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for number, row in rows:
        kind, word, target = (*row, "", "")[:3]
        if kind not in found or not word or (kind == "same") != bool(target):
            raise LexiconError(
                f"{number}번째 줄: 종류는 {', '.join(KINDS)} 중 하나이고 낱말이 있어야 하며, same에는 대표 낱말이 필요합니다.\n"
                f"Line {number}: the kind is one of {', '.join(KINDS)}, there must be a word, and `same` needs the word to count under."
            )
        if found[kind].setdefault(word, target) != target:
            raise LexiconError(
                f"{number}번째 줄: “{word}”의 대표 낱말이 둘입니다. 하나만 남겨 주세요.\n"
                f"Line {number}: “{word}” leads to two words. Keep one."
            )
    for word, target in found["same"].items():
        if target in found["same"]:
            raise LexiconError(
                f"“{word}”의 대표 낱말 “{target}”이(가) 다시 다른 낱말을 가리킵니다. 바로 이어 주세요.\n"
                f"“{word}” leads to “{target}”, which leads on. Let it lead to the last one."
            )
    digest = hashlib.sha256(
        "\n".join(
            sorted(f"{kind}\t{word}\t{to}" for kind, rows in found.items() for word, to in rows.items())
        ).encode()
    ).hexdigest()[:12]
    return Lexicon(
        version=f"{name}+{digest}",
        words=_unspaced(found["word"]),
        same=found["same"],
        stop=frozenset(found["stop"]),
        short=frozenset(found["short"]),
        surnames=frozenset(found["surname"]),
        titles=frozenset(found["title"]),
        no_names=frozenset(found["noname"]) | frozenset(found["word"]),
    )


def _unspaced(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({" ".join(word.split()) for word in words}))
