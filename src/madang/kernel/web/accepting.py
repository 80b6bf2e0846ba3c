"""What a program that calls an address without a language in it would like to read."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation.trans_real import parse_accept_lang_header


def language_of(request: HttpRequest) -> str:
    """The first of ko and en that the caller accepts; Korean when it says nothing."""
    for code, _quality in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        base = code.partition("-")[0]
        if base in ("ko", "en"):
            return base
    return "ko"
