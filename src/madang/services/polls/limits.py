"""How much one person or address may send, and how long things are."""

from __future__ import annotations

from madang.kernel.web.limits import Limit

TITLE_KO_MAX, TITLE_EN_MAX, INTRO_MAX, CONSENT_MAX, LABEL_MAX = 120, 160, 2_000, 2_000, 300
REASON_MAX = 500
ORIGINS_MAX = 20

# A hall, a school or a library shares one address; a person with an account is counted by it.
ANSWER = Limit("polls.answer", 60, 3600)
ANSWER_WITHOUT_ACCOUNT = Limit("polls.answer.address", 1_000, 3600, "address")
UPLOADED = Limit("polls.upload", 120, 3600, "address")
