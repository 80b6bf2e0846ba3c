"""Tables of older systems: which column is what, and how their dates and states are written. Plain Python."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

FIELDS = (
    "number", "filed_at", "title", "body", "category", "status", "closed_at", "answer", "address", "lat", "long",
)  # fmt: skip
NEEDED = ("number", "filed_at", "body")
KNOWN: dict[str, tuple[str, ...]] = {
    "number": (
        "접수번호",
        "민원번호",
        "번호",
        "관리번호",
        "case_enquiry_id",
        "service_request_id",
        "number",
        "id",
    ),
    "filed_at": (
        "접수일시",
        "접수일자",
        "접수일",
        "등록일",
        "신청일",
        "open_dt",
        "requested_datetime",
        "filed",
        "date",
    ),
    "title": ("제목", "민원제목", "건명", "case_title", "title"),
    "body": ("내용", "민원내용", "신청내용", "상세내용", "description", "body", "text"),
    "category": ("분류", "유형", "민원유형", "분야", "type", "service_name", "service_code", "category"),
    "status": ("상태", "처리상태", "진행상태", "case_status", "status_description", "status", "state"),
    "closed_at": ("처리일시", "처리일자", "처리일", "완료일", "답변일", "closed_dt", "closed_date", "closed"),
    "answer": ("답변", "처리결과", "답변내용", "처리내용", "closure_reason", "status_notes", "answer"),
    "address": ("주소", "위치", "발생장소", "장소", "location", "address"),
    "lat": ("위도", "latitude", "lat", "y좌표"),
    "long": ("경도", "longitude", "long", "lon", "lng", "x좌표"),
}
"""Names that columns have in files we have seen or that the drafts of standards give them."""
OPEN = ("접수", "처리중", "진행중", "진행", "미처리", "대기", "배정", "open", "inprogress", "pending", "new")
CLOSED = (
    "완료",
    "처리완료",
    "종결",
    "답변완료",
    "취하",
    "반려",
    "이송",
    "closed",
    "resolved",
    "done",
    "completed",
)
OLDEST = datetime(1950, 1, 1)  # noqa: DTZ001 - a moment of the table, whose zone nobody wrote
_EXCEL = datetime(1899, 12, 30)  # noqa: DTZ001
_DATE = re.compile(
    r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?"
    r"(?:\s*\([월화수목금토일]\))?"
    r"(?:[T\s]*(오전|오후|AM|PM)?\s*(\d{1,2})\s*[:시]\s*(?:(\d{1,2})\s*분?)?(?::(\d{1,2})(?:\.\d+)?)?\s*(AM|PM)?)?",
    re.IGNORECASE | re.ASCII,
)
_PACKED = re.compile(r"(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?", re.ASCII)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?", re.ASCII)


def header(rows: Iterable[Sequence[str]]) -> tuple[int, list[str]]:
    """Where the names of the columns stand (from 0), and the names: each once, none empty.

    A title above the table, a merged cell, is one cell with words and many without.
    """
    for place, cells in enumerate(rows):
        if sum(bool(cell.strip()) for cell in cells) >= 2:
            names: list[str] = []
            for position, cell in enumerate(cells, start=1):
                name = " ".join(cell.split()) or f"#{position}"
                while name in names:
                    name += " (2)"
                names.append(name)
            return place, names
    return 0, []


def guess(columns: Sequence[str]) -> dict[str, str]:
    """Which column is probably what; only names that are known, the first that fits."""
    plain = {re.sub(r"[\s_()]", "", name).lower(): name for name in reversed(columns)}
    found: dict[str, str] = {}
    for field, names in KNOWN.items():
        for name in names:
            column = plain.get(re.sub(r"[\s_()]", "", name).lower())
            if column is not None and column not in found.values():
                found[field] = column
                break
    return found


def moment(text: str) -> datetime | None:
    """Day and time as offices write them; None for what is none. A number is a day of a spreadsheet."""
    text = text.strip()
    if match := _DATE.fullmatch(text):
        year, month, day, half, hour, minute, second, after = match.groups()
        return _made(year, month, day, hour, minute, second, half or after)
    if match := _PACKED.fullmatch(text):
        year, month, day, hour, minute, second = match.groups()
        return _made(year, month, day, hour, minute, second, None)
    if _SERIAL.fullmatch(text):
        return _EXCEL + timedelta(seconds=round(float(text) * 86_400))
    return None


def _made(
    year: str,
    month: str,
    day: str,
    hour: str | None,
    minute: str | None,
    second: str | None,
    half: str | None,
) -> datetime | None:
    at = int(hour or 0)
    if half and not 1 <= at <= 12:
        return None
    if half:
        at = at % 12 + (12 if half.upper() in ("오후", "PM") else 0)
    try:
        return datetime(int(year), int(month), int(day), at, int(minute or 0), int(second or 0))  # noqa: DTZ001
    except ValueError:
        return None


def state(text: str) -> str:
    """`open`, `closed`, or "" for a word that is not known."""
    word = re.sub(r"[\s_\-]", "", text).lower()
    return "open" if word in OPEN else "closed" if word in CLOSED else ""


@dataclass(frozen=True, slots=True)
class Old:
    """A row that can be kept. Moments have no zone: the table names none."""

    line: int
    number: str
    filed_at: datetime
    title: str
    body: str
    category: str
    is_open: bool
    closed_at: datetime | None
    answer: str
    address: str
    point: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that cannot be kept; `why` names the sentence and `value` what stands there."""

    line: int
    why: str
    value: str = ""


