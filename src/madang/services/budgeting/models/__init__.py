"""Rows of participatory budgeting: elections that are counted, and the rounds they come from."""

from madang.services.budgeting.models.costs import CostItem, CostTable
from madang.services.budgeting.models.delegation import (
    Applicant,
    Assessment,
    Conflict,
    Criterion,
    Delegate,
    Delegation,
    Finding,
    Hearing,
    Points,
    Presence,
    Sitting,
)
from madang.services.budgeting.models.elections import Count, Election, Item
from madang.services.budgeting.models.paper import Box, Key, Mark, Reading, Sheet
from madang.services.budgeting.models.proposals import Estimate, Part, Project, Proposal, Touched
from madang.services.budgeting.models.rounds import Pot, Round
from madang.services.budgeting.models.stages import Pledge, Stage, StageFile
from madang.services.budgeting.models.voting import Arrival, Ballot, Residence, Tally, Voter

__all__ = [
    "Applicant",
    "Arrival",
    "Assessment",
    "Ballot",
    "Box",
    "Conflict",
    "CostItem",
    "CostTable",
    "Count",
    "Criterion",
    "Delegate",
    "Delegation",
    "Election",
    "Estimate",
    "Finding",
    "Hearing",
    "Item",
    "Key",
    "Mark",
    "Part",
    "Pledge",
    "Points",
    "Pot",
    "Presence",
    "Project",
    "Proposal",
    "Reading",
    "Residence",
    "Round",
    "Sheet",
    "Sitting",
    "Stage",
    "StageFile",
    "Tally",
    "Touched",
    "Voter",
]
