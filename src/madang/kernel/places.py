"""Administrative districts (si, gun, gu) with the middle of each, as data.

Codes, names and shapes are those of Statistics Korea's 2018 boundaries (`southkorea-maps`, see `data/README`);
the middle is the centroid of a district's largest part, in degrees, to about ten metres.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings

from madang.kernel.saying import in_english

DATA = Path(__file__).parent / "data" / "districts.csv"
EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True)
class District:
    """`code` has five digits, the first two are its province's; latitude and longitude are degrees."""

    code: str
    province_ko: str
    province_en: str
    name_ko: str
    name_en: str
    latitude: float
    longitude: float

    @property
    def name(self) -> str:
        return self.name_en if in_english() else self.name_ko

    @property
    def province(self) -> str:
        return self.province_en if in_english() else self.province_ko

    @property
    def label(self) -> str:
        """The name with its province, because there are six 중구."""
        return f"{self.name_en}, {self.province_en}" if in_english() else f"{self.province_ko} {self.name_ko}"


@cache
def districts() -> Mapping[str, District]:
    """All districts by code, in the order of the codes."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: District(
                row["code"], row["province_ko"], row["province_en"], row["name_ko"], row["name_en"],
                float(row["latitude"]), float(row["longitude"]),
            )
            for row in csv.DictReader(file)
        }  # fmt: skip


def district(code: str) -> District | None:
    return districts().get(code)


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Districts to choose from, by province; only those of `settings.DISTRICTS` where it names any."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for one in districts().values():
        if not settings.DISTRICTS or one.code.startswith(settings.DISTRICTS):
            groups.setdefault(one.province, []).append((one.code, one.name))
    return list(groups.items())


def around(code: str, kilometres: float) -> tuple[str, ...]:
    """The district and those whose middle lies within so many kilometres of its own, the nearest first."""
    middle = districts()[code]
    near = sorted((_kilometres(middle, other), other.code) for other in districts().values())
    return tuple(other for distance, other in near if other == code or distance <= kilometres)


def nearest(latitude: float, longitude: float) -> tuple[District, float]:
    """The district whose middle is nearest to a point, and how many kilometres away it is. It need not hold the point."""
    here = (latitude, longitude)
    near = min(
        (kilometres(here, (one.latitude, one.longitude)), one.code, one) for one in districts().values()
    )
    return near[2], near[0]


def _kilometres(one: District, other: District) -> float:
    return kilometres((one.latitude, one.longitude), (other.latitude, other.longitude))


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great circle distance between two points, latitude first, by the haversine formula."""
    first, second = math.radians(one[0]), math.radians(other[0])
    across = math.radians(other[1] - one[1])
    half = math.sin((second - first) / 2) ** 2
    half += math.cos(first) * math.cos(second) * math.sin(across / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))
