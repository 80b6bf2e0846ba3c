"""What becomes of codings when a codebook changes: those whose code means the same come over, the rest is read anew."""

from __future__ import annotations

from collections import Counter
from typing import Any, NamedTuple

from madang.services.polls.logic.versions import BORDERS
from madang.services.polls.models import Codebook, Coding, Ruling, Task


class Carried(NamedTuple):
    codings: int
    anew: int
    """Codings whose answers are read anew."""
    rulings: int


def fates(last: Codebook, new: Codebook) -> dict[str, str]:
    """For every code of the version before its code now; empty where its answers are read anew."""
    now = {one["key"]: one for one in new.body["codes"]}
    found = {}
    for old in last.body["codes"]:
        key = old["key"]
        if key in new.mapping:
            found[key] = new.mapping[key] if new.mapping[key] in now else ""
        else:
            found[key] = key if key in now and _means(old) == _means(now[key]) else ""
    return found


def _means(code: dict[str, Any]) -> tuple[Any, ...]:
    """What draws the border of a code; a new name, group or example does not move it."""
    return tuple(code.get(name) or ("keyword" if name == "kind" else {}) for name in BORDERS)


def foresee(last: Codebook, new: Codebook) -> list[dict[str, Any]]:
    """For every code of the version before: where it goes, and how many codings that concerns."""
    given = Counter(
        Coding.objects.filter(task__codebook=last, task__response__is_withdrawn=False).values_list(
            "code", flat=True
        )
    )
    fate = fates(last, new)
    now = {one["key"]: one for one in new.body["codes"]}
    return [
        {
            "code": old,
            "to": now.get(fate[old["key"]]),
            "codings": given[old["key"]],
            "is_changed": old["key"] not in now or _means(old) != _means(now[old["key"]]),
        }
        for old in last.body["codes"]
    ]


def carry(last: Codebook, new: Codebook) -> Carried:
    """Copy tasks, codings and rulings to the new version. For `codebooks.fix`, inside its transaction."""
    fate = fates(last, new)
    tasks = list(
        Task.objects.filter(codebook=last, response__is_withdrawn=False)
        .select_related("coding")
        .order_by("pk")
    )
    made = Task.objects.bulk_create(
        [
            Task(
                codebook=new,
                response_id=old.response_id,
                coder_id=old.coder_id,
                place=old.place,
                is_double=old.is_double,
                purpose=old.purpose,
                alike=old.alike,
            )
            for old in tasks
        ],
        batch_size=500,
    )
    kept, anew = [], 0
    for old, task in zip(tasks, made, strict=True):
        coding = getattr(old, "coding", None)
        if coding is None:
            continue
        code = fate.get(coding.code, "")
        if not code:
            anew += 1
            continue
        more = [fate[one] for one in coding.more if fate.get(one) and fate[one] != code]
        kept.append(
            Coding(
                task=task,
                code=code,
                more=list(dict.fromkeys(more)),
                saw_suggestion=coding.saw_suggestion,
                is_carried=True,
                at=coding.at,
            )
        )
    Coding.objects.bulk_create(kept, batch_size=500)
    latest: dict[int, Ruling] = {}
    for row in Ruling.objects.filter(codebook=last, response__is_withdrawn=False).order_by("turn"):
        latest[row.response_id] = row
    rulings = [
        Ruling(
            codebook=new,
            response_id=response,
            code=fate[row.code],
            more=[fate[one] for one in row.more if fate.get(one)],
            reason=row.reason,
            by_id=row.by_id,
            at=row.at,
        )
        for response, row in latest.items()
        if fate.get(row.code)
    ]
    Ruling.objects.bulk_create(rulings, batch_size=500)
    return Carried(len(kept), anew, len(rulings))
