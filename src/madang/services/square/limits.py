"""How long people's words may be, in characters after cleaning. Pages and API share these."""

from __future__ import annotations

TITLE_MIN, TITLE_MAX = 5, 100
BODY_MIN, BODY_MAX = 20, 5000
COMMENT_MIN, COMMENT_MAX = 2, 2000
PLACE_MAX = 80
GROUP_MAX = 80
LABEL_MAX = 40
REASON_MIN, REASON_MAX = 10, 1000
