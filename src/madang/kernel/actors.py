"""Who acts. Every domain function takes an `actor`, never a request.

A person acts for herself; an official acts through mandates that are valid at that moment; the system
acts by a named rule (a tally, a clock). The audit row and the ledger leaf keep which of these it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

# Python's own (before 3.12) holds one lock for all actors of the process while it computes.
from django.utils.functional import cached_property

from madang.kernel import clock

if TYPE_CHECKING:
    from madang.kernel.models import Mandate, Organisation, User


@dataclass
class Actor:
    """The one who acts. `user` is None for the system and for people without an account."""

    user: User | None = None
    system: str = ""
    channel: str = "web"
    # Primary keys of matters opened with their receipt in this session.
    receipts: frozenset[int] = frozenset()
    # References of other things opened with their code in this session (`registration:…`, `pass:…`).
    held: frozenset[str] = frozenset()
    # False for a program with a token: it acts for the person, never for her office.
    is_in_office: bool = True

    @property
    def is_system(self) -> bool:
        return bool(self.system)

    @property
    def is_signed_in(self) -> bool:
        return self.user is not None

    @cached_property
    def mandates(self) -> tuple[Mandate, ...]:
        """Mandates valid now; fetched once per actor, that is once per request."""
        if self.user is None or not self.is_in_office:
            return ()
        from madang.kernel import queries  # models are not loaded when settings import the kernel

        return tuple(queries.mandates_of(self.user, at=clock.now()))

    def holds(self, role: str, organisation: Organisation | int | None = None) -> bool:
        """Whether a mandate with this role, on this organisation where one is named, is valid now."""
        wanted = organisation if organisation is None or isinstance(organisation, int) else organisation.pk
        return any(
            mandate.post.role == role and (wanted is None or mandate.post.organisation_id == wanted)
            for mandate in self.mandates
        )

    def offices(self, *roles: str) -> tuple[int, ...]:
        """Primary keys of the organisations where one of these roles is held now."""
        return tuple(
            {mandate.post.organisation_id: None for mandate in self.mandates if mandate.post.role in roles}
        )

    @property
    def account(self) -> User:
        """The signed-in person. For acts that a policy has allowed only with an account.

        Raises:
            PermissionError: nobody is signed in.
        """
        if self.user is None:
            raise PermissionError("this act needs an account")
        return self.user

    @property
    def is_official(self) -> bool:
        """Whether she holds an office. A member of a planning group votes there as the citizen she is."""
        return any(mandate.post.role != "planner" for mandate in self.mandates)

    @cached_property
    def level(self) -> str:
        """How sure the site is who this is (`kernel.levels`); asked once per actor."""
        if self.user is None:
            return "anonymous"
        from madang.kernel.domain import assurance  # models are not loaded when settings import the kernel

        return assurance.level_of(self.user)

    @property
    def kind(self) -> str:
        """`system`, `official`, `person` or `anonymous`: what the ledger says about who acted."""
        if self.is_system:
            return "system"
        if self.user is None:
            return "anonymous"
        return "official" if self.is_official else "person"


def person(
    user: User | None,
    *,
    channel: str = "web",
    receipts: frozenset[int] = frozenset(),
    held: frozenset[str] = frozenset(),
    is_in_office: bool = True,
) -> Actor:
    """The actor behind a signed-in user, or an anonymous one."""
    known = user if user is not None and user.is_authenticated else None
    return Actor(user=known, channel=channel, receipts=receipts, held=held, is_in_office=is_in_office)


def system(name: str) -> Actor:
    """The platform itself, acting by the rule called `name`."""
    return Actor(system=name)
