"""What a check showed, in words that a resident reads. Keys are `step.status` or `step.status.code`."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.commons.ledger.logic.growth import Growth
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
    "witnesses.passed": _(
        "{count} independent witnesses saw this state of the log; at least {least} are needed."
    ),
    "witnesses.failed.signature": _("A witness’s signature on the state of the log is wrong."),
    "witnesses.skipped.none": _("No independent witnesses are known for this log."),
    "witnesses.skipped.too-few": _(
        "Only {count} witnesses saw this state of the log; at least {least} are needed. A receipt downloaded"
        " later may have more."
    ),
    "witnesses.skipped.no-proof": _("Without a proof there is nothing that witnesses could have seen."),
    "witnesses.skipped.no-checkpoint": _(
        "Without a signed state of the log its witnesses cannot be checked."
    ),
    "witnesses.skipped.no-ed25519": _("This browser cannot check the signatures of witnesses."),
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
    "witness-ahead": _(
        "This log is older than what witnesses have seen of it. Nothing is signed until the newer files are back."
    ),
    "forked": _(
        "A witness holds another history of this log, signed with the same key. Nothing is signed any more."
    ),
    "unreadable": _("A file of the log is there, but this site cannot read it."),
    "policy": _("The list of witnesses cannot be read: {why}"),
    "policy-unreadable": _("The list of witnesses cannot be read, so no witness is asked."),
    "policy-missing": _(
        "The list of witnesses is gone, though witnesses have answered before. No witness is asked."
    ),
    "ledger": _("The log is not well."),
}

ANSWERS: dict[str, tuple[Words, str, str]] = {
    "ok": (_("Has cosigned"), "jade", "check"),
    "": (_("Not asked yet"), "ochre", "clock"),
    "down": (_("Did not answer"), "ochre", "warn"),
    "refused": (_("Refused"), "persimmon", "error"),
    "wrong": (_("Answered with a wrong signature"), "persimmon", "error"),
    "ahead": (_("Refused: has seen a larger state"), "persimmon", "error"),
    "forked": (_("Refused: has seen another history"), "persimmon", "error"),
    "unasked": (_("Could not be asked: this site failed at it"), "ochre", "warn"),
}
"""What a witness answered last, by the codes of `witnessing.py`."""

GROWTH: dict[str, tuple[Words, str, str]] = {
    "right": (
        _("The log only grew: its first {old} entries are the same in the state with {new} entries."),
        "jade",
        "check",
    ),
    "wrong": (
        _(
            "These two states do not belong to one growing log. Keep both: they are evidence against the operator."
        ),
        "persimmon",
        "error",
    ),
    "unknown": (_("The log has {size} entries. Choose sizes from 1 to {size}."), "ochre", "warn"),
    "unreadable": (
        _(
            "Give a number of entries, or paste a whole signed state from its first line to its last signature."
        ),
        "ochre",
        "warn",
    ),
    "signature": (_("This state was not signed with the key of this log."), "persimmon", "error"),
    "order": (_("The older state must not be larger than the newer one. Exchange the two."), "ochre", "warn"),
}
"""What a comparison of two states showed. All but "right" and "wrong" say what to do with what was given."""


OFFLINE: dict[str, Words] = {
    "audit.passed": _("The whole copy was recomputed: {size} entries, and no act is missing. Root: {root}"),
    "audit.failed.missing": _("The copy is whole, but running numbers show that acts are missing:"),
    "audit.failed.different": _("The copy does not agree with what the log signed ({why})."),
    "audit.skipped.part": _("The copy does not hold everything, so the whole log was not checked ({why})."),
    "audit.skipped.no-ed25519": _("This browser cannot check signatures, so the copy was not checked."),
    "copy.none": _("Among the chosen files is no signed state of a log. It is called “checkpoint”."),
    "nothing": _("Paste or choose a receipt, or a copy of the log."),
    "fields": _("Key, witnesses or files cannot be read ({why})."),
}
"""What the page that checks without a network says besides."""


def key_of(step: Step) -> str:
    """The key of a step's sentence."""
    return f"{step.name}.{step.status}" + (f".{step.code}" if step.code else "")


def sentence(step: Step) -> str:
    """What the step showed."""
    words = str(STEPS[key_of(step)])
    for name, value in step.facts:
        words = words.replace(f"{{{name}}}", value)
    return words


def growth(found: Growth) -> str:
    """What a comparison of two states showed."""
    words = str(GROWTH[found.code][0])
    for name, value in (("old", found.old), ("new", found.new), ("size", found.size)):
        words = words.replace(f"{{{name}}}", str(value))
    return words


def outcome(verdict: Verdict) -> str:
    """Which of `OUTCOMES` a verdict is."""
    if not verdict.ok:
        return "wrong"
    if any(step.code == "own-key" for step in verdict.steps):
        return "unanchored"
    return "included" if verdict.included else "promised"
