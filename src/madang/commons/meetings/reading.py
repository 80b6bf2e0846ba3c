"""Plain values for programs and files: what the pages show to everybody, and nothing more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q

from madang.commons.meetings import queries
from madang.commons.meetings.enums import Asked, MinutesState
from madang.commons.meetings.logic import stamps
from madang.commons.meetings.models import AgendaItem, Meeting, Minutes, Paragraph
from madang.kernel.logic import cells

Plain = dict[str, Any]
COMING, HELD = "coming", "held"


def listed(when: str, *, after: Sequence[Any] = (), limit: int) -> tuple[list[Plain], list[Any]]:
    """Meetings to come, the next first, or held ones, the latest first; and the position behind them, empty at the end.

    A meeting that is moved meanwhile may be missed or come twice.
    """
    rows = queries.upcoming() if when == COMING else queries.past()
    if after:
        moment, key = datetime.fromisoformat(after[0]), after[1]
        later = Q(starts_at__gt=moment) | Q(starts_at=moment, pk__gt=key)
        earlier = Q(starts_at__lt=moment) | Q(starts_at=moment, pk__lt=key)
        rows = rows.filter(later if when == COMING else earlier)
    found = list(queries.counted(rows).prefetch_related("about")[: limit + 1])
    last = found[limit - 1] if len(found) > limit else None
    return [meeting(row) for row in found[:limit]], [last.starts_at.isoformat(), last.pk] if last else []


def meeting(row: Any) -> Plain:
    """A meeting with its counts; never who comes."""
    return {
        "number": row.number,
        "state": row.state,
        "title": {"ko": row.title_ko, "en": row.title_en},
        "summary": {"ko": row.summary_ko, "en": row.summary_en},
        "host": {"code": row.host.code, "name": {"ko": row.host.name_ko, "en": row.host.name_en}},
        "mode": row.mode,
        "place": row.place,
        "address": row.address,
        "district": row.district or None,
        "starts_at": row.starts_at,
        "ends_at": row.ends_at,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "level": row.level,
        "seats": row.seats,
        "coming": row.coming,
        "online": row.online,
        "waiting": row.waiting,
        "stream_url": row.stream_url or None,
        "recording_url": row.recording_url or None,
        "about": [one.reference for one in row.about.all()],
    }


def agenda(row: Meeting) -> list[Plain]:
    """The points of the agenda in their order."""
    return [_item(place, item) for place, item in enumerate(queries.agenda(row), 1)]


def _item(place: int, item: AgendaItem) -> Plain:
    return {
        "place": place,
        "title": item.title,
        "note": item.note,
        "minutes": item.minutes,
        "reference": item.reference or None,
        "started_at": item.started_at,
        "ended_at": item.ended_at,
    }


def published(row: Meeting, version: int | None = None) -> Minutes | None:
    """The published minutes of this version, or those that stand; None where there are none."""
    found = row.minutes.filter(state=MinutesState.PUBLISHED).select_related("approved_by")
    return found.filter(version=version).first() if version is not None else found.last()


def minutes(row: Meeting, chosen: Minutes) -> Plain:
    """Published minutes with their paragraphs."""
    assert chosen.state == MinutesState.PUBLISHED, "what is in work is nobody else's to read"
    versions = row.minutes.filter(state=MinutesState.PUBLISHED)
    return {
        "number": row.number,
        "version": chosen.version,
        "versions": list(versions.values_list("version", flat=True)),
        "published_at": chosen.published_at,
        "approved_by": chosen.approved_by.shown_name if chosen.approved_by else "",
        "attendance": {
            name: chosen.attendance.get(name, 0)
            for name in ("came", "door", "registered", "online", "waited")
        },
        "missing": chosen.missing,
        "paragraphs": [_paragraph(place, one) for place, one in enumerate(_paragraphs(chosen), 1)],
    }


def _paragraphs(chosen: Minutes) -> list[Paragraph]:
    return list(chosen.paragraphs.select_related("item", "question", "table"))


def _paragraph(place: int, one: Paragraph) -> Plain:
    asked = one.question if one.question and one.question.state != Asked.HIDDEN else None
    return {
        "place": place,
        "text": one.text,
        "language": one.language,
        "item": one.item.title if one.item else None,
        "table": one.table.place if one.table else None,
        "question": asked.body if asked else None,
        "reference": one.reference or None,
        "second": one.second,
    }


COLUMNS = ("place", "item", "table", "question", "text", "language", "reference", "moment")


def minutes_csv(row: Meeting, chosen: Minutes) -> str:
    """The paragraphs as a table for spreadsheets (UTF-8 with mark); below it who was there and where it comes from.

    Text that a spreadsheet would take for a formula begins with an apostrophe.
    """
    told = minutes(row, chosen)
    rows: list[list[object]] = [list(COLUMNS)]
    for one in told["paragraphs"]:
        moment = stamps.written(one["second"]) if one["second"] is not None else ""
        rows.append([one.get(name) if name != "moment" else moment for name in COLUMNS])
    rows.append([])
    rows.append(["meeting", row.number, row.title_ko, row.title_en])
    rows.append(["version", told["version"], told["published_at"].isoformat(), told["approved_by"]])
    rows.append(["attendance", *(f"{name}={count}" for name, count in told["attendance"].items())])
    rows.append(["missing", told["missing"]])
    return cells.written(rows)
