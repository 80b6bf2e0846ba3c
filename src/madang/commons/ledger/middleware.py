"""A log that cannot be read or written, on every page that needs it: receipts, filing, the log's own files."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from madang.commons.ledger.errors import LedgerError
from madang.kernel.web import errors

log = logging.getLogger("madang.ledger")


class CalmLog:
    """Middleware: a page that says what is the matter and shows again what was typed, instead of one about a fault.

    What is wrong in particular is for `/healthz` and the page of the log; nobody who files can mend it.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, LedgerError):
            return None
        log.error("%s needs the public log: %s (%s)", request.path, error, error.code)
        said = _(
            "It cannot be used just now, and this page needs it. What was filed stays filed. Try again in some minutes."
        )
        response = errors.calm(request, "ledger/unwell.html", 503, said, "ledger.down")
        response["Retry-After"] = "60"
        return response
