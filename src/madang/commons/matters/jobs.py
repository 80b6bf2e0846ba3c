"""Periodic work on matters."""

from __future__ import annotations

from madang.commons.matters import queries
from madang.commons.matters.domain import (
    attachments,
    contacts,
    inquiries,
    lateness,
    more_time,
    outages,
    progress,
    running_on,
    succession,
)
from madang.kernel.actors import system
from madang.kernel.jobs import every


@every(60, "matters.lateness", by_date=True)
def announce_late() -> int:
    """Tell followers once when an answer has become late. While an outage lasts, its time is left out first."""
    outages.recount_lasting()
    return sum(lateness.announce(actor=system("clock"), matter=matter) for matter in queries.overdue()[:500])


@every(60, "matters.outages")
def finish_outages() -> int:
    """Count the clocks that a declaration did not come to, because its command was killed."""
    return sum(outages.recount(outage) for outage in outages.unfinished())


@every(5, "matters.contacts")
def ask_contacts() -> int:
    """Send the one mail that asks whether an address left without an account is hers."""
    return contacts.ask()


@every(3600, "matters.forget_contacts", by_date=True)
def forget_contacts() -> None:
    """Forget who was asked more than a day ago."""
    contacts.forget()


@every(60, "matters.inquiries", by_date=True)
def end_inquiries() -> int:
    """Questions that the author did not answer in time: the clock of the office runs on."""
    return inquiries.lapse()


@every(60, "matters.run_on", by_date=True)
def run_on() -> int:
    """Clocks that have stood still for as long as the rules allow run on."""
    return running_on.run_on()


@every(60, "matters.more_time", by_date=True)
def end_more_time() -> int:
    """Requests for a second extension whose period has run out: silence is no consent."""
    return more_time.close_over()


@every(600, "matters.progress", by_date=True)
def tell_progress() -> int:
    """Authors whose matter has lasted another thirty days are told how it stands."""
    return progress.tell_due()


@every(5, "matters.succession")
def go_on_elsewhere() -> int:
    """What offices that have ended still owe or promise goes to the ones that go on."""
    return succession.go_on()


@every(86_400, "matters.sweep_files", by_date=True)
def sweep_files() -> int:
    """Delete files that no row names."""
    return attachments.sweep()
