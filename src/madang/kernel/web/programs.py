"""Addresses under which programs are answered: a refusal there is written in their form, not as a page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from madang.kernel.web import problems

Speak = Callable[..., HttpResponse]
"""Called as `problems.response`: status, code, detail; and `headers` by name."""

_speakers: dict[str, Speak] = {"/api/": problems.response}


def register(prefix: str, speak: Speak) -> None:
    """What is refused at addresses that begin so is said by `speak`."""
    _speakers[prefix] = speak


def is_for_program(path: str) -> bool:
    """Whether a program is answered at this address."""
    return path.startswith(tuple(_speakers))


def refuse(path: str, *arguments: Any, **named: Any) -> HttpResponse:
    """The refusal in the form of this address."""
    speak = next((speak for prefix, speak in _speakers.items() if path.startswith(prefix)), problems.response)
    return speak(*arguments, **named)
