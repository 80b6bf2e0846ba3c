"""How long words of a case may be, in characters after cleaning. Pages and interfaces share these."""

from __future__ import annotations

TITLE_MIN, TITLE_MAX = 2, 100
BODY_MIN, BODY_MAX = 5, 5000
ADDRESS_MAX = 200
LABEL_MAX = 40
WHAT_MIN, WHAT_MAX = 2, 200
ANSWER_MAX = 2000
PARTS_MAX = 20
REASON_MIN, REASON_MAX = 5, 1000
