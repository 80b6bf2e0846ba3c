"""What is wrong with a request, as the standard wants it said: a status, a code, a description; several at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

BAD, NO_KEY, UNKNOWN, NOT_OFFERED = 400, 403, 404, 405


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `kind` names the sentence (`open311.words`), `values` fill it."""

    kind: str
    values: dict[str, object] = field(default_factory=dict)
    code: int = BAD


class FaultError(Exception):
    """A request that cannot be answered.

    Args:
        faults: everything that is wrong, the most important first; its code is the HTTP status.
    """

    def __init__(self, *faults: Fault) -> None:
        super().__init__(", ".join(one.kind for one in faults))
        self.faults: Sequence[Fault] = faults

    @property
    def status(self) -> int:
        """The HTTP status: that of the first fault."""
        return self.faults[0].code


def fault(kind: str, code: int = BAD, **values: object) -> FaultError:
    """One fault as an error to raise."""
    return FaultError(Fault(kind, values, code))
