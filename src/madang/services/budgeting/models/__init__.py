"""Rows of participatory budgeting: elections that are counted, and the rounds they come from."""

from madang.services.budgeting.models.costs import CostItem, CostTable
from madang.services.budgeting.models.elections import Count, Election, Item
from madang.services.budgeting.models.proposals import Estimate, Part, Project, Proposal, Touched
from madang.services.budgeting.models.rounds import Pot, Round
from madang.services.budgeting.models.stages import Pledge, Stage, StageFile
from madang.services.budgeting.models.voting import Arrival, Ballot, Residence, Tally, Voter

__all__ = [
    "Arrival",
    "Ballot",
    "CostItem",
    "CostTable",
    "Count",
    "Election",
    "Estimate",
    "Item",
    "Part",
    "Pledge",
    "Pot",
    "Project",
    "Proposal",
    "Residence",
    "Round",
    "Stage",
    "StageFile",
    "Tally",
    "Touched",
    "Voter",
]
