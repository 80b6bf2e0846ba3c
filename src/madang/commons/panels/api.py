"""The front door of panels: find them, and read who sits on them as numbers."""

from __future__ import annotations

from madang.commons.panels.bundle import bundle
from madang.commons.panels.domain.preparing import create
from madang.commons.panels.queries import public, seat_counts, strata

__all__ = ["bundle", "create", "public", "seat_counts", "strata"]
