"""What callers may send: paging, searching, a code. What concerns ideas stands in `asked_ideas`."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.utils.translation import gettext_noop as _
from ninja import Field, Schema
from pydantic import BeforeValidator, ConfigDict

from madang.kernel import text


def _line(value: Any) -> Any:
    return text.clean_line(value) if isinstance(value, str) else value


def _words(value: Any) -> Any:
    return text.clean(value) if isinstance(value, str) else value


# Cleaned first, counted after: control characters and runs of blanks do not fill a minimum.
Line = Annotated[str, BeforeValidator(_line)]
Words = Annotated[str, BeforeValidator(_words)]


class Paging(Schema):
    limit: int = Field(30, ge=1, le=100, description=_("How many, 1 to 100."))
    cursor: str = Field("", max_length=1000, description=_("Where to go on: next of the page before."))


class SearchQuery(Paging):
    q: Line = Field("", max_length=200, description=_('Words, "words in order", or a public number.'))
    kind: Line = Field("", max_length=20, description=_("Kind of thing, such as idea or plan."))
    state: Line = Field("", max_length=20, description=_("State, such as answered."))
    office: Line = Field("", max_length=50, description=_("Code of an office."))
    since: date | None = Field(None, description=_("First day (Seoul)."))
    until: date | None = Field(None, description=_("Last day (Seoul)."))
    order: Literal["relevance", "newest"] = Field("relevance", description=_("Best first, or newest first."))


class Body(Schema):
    model_config = ConfigDict(extra="forbid")


class CodeIn(Body):
    code: Line = Field(min_length=20, max_length=40, description=_("The receipt code, however it was typed."))
