"""The public figures as tables: each with its source, its moment and its denominators, each also as CSV."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from madang.commons.matters import api as matters
from madang.kernel import clock
from madang.kernel.logic import cells
from madang.portal import services

TONES = {"individual": "blue", "organised": "plum", "agency": "ochre"}


@dataclass(frozen=True, slots=True)
class Table:
    """One table of figures. Cells are numbers, words or None ("not known"); CSV prints the same cells."""

    slug: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    at: datetime
    source: str
    bars: tuple[dict[str, Any], ...] = field(default=())
    bars_caption: str = ""
    bars_are_shares: bool = False


def grouped(number: int) -> str:
    """A whole number with its thousands set apart."""
    return str(number_format(number, force_grouping=True))


def percent(share: float | None) -> str:
    """A share as a whole percentage, or a dash where nothing can be divided."""
    if share is None:
        return "–"
    # A half goes up, as people round; the float's own rounding would make 12 of 12.5.
    return f"{Decimal(str(share * 100)).quantize(Decimal(1), ROUND_HALF_UP)}%"


def own_source() -> str:
    return _("Records of this site")


def by_origin_rows() -> list[matters.OriginRow]:
    """The headline figure: ideas filed here, by who filed them; empty where the square is switched off."""
    square = services.front_door("square")
    return matters.by_origin(square.filed_here()) if square else []


def origin_label(origin: str) -> str:
    return str(matters.Origin(origin).label)


def by_origin() -> Table:
    rows = by_origin_rows()
    total = [sum(getattr(row, name) for row in rows) for name in ("filed", "answered", "effect")]
    cells = [
        (
            origin_label(row.origin),
            row.filed,
            row.answered,
            percent(row.answered_share),
            row.effect,
            percent(row.effect_share),
        )
        for row in rows
    ]
    filed = total[0]
    cells.append(
        (
            _("All"),
            filed,
            total[1],
            percent(total[1] / filed if filed else None),
            total[2],
            percent(total[2] / filed if filed else None),
        )
    )
    bars = [
        {
            "label": origin_label(row.origin),
            "value": round((row.answered_share or 0) * 100),
            "tone": TONES[row.origin],
            "note": ngettext("%(n)s idea filed", "%(n)s ideas filed", row.filed) % {"n": grouped(row.filed)},
        }
        for row in rows
        if row.filed
    ]
    return Table(
        slug="by-origin",
        title=_("Answers and effects by who filed"),
        note=_(
            "Public ideas filed here. Shares are of the ideas filed. An idea merged into another counts with the"
            " answer and effect of that one. An idea that an office later handled as a question or complaint still"
            " counts as an idea. An effect counts when it is under way or done, from evidence."
        ),
        columns=(
            _("Origin"),
            _("Filed"),
            pgettext("count", "Answered with a reason"),
            _("Share answered"),
            pgettext("count", "With an effect"),
            _("Share with an effect"),
        ),
        rows=tuple(cells),
        at=clock.now(),
        source=own_source(),
        bars=tuple(bars),
        bars_caption=_("Share of ideas answered with a reason"),
        bars_are_shares=True,
    )


def by_channel() -> Table:
    """By which means ideas came in, of all filed here, and how many of each were answered."""
    square = services.front_door("square")
    rows = matters.by_channel(square.filed_here()) if square else []
    labels = dict(matters.Channel.choices)
    cells = [
        (
            str(labels[row.channel]),
            row.filed,
            percent(row.share),
            row.answered,
            percent(row.answered_share),
        )
        for row in rows
    ]
    filed, answered = sum(row.filed for row in rows), sum(row.answered for row in rows)
    whole = (
        _("All"),
        filed,
        percent(1.0 if filed else None),
        answered,
        percent(answered / filed if filed else None),
    )
    return Table(
        slug="by-channel",
        title=_("How ideas came in"),
        note=_(
            "Public ideas filed here, by the means they came in; all have the same rights. Shares of a means are of all"
            " ideas filed, shares answered of the ideas that came in by it. Merged ideas count as in the table above."
        ),
        columns=(
            _("Means"),
            _("Filed"),
            _("Share of all ideas"),
            pgettext("count", "Answered with a reason"),
            _("Share answered"),
        ),
        rows=(*cells, whole),
        at=clock.now(),
        source=own_source(),
        bars=tuple(
            {"label": str(labels[row.channel]), "value": row.filed, "tone": "blue"}
            for row in rows
            if row.filed
        ),
        bars_caption=_("Ideas by means"),
    )


def median_words(days: float | None) -> str:
    return "–" if days is None else number_format(round(days, 1))


def answer_times() -> Table:
    found = matters.answer_times(matters.public())
    return Table(
        slug="answers-on-time",
        title=_("Answers on time"),
        note=_(
            "All public matters filed here. On time means published by the date of the clock, pauses and"
            " extensions included. The share is of all answers whose date has passed or that were given. Days are"
            " calendar days from the start of the office's clock to publication."
        ),
        columns=(_("Measure"), _("Value"), _("Of")),
        rows=(
            (_("Answered on time"), found.on_time, found.decided),
            (_("Answered late"), found.late, found.decided),
            (_("Late and still not answered"), found.overdue, found.decided),
            (_("Share on time"), percent(found.share), found.decided),
            (_("Days to the answer, median"), median_words(found.median_days), found.answered),
            (_("Waiting, date not reached"), found.waiting, found.waiting + found.overdue),
        ),
        at=clock.now(),
        source=own_source(),
    )


def transfers() -> Table:
    found = matters.transfers(matters.public())
    return Table(
        slug="transfers",
        title=_("Passed from office to office"),
        note=_(
            "Public matters that were ever owed an answer. A transfer carries a published reason; the third one"
            " goes to the arbiter, who names the office."
        ),
        columns=(_("Measure"), _("Matters"), _("Of")),
        rows=(
            (_("Never passed on"), found.given - found.once - found.twice - found.arbiter, found.given),
            (_("Passed on once"), found.once, found.given),
            (_("Passed on twice"), found.twice, found.given),
            (_("Decided by the arbiter"), found.arbiter, found.given),
        ),
        at=clock.now(),
        source=own_source(),
    )


# --- the imported file ----------------------------------------------------------------------------------

ARCHIVE = "gwanghwamoon"


def state_label(state: str) -> str:
    """One of the source's own states in the language of the page."""
    known = {
        "토론종료": pgettext("source state", "Discussion ended"),
        "토론중": pgettext("source state", "In discussion"),
        "숙성중": pgettext("source state", "Maturing"),
        "숙성종료": pgettext("source state", "Maturing ended"),
        "과제추진중": pgettext("source state", "Under way as a task"),
    }
    return known.get(state, state)


