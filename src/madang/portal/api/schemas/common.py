"""What the shapes of several resources are made of, and a refusal."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _
from ninja import Field, Schema


class FieldProblem(Schema):
    field: str
    message: str


class Problem(Schema):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(description=_("Stable across languages; programs look here."))
    errors: list[FieldProblem]


class Bilingual(Schema):
    ko: str
    en: str


class Office(Schema):
    code: str
    name: Bilingual


class Category(Schema):
    slug: str
    title: Bilingual


class File(Schema):
    name: str
    content_type: str
    size: int
    sha256: str


class Links(Schema):
    api: str
    page: str
