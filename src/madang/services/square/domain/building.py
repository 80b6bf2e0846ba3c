"""Drafting a space: its words, phases, processes, categories and cells, by people with the mandate to do so."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, policy
from madang.kernel.actors import Actor
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.models import Organisation
from madang.services.square.enums import EditionState
from madang.services.square.logic import grid
from madang.services.square.models import Edition, Process, Space

OPEN = (EditionState.DRAFT, EditionState.CHECKED)


class ChangedError(RefusedError):
    """Somebody changed the same part in between. `now` is how it stands; nothing was written."""

    def __init__(self, edition: Edition, now: dict[str, Any] | None) -> None:
        super().__init__(
            _("Somebody else changed this while you were typing. Nothing of yours is lost."),
            "edition.changed",
            status=409,
        )
        self.edition, self.now = edition, now


def new_key() -> str:
    """A name for a phase that no other phase of the space has."""
    return secrets.token_hex(4)


def address_from(title: str, *, taken: Any) -> str:
    """A web address made of an English title; when it is taken, with a number behind it."""
    base = slugify(title)[:40].strip("-") or f"p-{hashlib.sha256(title.encode()).hexdigest()[:8]}"
    number, made = 1, base
    while taken(made):
        number += 1
        made = f"{base}-{number}"
    return made


@transaction.atomic
def begin(*, actor: Actor, host: Organisation, title_ko: str, title_en: str) -> Edition:
    """The first draft of a new space. Asked twice with the same words, it is the same draft.

    Raises:
        RefusedError: no mandate at this office, or a space of this name is there already.
    """
    policy.require("square.space.build", actor, host)
    words = {"title_ko": title_ko, "title_en": title_en, "summary_ko": "", "summary_en": ""}
    mine = Edition.objects.filter(host=host, number=1, state=EditionState.DRAFT, changed_by=actor.account)
    for known in mine:
        if known.document == {**grid.EMPTY, "space": words}:
            return known
    slug = address_from(
        title_en,
        taken=lambda one: (
            one == "new"
            or Space.objects.filter(slug=one).exists()
            or Edition.objects.filter(slug=one).exclude(state=EditionState.DISCARDED).exists()
        ),
    )
    return _open(actor, slug, 1, host, {**grid.EMPTY, "space": words})


def _open(actor: Actor, slug: str, number: int, host: Organisation, document: grid.Document) -> Edition:
    now = clock.now()
    try:
        with transaction.atomic():
            return Edition.objects.create(
                slug=slug,
                number=number,
                host=host,
                document=document,
                made_at=now,
                changed_at=now,
                changed_by=actor.account,
            )
    except IntegrityError:  # the second of two at the same moment works on the draft of the first
        return Edition.objects.get(slug=slug, state__in=OPEN)


@transaction.atomic
def amend(*, actor: Actor, space: Space) -> Edition:
    """The draft of the next version: how it is now, to be changed. There is one at a time; it is returned."""
    from madang.services.square.domain import publishing  # it checks what is drafted here

    policy.require("square.space.build", actor, space.host)
    if space.is_archive:
        raise RefusedError(_("An archive is read; nothing is changed in it."), "space.archive", status=409)
    known = Edition.objects.filter(slug=space.slug, state__in=OPEN).first()
    if known is not None:
        return known
    last = Edition.objects.filter(slug=space.slug).exclude(state=EditionState.DISCARDED).first()
    return _open(actor, space.slug, last.number + 1 if last else 1, space.host, publishing.document_of(space))


@transaction.atomic
def save(
    *, actor: Actor, edition: Edition, address: grid.Address, value: dict[str, Any] | None, seen: str
) -> Edition:
    """Put one part into a draft, or take it out.

    Args:
        address: where in the document (`logic/grid.py`).
        value: None takes the part out.
        seen: `grid.mark()` of the part as its form showed it.

    Raises:
        ChangedError: 409, the part has another value than was seen; other parts may have changed freely.
        RefusedError: no mandate, or the draft is closed.
    """
    fresh = Edition.objects.select_for_update().get(pk=edition.pk)
    policy.require("square.space.build", actor, fresh.host)
    if fresh.state != EditionState.DRAFT:
        raise RefusedError(
            _("This version is no draft any more. Open it for changes first."), "edition.closed", status=409
        )
    now = grid.part(fresh.document, address)
    if now == value:
        return fresh
    if grid.mark(now) != seen:
        raise ChangedError(fresh, now)
    fresh.document = grid.changed(fresh.document, address, value)
    fresh.changed_at, fresh.changed_by = clock.now(), actor.account
    fresh.save(update_fields=["document", "changed_at", "changed_by"])
    return fresh


def process_address(edition: Edition, title_en: str, value: dict[str, Any]) -> str:
    """A free address for a new process. One of the same value is the same one: a form that was sent twice."""
    here = edition.document.get("processes", {})
    return address_from(
        title_en,
        taken=lambda one: (
            one == "new"
            or here.get(one, value) != value
            or (one not in here and Process.objects.filter(slug=one).exists())
        ),
    )


def category_address(edition: Edition, process: str, title_en: str, value: dict[str, Any]) -> str:
    """A free address for a new field of a process."""
    here = edition.document.get("categories", {}).get(process, {})
    return address_from(title_en, taken=lambda one: one == "new" or here.get(one, value) != value)


def reopen(*, actor: Actor, edition: Edition) -> Edition:
    """A checked version becomes a draft again."""
    return move(edition, "reopen", actor=actor)


def discard(*, actor: Actor, edition: Edition) -> Edition:
    """Give a draft up. What is in force stays."""
    return move(edition, "discard", actor=actor)
