"""Numbers of the desk that the law gives, as dated rules; the shipped ones hold until a city enacts its own."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from madang.kernel.actors import Actor
from madang.kernel.domain import rules
from madang.kernel.models import Rule
from madang.kernel.queries import known_rule

DATA = Path(__file__).resolve().parents[1] / "data" / "desk_rules.csv"
SAME_PURPORT, REPEAT = "casework.same_purport", "casework.repeat"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a rule says, where it comes from, and whether somebody checked that."""

    body: Mapping[str, Any]
    source: str
    is_checked: bool


@cache
def shipped() -> Mapping[str, Terms]:
    """The rows of `data/desk_rules.csv` by code."""
    with DATA.open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Terms(json.loads(row["body"]), row["source"], row["checked"] == "1")
            for row in csv.DictReader(file)
        }


def terms(code: str, *, on: date | None = None) -> Terms:
    """The rule in force, or the shipped one where none was enacted."""
    rule = known_rule(code, on=on)
    if rule is None:
        return shipped()[code]
    return Terms({**shipped()[code].body, **rule.body}, rule.source, rule.checked)


@transaction.atomic
def enact(*, actor: Actor, valid_from: date) -> int:
    """Put the shipped rules in force from a day on, where there is none yet; how many were enacted."""
    made = 0
    for code, one in shipped().items():
        if not Rule.objects.filter(code=code).exists():
            rules.enact(
                actor=actor,
                code=code,
                body=dict(one.body),
                valid_from=valid_from,
                source=one.source[:300],
                checked=one.is_checked,
            )
            made += 1
    return made
