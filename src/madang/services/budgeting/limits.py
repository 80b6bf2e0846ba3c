"""How long the words of a proposal may be, in characters after cleaning, and how large its amounts, in won."""

from __future__ import annotations

TITLE_MIN, TITLE_MAX = 5, 100
BODY_MIN, BODY_MAX = 20, 5000
PLACE_MAX = 80
GROUP_MAX = 80
WHY_MIN, WHY_MAX = 5, 200
SENTENCE_MIN, SENTENCE_MAX = 10, 1000
VALUES_MAX = 3
AMOUNT_MAX = 10**14
