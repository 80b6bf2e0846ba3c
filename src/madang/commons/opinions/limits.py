"""How long a statement is, and how few people are too few to be shown."""

from __future__ import annotations

from madang.kernel.web.limits import Limit

STATEMENT_MIN, STATEMENT_MAX = 8, 140
QUESTION_MAX, ABOUT_MAX = 120, 400
NOTE_MAX = 200

# Privacy: below these a picture would tell who it was.
MAP_FROM = 10
"""So many people must have answered enough before a map or a group is shown."""
GROUP_FROM = 5
"""A group of fewer is not described and not told apart."""
SHARE_FROM = 5
"""So many answers must a statement have before its shares are shown."""
STEP_FROM = 5
"""While a conversation is open, what is published of it moves by the changes of at least so many people (since 2026-11-29).

Five as for groups and shares: whoever is not told apart in a group of fewer is not told apart by a step of fewer. More
would hide better and keep a small hall waiting: the first step needs twice as many, the first map three times.
"""

# A hall shares one address: what one person may do is counted by person where there is an account, and an address
# gets enough for a hall.
VOTE = Limit("opinions.vote", 400, 600)
VOTE_WITHOUT_ACCOUNT = Limit("opinions.vote.address", 60_000, 600, "address")
NEWCOMER = Limit("opinions.newcomer", 2_000, 3600, "address")
WRITE = Limit("opinions.write", 20, 3600)
WRITE_WITHOUT_ACCOUNT = Limit("opinions.write.address", 300, 3600, "address")
