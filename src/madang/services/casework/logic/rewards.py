"""Which rewards a verified saving makes possible, as plain Python over the body of a rule. Amounts are won."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Possible:
    """A kind of reward and its limits, both included."""

    kind: str
    least: int
    most: int

    def allows(self, amount: int) -> bool:
        return self.least <= amount <= self.most


def possible(body: Mapping[str, Any], *, saved: int, is_spreadable: bool = False) -> tuple[Possible, ...]:
    """What the rule allows for a report that was upheld.

    Args:
        body: of the rule `casework.reward`: `valid` and `best` with `least` and `most`, `bonus` with `most` and
            `spreadable_percent`.
        saved: the verified net saving; a bonus needs one above 0 and is never more than it.
        is_spreadable: others can save by the same means; the bonus may then be more by the percentage.
    """
    found = [
        Possible(kind, int(body[kind]["least"]), int(body[kind]["most"]))
        for kind in ("valid", "best")
        if kind in body
    ]
    bonus = body.get("bonus")
    if bonus and saved > 0:
        most = int(bonus["most"])
        if is_spreadable:
            most += most * int(bonus.get("spreadable_percent", 0)) // 100
        found.append(Possible("bonus", 1, min(most, saved)))
    return tuple(found)
