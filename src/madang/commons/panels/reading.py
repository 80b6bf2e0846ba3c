"""Plain values for programs: what the pages show to everybody, and nothing more. No name, no person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from madang.commons.panels import queries
from madang.commons.panels.models import Panel, Round
from madang.kernel import manifest

Plain = dict[str, Any]


def listed() -> list[Plain]:
    """Every public panel, the latest first."""
    return _plain(list(queries.public()))


def panel(slug: str) -> Plain | None:
    """One panel with its lots, its composition and its seats; None where nothing public has this name."""
    row = queries.public().filter(slug=slug).first()
    if row is None:
        return None
    return _plain([row])[0] | {
        "lots": [_lot(one) for one in queries.rounds(row)],
        "composition": [
            {
                "feature": feature,
                "values": [
                    {
                        "value": one.quota.value,
                        "population": one.quota.population,
                        "in_register": one.register,
                        "low": one.quota.low,
                        "high": one.quota.high,
                        "drawn": one.drawn,
                    }
                    for one in values
                ],
            }
            for feature, values in queries.strata(row)
        ],
        "seats": queries.seat_counts(row),
    }


def _plain(panels: Sequence[Panel]) -> list[Plain]:
    # What they weigh may have been taken down since.
    known = manifest.links({row.about for row in panels if row.about})
    return [
        {
            "slug": row.slug,
            "title": {"ko": row.title_ko, "en": row.title_en},
            "purpose": {"ko": row.purpose_ko, "en": row.purpose_en},
            "host": {"code": row.host.code, "name": {"ko": row.host.name_ko, "en": row.host.name_en}},
            "about": row.about if row.about in known else None,
            "state": row.state,
            "size": row.size,
            "source": row.source,
        }
        for row in panels
    ]


def _lot(row: Round) -> Plain:
    return {
        "number": row.number,
        "state": row.state,
        "size": row.size,
        "digest": row.digest,
        "frozen_at": row.entry.at if row.entry is not None else None,
        "drawn_at": row.drawn_at,
        "drawn": row.drawn,
    }
