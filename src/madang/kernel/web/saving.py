"""Answers that a browser saves as a file."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpResponse

from madang.kernel.logic import cells


def saved(response: HttpResponse, name: str) -> HttpResponse:
    """The answer, to be saved under a name of ours: letters, digits, dots and hyphens."""
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def text(content: str, name: str) -> HttpResponse:
    """Plain text, such as a receipt."""
    return saved(HttpResponse(content, content_type="text/plain; charset=utf-8"), name)


def table(rows: Iterable[Iterable[object]], name: str) -> HttpResponse:
    """A table for spreadsheets."""
    return saved(HttpResponse(cells.written(rows), content_type="text/csv; charset=utf-8"), name)
