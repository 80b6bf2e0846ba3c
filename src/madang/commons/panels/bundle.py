"""The file that anyone can check a lot with: frozen lottery, what may be opened, and the draw."""

from __future__ import annotations

from collections import Counter
from typing import Any

from madang.commons.panels.models import Candidate, Round


def openings(round_: Round) -> dict[str, list[Any]]:
    """Salt, values and household of the people whose values are shared by enough others of the register.

    A combination of six values can be a single person in town. Below the panel's `min_cell` a person stays a commitment
    that only she, with the salt in her letter, or a named observer can open.
    """
    panel = round_.panel
    rows = Candidate.objects.filter(panel=panel).values_list("pk", "salt", "values", "household")
    known = {pk: (salt, values, household) for pk, salt, values, household in rows}
    shared = Counter(tuple(values) for _salt, values, _household in known.values())
    return {
        str(at): [known[pk][0], known[pk][1], known[pk][2]]
        for at, pk in enumerate(round_.people)
        if pk in known and shared[tuple(known[pk][1])] >= panel.min_cell
    }


def bundle(round_: Round) -> dict[str, Any]:
    """Without a name, a contact or a line of the register."""
    draw = None
    if round_.drawn is not None:
        draw = {
            "root": round_.root,
            "log": round_.log,
            "throws": list(round_.witnesses.order_by("order").values_list("dice", flat=True)),
            "seed": round_.seed,
            "number": round_.drawn,
            "panel": round_.frozen["panels"][round_.drawn - 1],
        }
    return {"frozen": round_.frozen, "digest": round_.digest, "openings": openings(round_), "draw": draw}
