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

# A hall shares one address: what one person may do is counted by person where there is an account, and an address
# gets enough for a hall.
VOTE = Limit("opinions.vote", 400, 600)
VOTE_WITHOUT_ACCOUNT = Limit("opinions.vote.address", 60_000, 600, "address")
NEWCOMER = Limit("opinions.newcomer", 2_000, 3600, "address")
WRITE = Limit("opinions.write", 20, 3600)
WRITE_WITHOUT_ACCOUNT = Limit("opinions.write.address", 300, 3600, "address")
