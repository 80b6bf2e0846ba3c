"""How the complaint center stands: one page, each figure as a table, and each table as a file. Read from what the worker
counted; nothing is counted here."""

from __future__ import annotations

import math
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_safe

from madang.kernel import policy
from madang.kernel.logic import cells
from madang.kernel.saying import in_english
from madang.kernel.web import mapping
from madang.kernel.web.acting import actor_of
from madang.services.casework import queries
from madang.services.casework.domain.sheets import BANDS, SHEETS
from madang.services.casework.enums import CaseType
from madang.services.casework.models import Burst, Center, Sheet
from madang.services.casework.web import words
from madang.services.casework.web.shell import crumbs

HIDDEN = "–"
BURSTS = 12


@require_safe
def figures(request: HttpRequest) -> HttpResponse:
    """Every figure of a center, as the worker counted it last. Four queries, however many cases there are."""
    center = queries.centers().first()
    held = {one.code: one for one in Sheet.objects.filter(center=center)} if center is not None else {}
    context = {
        "center": center,
        "sheets": [shown(code, held[code]) for code in SHEETS if code in held],
        "counted_at": min((one.counted_at for one in held.values()), default=None),
        "bursts": _bursts(request, center),
        "map": _map(held["hazards"]) if "hazards" in held else None,
        "breadcrumb": crumbs(_("Figures")),
    }
    return render(request, "casework/figures.html", context)


