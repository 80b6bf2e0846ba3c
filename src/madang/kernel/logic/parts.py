"""Putting texts in parts for a trial, so that a model is asked only about people whose hand it does not know."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

FOLDS = 5


def parts_of(persons: Sequence[str], folds: int = FOLDS) -> NDArray[Any]:
    """In which part each answer is: all of a person in one, the parts about equally large. Persons with most answers are
    placed first, each in the smallest part; ties by a digest of the person, so that no order of rows matters."""
    often: dict[str, int] = {}
    for person in persons:
        often[person] = often.get(person, 0) + 1
    size, place = [0] * folds, {}
    for person in sorted(often, key=lambda one: (-often[one], hashlib.sha256(one.encode()).hexdigest())):
        part = size.index(min(size))
        place[person] = part
        size[part] += often[person]
    return np.array([place[person] for person in persons])
