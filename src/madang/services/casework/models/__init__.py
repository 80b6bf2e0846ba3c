"""Cases, what they are about, where they go, and what people add to them."""

from madang.services.casework.models.around import Joining, Rating, SitePhoto
from madang.services.casework.models.cases import Case, Part, TypeChange
from madang.services.casework.models.categories import Category, CategoryField, Center, RoutingRule
from madang.services.casework.models.exchange import Forward, Peer, PeerService, Received, ReceivedUpdate
from madang.services.casework.models.old import OldCase, OldFile

__all__ = [
    "Case",
    "Category",
    "CategoryField",
    "Center",
    "Forward",
    "Joining",
    "OldCase",
    "OldFile",
    "Part",
    "Peer",
    "PeerService",
    "Rating",
    "Received",
    "ReceivedUpdate",
    "RoutingRule",
    "SitePhoto",
    "TypeChange",
]
