"""Cases, what they are about, and where they go."""

from madang.services.casework.models.cases import Case, Part, TypeChange
from madang.services.casework.models.categories import Category, CategoryField, Center, RoutingRule
from madang.services.casework.models.kept import KeptFiling

__all__ = ["Case", "Category", "CategoryField", "Center", "KeptFiling", "Part", "RoutingRule", "TypeChange"]
