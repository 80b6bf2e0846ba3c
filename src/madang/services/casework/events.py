"""Facts about cases."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CaseFiled:
    """A case of this type came in, by whatever means. Its matter has the same key."""

    case_id: int
    case_type: str


@dataclass(frozen=True, slots=True)
class CaseChanged:
    """Something about a case changed beside its matter: `what` is retyped, split, joined, rated, recategorised,
    consulted, photos, updated_elsewhere."""

    case_id: int
    what: str
    actor_id: int | None = None
