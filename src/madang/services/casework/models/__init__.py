"""Cases, what they are about, where they go, what people add to them; reports of waste and requests to change rules."""

from madang.services.casework.models.around import Joining, Rating, SitePhoto
from madang.services.casework.models.cases import Case, Part, TypeChange
from madang.services.casework.models.categories import Category, CategoryField, Center, RoutingRule
from madang.services.casework.models.exchange import Forward, Peer, PeerService, Received, ReceivedUpdate
from madang.services.casework.models.figures import Burst, Sheet
from madang.services.casework.models.kept import KeptFiling
from madang.services.casework.models.learned import CategoryChange, LabelModel, Suggestion
from madang.services.casework.models.old import OldCase, OldFile
from madang.services.casework.models.regulation import Decision, RegulationClock, RegulationRequest
from madang.services.casework.models.waste import Reward, Saving, WasteReport

__all__ = [
    "Burst",
    "Case",
    "Category",
    "CategoryChange",
    "CategoryField",
    "Center",
    "Decision",
    "Forward",
    "Joining",
    "KeptFiling",
    "LabelModel",
    "OldCase",
    "OldFile",
    "Part",
    "Peer",
    "PeerService",
    "Rating",
    "Received",
    "ReceivedUpdate",
    "RegulationClock",
    "RegulationRequest",
    "Reward",
    "RoutingRule",
    "Saving",
    "Sheet",
    "SitePhoto",
    "Suggestion",
    "TypeChange",
    "WasteReport",
]
