"""A panel with its quotas; the register behind it; draws, witnesses and seats."""

from madang.commons.panels.models.panels import Candidate, Panel, Quota
from madang.commons.panels.models.rounds import Round, Seat, Witness

__all__ = ["Candidate", "Panel", "Quota", "Round", "Seat", "Witness"]
