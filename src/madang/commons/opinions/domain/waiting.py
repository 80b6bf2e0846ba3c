"""What people have changed since the last published step, and whose changes go into the next one.

While a conversation is open, everything that is published of it moves in steps, and a step holds the changes of at least
`STEP_FROM` people: whoever reads the figures before and after learns what these said together, not what one said. After
a step as many wait on: if it closes in the next moment, the last step is no smaller. Who waits is drawn by lot each
time, so that not even the moment of a step tells whose changes it holds. A person goes as a whole. Whoever took back
what was published goes first.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count

from madang.commons.opinions.limits import STEP_FROM
from madang.commons.opinions.models import Vote

_lot = secrets.SystemRandom()


@dataclass(slots=True)
class Change:
    """What one pseudonym says beside what is published of it.

    Attributes:
        before, after: number of the statement → answer; empty for nothing.
        rows: keys of the answers that are not counted yet.
        leaves: rows that are counted wait for being erased.
    """

    participant: str
    before: dict[int, int]
    after: dict[int, int] = field(default_factory=dict)
    rows: list[int] = field(default_factory=list)
    leaves: bool = False

    @property
    def is_real(self) -> bool:
        """Whether anything differs: whoever changed her mind and changed it back adds nothing to a step."""
        return self.before != self.after


def rooms() -> list[int]:
    """Keys of the conversations in which enough may wait for a step."""
    people: Counter[int] = Counter()
    for mark in ({"is_new": True}, {"is_leaving": True}):
        rows = Vote.objects.filter(**mark).order_by().values("conversation_id")
        for row in rows.annotate(people=Count("participant", distinct=True)):
            people[row["conversation_id"]] += row["people"]
    return sorted(room for room, count in people.items() if count >= 2 * STEP_FROM)


def people(conversation_id: int, most: int) -> tuple[list[str], set[str]]:
    """So many pseudonyms of whom something waits; and those among them whose counted answers wait to be erased."""
    rows = Vote.objects.filter(conversation=conversation_id).order_by("participant")
    names = rows.values_list("participant", flat=True).distinct()
    leaving = set(names.filter(is_leaving=True)[:most])
    found = sorted(leaving.union(names.filter(is_new=True)[:most]))[:most]
    return found, leaving.intersection(found)


def read(
    conversation_id: int, names: Sequence[str], leaving: set[str], before: dict[str, dict[int, int]]
) -> list[Change]:
    """What waits of these people.

    Args:
        before: what is published of them.
    """
    found = {}
    for name in names:
        said = before.get(name, {})
        found[name] = Change(name, said, {} if name in leaving else dict(said), leaves=name in leaving)
    rows = Vote.objects.filter(conversation=conversation_id, is_new=True, participant__in=names)
    for key, name, number, value in rows.order_by("turn").values_list(
        "pk", "participant", "statement__number", "value"
    ):
        found[name].after[number] = value
        found[name].rows.append(key)
    return list(found.values())


def drawn(changes: Sequence[Change]) -> list[Change]:
    """Whose changes go into a step now: none, or all but `STEP_FROM` people's, and at least as many."""
    if len(changes) < 2 * STEP_FROM:
        return []
    order = sorted(changes, key=lambda one: (not one.leaves, _lot.random()))
    return order[: len(order) - STEP_FROM]
