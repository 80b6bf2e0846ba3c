"""Cuts the typeface into slices that a page loads as it needs them, and writes their @font-face rules.

    python tools/fonts.py            build/static/fonts/*.woff2 and build/work/fonts.css; skips when nothing changed
    python tools/fonts.py --order    writes frontend/fonts/slices.txt anew after many strings have changed

The first slice holds Latin and the syllables most used by our own interface and by citizens' texts
(frontend/fonts/hangul.txt); more follow in order of use; the remaining syllables lie in blocks of the code table.
The order is kept in a file, so that a changed string does not recut the typeface: every syllable is in some slice.
Later rules win where ranges overlap, so the blocks come first and need no lists of code points.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import re
import shutil
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "node_modules" / "@fontsource" / "pretendard"
ORDER = ROOT / "frontend" / "fonts" / "hangul.txt"
KEPT = ROOT / "frontend" / "fonts" / "slices.txt"
OUT = ROOT / "build" / "static" / "fonts"
CSS = ROOT / "build" / "work" / "fonts.css"
STAMP = ROOT / "build" / "work" / "fonts.json"

FAMILY = "Madang Sans"
WEIGHTS = (400, 700)
UNITS = {400: 256, 700: 320}  # half a unit is 0.1 px in the largest heading; a third of the bytes
FIRST = 600  # syllables in the first slice: more would weigh on every page, fewer fetch more slices on most
SLICES, EACH = 27, 30  # slices in order of use; together every syllable that our own words and citizens use
SHELL = ("kernel/base.html", "components/personmenu.html", "components/theme.html")
BLOCKS = 10  # slices of the rest
LATIN = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "\u00a0\u00a9\u00ab\u00b0\u00b1\u00b7\u00bb\u00d7–—‘’“”•…−→←↑↓₩「」『』、。"
)
JAMO = "".join(map(chr, range(0x3131, 0x3164)))
OTHER = [(0x00A1, 0x024F), (0x0300, 0x036F), (0x1E00, 0x1EFF), (0x2010, 0x2BFF), (0x3000, 0x303F), (0x3165, 0x33FF),
         (0xFF01, 0xFFEE)]  # fmt: skip
SYLLABLES = [chr(code) for code in range(0xAC00, 0xD7A4)]


def interface_words() -> tuple[Counter[str], set[str]]:
    """How often each syllable occurs in our own catalogues, and those that stand on every page (header and footer)."""
    import polib

    counts: Counter[str] = Counter()
    everywhere: set[str] = set()
    for path in sorted((ROOT / "src").glob("**/locale/ko/**/*.po")):
        for entry in polib.pofile(str(path)):
            syllables = re.findall(r"[가-힣]", entry.msgstr or "".join(entry.msgstr_plural.values()))
            counts.update(syllables)
            if any(file.endswith(SHELL) for file, _ in entry.occurrences):
                everywhere.update(syllables)
    return counts, everywhere


def order() -> None:
    """Mixes the order of citizens' texts with our own and writes the slices, one a line, the most used first."""
    citizens = {
        syllable: rank for rank, syllable in enumerate(ORDER.read_text(encoding="utf-8").replace("\n", ""))
    }
    counts, everywhere = interface_words()
    ours = {
        syllable: rank for rank, syllable in enumerate(sorted(counts, key=lambda each: (-counts[each], each)))
    }
    # Ranks, not counts, are mixed: two texts of very different length weigh the same.
    score = {
        s: (s in citizens) / (citizens.get(s, 0) + 60)
        + (s in ours) / (ours.get(s, 0) + 60)
        + (s in everywhere)
        for s in {*citizens, *ours}
    }
    used = sorted(score, key=lambda syllable: (-score[syllable], syllable))[: FIRST + SLICES * EACH]
    lines = [used[:FIRST]] + [used[at : at + EACH] for at in range(FIRST, len(used), EACH)]
    KEPT.write_text("".join("".join(sorted(line)) + "\n" for line in lines), encoding="utf-8")


def plan() -> list[tuple[str, str]]:
    """Slices as ``(name, characters)``, the first the most used."""
    lines = KEPT.read_text(encoding="utf-8").split()
    extra = {0: LATIN, 1: JAMO}
    return [(f"{number:02}", extra.get(number, "") + line) for number, line in enumerate(lines)]


