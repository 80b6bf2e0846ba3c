"""The headline figure, the public log, and what the search finds."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop as _
from ninja import Field, Schema


class OriginFigure(Schema):
    origin: str
    filed: int = Field(description=_("The denominator: public ideas filed here."))
    answered: int
    effect: int
    answered_share: float | None = Field(
        description=_("answered ÷ filed, 0 to 1; null when nothing was filed.")
    )
    effect_share: float | None


class OriginFigures(Schema):
    source: str
    at: datetime
    rows: list[OriginFigure]


class Checkpoint(Schema):
    origin: str
    size: int
    root: str = Field(description=_("Root hash, base64."))
    note: str = Field(description=_("The signed note as published."))
    public_key: str


class Proof(Schema):
    index: int
    size: int
    root: str
    hashes: list[str]
    checkpoint: str
    tlog_proof: str


class Leaf(Schema):
    number: str
    leaf: str = Field(description=_("The public entry: canonical JSON with digests and commitments only."))
    leaf_hash: str = Field(description=_("RFC 6962 leaf hash, hexadecimal."))
    proof: Proof | None = Field(description=_("Null until the log has taken it in (seconds)."))


class Hit(Schema):
    reference: str
    kind: str
    title: str
    snippet: str = Field(description=_("Safe HTML; the words looked for stand in mark elements."))
    happened_at: datetime
    url: str


class Hits(Schema):
    items: list[Hit]
    total: int
    relaxed: bool = Field(description=_("Nothing had all the words; these have some of them."))
    next: str | None = Field(description=_("Send it as cursor for the next page; null at the end."))
