"""Cases, what they are about, and where they go; reports of waste and requests to change rules."""

from madang.services.casework.models.cases import Case, Part, TypeChange
from madang.services.casework.models.categories import Category, CategoryField, Center, RoutingRule
from madang.services.casework.models.exchange import Forward, Peer, PeerService, Received, ReceivedUpdate
from madang.services.casework.models.old import OldCase, OldFile
from madang.services.casework.models.regulation import Decision, RegulationClock, RegulationRequest
from madang.services.casework.models.waste import Reward, Saving, WasteReport

__all__ = [
    "Case",
    "Category",
    "CategoryField",
    "Center",
    "Decision",
    "Forward",
    "OldCase",
    "OldFile",
    "Part",
    "Peer",
    "PeerService",
    "Received",
    "ReceivedUpdate",
    "RegulationClock",
    "RegulationRequest",
    "Reward",
    "RoutingRule",
    "Saving",
    "TypeChange",
    "WasteReport",
]
