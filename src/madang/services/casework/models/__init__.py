"""Cases, what they are about, and where they go."""

from madang.services.casework.models.cases import Case, Part, TypeChange
from madang.services.casework.models.categories import Category, CategoryField, Center, RoutingRule
from madang.services.casework.models.exchange import Forward, Peer, PeerService, Received, ReceivedUpdate
from madang.services.casework.models.kept import KeptFiling
from madang.services.casework.models.old import OldCase, OldFile

__all__ = [
    "Case",
    "Category",
    "CategoryField",
    "Center",
    "Forward",
    "KeptFiling",
    "OldCase",
    "OldFile",
    "Part",
    "Peer",
    "PeerService",
    "Received",
    "ReceivedUpdate",
    "RoutingRule",
    "TypeChange",
]
