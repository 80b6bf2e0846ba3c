"""Where the next page begins, as a text that only this site can make and read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core import signing
from django.utils.translation import gettext_lazy as _

from madang.portal.api.problems import FieldError, ProblemError

_signer = signing.Signer(salt="madang.api.cursor")


def write(list_name: str, asked: Sequence[Any], position: Sequence[Any]) -> str | None:
    """The cursor behind `position`, or None at the end. `asked` are the filters; it fits no others."""
    return _signer.sign_object([list_name, list(asked), list(position)]) if position else None


def read(list_name: str, asked: Sequence[Any], cursor: str) -> list[Any]:
    """The position in a cursor; empty without one.

    Raises:
        ProblemError: 422, not from here or from a list with other filters.
    """
    if not cursor:
        return []
    try:
        name, filters, position = _signer.unsign_object(cursor)
    except (signing.BadSignature, ValueError) as error:
        raise _bad() from error
    if name != list_name or filters != list(asked):
        raise _bad()
    found: list[Any] = position
    return found


def _bad() -> ProblemError:
    message = _("This cursor belongs to another list or other filters. Begin again without it.")
    return ProblemError(422, "cursor.invalid", message, errors=[FieldError("cursor", message)])
