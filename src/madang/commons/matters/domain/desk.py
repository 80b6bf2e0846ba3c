"""Acts of the desk that join several steps, and the guard against two people changing one matter at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import answers, handling
from madang.commons.matters.models import Answer, Matter
from madang.kernel.actors import Actor
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation

CHANGED = "matter.changed"


def stamp(matter: Matter) -> str:
    """Fingerprint of what an official sees before she acts: the matter, its clock and the draft in work."""
    draft = matter.answers.exclude(state=Answer.State.PUBLISHED).first()
    seen = [
        matter.kind,
        matter.state,
        matter.disclosure,
        matter.responsible_id,
        matter.officer_id,
        matter.transfers,
        matter.due_at,
        draft and (draft.pk, draft.state, draft.disposition, draft.reason, draft.next_step, draft.owner_id),
        draft and (draft.promised_on, draft.return_note),
    ]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:24]


@contextmanager
def unchanged(matter: Matter, seen: str) -> Iterator[Matter]:
    """Hold the matter's lock while acting on what was seen.

    Raises:
        RefusedError: 409, `matter.changed`, when somebody acted after `seen` was taken. Nothing is written.
    """
    with transaction.atomic():
        fresh = Matter.objects.select_for_update().get(pk=matter.pk)
        if stamp(fresh) != seen:
            raise RefusedError(
                _("Somebody changed this while you had it open. Nothing was saved; your words are below."),
                CHANGED,
                status=409,
            )
        yield fresh


@transaction.atomic
def save_and_submit(
    *,
    actor: Actor,
    matter: Matter,
    disposition: str,
    reason: str,
    next_step: str = "",
    owner: Organisation | None = None,
    promised_on: date | None = None,
) -> Answer:
    """Keep the draft as it is now and hand it to the approver; both or neither."""
    draft = answers.save(
        actor=actor,
        matter=matter,
        disposition=disposition,
        reason=reason,
        next_step=next_step,
        owner=owner,
        promised_on=promised_on,
    )
    return answers.submit(actor=actor, answer=draft)


@dataclass(frozen=True, slots=True)
class Bulk:
    """What came of an act on several matters. `refused` pairs each matter left alone with the reason."""

    done: tuple[Matter, ...]
    refused: tuple[tuple[Matter, str], ...]


def assign_many(*, actor: Actor, matters: Iterable[Matter], office: Organisation) -> Bulk:
    """Give several matters to one office. Each stands alone: a refusal of one leaves the others done."""
    done, refused = [], []
    for matter in matters:
        try:
            done.append(handling.assign(actor=actor, matter=matter, office=office))
        except RefusedError as refusal:
            refused.append((matter, str(refusal)))
    return Bulk(tuple(done), tuple(refused))


@transaction.atomic
def merge_many(*, actor: Actor, matters: Iterable[Matter], into: Matter, reason: str) -> tuple[Matter, ...]:
    """Fold several duplicates into the one that goes on; all or none."""
    chosen = sorted((matter for matter in matters if matter.pk != into.pk), key=lambda matter: matter.pk)
    # All locks at once and in one order: two desks that merge the same rows wait instead of blocking each other.
    keys = sorted({into.pk, *(matter.pk for matter in chosen)})
    list(Matter.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    return tuple(handling.merge(actor=actor, matter=matter, into=into, reason=reason) for matter in chosen)
