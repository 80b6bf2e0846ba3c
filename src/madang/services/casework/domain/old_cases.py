"""Cases of an older system: a table is brought, its columns are matched, it is tried out, and then kept row by row.

Nothing of it is published and nobody becomes its author: the older system's consent was not for this site. What is still
open comes to the desk with its old day of filing, so its clock says how late it is. Rows are kept in batches, each one
transaction together with how far it got: a worker killed in between goes on there, and a table brought twice adds nothing.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.commons.matters import api as matters
from madang.commons.matters.models import Assignment, Matter
from madang.kernel import clock, ids, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.imports import decode
from madang.services.casework import limits
from madang.services.casework.domain import types
from madang.services.casework.domain.filing import file_case
from madang.services.casework.enums import CaseType, kind_of
from madang.services.casework.logic import old_tables
from madang.services.casework.logic.old_tables import Bad, Old
from madang.services.casework.models import Case, Category, Center, OldCase, OldFile

MOST_BYTES = 30_000_000
BATCH, SHOWN, SAMPLES, MOST_NAMES = 200, 1000, 5, 60
KEPT = timedelta(days=30)
"""A table that nobody imports is deleted after so long; one that was imported at once."""
IMPORT = Actor(system="casework.old", channel="import")

PROBLEMS: dict[str, str | Promise] = {
    "cells": _("the row has more cells than there are columns"),
    "number": _("the number is missing or longer than 80 characters"),
    "filed_at": _("the day of filing is missing, not a date, in the future or before 1950"),
    "closed_at": _("the day of the end is not a date, in the future or before the filing"),
    "empty": _("title and text are both empty"),
    "status": _("the state is not known"),
    "point": _("the position is not in Korea"),
    "category": _("no category has this name or code"),
    "twice": _("the same number stands further up"),
    "refused": _("it cannot be filed as it is"),
}


@dataclass
class Trial:
    """What would happen. `bad` are the first thousand, `samples` the first rows as they would be."""

    rows: int = 0
    kept: int = 0
    still_open: int = 0
    already: int = 0
    bad: list[tuple[int, str, str]] = field(default_factory=list)
    bad_count: int = 0
    samples: list[Old] = field(default_factory=list)

    def leave_out(self, line: int, why: str, value: str) -> None:
        self.bad_count += 1
        if len(self.bad) < SHOWN:
            self.bad.append((line, why, value[:60]))


def bring(*, actor: Actor, center: Center, source: str, name: str, data: bytes) -> OldFile:
    """Take in a table; its encoding is found out, the columns are guessed.

    Raises:
        RefusedError: 403 by policy; 422 too large, no text, no table.
    """
    policy.require("casework.exchange.manage", actor, center)
    if len(data) > MOST_BYTES:
        raise RefusedError(_("The file is larger than 30 MB. Split it."), "old.too_large", status=422)
    content, encoding = decode(data)
    csv.field_size_limit(10_000_000)
    place, columns = old_tables.header(islice(csv.reader(io.StringIO(content, newline="")), 20))
    if not columns:
        raise RefusedError(
            _(
                "No line of the file has two cells with words. Save the sheet as CSV with commas and try again."
            ),
            "old.no_table",
            status=422,
        )
    with transaction.atomic():
        made = OldFile(
            center=center, source=source, name=name[:120], encoding=encoding, columns=columns, by=actor.user,
            mapping={
                "fields": old_tables.guess(columns), "down": [], "category": "", "named": {}, "begin": place + 1,
            },
        )  # fmt: skip
        made.file.save("old.csv", ContentFile(content.encode()), save=False)
        made.rows = sum(1 for _row in _cells(made))
        made.save()
    return made


def _cells(table: OldFile) -> Iterator[tuple[int, dict[str, str] | None]]:
    with table.file.open("rb") as opened:
        content = opened.read().decode()
    csv.field_size_limit(10_000_000)
    reader = csv.reader(io.StringIO(content, newline=""))
    begin = int(table.mapping.get("begin", 1))
    for _above in range(begin):
        next(reader, None)

    def lines() -> Iterator[tuple[int, list[str]]]:
        line = reader.line_num + 1
        for cells in reader:
            yield line, cells
            line = reader.line_num + 1

    return old_tables.filled(lines(), table.columns, table.mapping.get("down", []))


def _plain(name: str) -> str:
    """A name as it is compared."""
    return text.clean_line(name).lower()


def _own_categories(table: OldFile) -> dict[str, Category]:
    found: dict[str, Category] = {}
    for one in table.center.categories.all():
        for name in (one.code, one.name_ko, one.name_en):
            found.setdefault(_plain(name), one)
    return found


def _categories(table: OldFile) -> dict[str, Category]:
    """Ours by their names, and by those that the old system has for them."""
    own = _own_categories(table)
    named = {
        _plain(name): own[_plain(code)]
        for name, code in table.mapping.get("named", {}).items()
        if _plain(code) in own
    }
    return {**named, **own}


def their_categories(table: OldFile) -> list[tuple[str, int]]:
    """Names in the column of categories that are none of ours, with how many rows have each, the most frequent first."""
    column = table.mapping["fields"].get("category")
    if column is None:
        return []
    own = _own_categories(table)
    names = Counter(
        text.clean_line(cells.get(column, "")) for _line, cells in _cells(table) if cells is not None
    )
    return [(name, many) for name, many in names.most_common() if name and _plain(name) not in own][
        :MOST_NAMES
    ]


def _read(
    table: OldFile, line: int, cells: Mapping[str, str] | None, categories: Mapping[str, Category]
) -> tuple[Old, Category | None] | Bad:
    if cells is None:
        return Bad(line, "cells")
    row = old_tables.read(line, cells, table.mapping["fields"], clock.seoul(clock.now()).replace(tzinfo=None))
    if isinstance(row, Bad):
        return row
    usual = categories.get(_plain(str(table.mapping.get("category", ""))))
    category = categories.get(_plain(row.category), usual) if row.category else usual
    if row.category and category is None:
        return Bad(line, "category", row.category)
    return row, category


def match(
    *,
    actor: Actor,
    table: OldFile,
    fields: Mapping[str, str],
    down: list[str],
    category: str,
    named: Mapping[str, str] | None = None,
) -> None:
    """Keep which column is what.

    Args:
        category: code of the one for rows that name none, or one that is not known; "" leaves the latter out.
        named: codes of our categories by the names that the old system has for them.

    Raises:
        RefusedError: 403 by policy; 409 it is being imported; 422 a column is missing or used twice.
    """
    policy.require("casework.exchange.manage", actor, table.center)
    if table.state != OldFile.State.DRAFT:
        raise RefusedError(_("This table is being imported already."), "old.running", status=409)
    chosen = {name: column for name, column in fields.items() if column in table.columns}
    if missing := [
        name
        for name in old_tables.NEEDED
        if name not in chosen and not (name == "body" and "title" in chosen)
    ]:
        raise RefusedError(
            _("Say which columns hold the number, the day of filing and the text."),
            f"old.{missing[0]}",
            status=422,
        )
    if len(set(chosen.values())) < len(chosen):
        raise RefusedError(
            _("One column is chosen for two things. Choose each once."), "old.double", status=422
        )
    table.mapping = {
        **table.mapping,
        "fields": chosen,
        "down": [name for name in down if name in table.columns],
        "category": category,
        "named": {name: code for name, code in (named or {}).items() if code},
    }
    table.save(update_fields=["mapping"])


def try_out(table: OldFile) -> Trial:
    """What importing it would do; nothing is written."""
    trial, seen, categories = Trial(), set[str](), _categories(table)
    known = set(
        OldCase.objects.filter(center=table.center, source=table.source).values_list("number", flat=True)
    )
    for line, cells in _cells(table):
        trial.rows += 1
        row = _read(table, line, cells, categories)
        if isinstance(row, Bad):
            trial.leave_out(line, row.why, row.value)
        elif row[0].number in known:
            trial.already += 1
        elif row[0].number in seen:
            trial.leave_out(line, "twice", row[0].number)
        else:
            seen.add(row[0].number)
            trial.kept += 1
            trial.still_open += row[0].is_open
            if len(trial.samples) < SAMPLES:
                trial.samples.append(row[0])
    return trial


@transaction.atomic
def begin(*, actor: Actor, table: OldFile) -> None:
    """Let the worker import it.

    Raises:
        RefusedError: 403 by policy; 409 it is under way or done.
    """
    policy.require("casework.exchange.manage", actor, table.center)
    row = OldFile.objects.select_for_update().get(pk=table.pk)
    if row.state != OldFile.State.DRAFT:
        raise RefusedError(_("This table is being imported already."), "old.running", status=409)
    OldFile.objects.filter(pk=row.pk).update(state=OldFile.State.RUNNING)
    audit.record(
        actor=actor, action="casework.old.begin", target=f"oldfile:{row.pk}", at=clock.now(),
        organisation=row.center.host, is_public=False, payload={"source": row.source, "rows": row.rows},
    )  # fmt: skip


def go_on(batches: int = 5) -> int:
    """The next rows of the tables that are under way; how many were looked at."""
    looked = 0
    for table in (
        OldFile.objects.filter(state=OldFile.State.RUNNING).order_by("pk").select_related("center__host")
    ):
        cells, categories = _cells(table), _categories(table)
        cells = islice(cells, table.place, None)
        for _batch in range(batches):
            part = list(islice(cells, BATCH))
            looked += len(part)
            _keep_batch(table, part, categories)
            if len(part) < BATCH:
                _end(table)
                break
    return looked


@transaction.atomic
def _keep_batch(
    table: OldFile, part: list[tuple[int, dict[str, str] | None]], categories: Mapping[str, Category]
) -> None:
    for line, cells in part:
        row = _read(table, line, cells, categories)
        why = row if isinstance(row, Bad) else _keep(table, *row)
        if isinstance(why, Bad):
            table.bad_count += 1
            if len(table.bad) < SHOWN:
                table.bad.append([why.line, why.why, why.value[:60]])
    table.place += len(part)
    table.save(update_fields=["place", "kept", "already", "bad", "bad_count"])


def _keep(table: OldFile, row: Old, category: Category | None) -> Bad | None:
    if OldCase.objects.filter(center=table.center, source=table.source, number=row.number).exists():
        table.already += 1
        return None
    try:
        with transaction.atomic():
            case = _open(table, row, category) if row.is_open else _closed(table, row, category)
            OldCase.objects.create(
                case=case, center=table.center, source=table.source, number=row.number, file=table
            )
    except RefusedError:
        return Bad(row.line, "refused", row.number)
    table.kept += 1
    return None


def _words(row: Old) -> tuple[str, str]:
    body = text.clean(row.body)
    if row.answer:
        body = f"{body}\n\n— {text.clean(row.answer)}"
    title = text.clean_line(row.title) or text.excerpt(row.body, limits.TITLE_MAX - 2)
    return title[: limits.TITLE_MAX], body


def _at(moment: datetime) -> datetime:
    return moment.replace(tzinfo=clock.SEOUL)


def _open(table: OldFile, row: Old, category: Category | None) -> Case:
    title, body = _words(row)
    return file_case(
        actor=IMPORT,
        title=title,
        body=body,
        center=table.center,
        category=category,
        point=row.point,
        address=text.clean_line(row.address)[: limits.ADDRESS_MAX],
        is_anonymous=False,
        at=_at(row.filed_at),
    ).case


def _closed(table: OldFile, row: Old, category: Category | None) -> Case:
    title, body = _words(row)
    chosen = category.default_type if category is not None else CaseType.OTHER
    filed_at = _at(row.filed_at)
    matter = Matter.objects.create(
        kind=kind_of(chosen),
        state=matters.State.CLOSED,
        disclosure="private",
        title=title,
        body=body,
        language=text.language_of(f"{title} {body}"),
        channel=matters.Channel.IMPORT,
        code_hash=ids.code_hash(ids.new_code()),
        filed_at=filed_at,
        rule=types.rule_of(chosen),
        host=table.center.host,
        responsible=table.center.host,
        ended_at=_at(row.closed_at or row.filed_at),
    )
    Assignment.objects.create(matter=matter, organisation=table.center.host, started_at=filed_at)
    audit.record(
        actor=IMPORT, action="matters.matter.import", target=matter.reference, at=clock.now(), after="closed",
        organisation=table.center.host, is_public=False, payload={"source": table.source},
    )  # fmt: skip
    return Case.objects.create(
        matter=matter,
        center=table.center,
        type=chosen,
        category=category,
        lat=row.point[0] if row.point else None,
        long=row.point[1] if row.point else None,
        address=text.clean_line(row.address)[: limits.ADDRESS_MAX],
        is_anonymous=True,
    )


def _end(table: OldFile) -> None:
    """All rows are done; the table itself is no longer needed."""
    table.file.delete(save=False)
    table.state, table.ended_at = OldFile.State.DONE, clock.now()
    table.save(update_fields=["state", "ended_at", "file"])


def sweep() -> int:
    """Delete tables that nobody imported."""
    left = list(OldFile.objects.filter(state=OldFile.State.DRAFT, made_at__lt=clock.now() - KEPT))
    for table in left:
        table.file.delete(save=False)
        table.delete()
    return len(left)
