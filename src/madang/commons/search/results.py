"""What goes into the search and what comes out of it: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.safestring import SafeString


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that can be found. `body` is plain text; `office` is an organisation's code.

    `happened_at` is the moment that "newest first" sorts by. An entry that is not public is kept, so that
    it comes back when it is published, but it is neither found nor counted.
    """

    reference: str
    kind: str
    title: str
    body: str = ""
    language: str = "ko"
    state: str = ""
    office: str = ""
    category: str = ""
    happened_at: datetime
    is_public: bool = True


@dataclass(frozen=True)
class Hit:
    """One result. `snippet_html` is safe HTML with the words looked for in `<mark>`; `title` is plain text.

    `score` only orders hits of one answer; it has no unit and cannot be compared between searches.
    """

    reference: str
    kind: str
    title: str
    snippet_html: SafeString
    happened_at: datetime
    score: float


@dataclass(frozen=True)
class Found:
    """One page of results. `relaxed`: nothing had all the words, so these have some of them."""

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    relaxed: bool = False


@dataclass(frozen=True)
class Similar:
    """Something that says much the same. `score` runs from 0 (nothing shared) to 1 (the same text)."""

    reference: str
    title: str
    score: float
