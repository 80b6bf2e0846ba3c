"""Notes at tables: several write at once, with or without a network, and no word is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.meetings import queries
from madang.commons.meetings.logic.merging import merge_lines
from madang.commons.meetings.models import HallPass, Note, NoteVersion, Table
from madang.kernel import clock, policy, text
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError

LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a note. `conflict`: it stands beside a change of somebody else, to be joined by a person."""

    note: Note
    joined: bool = False
    conflict: bool = False


@transaction.atomic
def write(
    *,
    actor: Actor,
    table: Table,
    body: str,
    key: UUID | None = None,
    seen: int = 0,
    at: datetime | None = None,
) -> Written:
    """Write a new note, or change one as it was seen in version `seen`.

    Changes of different lines are joined. Where the same lines were changed, her words become a note of their own
    beside the other one.

    Args:
        key: the note's, given by the page; an unknown one makes a new note.

    Raises:
        RefusedError: 403 not at this table; 422 empty or too long.
    """
    policy.require("meetings.note.write", actor, table)
    words = text.clean(body)
    if not words or len(words) > LONGEST:
        raise RefusedError(
            _("A note has between 1 and %(most)s characters; this one has %(have)s.")
            % {"most": f"{LONGEST:,}", "have": f"{len(words):,}"},
            "note.length",
            status=422,
        )
    moment, key = at or clock.now(), key or uuid4()
    locked = Table.objects.select_for_update().get(pk=table.pk)
    note = Note.objects.filter(key=key).first()
    if note is not None and note.table_id != locked.pk:
        raise RefusedError(_("This note belongs to another table."), "note.table", status=409)
    if note is None:
        return Written(_new(actor, locked, key, words, moment))
    if note.text == words:
        return Written(note)
    base = note.versions.filter(version=seen).first()
    merged = merge_lines(base.text, note.text, words) if base is not None else None
    if merged is None:
        return Written(_new(actor, locked, uuid4(), words, moment, beside=note), conflict=True)
    note.text, note.version = merged, note.version + 1
    note.save(update_fields=["text", "version"])
    _keep(actor, note, moment)
    return Written(note, joined=merged != words)


def _new(actor: Actor, table: Table, key: UUID, words: str, at: datetime, beside: Note | None = None) -> Note:
    note = Note.objects.create(
        table=table, key=key, text=words, language=text.language_of(words), beside=beside, at=at
    )
    _keep(actor, note, at)
    return note


def _keep(actor: Actor, note: Note, at: datetime) -> None:
    NoteVersion.objects.create(
        note=note,
        version=note.version,
        text=note.text,
        at=at,
        by=actor.user,
        by_pass=pass_of(actor, note.table.meeting_id),
    )


def pass_of(actor: Actor, meeting_id: int) -> HallPass | None:
    """The pass somebody without an account acts by."""
    held = queries.passes_of(actor, meeting_id) if actor.user is None else []
    return held[0] if held else None
