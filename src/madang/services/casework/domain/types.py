"""What each type means: its period, article and remedy, as dated rules of the kernel (`casework.type.<code>`).

The rule that a case was filed under stays its rule; a change of the law is a new version from its day on.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock
from madang.kernel.actors import Actor
from madang.kernel.domain import rules
from madang.kernel.errors import RefusedError
from madang.kernel.models import Rule
from madang.kernel.queries import known_rule
from madang.kernel.saying import in_english
from madang.services.casework.enums import CaseType

DATA = Path(__file__).resolve().parents[1] / "data" / "types.csv"

TERMS: dict[str, Any] = {
    "arbiter_at": 3,
    "objections": 1,
    "objection_days": 15,
    "clock": {
        "pause_reasons": [
            "supplement",
            "expert_review",
            "hearing",
            "delivery",
            "representative",
            "precondition",
            "outage",
        ],
        "extension_reasons": ["cooperation", "fact_check", "force_majeure"],
        "barred_reasons": ["overwork", "absent_officer"],
        "extensions": 1,
        "extensions_with_consent": 1,
    },
}
"""What all types share: Enforcement Decree art. 20 and 21, and the third transfer that goes to an arbiter."""


def code_of(case_type: str) -> str:
    """The code of a type's rule."""
    return f"casework.type.{case_type}"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a type means for a resident, from the rule in force. `amount` is in `unit` (`logic.deadlines`)."""

    type: str
    amount: int
    unit: str
    article: str
    source: str
    is_checked: bool
    means: str
    remedy: str
    appeal_days: int | None

    @property
    def label(self) -> str:
        return str(CaseType(self.type).label)


@cache
def shipped() -> tuple[Mapping[str, str], ...]:
    """The rows of `data/types.csv`."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def body_of(row: Mapping[str, str]) -> dict[str, Any]:
    """The body of the rule that a row of the file describes."""
    return {
        "answer": {"amount": int(row["amount"]), "unit": row["unit"]},
        "article": row["article"],
        "article_en": row.get("article_en") or "",
        "means": {"ko": row["means_ko"], "en": row["means_en"]},
        "remedy": {"ko": row["remedy_ko"], "en": row["remedy_en"]},
        "appeal_days": int(row["appeal_days"]) if row.get("appeal_days") else None,
        **TERMS,
    }


@transaction.atomic
def enact(*, actor: Actor, rows: Iterable[Mapping[str, str]], valid_from: date) -> int:
    """Put types in force from a day on; one whose terms have not changed gets no new version.

    Returns:
        How many rules were enacted.
    """
    made = 0
    for row in rows:
        code, body, checked = code_of(CaseType(row["code"])), body_of(row), row["checked"] == "1"
        last = Rule.objects.filter(code=code).order_by("-version").first()
        if last is not None and (last.body, last.source, last.checked) == (body, row["source"], checked):
            continue
        rules.enact(
            actor=actor,
            code=code,
            body=body,
            valid_from=valid_from,
            source=row["source"],
            checked=checked,
        )
        made += 1
    return made


def rule_of(case_type: str, *, on: date | None = None) -> Rule:
    """The rule of a type that is in force on a day; for a day before the first one, the first.

    What an older system took in, or came on paper, may have been filed before the rules were entered here.

    Raises:
        RefusedError: 422, there is no such type, or no rule for it.
    """
    try:
        code = code_of(CaseType(case_type))
        return known_rule(code, on=on) or Rule.objects.get(
            code=code, version=1, valid_from__gt=on or clock.today()
        )
    except (ValueError, Rule.DoesNotExist) as error:
        raise RefusedError(
            _("No rule is in force for this type. Choose another type."), "case.type", status=422
        ) from error


def meaning_of(case_type: str, rule: Rule) -> Meaning:
    """What a rule says to a resident, in the language of the page."""
    body, language = rule.body, "en" if in_english() else "ko"
    return Meaning(
        type=case_type,
        amount=int(body["answer"]["amount"]),
        unit=str(body["answer"]["unit"]),
        article=str((in_english() and body.get("article_en")) or body.get("article", "")),
        source=rule.source,
        is_checked=rule.checked,
        means=str(body.get("means", {}).get(language, "")),
        remedy=str(body.get("remedy", {}).get(language, "")),
        appeal_days=body.get("appeal_days"),
    )


def meanings(*, on: date | None = None) -> list[Meaning]:
    """Every type that has a rule in force, in the order of `CaseType`; one query."""
    day = on or clock.today()
    codes = {code_of(one): one for one in CaseType.values}
    found: dict[str, Rule] = {}
    rows = Rule.objects.filter(code__in=codes, valid_from__lte=day).exclude(valid_to__lt=day)
    for rule in rows.order_by("version"):
        found[codes[rule.code]] = rule
    return [meaning_of(one, found[one]) for one in CaseType.values if one in found]
