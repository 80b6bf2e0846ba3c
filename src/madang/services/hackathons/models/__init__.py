"""Rows of hackathons."""

from madang.services.hackathons.models.hackathons import Criterion, Hackathon, Mentor, Slot
from madang.services.hackathons.models.judging import Award, Ballot, Conflict, FollowUp, Juror, Score
from madang.services.hackathons.models.teams import HideReason, Member, Submission, SubmissionFile, Team

__all__ = [
    "Award",
    "Ballot",
    "Conflict",
    "Criterion",
    "FollowUp",
    "Hackathon",
    "HideReason",
    "Juror",
    "Member",
    "Mentor",
    "Score",
    "Slot",
    "Submission",
    "SubmissionFile",
    "Team",
]
