"""What a check showed, in words that a resident reads. Keys are `step.status` or `step.status.code`."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.commons.ledger.logic.receipt import Step, Verdict

Words = str | Promise

STEPS: dict[str, Words] = {
    "format.passed": _("The receipt is complete."),
    "format.failed.unreadable": _(
        "This is not a whole receipt. Copy all of it, from the first line “madang-receipt/v1” to the last"
        " line “--- end”, or choose the file."
    ),
    "key.passed": _("It names the key of this log."),
    "key.skipped.own-key": _(
        "It was checked with the key that it names itself. Compare this key with the published one: {key}"
    ),
    "key.failed.other-key": _("It names the key of another log: {key}"),
    "facts.passed": _("Number {number} and time {filed_at} (UTC) are the sealed ones."),
    "facts.failed.unreadable": _("The sealed part tells no number and time."),
    "facts.failed.different": _("Number or time were changed: the sealed part says something else."),
    "commitment.passed": _("The fingerprint in the log fits what you filed."),
    "commitment.failed.unreadable": _("The log entry holds no fingerprint."),
    "commitment.failed.salt": _("The salt that opens the fingerprint has the wrong length."),
    "commitment.failed.different": _("The fingerprint in the log does not fit: the sealed part was changed."),
    "promise.passed": _("We signed at {at} (UTC) that the entry will be in the log by {deadline} (UTC)."),
    "promise.failed.signature": _("The signed promise was not made with the key of this log."),
    "promise.failed.origin": _("The signed promise is from another log."),
    "promise.failed.leaf": _("The signed promise is for another entry."),
    "promise.skipped.no-ed25519": _("This browser cannot check the signature of the promise."),
    "checkpoint.passed": _("The log signed its state with {size} entries."),
    "checkpoint.failed.signature": _("The state of the log was not signed with the key of this log."),
    "checkpoint.skipped.no-proof": _(
        "The receipt was made before the entry was in the log. Download it again to get the proof."
    ),
    "checkpoint.skipped.no-ed25519": _("This browser cannot check the signature of the log’s state."),
    "inclusion.passed": _("The entry stands in the log, as number {index} counted from 0."),
    "inclusion.failed.path": _("The proof does not lead from this entry to the signed state of the log."),
    "inclusion.skipped.no-proof": _("There is no proof yet that the entry is in the log."),
    "inclusion.skipped.no-checkpoint": _("Without a signed state of the log the place cannot be checked."),
    "growth.passed": _(
        "The log of today, with {to} entries, still begins with the {from} entries of the receipt."
    ),
    "growth.failed.different": _(
        "The log of today does not continue the log of the receipt. Keep the receipt and tell others:"
        " it is evidence against the operator."
    ),
    "growth.skipped.offline": _("The log of today was not asked."),
    "growth.skipped.no-proof": _("Without a proof there is nothing to compare with the log of today."),
    "growth.skipped.no-log": _("There is no log to compare with yet."),
    "growth.skipped.no-ed25519": _(
        "The log of today continues that of the receipt, but this browser cannot check its signature."
    ),
}

OUTCOMES: dict[str, tuple[Words, Words, str, str]] = {
    "included": (
        _("The receipt is genuine and its entry is in the public log."),
        _("Nobody can change or remove the entry without this check failing."),
        "jade",
        "check",
    ),
    "promised": (
        _("The receipt is genuine. It does not hold the proof from the log yet."),
        _("Download the receipt again a minute after filing. If it still has no proof then, tell us."),
        "ochre",
        "clock",
    ),
    "incomplete": (
        _("Nothing is wrong, but this browser cannot check signatures."),
        _("Use “Check on the server”, another browser, or your own program."),
        "ochre",
        "warn",
    ),
    "unanchored": (
        _(
            "Nothing in the receipt contradicts itself, but it was checked only with the key that it names itself."
        ),
        _(
            "Compare that key with the published one before you rely on it, or check again with the published key."
        ),
        "ochre",
        "warn",
    ),
    "wrong": (
        _("Something is wrong with this receipt."),
        _("The steps say what. If you did not change the file, keep it and tell us."),
        "persimmon",
        "error",
    ),
}

STATUS: dict[str, tuple[Words, str, str]] = {
    "passed": (_("Right"), "jade", "check"),
    "failed": (_("Wrong"), "persimmon", "error"),
    "skipped": (_("Not checked"), "ochre", "skip"),
}

PROBLEMS: dict[str, Words] = {
    "late": _("Entries wait longer than promised."),
    "busy": _("Another process is writing the log."),
    "key-missing": _(
        "The log’s key is missing. Restore it from the backup; a new key would orphan all receipts."
    ),
    "damaged": _(
        "The log’s files do not agree with what was signed. Nothing is signed until that is mended."
    ),
    "split": _("The log refused to sign a second state of the same size."),
    "ledger-behind": _(
        "The log’s files are older than the database. Nothing is signed until that is mended."
    ),
    "database-behind": _(
        "The database is older than the log’s files. Nothing is signed until an operator decides."
    ),
    "entry": _("A row cannot become an entry of the log."),
    "ledger": _("The log is not well."),
}


def key_of(step: Step) -> str:
    """The key of a step's sentence."""
    return f"{step.name}.{step.status}" + (f".{step.code}" if step.code else "")


def sentence(step: Step) -> str:
    """What the step showed."""
    words = str(STEPS[key_of(step)])
    for name, value in step.facts:
        words = words.replace(f"{{{name}}}", value)
    return words


def outcome(verdict: Verdict) -> str:
    """Which of `OUTCOMES` a verdict is."""
    if not verdict.ok:
        return "wrong"
    if any(step.code == "own-key" for step in verdict.steps):
        return "unanchored"
    return "included" if verdict.included else "promised"
