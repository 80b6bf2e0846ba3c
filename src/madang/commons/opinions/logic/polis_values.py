"""What single fields of an export mean: votes, moderation, times."""

from __future__ import annotations

import re
from datetime import datetime

_VOTES = {
    "agree": 1, "yes": 1, "찬성": 1, "동의": 1,
    "pass": 0, "unsure": 0, "skip": 0, "통과": 0, "잘 모름": 0,
    "disagree": -1, "no": -1, "반대": -1,
}  # fmt: skip
_MODERATION = {
    "accepted": 1, "approved": 1, "true": 1, "yes": 1,
    "unmoderated": 0, "pending": 0, "none": 0, "": 0,
    "rejected": -1, "removed": -1, "hidden": -1, "false": -1, "no": -1,
}  # fmt: skip
_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")


def number(text: str) -> float | None:
    text = text.strip().replace("−", "-")
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def vote(text: str) -> int | None:
    """1, 0 or -1 as the file has it; None for what is no vote."""
    found = number(text)
    if found is not None:
        return int(found) if found in (-1.0, 0.0, 1.0) else None
    return _VOTES.get(text.strip().casefold())


def moderation(text: str) -> int | None:
    """1 accepted, 0 not looked at, -1 rejected; None for anything else."""
    found = number(text)
    if found is not None:
        return int(found) if found in (-1.0, 0.0, 1.0) else None
    return _MODERATION.get(text.strip().casefold())


def moment(text: str) -> float | None:
    """A number that grows with time, from a time stamp (in any unit) or a written date; None if it cannot be read.

    Dates are compared only within one file, so their zone is left aside.
    """
    text = text.strip()
    found = number(text)
    if found is not None:
        return found
    written = re.sub(r" (?:[A-Z]{2,5}|[+-]\d{4}) (\d{4})$", r" \1", text)
    try:
        return _seconds(datetime.strptime(written, "%a %b %d %H:%M:%S %Y"))  # noqa: DTZ007 - see above
    except ValueError:
        pass
    try:
        return _seconds(datetime.fromisoformat(text).replace(tzinfo=None))
    except ValueError:
        return None


def _seconds(written: datetime) -> float:
    return (written - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001 - without the zone of this machine
