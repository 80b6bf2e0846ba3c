"""Cases, what they are about, and where they go."""

from madang.services.casework.models.cases import Case, Part, TypeChange
from madang.services.casework.models.categories import Category, CategoryField, Center, RoutingRule
from madang.services.casework.models.figures import Burst, Sheet
from madang.services.casework.models.learned import CategoryChange, LabelModel, Suggestion

__all__ = [
    "Burst",
    "Case",
    "Category",
    "CategoryChange",
    "CategoryField",
    "Center",
    "LabelModel",
    "Part",
    "RoutingRule",
    "Sheet",
    "Suggestion",
    "TypeChange",
]
