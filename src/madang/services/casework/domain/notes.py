"""What offices write down for themselves, flags for words that need care, and the covering of personal data."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.matters.domain import together
from madang.commons.matters.models import Matter
from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.services.casework.logic import care, personal
from madang.services.casework.models import Covering, Flag, FlagKind, Note, NoteKind, Original

TEXT_MIN, TEXT_MAX = 2, 5000


@transaction.atomic
def add(
    *,
    actor: Actor,
    matter: Matter,
    text: str,
    kind: str = NoteKind.INTERNAL,
    whom: str = "",
    happened_at: datetime | None = None,
) -> Note:
    """Write a note. Whoever has the matter on the desk reads it, nobody else; it never changes.

    Raises:
        RefusedError: 403; 422 too short or too long, or a moment that has not come.
    """
    policy.require("casework.matter.note", actor, matter)
    if not TEXT_MIN <= len(text.strip()) <= TEXT_MAX:
        raise RefusedError(_("Write something, up to 5,000 characters."), "note.length", status=422)
    now = clock.now()
    if happened_at is not None and happened_at > now:
        raise RefusedError(
            _("This moment has not come yet. Give when the call was."), "note.future", status=422
        )
    made = Note.objects.create(
        matter=matter,
        kind=NoteKind(kind),
        text=text,
        whom=whom if kind == NoteKind.PHONE else "",
        happened_at=happened_at or now,
        at=now,
        office=matter.responsible,
        by=actor.account,
    )
    audit.record(
        actor=actor,
        action="casework.matter.note",
        target=matter.reference,
        organisation=matter.responsible,
        is_public=False,
        payload={"kind": kind},
    )
    return made


def look_over(matter: Matter) -> list[Flag]:
    """Raise the flags that the words of a new case call for. Nothing else about it changes."""
    found = care.find(f"{matter.title}\n{matter.body}")
    return [
        Flag.objects.create(matter=matter, kind=word.kind, what=word.text, at=clock.now()) for word in found
    ]


@transaction.atomic
def flag(*, actor: Actor, matter: Matter, kind: str, what: str) -> Flag:
    """Raise a flag by hand, with the reason.

    Raises:
        RefusedError: 403; 409 it is raised already; 422 unknown, or without a reason.
    """
    policy.require("casework.matter.flag", actor, matter)
    if kind not in FlagKind.values or not what.strip():
        raise RefusedError(_("Choose what it is, and say in a few words why."), "flag.what", status=422)
    try:
        with transaction.atomic():
            made = Flag.objects.create(
                matter=matter, kind=kind, what=what.strip()[:200], at=clock.now(), by=actor.user
            )
    except IntegrityError as error:
        raise RefusedError(_("This flag is up already."), "flag.twice", status=409) from error
    _log_flag(actor, matter, "raise", kind)
    return made


@transaction.atomic
def clear(*, actor: Actor, row: Flag, why: str) -> Flag:
    """Take a flag down, saying why. It stays in the records."""
    policy.require("casework.matter.flag", actor, row.matter)
    if not why.strip():
        raise RefusedError(_("Say in a few words why."), "flag.why", status=422)
    fresh = Flag.objects.select_for_update().get(pk=row.pk)
    if fresh.cleared_at is None:
        fresh.cleared_at, fresh.cleared_by, fresh.cleared_why = clock.now(), actor.user, why.strip()[:300]
        fresh.save(update_fields=["cleared_at", "cleared_by", "cleared_why"])
        _log_flag(actor, row.matter, "clear", row.kind)
    return fresh


def _log_flag(actor: Actor, matter: Matter, what: str, kind: str) -> None:
    audit.record(
        actor=actor,
        action="casework.matter.flag",
        target=matter.reference,
        organisation=matter.responsible,
        is_public=False,
        payload={"what": what, "kind": kind},
    )


def original_of(matter: Matter) -> tuple[str, str]:
    """Title and words as they were filed, for its author and the office."""
    kept = Original.objects.filter(pk=matter.pk).first()
    return (kept.title, kept.body) if kept is not None else (matter.title, matter.body)


@transaction.atomic
def cover(*, actor: Actor, matter: Matter, words: list[str], reason: str) -> Covering:
    """Cover these words in the public copy, everywhere they stand. Nothing but what is covered changes.

    The original is kept for its author and the office. What was covered before stays covered.

    Raises:
        RefusedError: 403; 422 no reason, nothing to cover, or the words do not stand there.
    """
    fresh = Matter.objects.select_for_update().get(pk=matter.pk)
    policy.require("matters.matter.cover", actor, fresh)
    wanted = list(dict.fromkeys(word.strip() for word in words if word.strip()))
    title, body = original_of(fresh)
    lost = [word for word in wanted if word not in title and word not in body]
    if lost:
        raise RefusedError(
            _("These words do not stand in the text: %(words)s. Copy them from it.")
            % {"words": ", ".join(lost[:5])},
            "cover.absent",
            status=422,
        )
    if not wanted or any(len(word) < 2 for word in wanted):
        raise RefusedError(
            _("Choose what is to be covered, at least two characters each."), "cover.nothing", status=422
        )
    kept, _new = Original.objects.get_or_create(matter=fresh, defaults={"title": title, "body": body})
    kept.words = wanted = list(dict.fromkeys([*kept.words, *wanted]))
    kept.save(update_fields=["words"])
    parts = sum(title.count(word) + body.count(word) for word in wanted)
    together.cover(
        actor=actor,
        matter=fresh,
        title=personal.cover(title, wanted),
        body=personal.cover(body, wanted),
        reason=reason,
        parts=parts,
    )
    kinds = sorted({one.kind for word in wanted for one in personal.find(word)})
    return Covering.objects.create(
        matter=fresh,
        at=clock.now(),
        by=actor.account,
        reason=reason[:300],
        kinds=",".join(kinds),
        parts=min(parts, 32_000),
    )
