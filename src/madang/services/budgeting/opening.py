"""The page for receipt codes of all kinds opens those of ballots too."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from madang.commons.matters import api as matters


def open_receipt(request: HttpRequest, code: str) -> HttpResponseBase | None:
    from madang.services.budgeting.web import voting  # its words need the addresses of the site

    return voting.open_anywhere(request, code)


matters.also_opens(open_receipt)
