"""Which districts an address names, forgiving of spelling: what is not written exactly comes back as a suggestion."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from madang.kernel import places
from madang.kernel.logic import nearnames
from madang.kernel.places import District

MOST = 4
SHORT, LONG = 1.0, 2.0  # letters that may be wrong in a name of two syllables, and in a longer one
LETTERS = 7  # from so many letters on a name is longer
_WORD = re.compile(r"[가-힣]+|[A-Za-z][A-Za-z-]*")
_CITY = re.compile(r"^(.{2,}시)(.{1,}구)$")
_END = ("시", "군", "구", "-si", "-gun", "-gu")
_NO_DISTRICT = frozenset(
    [
        "서울시",
        "부산시",
        "대구시",
        "인천시",
        "광주시",
        "대전시",
        "울산시",
        "세종시",
        "특별시",
        "광역시",
        "특별자치시",
        "입구",
        "출구",
        "다시",
        "도시",
        "잠시",
        "항시",
        "혹시",
        "역시",
        "표시",
        "공구",
        "가구",
        "친구",
        "창구",
        "하수구",
        "비상구",
        "배수구",
        "횡단구",
        "지구",
        "야구",
        "당구",
        "농구",
        "전구",
        "시시",
        "임시",
        "즉시",
        "수시",
        "상시",
        "일시",
        "동시",
        "감시",
        "무시",
        "표시",
        "게시",
        "공시",
        "개시",
    ]
)
"""Words that end like a district and are none, or name a whole province: nobody is asked about them."""
_EASY = {
    "서울특별시": ("서울", "서울시"), "부산광역시": ("부산", "부산시"), "대구광역시": ("대구", "대구시"),
    "인천광역시": ("인천", "인천시"), "광주광역시": ("광주", "광주시"), "대전광역시": ("대전", "대전시"),
    "울산광역시": ("울산", "울산시"), "세종특별자치시": ("세종", "세종시"), "경기도": ("경기",),
    "강원도": ("강원", "강원특별자치도"), "충청북도": ("충북",), "충청남도": ("충남",),
    "전라북도": ("전북", "전북특별자치도"), "전라남도": ("전남",), "경상북도": ("경북",), "경상남도": ("경남",),
    "제주특별자치도": ("제주", "제주도"),
}  # fmt: skip
"""How people write the provinces; two have had other names since the boundaries of 2018."""
_RENAMED = {"23030": ("미추홀구", "michuhol-gu")}
"""Names that districts have had since (Incheon's 남구, July 2018); later changes of borders are not known here."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an address says. `exact`: the district it names, if it names just one. Else `written`, the words that look
    like a district, with `suggested` ones, the nearest spelling first. `unknown`: words that end like one and fit none."""

    exact: District | None = None
    written: str = ""
    suggested: tuple[District, ...] = ()
    unknown: str = ""


def find(address: str, among: Iterable[District] | None = None) -> Found:
    """The district an address names.

    Args:
        among: where to look; all districts of the country by default.
    """
    pool = tuple(among) if among is not None else tuple(places.districts().values())
    words = _WORD.findall(unicodedata.normalize("NFC", address))
    provinces = {name for word in words if (name := _provinces().get(word.lower()))}
    within = tuple(one for one in pool if not provinces or one.province_ko in provinces)
    spoken = [*words, *(one + other for one, other in pairwise(words))]
    exact = [one for one in within for word in spoken if word.lower() in _spellings(one)]
    exact = list({one.code: one for one in exact}.values())
    # 수원시 장안구 names the 구, though 수원시 would fit several.
    whole = [one for one in exact if one.name_ko in spoken]
    if len(whole or exact) == 1:
        return Found(exact=(whole or exact)[0])
    if exact:
        return Found(written=exact[0].name, suggested=tuple((whole or exact)[:MOST]))
    for word in [*spoken, *words]:
        if _looks_like_one(word):
            if near := _near(word, within) or _near(word, pool):
                return Found(written=word, suggested=near)
            if word in words:
                return Found(unknown=word)
    return Found()


@cache
def _provinces() -> Mapping[str, str]:
    known = {}
    for one in places.districts().values():
        for word in (one.province_ko, one.province_en.lower(), *_EASY.get(one.province_ko, ())):
            known[word] = one.province_ko
    return known


@cache
def _spellings(one: District) -> frozenset[str]:
    """Ways in which people write a district rightly; a city that has several gu leads to each of them."""
    english = one.name_en.lower()
    known = {one.name_ko, english, english.replace("-", ""), *_RENAMED.get(one.code, ())}
    if city := _CITY.match(one.name_ko):
        known |= {city[1], city[2]} if len(city[2]) > 2 else {city[1]}
    return frozenset(known)


def _looks_like_one(word: str) -> bool:
    if word in _NO_DISTRICT or word.lower() in _provinces():
        return False
    return len(word) > 2 and word.lower().endswith(_END)


def _near(word: str, pool: Iterable[District]) -> tuple[District, ...]:
    most = LONG if len(nearnames.letters(word)) >= LETTERS else SHORT
    found = []
    for one in pool:
        away = min(nearnames.distance(word, name, most) for name in _spellings(one))
        if away <= most:
            found.append((away, one.code, one))
    found.sort(key=lambda each: each[:2])
    nearest = found[0][0] if found else 0.0
    return tuple(one for away, _code, one in found if away <= nearest + nearnames.NEAR)[:MOST]
