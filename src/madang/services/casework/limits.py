"""How long words of a case may be, in characters after cleaning. Pages and interfaces share these."""

from __future__ import annotations

TITLE_MIN, TITLE_MAX = 2, 100
BODY_MIN, BODY_MAX = 5, 5000
ADDRESS_MAX = 200
LABEL_MAX = 40
ANSWER_MAX = 2000
REASON_MIN, REASON_MAX = 5, 1000
