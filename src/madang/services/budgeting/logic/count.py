"""One count: an election, a rule and its settings in; a document with winners, reasons and digest out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from madang.services.budgeting.logic import official
from madang.services.budgeting.logic.composite import composite, weights_of
from madang.services.budgeting.logic.election import Election, Outcome
from madang.services.budgeting.logic.faults import CountError, Said
from madang.services.budgeting.logic.greedy import greedy
from madang.services.budgeting.logic.knapsack import knapsack
from madang.services.budgeting.logic.phragmen import phragmen
from madang.services.budgeting.logic.shares import COMPLETIONS, equal_shares
from madang.services.budgeting.logic.shares_steps import Stepper
from madang.services.budgeting.logic.shares_table import UTILITIES
from madang.services.budgeting.logic.ties import ORDERS, WORDS, ranks
from madang.services.budgeting.logic.words import sentences

RULES = ("greedy", "equal-shares", "phragmen", "composite", "knapsack")
FORMAT = "madang-count/1"
ARITHMETIC = "exact (whole numbers and fractions)"


@dataclass(frozen=True, slots=True)
class Settings:
    """How to count. `increment` is a step of add1 in the currency, as text; `weights` those of a composite."""

    rule: str = "greedy"
    utility: str = "cost"
    completion: str = "add1"
    increment: str = "1"
    ties: str = "id"
    weights: str = "seoul-2018"


def count(election: Election, settings: Settings, stepper: Stepper | None = None) -> Outcome:
    """The outcome by a rule; a `stepper` speeds up add1 without changing it. Raises CountError for settings that will not do."""
    for name, value, known in (
        ("rule", settings.rule, RULES),
        ("utility", settings.utility, UTILITIES),
        ("completion", settings.completion, COMPLETIONS),
        ("ties", settings.ties, ORDERS),
    ):
        if value not in known:
            raise CountError(
                Said("option", f"--{name} must be one of: {', '.join(known)}.", f"--{name} 값은 다음 중 하나여야 해요: {', '.join(known)}.")
            )  # fmt: skip
    rank = ranks(election, settings.ties)
    if settings.rule == "greedy":
        skip, threshold = official.variant(election)
        outcome = greedy(election, rank, skip=skip, threshold=threshold)
        outcome.facts["skip"] = skip
        outcome.facts["threshold"] = threshold
        return outcome
    if settings.rule == "equal-shares":
        step = increment(election, settings.increment)
        return equal_shares(election, rank, settings.utility, settings.completion, step, stepper)
    if settings.rule == "phragmen":
        return phragmen(election, rank)
    if settings.rule == "knapsack":
        return knapsack(election, rank, settings.utility)
    return composite(election, rank, weights_of(settings.weights))


def increment(election: Election, text: str) -> int:
    """A step of add1 in smallest units."""
    try:
        step = Fraction(text) * election.unit
    except (ValueError, ZeroDivisionError):
        step = Fraction(0)
    if step <= 0 or step.denominator != 1:
        raise CountError(
            Said(
                "increment",
                f"--increment {text[:20]} will not do. Give an amount above 0 in steps of 1/{election.unit}.",
                f"--increment {text[:20]}은(는) 쓸 수 없어요. 0보다 큰 금액을 1/{election.unit} 단위로 적어 주세요.",
            )
        )
    return step.numerator


def effective(settings: Settings) -> dict[str, str]:
    """The settings that bear on the result; `-` for those that do not."""
    shares = settings.rule == "equal-shares"
    raises = shares and settings.completion.startswith("add1")
    return {
        "rule": settings.rule,
        "utility": settings.utility if settings.rule in ("equal-shares", "knapsack") else "-",
        "completion": settings.completion if shares else "-",
        "increment": str(Fraction(settings.increment)) if raises else "-",
        "ties": settings.ties,
        "weights": settings.weights if settings.rule == "composite" else "-",
    }


def digest(sha256: str, settings: dict[str, str], winners: list[str]) -> str:
    """SHA-256 over lines of text: format, digest of the file, settings, then the winners' ids in text order."""
    lines = [FORMAT, sha256, *(f"{key}={value}" for key, value in settings.items()), *sorted(winners)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def document(election: Election, settings: Settings, stepper: Stepper | None = None) -> dict[str, Any]:
    """Counts and writes down everything that is needed to understand and repeat it, ready for JSON."""
    outcome = count(election, settings, stepper)
    used = effective(settings)
    winners = [election.projects[c].id for c in outcome.winners]
    spent = sum(election.projects[c].cost for c in outcome.winners)
    won = set(outcome.winners)
    projects = []
    for c, project in enumerate(election.projects):
        ko, en = sentences(election, settings.rule, outcome.why[c])
        row = {"id": project.id, "name": project.name, "won": c in won, "ko": ko, "en": en}
        projects.append({**row, **_in_currency(election, outcome.why[c])})
    return {
        "format": FORMAT,
        "input": {
            "sha256": election.sha256,
            "encoding": election.encoding,
            "description": election.meta.get("description", ""),
            "vote_type": election.vote_type,
            "voters": election.voters,
            "projects": len(election.projects),
            "budget": election.money(election.budget),
            "currency": election.meta.get("currency", ""),
        },
        "settings": {
            **used,
            "tie_order": {"ko": WORDS[settings.ties][1], "en": WORDS[settings.ties][0]},
            "arithmetic": ARITHMETIC,
        },
        "winners": winners,
        "cost": election.money(spent),
        "left": election.money(election.budget - spent),
        "served": election.served(won),
        "ties": [[election.projects[c].id for c in group] for group in outcome.ties],
        "facts": _in_currency(election, outcome.facts),
        "projects": projects,
        "official": official.compare(election, settings.rule, outcome, ranks(election, settings.ties)),
        "notes": [note.document() for note in election.notes],
        "digest": digest(election.sha256, used, winners),
    }


AMOUNTS = frozenset(
    {"cost", "left", "left_before", "wins_at_cost", "price", "supporters_left", "short", "share", "over", "each",
     "time", "stopped_at"}
)  # fmt: skip
"""Fields in smallest units of money; times of Phragmén are money too, what a supporter has earned by then."""


def _in_currency(election: Election, value: Any, key: str = "") -> Any:
    """Amounts from smallest units into the currency, as text: whole, decimal, or an exact fraction."""
    if isinstance(value, dict):
        return {name: _in_currency(election, one, name) for name, one in value.items()}
    if isinstance(value, list):
        return [_in_currency(election, one, key) for one in value]
    if key in AMOUNTS and value is not None:
        exact = Fraction(value)
        return election.money(exact.numerator) if exact.denominator == 1 else str(exact / election.unit)
    return value
