"""How long words of a proposal may be (characters after cleaning), how large its amounts (won), and how often one may vote."""

from __future__ import annotations

from madang.kernel.web.limits import Limit

TITLE_MIN, TITLE_MAX = 5, 100
BODY_MIN, BODY_MAX = 20, 5000
PLACE_MAX = 80
GROUP_MAX = 80
WHY_MIN, WHY_MAX = 5, 200
SENTENCE_MIN, SENTENCE_MAX = 10, 1000
VALUES_MAX = 3
AMOUNT_MAX = 10**14
CAST = Limit("budgeting.cast", 60, 3600)
"""Enough to change one's mind, too little to load the site."""
HAND = Limit("budgeting.hand", 300, 3600)
"""A ballot each twelve seconds at one table, too little to try names and codes of residents."""
KEY = Limit("budgeting.key", 240, 3600, "address")
"""The devices of a booth share an address, and each ballot is sent twice: opened and cast."""
