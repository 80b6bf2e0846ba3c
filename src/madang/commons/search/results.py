"""What goes into the search and what comes out of it: plain frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from django.utils.safestring import SafeString


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that can be found. `body` is plain text, `snippets.APART` between two
    languages; `office` is an organisation's code.

    `value` is the number of a social value of the plan, `district` a code of `kernel.places`, `support` how
    many stand behind it. `happened_at` is the moment that "newest first" sorts by. An entry that is not public
    is kept, so that it comes back when it is published, but none of its words is in the index.
    """

    reference: str
    kind: str
    title: str
    body: str = ""
    language: str = "ko"
    state: str = ""
    office: str = ""
    category: str = ""
    value: str = ""
    district: str = ""
    support: int = 0
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
    support: int = 0
    district: str = ""


@dataclass(frozen=True)
class Found:
    """One page of results.

    `relaxed`: nothing had all the words, so these have some of them. `more`: there are more than `total`; the
    best or newest were read, and what `facets` counts holds at least. `facets` maps a property to its values
    and how many results have each, the most frequent first. `also` are the words of similar meaning that
    brought results, `companions` words that often stand beside those typed.
    """

    hits: list[Hit] = field(default_factory=list)
    total: int = 0
    relaxed: bool = False
    more: bool = False
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    companions: tuple[str, ...] = ()


@dataclass(frozen=True)
class Similar:
    """Something that says much the same. `score` runs from 0 (nothing shared) to 1 (the same text)."""

    reference: str
    title: str
    score: float
