"""The sentence of each kind of event."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

Sentence = Callable[[Mapping[str, Any]], str | Promise]
_kinds: dict[str, Sentence] = {}


def register_kind(code: str, sentence: Sentence) -> None:
    """Say how an event of this kind reads: `register_kind("idea.answered", lambda data: _("…"))`.

    It stands after the title of the thing ("was answered"). It gets the event's `data`, is called in the
    reader's language and must not name people.

    Raises:
        ValueError: the kind is registered already with another sentence.
    """
    if _kinds.setdefault(code, sentence) is not sentence:
        raise ValueError(f"{code} is registered twice")


def sentence_of(kind: str, data: Mapping[str, Any]) -> str:
    """The sentence in the active language; a plain one when nobody registered the kind."""
    sentence = _kinds.get(kind)
    return str(sentence(data)) if sentence else _("There is news.")
