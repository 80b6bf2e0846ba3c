"""All public cases of a time as a table: the draft of Open311's bulk format, version 1.

Source: https://wiki.open311.org/GeoReport_v2/Bulk (a draft; its columns and their order).
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation

from madang.commons.matters.enums import ENDED
from madang.kernel import clock
from madang.kernel.errors import TooManyError
from madang.kernel.logic import cells
from madang.kernel.web import limits
from madang.kernel.web.accepting import language_of
from madang.services.casework import queries
from madang.services.casework.models import Case
from madang.services.casework.open311 import answering, reading
from madang.services.casework.open311.logic import times
from madang.services.casework.open311.logic.asked import Asked
from madang.services.casework.open311.logic.faults import Fault, FaultError, fault
from madang.services.casework.open311.logic.written import XML

COLUMNS = (
    "service_request_id", "requested_datetime", "updated_datetime", "closed_date", "status_description",
    "status_notes", "source", "service_name", "service_subtype", "description", "agency_responsible", "address",
    "lat", "long",
)  # fmt: skip
BULK = limits.Limit("open311.bulk", 10, 600)
AT_ONCE = 500


class _Line:
    """What a CSV writer writes to: it gives the line back."""

    def write(self, line: str) -> str:
        return line


def requests_csv(request: HttpRequest) -> HttpResponseBase:
    """Public cases, the newest first, by the same parameters as the list but of any length of time."""
    if request.method not in ("GET", "HEAD"):
        refused = answering.refuse(XML, Fault("method", {"methods": "GET, HEAD"}, 405))
        refused["Allow"] = "GET, HEAD"
        return refused
    language = language_of(request)
    with translation.override(language):
        try:
            limits.spend(request, BULK)
            rows = _rows(Asked.of((name, values) for name, values in request.GET.lists()))
        except FaultError as error:
            return answering.refuse(XML, *error.faults)
        except TooManyError as error:
            return answering.refuse(XML, Fault("refused", {"reason": str(error)}, error.status))
    response: HttpResponseBase = (
        HttpResponse() if request.method == "HEAD" else StreamingHttpResponse(_lines(rows, language))
    )
    response["Content-Type"] = "text/csv; charset=utf-8"
    response["Content-Disposition"] = 'attachment; filename="requests.csv"'
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "no-cache"
    return response


def _rows(asked: Asked) -> Any:
    center = reading.center_of(asked)
    rows = queries.public().filter(center=center)
    for name, lookup in (("start_date", "gte"), ("end_date", "lte")):
        written = asked.one(name)
        moment = times.read(written, clock.SEOUL, is_end=name == "end_date") if written else None
        if written and moment is None:
            raise fault("date", name=name)
        if moment is not None:
            rows = rows.filter(**{f"matter__filed_at__{lookup}": moment})
    return reading.by_codes_and_states(rows, center, asked)


def _lines(rows: Any, language: str) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield cells.UTF_8 + writer.writerow(COLUMNS)
    batch: list[Case] = []
    for case in rows.iterator(chunk_size=AT_ONCE):
        batch.append(case)
        if len(batch) == AT_ONCE:
            yield _written(writer, batch, language)
            batch = []
    if batch:
        yield _written(writer, batch, language)


def _written(writer: Any, batch: list[Case], language: str) -> str:
    """A part of the table; the language is set anew, as other work of this thread comes between two parts."""
    with translation.override(language):
        found = zip(batch, reading.rows(batch), strict=True)
        return "".join(writer.writerow([_cell(value) for value in _row(case, row)]) for case, row in found)


def _row(case: Case, row: dict[str, Any]) -> list[object]:
    closed = case.matter.ended_at if case.matter.state in ENDED else None
    return [
        row["service_request_id"],
        row["requested_datetime"],
        row["updated_datetime"],
        times.write(closed, clock.SEOUL) if closed else "",
        row["status"],
        row["status_notes"],
        case.matter.get_channel_display(),
        row["service_name"],
        "",
        row["description"],
        row["agency_responsible"],
        row["address"],
        row["lat"],
        row["long"],
    ]


def _cell(value: object) -> object:
    return "" if value is None else cells.safe(value if isinstance(value, str | int | float) else str(value))
