"""Why the log does not go on. Each error stops the sequencer before anything is signed."""

from __future__ import annotations


class LedgerError(RuntimeError):
    """Something that a person must look at. `code` is stable and has words in `wording.py`."""

    code = "ledger"


class BusyError(LedgerError):
    """Another sequencer is at work."""

    code = "busy"


class KeyMissingError(LedgerError):
    """The log was signed before, but its key is gone. A new key would orphan every receipt."""

    code = "key-missing"


class DamagedError(LedgerError):
    """The files of the log do not agree with what was signed."""

    code = "damaged"


class UnreadableError(LedgerError, OSError):
    """A file of the log is there, but the system does not let it be read: rights, or a disk that fails."""

    code = "unreadable"


class SplitError(LedgerError):
    """Asked to sign a root that does not continue what was signed before."""

    code = "split"


class LedgerBehindError(LedgerError):
    """The database knows places that the files do not: the files come from an older copy."""

    code = "ledger-behind"


class DatabaseBehindError(LedgerError):
    """The files hold entries that the database lacks or has differently: it comes from an older copy."""

    code = "database-behind"


class EntryError(LedgerError):
    """A row that cannot become an entry: too long, or its hash does not fit."""

    code = "entry"


class WitnessAheadError(LedgerError):
    """Witnesses hold a larger state with our own signature: this log comes from an older copy."""

    code = "witness-ahead"


class ForkedError(LedgerError):
    """Our own key signed another history than this one; somebody outside holds it."""

    code = "forked"
