"""Spaces, time and processes; ideas with their supports and comments; imported rows."""

from madang.services.square.models.appeals import Appeal
from madang.services.square.models.challenges import Challenge
from madang.services.square.models.editions import Edition
from madang.services.square.models.growing import Amendment, CoAuthor, StepBack, TextVersion
from madang.services.square.models.ideas import Comment, Flag, Idea, Support
from madang.services.square.models.imports import ImportedRow
from madang.services.square.models.picking import Candidate, PlanningSeat, PlanningVote
from madang.services.square.models.spaces import Category, Cell, Phase, Process, Space
from madang.services.square.models.syntheses import Cluster, PopulationGroup, Synthesis

__all__ = [
    "Amendment",
    "Appeal",
    "Candidate",
    "Category",
    "Cell",
    "Challenge",
    "Cluster",
    "CoAuthor",
    "Comment",
    "Edition",
    "Flag",
    "Idea",
    "ImportedRow",
    "Phase",
    "PlanningSeat",
    "PlanningVote",
    "PopulationGroup",
    "Process",
    "Space",
    "StepBack",
    "Support",
    "Synthesis",
    "TextVersion",
]
