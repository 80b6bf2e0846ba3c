"""Codebooks in versions: written as drafts by several people, fixed once, never changed afterwards."""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.services.polls.domain import carrying, checking
from madang.services.polls.enums import CodebookState
from madang.services.polls.models import Codebook, Poll

Entry = dict[str, Any]
EMPTY: dict[str, Any] = {
    "key": "",
    "version": "1",
    "label": "single",
    "title": {"ko": "", "en": ""},
    "origin": {},
    "groups": [],
    "codes": [
        {
            "key": "other",
            "kind": "other",
            "group": None,
            "name": {"ko": "기타", "en": "Other"},
            "definition": {
                "ko": "뜻은 알 수 있으나 맞는 핵심어가 없는 응답.",
                "en": "Understandable, but no keyword fits.",
            },
        },
        {
            "key": "not_codable",
            "kind": "not_codable",
            "group": None,
            "name": {"ko": "분류 불가", "en": "Not codable"},
            "definition": {
                "ko": "무엇을 말하는지 알 수 없는 응답.",
                "en": "It cannot be told what is meant.",
            },
        },
    ],
}
"""What every book begins with: the two codes that belong to no group."""


class ChangedError(RefusedError):
    """Somebody else changed the same thing meanwhile. `theirs` is how it stands now, None where it is gone."""

    def __init__(self, theirs: Entry | None) -> None:
        super().__init__(
            _(
                "Somebody else has changed this meanwhile. What you typed is still here; what it says now stands"
                " above. Save once more to put yours in its place."
            ),
            "codebook.changed",
            status=409,
        )
        self.theirs = theirs


def digest_of(entry: Entry | None) -> str:
    """Tells whether an entry is still the one that somebody had before her; empty for none."""
    return hashlib.sha256(audit.canonical(entry)).hexdigest()[:16] if entry else ""


def head_digest(codebook: Codebook) -> str:
    """Tells whether what holds for the whole draft is still what somebody had before her."""
    body = codebook.body
    return digest_of(
        {
            "title": body.get("title"),
            "label": body.get("label"),
            "assist": codebook.assist,
            "note": codebook.note,
            "mapping": codebook.mapping,
        }
    )


def find(codebook: Codebook, part: str, key: str) -> Entry | None:
    """One of the `groups` or `codes`."""
    return next((one for one in codebook.body.get(part, ()) if one["key"] == key), None)


def before(codebook: Codebook) -> Codebook | None:
    """The version before, where it was ever fixed."""
    rows = Codebook.objects.filter(poll=codebook.poll_id, version__lt=codebook.version)
    return rows.exclude(state=CodebookState.DRAFT).order_by("-version").first()


def in_use(poll: Poll) -> Codebook | None:
    """The fixed version that is coded with: the last one."""
    return poll.codebooks.filter(state=CodebookState.FIXED).order_by("-version").first()


@transaction.atomic
def start(*, actor: Actor, poll: Poll, body: Mapping[str, Any]) -> Codebook:
    """Begin the next version as a draft, from a book that somebody has: a file, a reconstruction, the version before.

    Raises:
        RefusedError: 409 while there is a draft; 422 where it has not the shape of a codebook.
    """
    policy.require("polls.coding.lead", actor, poll)
    Poll.objects.select_for_update().get(pk=poll.pk)
    last = poll.codebooks.order_by("-version").first()
    if last is not None and last.state == CodebookState.DRAFT:
        raise RefusedError(
            _("There is a draft already. Go on with it, or fix it first."), "codebook.draft", status=409
        )
    version = last.version + 1 if last else 1
    kept = copy.deepcopy(dict(body)) | {"key": poll.code.lower(), "version": str(version)}
    found = checking.unusable(kept)
    if found:
        raise RefusedError(found[0].text, "codebook.shape", status=422)
    made = Codebook.objects.create(
        poll=poll,
        version=version,
        body=kept,
        by=actor.user,
        created_at=clock.now(),
        assist=bool(last and last.assist),
    )
    audit.record(actor=actor, action="polls.codebook.start", target=made.reference, is_public=False)
    return made


