"""What is unusual about a step of a project's money, in plain Python. The database is not asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

ORDER = ("proposed", "enacted", "contracted", "executed", "result")
NEEDS = {"enacted": "proposed", "contracted": "enacted", "executed": "enacted", "result": "executed"}
"""What a step comes after. A contract is not needed for a payment."""


@dataclass(frozen=True, slots=True)
class Told:
    """A step that stands: nothing has taken its place."""

    kind: str
    on_date: date
    amount: int | None = None


def total(rows: Sequence[Told], kind: str) -> int | None:
    """Won of all steps of a kind; None where there is none."""
    amounts = [row.amount for row in rows if row.kind == kind and row.amount is not None]
    return sum(amounts) if amounts else None


def out_of_order(rows: Sequence[Told], new: Told) -> bool:
    """Whether the step before it is missing, a step stands on the wrong side of its day, or the project was stopped."""
    kinds = {row.kind for row in rows}
    if "stopped" in kinds or NEEDS.get(new.kind, new.kind) not in kinds | {new.kind}:
        return True
    if new.kind not in ORDER:
        return any(row.on_date > new.on_date for row in rows)
    place = ORDER.index(new.kind)
    return any(
        row.on_date > new.on_date if ORDER.index(row.kind) < place else row.on_date < new.on_date
        for row in rows
        if row.kind in ORDER and row.kind != new.kind
    )


def above(rows: Sequence[Told], new: Told, *, decided: int) -> int:
    """By how many won the step goes beyond what stands above it; nought where it stays within.

    The bill and the council are measured by what was decided, contract and payments by what was enacted. A correction of
    what was enacted is measured by what is contracted and paid already, too.
    """
    after = [*rows, new]
    enacted = total(after, "enacted")
    top = decided if enacted is None else enacted
    found = {
        "proposed": (total(after, "proposed") or 0) - decided,
        "enacted": (enacted or 0) - decided,
        "contracted": (total(after, "contracted") or 0) - top,
        "executed": (total(after, "executed") or 0) - top,
    }
    asked = ("enacted", "contracted", "executed") if new.kind == "enacted" else (new.kind,)
    return max(0, *(found.get(kind, 0) for kind in asked))
