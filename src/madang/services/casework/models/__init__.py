"""Cases, what they are about, where they go, and what people add to them."""

from madang.services.casework.models.around import Joining, Rating, SitePhoto
from madang.services.casework.models.cases import Case, Part, TypeChange
from madang.services.casework.models.categories import Category, CategoryField, Center, RoutingRule

__all__ = [
    "Case",
    "Category",
    "CategoryField",
    "Center",
    "Joining",
    "Part",
    "Rating",
    "RoutingRule",
    "SitePhoto",
    "TypeChange",
]
