"""How a poll's answers are read: Madang's lists, and beside them the wording of this poll's own event."""

from __future__ import annotations

from collections.abc import Sequence

from madang.services.polls.logic import boilerplate, reading


def how_of(phrases: Sequence[str]) -> reading.How:
    """Reading with Madang's list and these phrases taken out."""
    own = boilerplate.made([*boilerplate.listed().phrases, *phrases], "listed+own") if phrases else None
    return reading.usual(boilerplates=own)
