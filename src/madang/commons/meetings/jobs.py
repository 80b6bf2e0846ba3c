"""Periodic work of the hall."""

from __future__ import annotations

from madang.commons.meetings.domain import contacts, forgetting
from madang.kernel.jobs import every


@every(5, "meetings.contacts")
def ask_contacts() -> int:
    """Send the one mail that asks whether an address is hers."""
    return contacts.ask()


@every(3600, "meetings.forget", by_date=True)
def forget() -> int:
    """Erase what a meeting that is over has no need of any more."""
    return forgetting.sweep()