@require_safe
def as_csv(request: HttpRequest, code: str) -> HttpResponse:
    """One figure as a file: the same rows as the table."""
    center = queries.centers().first()
    held = Sheet.objects.filter(center=center, code=code).first() if code in SHEETS else None
    if held is None:
        raise Http404
    sheet = shown(code, held)
    rows = [sheet["columns"], *sheet["rows"]]
    answer = HttpResponse(cells.written(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="cases-{code}.csv"'
    return answer


def shown(code: str, held: Sheet) -> dict[str, Any]:
    """A sheet in words: title, what it counts, columns and rows of cells; what is not shown is a dash."""
    title, note, make = WORDS[code]
    columns, rows = make(held.body)
    named = 2 if code == "transfers" else 1  # columns with words
    return {
        "code": code,
        "title": title(),
        "note": note(held.body),
        "columns": columns,
        "rows": rows,
        "table": {
            "caption": title(),
            "caption_hidden": True,
            "columns": [{"label": label, "numeric": at >= named} for at, label in enumerate(columns)],
            "rows": [
                {"cells": [{"text": one, "numeric": at >= named} for at, one in enumerate(row)]}
                for row in rows
            ],
            "empty": _("There is nothing to count yet."),
        },
        "csv_url": reverse("case_figures_csv", args=[code]),
    }


def name(of: dict[str, Any], *, empty: str = "") -> str:
    """The name of a row in the language of the page."""
    return str(of.get("en" if in_english() else "ko") or of.get("ko") or "") or empty


def number(value: float | None) -> str:
    if value is None:
        return HIDDEN
    return f"{value:,.1f}" if isinstance(value, float) else f"{value:,}"


def _share(one: dict[str, Any]) -> list[str]:
    """Share, interval, count and denominator as four cells."""
    if one["share"] is None:
        return [HIDDEN, HIDDEN, HIDDEN, number(one["of"])]
    return [
        f"{one['share'] * 100:.1f} %",
        f"{one['low'] * 100:.1f}–{one['high'] * 100:.1f} %",
        number(one["count"]),
        number(one["of"]),
    ]


def bands() -> list[str]:
    """The ages of open cases in words."""
    found, since = [], 0
    for _code, days in BANDS:
        if days is None:
            found.append(_("over %(n)s days") % {"n": since})
        else:
            found.append(_("%(from)s–%(to)s days") % {"from": since + 1 if since else 0, "to": days})
            since = days
    return found


def _type(code: str) -> str:
    return str(CaseType(code).label) if code else _("All types")


def _ageing(body: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    columns = [_("Office"), *bands(), pgettext("figures", "Open"), _("Late"), _("of"), _("Share late")]
    rows = [
        [
            name(row["name"]),
            *(number(cell) for cell in row["cells"]),
            number(row["sum"]),
            number(row["late"]["count"]),
            number(row["late"]["of"]),
            _share(row["late"])[0],
        ]
        for row in body["rows"]
    ]
    return columns, rows


def _timed(body: dict[str, Any], first: str, label: Any) -> tuple[list[str], list[list[str]]]:
    columns = [
        first,
        _("In time"),
        _("95 % interval"),
        _("Answers in time"),
        _("Given or overdue"),
        _("Mean of days"),
    ]
    rows = [[label(row), *_share(row["share"]), number(row["days"])] for row in body["rows"]]
    whole = body["whole"]
    if rows:
        rows.append([pgettext("row of a table", "All"), *_share(whole["share"]), number(whole["days"])])
    return columns, rows


def _on_time(body: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    return _timed(body, pgettext("casework", "Type"), lambda row: _type(row["name"]["code"]))


def _offices(body: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    return _timed(body, _("Office"), lambda row: name(row["name"]))


def _transfers(body: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    columns = [
        pgettext("figures", "From"),
        _("To"),
        _("Times"),
        _("Days before it was passed on (median)"),
        _("Came back"),
        _("Days until it was back (median)"),
    ]
    rows = [
        [name(row["from"]), name(row["to"]), number(row["times"]), number(row["days"]), number(row["back"]),
         number(row["away"]) if row["away"] is not None or row["back"] is None else ""]
        for row in body["rows"]
    ]  # fmt: skip
    if body["rest_pairs"]:
        rows.append([_("Other ways, rarer"), "", number(body["rest"]), "", "", ""])
    return columns, rows


def _reopened(body: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    columns = [
        pgettext("casework", "Type"),
        _("Not settled"),
        _("95 % interval"),
        _("Opened again"),
        _("Answered"),
    ]
    rows = [[_type(row["name"]["code"]), *_share(row["share"])] for row in body["rows"]]
    if rows:
        rows.append([pgettext("row of a table", "All"), *_share(body["whole"]["share"])])
    return columns, rows


def _satisfaction(body: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    columns = [
        pgettext("casework", "Type"),
        _("Satisfied"),
        _("95 % interval"),
        _("Good or very good"),
        _("Said what they think"),
    ]
    rows = [[_type(row["name"]["code"]), *_share(row["share"])] for row in body["rows"]]
    if rows:
        rows.append([pgettext("row of a table", "All"), *_share(body["whole"]["share"])])
    return columns, rows


def _topics(body: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    columns = [_("Category"), _("Last seven days"), _("Mean week before"), pgettext("figures", "Change")]
    rows = []
    for row in body["rows"]:
        now, before = row["now"], row["before"]
        change = f"{(now / before - 1) * 100:+.0f} %" if now is not None and before else HIDDEN
        rows.append([name(row["name"], empty=_("No category")), number(now), number(before), change])
    return columns, rows


def _hazards(body: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    columns = [_("District"), *bands(), pgettext("figures", "Open")]
    rows = [
        [
            name(row["name"], empty=_("No district")),
            *(number(cell) for cell in row["cells"]),
            number(row["sum"]),
        ]
        for row in body["rows"]
    ]
    return columns, rows


def _passed(body: dict[str, Any]) -> str:
    share = body["passed"]
    if share["share"] is None:
        return _("Cases filed in the last year. Fewer than five were passed on, or fewer than five were not.")
    return _(
        "Of %(of)s cases filed in the last year %(n)s were passed on at least once (%(share)s; 95 %% interval %(span)s)."
    ) % {
        "of": number(share["of"]),
        "n": number(share["count"]),
        "share": _share(share)[0],
        "span": _share(share)[1],
    }


WORDS: dict[str, Any] = {
    "ageing": (
        lambda: _("How old open cases are"),
        lambda body: _(
            "Open cases by the office responsible now and by days since filing. Late: the date has passed."
        ),
        _ageing,
    ),
    "ontime": (
        lambda: _("Answers in time"),
        lambda body: _(
            "Of answers given in the last year, and of those still missing though their date has passed. Silence counts as late."
        ),
        _on_time,
    ),
    "offices": (
        lambda: _("Answers in time by office"),
        lambda body: _("The same, by the office that answered or owes the answer."),
        _offices,
    ),
    "transfers": (lambda: _("Passed between offices"), _passed, _transfers),
    "reopened": (
        lambda: _("Opened again"),
        lambda body: _(
            "Of cases first answered in the last year: those whose author said that it is not settled."
        ),
        _reopened,
    ),
    "satisfaction": (
        lambda: _("How authors found the answers"),
        lambda body: _(
            "Of those who rated an answer in the last year. Most do not, so this is not what all think."
        ),
        _satisfaction,
    ),
    "topics": (
        lambda: pgettext("figures", "What it is about"),
        lambda body: _("Cases of the last seven days, beside the mean of the eight weeks before."),
        _topics,
    ),
    "hazards": (
        lambda: _("Safety hazards by age"),
        lambda body: _(
            "Open hazards that everyone can read, by district and days since filing; private ones are not counted."
        ),
        _hazards,
    ),
}


def _bursts(request: HttpRequest, center: Center | None) -> list[dict[str, Any]]:
    """What came up suddenly. Words that private cases alone have are shown to officials only."""
    if center is None:
        return []
    rows = Burst.objects.filter(center=center)
    if not policy.can("casework.figures.inside", actor_of(request), center):
        rows = rows.filter(is_public=True)
    names = {one.code: one.name for one in center.categories.all()}
    spans = {"day": _("within a day"), "week": _("within a week")}
    return [
        {
            "what": " · ".join(
                filter(
                    None,
                    [
                        f"“{row.word}”" if row.word else "",
                        names.get(row.category, ""),
                        words.district_name(row.district),
                    ],
                )
            ),
            "count": row.count,
            "expected": number(float(row.expected)),
            "span": spans[row.span],
            "at": row.found_at,
            "is_public": row.is_public,
        }
        for row in rows[:BURSTS]
    ]


def _map(held: Sheet) -> dict[str, Any] | None:
    """Marks at the middles of districts, for `kernel/components/map.html`; the table says the same."""
    rows = [row for row in held.body["rows"] if row["at"]]
    if not rows:
        return None
    old = len(BANDS) - 2  # from over 30 days on
    points = [(row["at"][0], row["at"][1]) for row in rows]
    frame = mapping.around(points)
    picture = mapping.picture(frame)
    picture["marks"] = [_mark(row, *frame.at(point), old) for row, point in zip(rows, points, strict=True)]
    spots = {(one["x"], one["y"]) for one in picture["marks"]}
    picture["names"] = [one for one in picture["names"] if (one["x"], one["y"]) not in spots]
    return picture


def _mark(row: dict[str, Any], x: float, y: float, old: int) -> dict[str, Any]:
    """A circle with its number, and the name of the district below it."""
    # The area grows with the count, within what can be read and does not cover everything.
    radius = round(min(34.0, 9.0 + 3.0 * math.sqrt(row["sum"])), 1)
    return {
        "x": x,
        "y": y,
        "r": radius,
        "under": round(y + radius + 14, 1),
        "label": row["sum"],
        "name": name(row["name"]),
        "tone": "late" if sum(row["cells"][old:]) else "",
        "title": f"{name(row['name'])}: {row['sum']}",
    }
