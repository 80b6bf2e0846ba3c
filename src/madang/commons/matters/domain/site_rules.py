"""Rules about clocks that hold for every matter: dated data, written down with their source when first needed.

They come from an article that nobody here has read in its present wording, so each is marked as not checked until
somebody enacts a version that is. A city that counts in another way enacts a version of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from madang.kernel.domain import rules
from madang.kernel.errors import RefusedError
from madang.kernel.models import Rule
from madang.kernel.queries import known_rule

OFFICE_CLOCK = "matters.office_clock"
TRANSFER_LIMITS = "matters.transfer_limits"
SUPPLEMENT = "matters.supplement"
PROGRESS = "matters.progress"
EXCLUDED = "matters.excluded"


@dataclass(frozen=True, slots=True)
class Default:
    """What holds until a version is enacted."""

    body: dict[str, Any]
    source: str


DEFAULTS: dict[str, Default] = {
    # `steps`: at which acts the office that receives it begins to count anew.
    OFFICE_CLOCK: Default(
        {"steps": ["transfer", "settle"]},
        "국민신문고 안내: 처리기간은 최종 처리기관이 접수한 때부터 · e-People's guide: counted from receipt by the office "
        "that handles it in the end",
    ),
    # In hours of work, from when an office received it until it passed it on.
    TRANSFER_LIMITS: Default(
        {"to_owner": 1, "within_agency": 3, "to_another_agency": 8},
        "민원 처리에 관한 법률 시행령 제13조 (원문 미확인) · Enforcement Decree art. 13, recalled and not read",
    ),
    # `days` is what an office gives where it names nothing; `most_days` is this site's own limit.
    SUPPLEMENT: Default(
        {"days": 14, "most_days": 30, "author_extensions": 2, "again_days": 10, "undelivered": 2},
        "민원 처리에 관한 법률 제22조, 시행령 제24조·제25조 · Act art. 22, Enforcement Decree arts. 24, 25",
    ),
    PROGRESS: Default(
        {"every_days": 30},
        "민원 처리에 관한 법률 시행령 제23조: 30일이 지나면 알리고 30일마다 다시 알림 · Enforcement Decree art. 23",
    ),
    EXCLUDED: Default(
        {},
        "민원 처리에 관한 법률 시행령 제20조(2026. 5. 6. 개정, 원문 미확인), 행정절차법 시행령 제11조 · Enforcement Decree "
        "art. 20 (rewritten 2026-05-06, not read), Administrative Procedure Act Enforcement Decree art. 11",
    ),
}


def peek(code: str, on: date) -> Rule:
    """The rule in force on a day, for showing; an unsaved row of version 0 where none was written down yet."""
    found = known_rule(code, on=on)
    if found is not None:
        return found
    default = DEFAULTS[code]
    return Rule(
        code=code,
        version=0,
        valid_from=date(2000, 1, 1),
        body=default.body,
        source=default.source,
        checked=False,
    )


def in_force(code: str, on: date) -> Rule:
    """The rule in force on a day; the first time it is written down as not checked.

    Raises:
        RefusedError: 422, versions exist and none covers the day.
    """
    default = DEFAULTS[code]
    return rules.in_force_or_first(
        code=code,
        on=on,
        body=default.body,
        source=default.source,
        by="clock_rules",
        missing=RefusedError(_("No rule for this was in force on that day."), "rule.none", status=422),
    )
