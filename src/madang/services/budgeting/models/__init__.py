"""Rows of participatory budgeting: elections that are counted, and the rounds they come from."""

from madang.services.budgeting.models.elections import Count, Election, Item
from madang.services.budgeting.models.paper import Box, Key, Mark, Reading, Sheet
from madang.services.budgeting.models.proposals import Estimate, Part, Project, Proposal, Touched
from madang.services.budgeting.models.rounds import Pot, Round
from madang.services.budgeting.models.stages import Pledge, Stage, StageFile
from madang.services.budgeting.models.voting import Ballot, Tally, Voter

__all__ = [
    "Ballot",
    "Box",
    "Count",
    "Election",
    "Estimate",
    "Item",
    "Key",
    "Mark",
    "Part",
    "Pledge",
    "Pot",
    "Project",
    "Proposal",
    "Reading",
    "Round",
    "Sheet",
    "Stage",
    "StageFile",
    "Tally",
    "Touched",
    "Voter",
]
