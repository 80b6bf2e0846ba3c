"""The parameters of a request: an empty one is an absent one, lists are divided by commas, names are as the standard has
them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from madang.services.casework.open311.logic.faults import Fault, FaultError

MOST = 1000
"""Requests in one answer, by the standard."""
STATUSES = ("open", "closed")
LONGEST_TEXT = 4000
_ATTRIBUTE = re.compile(r"attribute\[([^\[\]]{1,120})\](\[\d{0,6}\])?", re.ASCII | re.IGNORECASE)
_ARABIC = re.compile(r"\d{1,9}", re.ASCII)
UNREADABLE = "\ufffd"
"""What stands where bytes were not UTF-8."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What was sent, in the order it was sent. Names are lower case; blanks around values are gone."""

    values: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, Sequence[str]]]) -> Asked:
        """From name and values as the web framework gives them.

        Raises:
            FaultError: something is not UTF-8.
        """
        found: dict[str, list[str]] = {}
        for name, values in pairs:
            kept = [value.strip() for value in values if value.strip()]
            if any(UNREADABLE in text for text in (name, *kept)):
                raise FaultError(Fault("encoding", {"name": name.replace(UNREADABLE, "?")[:60]}))
            if kept:
                # The code of an attribute is the city's own word: its case counts.
                key = name.strip() if _ATTRIBUTE.fullmatch(name.strip()) else name.strip().lower()
                found.setdefault(key, []).extend(kept)
        return cls(found)

    def one(self, name: str) -> str:
        """The value of a parameter; of several the last one; "" where there is none."""
        values = self.values.get(name)
        return values[-1] if values else ""

    def many(self, name: str) -> list[str]:
        """The values of a list, however it was divided, each once."""
        parts = [part.strip() for value in self.values.get(name, ()) for part in value.split(",")]
        return list(dict.fromkeys(filter(None, parts)))

    def yes(self, name: str) -> bool | None:
        """A yes or no; None where nothing, or nothing clear, was said."""
        said = self.one(name).lower()
        if said in ("1", "true", "yes", "on"):
            return True
        return False if said in ("0", "false", "no", "off") else None

    def attributes(self) -> dict[str, list[str]]:
        """The answers to a service's own questions: `attribute[code]=…`, `attribute[code][]=…`."""
        found: dict[str, list[str]] = {}
        for name, values in self.values.items():
            if match := _ATTRIBUTE.fullmatch(name):
                found.setdefault(match[1].strip(), []).extend(values)
        return found


def page(asked: Asked) -> tuple[int, int]:
    """Which page, from 1, and how many rows each has.

    Raises:
        FaultError: not a whole number from 1.
    """
    found = []
    for name, usual in (("page", 1), ("page_size", MOST)):
        written = asked.one(name)
        if written and (not _ARABIC.fullmatch(written) or int(written) < 1):
            raise FaultError(Fault("number", {"name": name}))
        found.append(int(written) if written else usual)
    return found[0], min(found[1], MOST)


def statuses(asked: Asked) -> list[str]:
    """`open`, `closed`, both or (none said) neither.

    Raises:
        FaultError: another word.
    """
    found = [word.lower() for word in asked.many("status")]
    if wrong := [word for word in found if word not in STATUSES]:
        raise FaultError(Fault("status", {"given": wrong[0][:40]}))
    return list(dict.fromkeys(found))
