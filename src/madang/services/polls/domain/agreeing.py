"""Do coders agree? The figures of one codebook, over all, by code, pair by pair and over time."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from typing import Any, NamedTuple

from django.core.cache import cache

from madang.kernel import clock
from madang.services.polls.domain.tasks import DRIFT, SAMPLED
from madang.services.polls.logic import agreement
from madang.services.polls.models import Codebook, Coding

KEPT = 3600
"""Seconds that figures are kept; they are counted anew with the next coding anyway."""


class Doubles(NamedTuple):
    """Answers that were coded more than once: their codes by coder, and why they were given out."""

    codes: dict[int, dict[int, str]]
    purposes: dict[int, str]

    def given_out_as(self, purpose: str) -> list[dict[int, str]]:
        """The codes, by coder, of the answers given out for this."""
        return [given for response, given in self.codes.items() if self.purposes[response] == purpose]


def doubles(codebook: Codebook) -> Doubles:
    rows = Coding.objects.filter(
        task__codebook=codebook, task__is_double=True, task__response__is_withdrawn=False
    ).values_list("task__response", "task__coder", "task__purpose", "code")
    codes: dict[int, dict[int, str]] = defaultdict(dict)
    purposes: dict[int, str] = {}
    for response, coder, purpose, code in rows.order_by("task__response", "task__coder"):
        codes[response][coder] = code
        if purpose in (SAMPLED, DRIFT):
            purposes[response] = purpose
    kept = {response: given for response, given in codes.items() if len(given) > 1}
    return Doubles(kept, {response: purposes.get(response, SAMPLED) for response in kept})


def figures(codebook: Codebook) -> dict[str, Any]:
    """Alpha over the sample, for each code, and over what was looked at again; and who took what for what."""
    found = doubles(codebook)
    said = json.dumps([codebook.pk, clock.today().isoformat(), sorted(found.codes.items())])
    key = f"polls.agreement:{hashlib.sha256(said.encode()).hexdigest()}"
    held: dict[str, Any] | None = cache.get(key)
    if held is None:
        held = _count(codebook, found)
        cache.set(key, held, KEPT)
    return held


def _count(codebook: Codebook, found: Doubles) -> dict[str, Any]:
    today = clock.today()
    keys = [one["key"] for one in codebook.body["codes"]]
    sample, again = found.given_out_as(SAMPLED), found.given_out_as(DRIFT)
    coders = sorted({coder for given in found.codes.values() for coder in given})
    single = [[[given[one]] if one in given else None for one in coders] for given in sample]
    used = [key for key in keys if any(key in given.values() for given in sample)]
    return {
        "all": agreement.agreement(by_coder(sample, coders), on=today),
        "codes": agreement.by_code(single, used, on=today) if sample else [],
        "drift": agreement.agreement(by_coder(again, coders), on=today) if again else None,
        "confusion": _confusion(sample),
    }


def by_coder(rows: list[dict[int, str]], coders: list[int]) -> list[list[str | None]]:
    """`[answer][coder]`, None where she gave nothing: what agreement is computed from."""
    return [[given.get(one) for one in coders] for given in rows]


def _confusion(rows: list[dict[int, str]]) -> dict[tuple[str, str], int]:
    """How often two coders gave this pair of codes to an answer; the order of the two means nothing."""
    found: Counter[tuple[str, str]] = Counter()
    for given in rows:
        codes = sorted(given.values())
        for at, one in enumerate(codes):
            for other in codes[at + 1 :]:
                found[one, other] += 1
    return dict(found)
