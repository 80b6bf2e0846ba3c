"""Every kind of hit has a word of its own."""

from __future__ import annotations

from madang.portal.web.search import ONE
from madang.portal.web.search_form import KINDS


def test_a_hit_of_every_kind_is_named_in_the_language_of_the_page() -> None:
    """Meetings were called "meeting" on Korean pages."""
    assert {kind for kind, _label in KINDS if kind} <= set(ONE)