def blocks() -> list[tuple[str, int, int]]:
    """The rest of the syllables as ``(name, first, last)`` ranges of the code table."""
    size = -(-len(SYLLABLES) // BLOCKS)
    return [
        (f"r{number}", 0xAC00 + number * size, min(0xAC00 + (number + 1) * size - 1, 0xD7A3))
        for number in range(BLOCKS)
    ]


def unicode_range(characters: str) -> str:
    """CSS ``unicode-range`` of the characters, neighbours joined."""
    codes = sorted(set(map(ord, characters)))
    parts: list[list[int]] = []
    for code in codes:
        if parts and code == parts[-1][1] + 1:
            parts[-1][1] = code
        else:
            parts.append([code, code])
    return ",".join(f"U+{a:x}" if a == b else f"U+{a:x}-{b:x}" for a, b in parts)


def plain(weight: int) -> bytes:
    """The whole typeface unpacked: unpacking takes seconds, so it is done once a weight."""
    from fontTools.ttLib import TTFont

    font = TTFont(PACKAGE / "files" / f"pretendard-latin-{weight}-normal.woff2")
    font.flavor = None
    target = io.BytesIO()
    font.save(target, reorderTables=False)
    return target.getvalue()


def cut(whole: bytes, weight: int, name: str, characters: str) -> None:
    """Writes one slice."""
    from fontTools import subset
    from fontTools.ttLib import TTFont
    from fontTools.ttLib.scaleUpem import scale_upem

    font = TTFont(io.BytesIO(whole), lazy=True)
    options = subset.Options(hinting=False, notdef_outline=True, name_IDs=[0, 13, 14] if name == "00" else [])
    has_latin = name in {"00", "x"}
    options.layout_features = ["kern", "tnum", "ccmp"] if has_latin else []
    if not has_latin:
        options.drop_tables += ["GPOS", "GSUB", "GDEF"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=characters)
    cutter.subset(font)
    scale_upem(font, UNITS[weight])
    style = "Bold" if weight == 700 else "Regular"
    full = f"{FAMILY} {style}"
    for name_id, value in ((1, FAMILY), (2, style), (4, full), (6, full.replace(" ", "-"))):
        font["name"].setName(value, name_id, 3, 1, 0x409)
    font.flavor = "woff2"
    font.save(OUT / f"madang-{weight}-{name}.woff2")


def cut_weight(weight: int, jobs: list[tuple[str, str]]) -> None:
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    whole = plain(weight)
    # The whole typeface, for what is printed on the server (reports as PDF).
    (OUT / f"madang-{weight}.ttf").write_bytes(whole)
    for name, characters in jobs:
        cut(whole, weight, name, characters)


def face(weight: int, name: str, covered: str) -> str:
    return (
        f"@font-face{{font-family:{FAMILY};font-weight:{weight};font-display:swap;"
        f"src:url(fonts/madang-{weight}-{name}.woff2)format('woff2');unicode-range:{covered}}}"
    )


def main() -> int:
    if "--order" in sys.argv:
        order()
    slices = plan()
    version = json.loads((PACKAGE / "package.json").read_text())["version"]
    own_text = Path(__file__).read_text(encoding="utf-8")
    wanted = hashlib.sha256(json.dumps([version, slices, own_text]).encode()).hexdigest()
    if STAMP.exists() and CSS.exists() and OUT.exists() and json.loads(STAMP.read_text()) == wanted:
        return 0
    shutil.rmtree(OUT, ignore_errors=True)
    OUT.mkdir(parents=True)
    CSS.parent.mkdir(parents=True, exist_ok=True)
    listed = {character for _, characters in slices for character in characters}
    other = "".join(chr(code) for a, b in OTHER for code in range(a, b + 1) if chr(code) not in listed)
    jobs: list[tuple[str, str, str]] = [("x", other, ",".join(f"U+{a:x}-{b:x}" for a, b in OTHER))]
    for name, first, last in blocks():
        inside = "".join(chr(code) for code in range(first, last + 1) if chr(code) not in listed)
        jobs.append((name, inside, f"U+{first:x}-{last:x}"))
    jobs += [(name, characters, unicode_range(characters)) for name, characters in reversed(slices)]
    cuts = [(name, characters) for name, characters, _ in jobs]
    with ProcessPoolExecutor(max_workers=len(WEIGHTS)) as pool:
        list(pool.map(cut_weight, WEIGHTS, [cuts] * len(WEIGHTS)))
    rules = [face(weight, name, covered) for name, _, covered in jobs for weight in WEIGHTS]
    (OUT / "OFL.txt").write_text((PACKAGE / "LICENSE").read_text(encoding="utf-8"), encoding="utf-8")
    CSS.write_text("\n".join(rules) + "\n")
    STAMP.write_text(json.dumps(wanted))
    return 0


if __name__ == "__main__":
    sys.exit(main())