def read(line: int, cells: Mapping[str, str], mapping: Mapping[str, str], now: datetime) -> Old | Bad:
    """One row, checked cell by cell. `mapping` says which column is which field; `now` has no zone either."""
    got = {field: cells.get(mapping.get(field, ""), "").strip() for field in FIELDS}
    if not got["number"] or len(got["number"]) > 80:
        return Bad(line, "number", got["number"])
    filed_at = moment(got["filed_at"])
    if filed_at is None or not OLDEST <= filed_at <= now:
        return Bad(line, "filed_at", got["filed_at"])
    if not got["body"] and not got["title"]:
        return Bad(line, "empty")
    closed_at = moment(got["closed_at"]) if got["closed_at"] else None
    if got["closed_at"] and (closed_at is None or not filed_at <= closed_at <= now):
        return Bad(line, "closed_at", got["closed_at"])
    stands = state(got["status"]) if got["status"] else ("closed" if closed_at else "open")
    if not stands:
        return Bad(line, "status", got["status"])
    point = None
    if got["lat"] or got["long"]:
        try:
            point = (float(got["lat"]), float(got["long"]))
        except ValueError:
            return Bad(line, "point", f"{got['lat']}, {got['long']}")
        if not (33 <= point[0] <= 39 and 124 <= point[1] <= 132):
            return Bad(line, "point", f"{got['lat']}, {got['long']}")
    return Old(
        line, got["number"], filed_at, got["title"], got["body"] or got["title"], got["category"],
        stands == "open", closed_at, got["answer"], got["address"], point,
    )  # fmt: skip


def filled(
    rows: Iterable[tuple[int, list[str]]], columns: Sequence[str], down: Iterable[str]
) -> Iterator[tuple[int, dict[str, str] | None]]:
    """Rows by the names of their columns. In the columns of `down` an empty cell has the value above it, as merged cells
    come out; short rows are filled up; None is a row with more cells than columns."""
    above: dict[str, str] = {}
    wanted = set(down)
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(columns) :]):
            yield line, None
            continue
        row = dict(zip(columns, [*cells, *[""] * len(columns)], strict=False))
        for name in wanted & set(columns):
            if row[name].strip():
                above[name] = row[name]
            else:
                row[name] = above.get(name, "")
        yield line, row