@transaction.atomic
def put(*, actor: Actor, codebook: Codebook, part: str, key: str, entry: Entry | None, seen: str) -> Codebook:
    """Write one group or code of a draft; `entry` None takes it out, `key` empty adds it.

    Two analysts may work on different entries at once. `seen` is the digest of the entry as it was shown.

    Raises:
        ChangedError: 409, somebody changed this very entry meanwhile.
        RefusedError: 409 once it is fixed; 422 where the new key is taken or a group is still in use.
    """
    fresh = Codebook.objects.select_for_update().get(pk=codebook.pk)
    now = find(fresh, part, key) if key else None
    if digest_of(now) != seen:
        raise ChangedError(now)
    rows = [dict(one) for one in fresh.body.get(part, ())]
    if entry is None:
        _require_free(fresh, part, now)
        rows = [one for one in rows if one["key"] != key]
    else:
        if entry["key"] != key and any(one["key"] == entry["key"] for one in rows):
            raise RefusedError(_("This key is taken. Choose another one."), "codebook.key", status=422)
        rows = [entry if one["key"] == key else one for one in rows] if now else _added(rows, entry)
    body = dict(fresh.body) | {part: rows}
    if part == "groups" and entry is not None and key and entry["key"] != key:
        body["codes"] = [
            one | {"group": entry["key"]} if one.get("group") == key else one for one in body["codes"]
        ]
    mapping = dict(fresh.mapping)
    if part == "codes" and key and (entry is None or entry["key"] != key):
        _follow(fresh, mapping, key, entry["key"] if entry else "")
    return move(
        fresh,
        "edit",
        actor=actor,
        changes={"body": body, "mapping": mapping, "revision": fresh.revision + 1},
    )


def _added(rows: list[Entry], entry: Entry) -> list[Entry]:
    """New codes stand before the two that belong to no group."""
    at = next((n for n, one in enumerate(rows) if one.get("kind", "keyword") != "keyword"), len(rows))
    return [*rows[:at], entry, *rows[at:]]


def _require_free(codebook: Codebook, part: str, entry: Entry | None) -> None:
    if part == "groups" and entry and any(c.get("group") == entry["key"] for c in codebook.body["codes"]):
        raise RefusedError(
            _("This group still has codes. Move them to another group first."), "codebook.group", status=422
        )
    if part == "codes" and entry and entry.get("kind", "keyword") != "keyword":
        raise RefusedError(
            _("Every codebook has this code: answers that fit nowhere are counted too."),
            "codebook.kind",
            status=422,
        )


def _follow(codebook: Codebook, mapping: dict[str, str], key: str, new: str) -> None:
    """A code of the version before keeps its codings under its new key."""
    was = next((old for old, now in mapping.items() if now == key), None)
    last = before(codebook)
    if was is None and last is not None and find(last, "codes", key):
        was = key
    if was is not None:
        mapping[was] = new


@transaction.atomic
def settle(
    *,
    actor: Actor,
    codebook: Codebook,
    title: Mapping[str, str],
    label: str,
    assist: bool,
    note: str,
    mapping: Mapping[str, str],
    seen: str,
) -> Codebook:
    """What holds for the whole draft. `mapping` says where codings of changed codes go; empty means read anew. `seen` is the
    `head_digest` that was shown.

    Raises:
        ChangedError: 409, somebody changed it meanwhile.
    """
    fresh = Codebook.objects.select_for_update().get(pk=codebook.pk)
    if head_digest(fresh) != seen:
        raise ChangedError(None)
    body = dict(fresh.body) | {"title": dict(title), "label": label}
    return move(
        fresh,
        "edit",
        actor=actor,
        changes={
            "body": body,
            "assist": assist,
            "note": note,
            "mapping": dict(fresh.mapping) | dict(mapping),
            "revision": fresh.revision + 1,
        },
    )


@transaction.atomic
def fix(*, actor: Actor, codebook: Codebook, seen: int | None = None) -> Codebook:
    """From now on it stands; codings of the version before come over where their code means the same.

    Args:
        seen: the revision that was looked at before; None where nobody else can write meanwhile.

    Raises:
        RefusedError: 409 where it was changed after that look; 422 with what is still wrong.
    """
    fresh = Codebook.objects.select_for_update().get(pk=codebook.pk)
    if seen is not None and fresh.revision != seen:
        raise RefusedError(
            _(
                "Somebody else has changed this draft since you looked at it. Nothing is fixed yet: look at what has "
                "changed, then fix it here."
            ),
            "codebook.changed",
            status=409,
        )
    found = checking.problems(fresh.body)
    if found:
        raise RefusedError(
            _("The codebook cannot be fixed yet. What is missing is listed on its page."),
            "codebook.problems",
            status=422,
        )
    fixed = move(
        fresh,
        "fix",
        actor=actor,
        changes={"fixed_at": clock.now()},
        payload={"sha256": hashlib.sha256(audit.canonical(fresh.body)).hexdigest()},
    )
    last = before(fixed)
    if last is not None:
        carried = carrying.carry(last, fixed)
        audit.record(
            actor=actor,
            action="polls.codebook.carry",
            target=fixed.reference,
            payload=carried._asdict(),
            is_public=fixed.is_public,
        )
    return fixed


def retire(*, actor: Actor, codebook: Codebook, reason: str) -> Codebook:
    """It is no longer coded with; what was coded stays."""
    return move(codebook, "retire", actor=actor, reason=reason)
