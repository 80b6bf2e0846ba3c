"""The words of a PDF as our typesetter writes it, so that a test reads what a person would."""

from __future__ import annotations

import re
import zlib

STREAM = re.compile(rb"stream\n(.*?)\nendstream", re.DOTALL)  # a stream itself may end with a carriage return
LETTER = re.compile(rb"<([0-9A-F]{4})> <([0-9A-F]+)>")
SET = re.compile(rb"/F(\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", re.DOTALL)
ESCAPED = {b"r": b"\r", b"n": b"\n"}


def words(pdf: bytes) -> str:
    """Every piece of text in the order in which it is set, a line each. A font's letters stand in the file in its order."""
    streams = STREAM.findall(pdf)
    fonts = [
        {
            int(glyph, 16): bytes.fromhex(letter.decode()).decode("utf-16-be")
            for glyph, letter in LETTER.findall(one)
        }
        for one in streams
        if b"beginbfchar" in one
    ]
    found, font = [], fonts[0]
    for page in map(_unpacked, streams):
        for number, text in SET.findall(page) if b" Tj" in page else ():
            if number:
                font = fonts[int(number) - 1]
            else:
                glyphs = re.sub(rb"\\(.)", lambda one: ESCAPED.get(one[1], one[1]), text, flags=re.DOTALL)
                pairs = (int.from_bytes(glyphs[at : at + 2], "big") for at in range(0, len(glyphs), 2))
                found.append("".join(font[glyph] for glyph in pairs))
    return "\n".join(found)


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""
