"""Publishing a version of a space: checked, announced beforehand, sealed in the public log, and put in force."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from madang.commons.notices import api as notices
from madang.kernel import clock
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit, rules
from madang.kernel.domain.transitions import move
from madang.kernel.errors import RefusedError
from madang.kernel.levels import Level
from madang.kernel.models import Mandate, Organisation, Role, Rule
from madang.kernel.queries import rule_in_force
from madang.services.square.enums import EditionState, Filing
from madang.services.square.logic import checks, grid
from madang.services.square.models import Category, Cell, Edition, Idea, ImportedRow, Phase, Process, Space

RULE = "square.editions"
"""The dated rule that says how many days before the first change a version has to be published."""
NOTICE_DAYS = 7
"""Its value where no such rule is in force."""
TERMS: dict[str, Any] = {"arbiter_at": 3, "objections": 1, "objection_days": 15}
"""What the rule of a new process says besides what its form asks for."""
SUPPORT = {"account": Level.CONTACT, "resident": Level.RESIDENT}


def notice_days() -> int:
    """The period of notice in force today."""
    try:
        return int(rule_in_force(RULE).body.get("notice_days", NOTICE_DAYS))
    except Rule.DoesNotExist:
        return NOTICE_DAYS


# --- how it is now --------------------------------------------------------------------------------------


def _written(moment: datetime | None) -> str | None:
    return clock.seoul(moment).isoformat(timespec="seconds") if moment else None


def _words(row: Space | Phase | Process | Category) -> dict[str, str]:
    return {name: getattr(row, name) for name in ("title_ko", "title_en", "summary_ko", "summary_en")}


def key_of(phase: Phase) -> str:
    return phase.key or f"phase-{phase.pk}"


def _upcoming(code: str) -> Rule | None:
    """The last version announced: it may begin later than today."""
    return Rule.objects.filter(code=code).order_by("-version").first()


def _cell(cell: Cell) -> dict[str, Any]:
    levels = {Level.ANONYMOUS: "anyone", Level.CONTACT: "account", Level.RESIDENT: "resident"}
    support = {Level.ANONYMOUS: "account", Level.CONTACT: "account", Level.RESIDENT: "resident"}
    return {
        "file": levels[Level(cell.needed_to_file)] if cell.can_file else "",
        "support": support[Level(cell.needed_to_support)] if cell.can_support else "",
        "comment": cell.can_comment,
    }


def document_of(space: Space) -> grid.Document:
    """What residents are under now, as a document: read from the rows that the pages read."""
    phases = list(space.phases.all())
    processes = list(space.processes.prefetch_related("categories", "cells__phase"))
    document: grid.Document = {
        "space": _words(space),
        "phases": {},
        "processes": {},
        "categories": {},
        "cells": {},
    }
    for phase in phases:
        document["phases"][key_of(phase)] = {
            **_words(phase),
            "starts_at": _written(phase.starts_at),
            "ends_at": _written(phase.ends_at),
            "is_narrative": phase.is_narrative,
        }
    codes = [process.rule_code for process in processes]
    last = {rule.code: rule for rule in Rule.objects.filter(code__in=codes).order_by("version")}
    for process in processes:
        rule = last.get(process.rule_code)  # the last one announced; it may hold from a later day
        document["processes"][process.slug] = {
            **_words(process),
            "order": process.order,
            "rule_code": process.rule_code,
            "rule": dict(rule.body) if rule else {},
            "source": rule.source if rule else "",
            "checked": rule.checked if rule else False,
            "valid_from": rule.valid_from.isoformat() if rule else None,
        }
        document["categories"][process.slug] = {
            row.slug: {**_words(row), "tone": row.tone, "value": row.value, "order": row.order}
            for row in process.categories.all()
        }
        document["cells"][process.slug] = {}
        for cell in process.cells.all():
            cell.process = process
            held = _cell(cell)
            if any(held.values()):
                document["cells"][process.slug][key_of(cell.phase)] = held
    return document


def rules_on(space: Space, day: date) -> dict[str, Rule]:
    """The rule of each process of a space that is in force on a day, by the address of the process."""
    codes = dict(space.processes.values_list("rule_code", "slug"))
    found = (
        Rule.objects.filter(code__in=codes, valid_from__lte=day).exclude(valid_to__lt=day).order_by("version")
    )
    return {codes[rule.code]: rule for rule in found}


# --- checking -------------------------------------------------------------------------------------------


def answers(host: Organisation) -> bool:
    """Whether somebody could answer today what comes in at this office.

    An answer needs an officer and an approver, two people: here, or in an office to which this one's triage gives it.
    """
    now = clock.now()
    held = Mandate.objects.filter(valid_from__lte=now).exclude(valid_to__lte=now)
    offices: dict[int, dict[str, set[int]]] = {}
    for office, role, user in held.values_list("post__organisation", "post__role", "user"):
        offices.setdefault(office, {}).setdefault(role, set()).add(user)

    def can(roles: dict[str, set[int]]) -> bool:
        officers, approvers = roles.get(Role.OFFICER, set()), roles.get(Role.APPROVER, set())
        return bool(officers and approvers) and len(officers | approvers) > 1

    own = offices.get(host.pk, {})
    return can(own) or (Role.TRIAGE in own and any(can(roles) for roles in offices.values()))


def _history() -> list[int]:
    """Totals of the items a threshold can be held against: the imported file, or what was filed here."""
    likes = dict(ImportedRow.objects.values_list("content_digest", "likes").order_by("likes"))
    if likes:
        return list(likes.values())
    return list(Idea.objects.filter(process__space__is_archive=False).values_list("support_total", flat=True))


def around(edition: Edition) -> checks.Around:
    """What the checks need to know of the world."""
    space = Space.objects.filter(slug=edition.slug).first()
    filed = Idea.objects.filter(process__space__slug=edition.slug)
    used: set[grid.Address] = {
        ("processes", slug) for slug in filed.order_by().values_list("process__slug", flat=True).distinct()
    }
    used |= {
        ("categories", process, category)
        for process, category in filed.filter(category__isnull=False)
        .order_by()
        .values_list("process__slug", "category__slug")
        .distinct()
    }
    retypes = ("matters.answer.question", "matters.answer.complaint")
    return checks.Around(
        now=clock.seoul(clock.now()),
        today=clock.today(),
        notice_days=notice_days(),
        answers=answers(edition.host),
        retypes=Rule.objects.filter(code__in=retypes).values("code").distinct().count() == len(retypes),
        history=_history(),
        live=document_of(space) if space is not None else None,
        used=frozenset(used),
    )


def findings(edition: Edition) -> list[checks.Finding]:
    return checks.check(edition.document, around(edition))


def _refuse_errors(found: list[checks.Finding]) -> None:
    if any(one.level == checks.ERROR for one in found):
        raise RefusedError(
            _("Mend the errors below first; then it can be checked and published."),
            "edition.errors",
            status=409,
        )


@transaction.atomic
def check(*, actor: Actor, edition: Edition) -> Edition:
    """Close a draft for publishing, when no error stands in the way."""
    locked = Edition.objects.select_for_update().get(pk=edition.pk)
    _refuse_errors(findings(locked))
    return move(locked, "check", actor=actor)


# --- publishing -----------------------------------------------------------------------------------------


def canonical(document: grid.Document) -> bytes:
    """The bytes of which the digest in the public log is made (RFC 8785)."""
    return audit.canonical(document)


@transaction.atomic
def publish(*, actor: Actor, edition: Edition, reason: str, short_notice: str = "") -> Edition:
    """Put a checked version in force. What was filed before keeps the version it was filed under.

    Args:
        reason: why, in a sentence that everyone reads.
        short_notice: why it may begin before the period of notice is over; needed only then.

    Raises:
        RefusedError: an error stands in the way now, or the notice is short without a reason.
    """
    locked = Edition.objects.select_for_update().get(pk=edition.pk)
    now = clock.now()
    found = findings(locked)
    _refuse_errors(found)
    is_short = any(one.code == "notice.short" for one in found)
    short_notice = short_notice.strip() if is_short else ""
    if is_short and not short_notice:
        raise RefusedError(
            _("Say why it begins before the period of notice is over; the reason is published."),
            "edition.notice",
            status=422,
        )
    document = settled(locked.document, now)
    digest = hashlib.sha256(canonical(document)).hexdigest()
    before = Edition.objects.filter(slug=locked.slug, state=EditionState.PUBLISHED).first()
    if before is not None:
        move(before, "supersede", actor=system("edition"))
    fresh = move(
        locked,
        "publish",
        actor=actor,
        reason=reason,
        organisation=locked.host,
        payload={
            "version": locked.number,
            "digest": digest,
            "short_notice": short_notice,
        },
        changes={
            "document": document,
            "digest": digest,
            "published_at": now,
            "reason": reason,
            "short_notice": short_notice,
        },
    )
    space = _put_in_force(fresh, actor)
    if before is not None:
        notices.tell(
            reference=space.reference,
            kind="square.edition",
            title=space.title_ko,
            data={"version": fresh.number},
        )
    return fresh


def settled(document: grid.Document, now: datetime) -> grid.Document:
    """What was left open gets its moment: the beginning of time, and the day from which first rules hold."""
    made = document
    for slug, held in document.get("processes", {}).items():
        filled = {"rule_code": f"square.{slug}", **held}
        if not held.get("valid_from"):
            filled["valid_from"] = clock.seoul(now).date().isoformat()
        made = grid.changed(made, ("processes", slug), filled)
    for key, held in document.get("phases", {}).items():
        if not held.get("starts_at"):
            made = grid.changed(made, ("phases", key), {**held, "starts_at": _written(now)})
    return made


def _put_in_force(edition: Edition, actor: Actor) -> Space:
    """Write the document into the rows that the pages read."""
    read = edition.grid
    space, _made = Space.objects.update_or_create(
        slug=edition.slug, defaults={**_titles(read.words), "host": edition.host, "edition": edition}
    )
    phases = _phases(space, read)
    kept = [one.slug for one in read.processes]
    Process.objects.filter(space=space).exclude(slug__in=kept).delete()
    for process in read.processes:
        row, _made = Process.objects.update_or_create(
            slug=process.slug,
            defaults={
                **_titles(process.words),
                "space": space,
                "rule_code": process.rule_code,
                "order": process.order,
                "filing_level": Level.ANONYMOUS,
                "support_level": Level.CONTACT,
            },
        )
        _categories(row, process)
        _cells(row, process, read, phases)
        _rule(process, actor)
    return space


def _titles(words: grid.Words) -> dict[str, str]:
    return {name: getattr(words, name) for name in ("title_ko", "title_en", "summary_ko", "summary_en")}


def _phases(space: Space, read: grid.Grid) -> dict[str, Phase]:
    known = {key_of(row): row for row in Phase.objects.select_for_update().filter(space=space)}
    for key, row in known.items():
        if key not in {phase.key for phase in read.phases}:
            row.delete()
    # Orders are unique: they first move out of each other's way.
    for place, row in enumerate(known[phase.key] for phase in read.phases if phase.key in known):
        Phase.objects.filter(pk=row.pk).update(order=10_000 + place)
    made = {}
    for place, phase in enumerate(read.phases, start=1):
        fields = {
            **_titles(phase.words),
            "key": phase.key,
            "order": place,
            "starts_at": phase.starts_at or clock.now(),
            "ends_at": phase.ends_at,
            "is_narrative": phase.is_narrative,
        }
        row = known.get(phase.key) or Phase(space=space)
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
        made[phase.key] = row
    return made


def _categories(row: Process, process: grid.Process) -> None:
    row.categories.exclude(slug__in=[one.slug for one in process.categories]).delete()
    for place, one in enumerate(process.categories):
        Category.objects.update_or_create(
            process=row,
            slug=one.slug,
            defaults={**_titles(one.words), "tone": one.tone, "value": one.value, "order": place},
        )


def _cells(row: Process, process: grid.Process, read: grid.Grid, phases: dict[str, Phase]) -> None:
    for key, phase in phases.items():
        cell = read.cell(process.slug, key)
        Cell.objects.update_or_create(
            process=row,
            phase=phase,
            defaults={
                "can_file": bool(cell.file),
                "can_support": bool(cell.support),
                "can_comment": cell.comment,
                "filing": Filing(cell.file) if cell.file else Filing.ACCOUNT,
                "support_level": SUPPORT.get(cell.support, Level.CONTACT),
            },
        )


def _rule(process: grid.Process, actor: Actor) -> None:
    """A changed rule is its next version; an unchanged one stays."""
    last = _upcoming(process.rule_code)
    if last is not None and (dict(last.body), last.source, last.checked) == checks.terms(process):
        return
    day = process.valid_from or clock.today()
    rules.enact(
        actor=actor,
        code=process.rule_code,
        body=dict(process.rule),
        valid_from=day,
        source=process.source,
        checked=process.checked,
    )


# --- when a phase begins --------------------------------------------------------------------------------


def announce() -> int:
    """Tell the followers of a space that a phase has begun, once; silent phases are ticked off unsaid."""
    now = clock.now()
    due = Phase.objects.filter(starts_at__lte=now, announced_at__isnull=True, space__is_archive=False)
    told = 0
    for key in list(due.order_by("starts_at").values_list("pk", flat=True)[:200]):
        with transaction.atomic():
            # Whoever comes second, another worker perhaps, finds it announced.
            if not Phase.objects.filter(pk=key, announced_at__isnull=True).update(announced_at=now):
                continue
            phase = Phase.objects.select_related("space").get(pk=key)
            if not phase.is_narrative or (
                phase.ends_at is not None and phase.ends_at <= now - timedelta(days=1)
            ):
                continue
            notices.tell(
                reference=phase.space.reference,
                kind="square.phase",
                title=phase.space.title_ko,
                data={"ko": phase.title_ko, "en": phase.title_en},
            )
            told += 1
    return told
