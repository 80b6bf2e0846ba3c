"""Reading a position that somebody typed, pasted or shared: degrees as decimals or with minutes, in any usual order.

Nothing is put right silently: what looks like latitude and longitude in the wrong order comes back as an offer.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Point = tuple[float, float]
"""Latitude and longitude in degrees (WGS 84), north and east positive."""

DIGITS = 5
"""Decimals that are kept: about one metre."""

COUNTRY: Sequence[Point] = (
    (38.10, 124.50), (37.88, 125.00), (37.72, 125.50), (37.72, 125.85), (37.83, 126.15), (37.86, 126.30), (37.86, 126.45),
    (37.80, 126.52), (37.80, 126.64), (37.96, 126.65), (38.05, 126.78), (38.27, 126.95), (38.33, 127.15), (38.35, 127.60), (38.36, 128.00),
    (38.48, 128.20), (38.62, 128.26), (38.75, 128.75), (37.90, 131.00), (37.55, 132.05), (36.90, 132.05), (36.00, 130.05),
    (35.20, 129.65), (34.85, 129.20), (34.40, 128.80), (33.70, 127.70), (32.95, 126.90), (32.95, 126.10), (33.90, 124.85),
    (36.00, 124.95), (37.30, 124.50),
)  # fmt: skip
"""A rough line around the Republic of Korea with its waters near the coast, drawn by hand: at the military demarcation
line within some five kilometres. A test holds it against the boundaries of the districts. It says what is certainly
elsewhere; it draws no border."""

_NUMBER = r"[-+]?\d{1,3}(?:\.\d+)?"
_PAIR = re.compile(rf"(?<![\d.])({_NUMBER})\s*[,;/ ]\s*({_NUMBER})(?![\d.])")
_PART = re.compile(
    r"(?P<before>[NSEW])?\s*(?P<degrees>[-+]?\d{1,3}(?:\.\d+)?)\s*(?:°|도|d)?\s*"
    r"(?:(?P<minutes>\d{1,2}(?:\.\d+)?)\s*(?:'|분|m)\s*)?(?:(?P<seconds>\d{1,2}(?:\.\d+)?)\s*(?:\"|''|초|s)\s*)?"
    r"(?P<after>[NSEW](?![A-Za-z]))?"
)
_MARKS = str.maketrans({"′": "'", "’": "'", "″": '"', "”": '"', "º": "°", "˚": "°", "−": "-"})
_WORDS = (("북위", "N"), ("동경", "E"), ("위도", "N"), ("경도", "E"), ("latitude", "N"), ("longitude", "E"), ("lat", "N"),
          ("long", "E"), ("lng", "E"), ("lon", "E"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """What somebody's words for a position mean. Either `point`, or a `problem`; with `swapped` comes an `offer`."""

    point: Point | None = None
    problem: Literal["", "unread", "swapped", "outside"] = ""
    offer: Point | None = None


def read(typed: str) -> Reading:
    """The position somebody typed; an empty text is neither a point nor a problem."""
    text = unicodedata.normalize("NFKC", typed).translate(_MARKS).strip()
    if not text:
        return Reading()
    pair = _named(text) or _plain(text)
    if pair is None:
        return Reading(problem="unread")
    point = (round(pair[0], DIGITS), round(pair[1], DIGITS))
    if is_in_country(point):
        return Reading(point)
    other = (point[1], point[0])
    if is_in_country(other):
        return Reading(problem="swapped", offer=other)
    return Reading(problem="outside")


def _plain(text: str) -> Point | None:
    """Two decimals beside each other, alone or inside a shared link."""
    if re.fullmatch(r"\d{1,3},\d+[\s;]+\d{1,3},\d+", text):  # decimals with commas
        text = text.replace(",", ".")
    is_link = "://" in text or text.lower().startswith("geo:")
    found = _PAIR.search(text) if is_link else _PAIR.fullmatch(text.strip("()[] "))
    return (float(found[1]), float(found[2])) if found else None


def _named(text: str) -> Point | None:
    """Degrees with minutes, or with letters or words that say which is which."""
    if "://" in text:
        return None
    short = text
    for word, letter in _WORDS:
        short = re.sub(rf"{word}\s*[:=]?\s*", f" {letter} ", short, flags=re.IGNORECASE)
    short = short.upper().replace(",", " ")
    is_marked = bool(re.search(r"[NSEW°도]", short)) or "'" in short
    parts = list(_PART.finditer(short)) if is_marked else []
    rest = re.sub(r"[\s()]", "", _PART.sub("", short)) if is_marked else "-"
    if len(parts) != 2 or rest:
        return None
    values: dict[str, float] = {}
    for place, part in zip("NE", parts, strict=True):
        minutes, seconds = float(part["minutes"] or 0), float(part["seconds"] or 0)
        if minutes >= 60 or seconds >= 60:
            return None
        letter = part["before"] or part["after"] or place
        size = abs(float(part["degrees"])) + minutes / 60 + seconds / 3600
        sign = -1 if letter in "SW" or part["degrees"].startswith("-") else 1
        values["N" if letter in "NS" else "E"] = sign * size
    return (values["N"], values["E"]) if len(values) == 2 else None


def is_in_country(point: Point) -> bool:
    """Whether a point lies inside the rough line around the country."""
    return inside(point, COUNTRY)


def inside(point: Point, ring: Sequence[Point]) -> bool:
    """Whether a point lies inside a ring, by counting the edges that a ray crosses (even-odd rule)."""
    latitude, longitude = point
    crossed = False
    previous = ring[-1]
    for corner in ring:
        if (corner[0] > latitude) != (previous[0] > latitude):
            at = corner[1] + (latitude - corner[0]) / (previous[0] - corner[0]) * (previous[1] - corner[1])
            crossed ^= longitude < at
        previous = corner
    return crossed


def written(point: Point) -> str:
    """A point as it stands in a form: `37.57041, 126.99219`."""
    return f"{point[0]:.{DIGITS}f}, {point[1]:.{DIGITS}f}"
