"""People, organisations and their mandates; rules, holidays; audit, outbox, traces."""

from madang.kernel.models.assurance import Assurance, Consent, Registry, RegistryEntry, RegistryTry
from madang.kernel.models.audit import ActCount, Audit, Outbox
from madang.kernel.models.operations import Heartbeat
from madang.kernel.models.parties import SEEING, Mandate, Organisation, Post, Role
from madang.kernel.models.people import Device, User
from madang.kernel.models.rules import CalendarDay, Counter, Rule
from madang.kernel.models.traces import Trace

__all__ = [
    "SEEING",
    "ActCount",
    "Assurance",
    "Audit",
    "CalendarDay",
    "Consent",
    "Counter",
    "Device",
    "Heartbeat",
    "Mandate",
    "Organisation",
    "Outbox",
    "Post",
    "Registry",
    "RegistryEntry",
    "RegistryTry",
    "Role",
    "Rule",
    "Trace",
    "User",
]
