"""Filing: a voice comes in, a receipt goes out."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from madang.commons.matters.domain import attachments as files
from madang.commons.matters.domain import clocks, contacts
from madang.commons.matters.enums import OWED, PREFIX, Channel, Disclosure, Kind, Origin, State
from madang.commons.matters.events import MatterChanged
from madang.commons.matters.models import Assignment, Matter
from madang.commons.notices import api as notices
from madang.kernel import clock, ids, text
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.domain.rules import next_number
from madang.kernel.events import publish
from madang.kernel.models import Organisation, Outbox, Rule


@dataclass(frozen=True, slots=True)
class Filed:
    """What filing gives back. `code` opens the matter later; only its hash is kept, so show it now."""

    matter: Matter
    code: str
    outbox: Outbox


def content_digest(title: str, body: str) -> str:
    """SHA-256 of title and body as filed; goes into the ledger's commitment."""
    return hashlib.sha256(f"{title}\n\n{body}".encode()).hexdigest()


@transaction.atomic
def file(
    *,
    actor: Actor,
    kind: str,
    title: str,
    body: str,
    rule: Rule,
    host: Organisation,
    origin: str = Origin.INDIVIDUAL,
    group_name: str = "",
    author_label: str = "",
    contact_email: str = "",
    disclosure: str = Disclosure.PUBLIC,
    state: str = State.OPEN,
    uploads: tuple[Any, ...] = (),
    at: datetime | None = None,
    is_own: bool = True,
) -> Filed:
    """Take in a matter: number, receipt code, responsible office, audit and ledger leaf in one transaction.

    Args:
        is_own: False where the actor files what others have said, as a facilitator files a topic: it gets no
            author here.

    The words arrive cleaned (`text.clean`); an anonymous person may leave an address, kept apart.
    """
    at = at or clock.now()
    code = ids.new_code()
    # Whoever else files waits from the number on: what needs none comes before it.
    planned = clocks.plan(rule=rule, at=at) if state in OWED else None
    level = actor.level
    stored = [files.stored(upload) for upload in uploads]
    matter = Matter.objects.create(
        kind=kind,
        number=next_number(PREFIX[Kind(kind)], at=at) if disclosure == Disclosure.PUBLIC else None,
        state=state,
        disclosure=disclosure,
        title=title,
        body=body,
        language=text.language_of(f"{title} {body}"),
        origin=origin,
        group_name=group_name,
        channel=actor.channel if actor.channel in Channel.values else Channel.WEB,
        author=actor.user if is_own else None,
        author_label=author_label or (actor.user.shown_name if actor.user and is_own else ""),
        code_hash=ids.code_hash(code),
        filed_at=at,
        rule=rule,
        host=host,
        responsible=host,
        due_at=planned.due_at if planned else None,
    )
    Assignment.objects.create(matter=matter, organisation=host, started_at=at)
    if contact_email and actor.user is None:
        contacts.keep(matter=matter, email=contact_email)
    for attachment in stored:
        attachment.matter = matter
        attachment.save()
    outbox = audit.record(
        actor=actor,
        action="matters.matter.file",
        target=matter.reference,
        at=at,
        after=state,
        organisation=host,
        is_public=matter.is_public,
        payload={
            "content": content_digest(title, body),
            "origin": origin,
            # How sure the site was who filed it; never who it was.
            "level": level,
            "rule": str(rule),
            "files": [attachment.sha256 for attachment in stored],
        },
    )
    if planned:
        clocks.begin(matter=matter, planned=planned)
    if matter.author is not None:  # an address follows once it is confirmed (`contacts`)
        notices.follow(reference=matter.reference, user=matter.author, why="author")
    publish(MatterChanged(matter.pk, "filed", actor.user.pk if actor.user else None))
    return Filed(matter, code, outbox)
