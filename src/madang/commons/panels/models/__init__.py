"""A panel with its quotas; the register behind it; draws, witnesses and seats."""

from madang.commons.panels.models.panels import Candidate, Panel, Quota
from madang.commons.panels.models.rounds import Round, Seat, Witness
from madang.commons.panels.models.sittings import Presence, Sitting

__all__ = ["Candidate", "Panel", "Presence", "Quota", "Round", "Seat", "Sitting", "Witness"]
