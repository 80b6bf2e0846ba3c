"""Pages that are kept as one file: script, style and words are inside, and nothing is asked of a network."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from django.contrib.staticfiles.storage import staticfiles_storage
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from madang.kernel.web.saving import saved


def page(
    request: HttpRequest, template: str, context: dict[str, Any], *, script: str, name: str, data: str = ""
) -> HttpResponse:
    """The file as a download called `name`.

    Args:
        template: holds the marks `<!--style-->` and `<!--script-->`, where it wants data `<!--data-->`, and a content
            security policy made of `script_hash` and `style_hash`.
        script: the built script, as in `js/offline.js`.
        data: JSON that the script finds in `script[type="application/json"]`.
    """
    code, style = _built(script).replace("</script", "<\\/script"), _built("madang.css")
    style = re.sub(r"@font-face\s*\{[^}]*\}", "", style)  # the typeface lies elsewhere; the device has one
    more = {"language": get_language(), "script_hash": _digest(code), "style_hash": _digest(style)}
    answer = render(request, template, context | more)
    # Put in last, because templates would escape them.
    for mark, text in (
        (b"<!--style-->", f"<style>{style}</style>"),
        (b"<!--script-->", f'<script type="module">{code}</script>'),
        (b"<!--data-->", '<script type="application/json">' + data.replace("<", "\\u003c") + "</script>"),
    ):
        answer.content = answer.content.replace(mark, text.encode())
    return saved(answer, name)


def _built(name: str) -> str:
    with staticfiles_storage.open(name) as file:
        text: str = file.read().decode()
    return text


def _digest(text: str) -> str:
    """As a browser counts it in a content security policy."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