@dataclass(frozen=True, slots=True)
class Archive:
    """The page of an imported file. `finding` is computed: who is behind all that got under way."""

    credit: str
    rows: int
    distinct: int
    merged: int
    first: Any
    last: Any
    finding: str
    table: Table


UNDER_WAY = "과제추진중"


def finding(by_origin: dict[str, dict[str, int]], totals: dict[str, int]) -> str:
    """One sentence on who is behind the items under way, true for whatever was imported."""
    under_way = {origin: states.get(UNDER_WAY, 0) for origin, states in by_origin.items()}
    total = sum(under_way.values())
    if not total:
        return _("No item of the file is under way.")
    for origin, count in under_way.items():
        if count == total:
            return _(
                "All %(total)s items under way come from one origin: %(origin)s. It filed %(filed)s of %(all)s rows."
            ) % {
                "total": grouped(total),
                "origin": origin_label(origin),
                "filed": grouped(totals[origin]),
                "all": grouped(sum(totals.values())),
            }
    parts = ", ".join(f"{origin_label(origin)} {grouped(count)}" for origin, count in under_way.items())
    return _("The %(total)s items under way by origin: %(parts)s.") % {
        "total": grouped(total),
        "parts": parts,
    }


def archive() -> Archive | None:
    """The imported file of Gwanghwamoon 1st Street, or None when it was not imported here."""
    square = services.front_door("square")
    found = square.archive(ARCHIVE) if square else None
    if found is None:
        return None
    counted = found.funnel
    totals = {origin: sum(states.values()) for origin, states in counted.by_origin.items()}
    columns = (_("State in the source"), *(origin_label(origin) for origin in counted.by_origin), _("All"))
    rows = [
        (
            state_label(state),
            *(states[state] for states in counted.by_origin.values()),
            counted.by_state[state],
        )
        for state in square.SOURCE_STATES
    ]
    rows.append((_("All"), *totals.values(), counted.rows))
    table = Table(
        slug="gwanghwamoon",
        title=_("Rows of the file by state and origin"),
        note=_(
            "Every row of the file counts, duplicates included. The states are those of the source on the day of the crawl."
        ),
        columns=columns,
        rows=tuple(rows),
        at=clock.now(),
        source=found.credit,
        bars=tuple(
            {
                "label": state_label(state),
                "value": counted.by_state[state],
                "tone": "jade" if state == UNDER_WAY else "blue",
            }
            for state in square.SOURCE_STATES
        ),
        bars_caption=_("Rows by state"),
    )
    return Archive(
        credit=found.credit,
        rows=counted.rows,
        distinct=counted.distinct,
        merged=counted.rows - counted.distinct,
        first=counted.first_on,
        last=counted.last_on,
        finding=finding(counted.by_origin, totals),
        table=table,
    )


# --- giving them out ------------------------------------------------------------------------------------


def _archive_table() -> Table | None:
    found = archive()
    return found.table if found else None


TABLES: dict[str, Callable[[], Table | None]] = {
    "by-origin": by_origin,
    "by-channel": by_channel,
    "answers-on-time": answer_times,
    "transfers": transfers,
    "gwanghwamoon": _archive_table,
}


def as_csv(table: Table) -> str:
    """The table with its source, moment and note, as spreadsheets in Korea open it (UTF-8 with mark)."""
    made = f"{clock.seoul(table.at):%Y-%m-%d %H:%M} Asia/Seoul"
    below = [[], [table.title], [table.note], [table.source, made]]
    return cells.written([table.columns, *table.rows, *below])
