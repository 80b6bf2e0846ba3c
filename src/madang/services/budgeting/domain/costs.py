"""Rough unit costs: a budget office publishes its own table, with source and day of each row. Madang brings none."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Mapping, Sequence
from datetime import date

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, imports, policy, text
from madang.kernel.actors import Actor
from madang.kernel.domain import audit
from madang.kernel.errors import RefusedError
from madang.kernel.imports import BadRow
from madang.kernel.models import Organisation
from madang.services.budgeting.limits import AMOUNT_MAX
from madang.services.budgeting.models import CostItem, CostTable

COLUMNS = ("name_ko", "name_en", "unit_ko", "unit_en", "low", "high", "source", "as_of", "checked")
LONGEST = {"name_ko": 80, "name_en": 80, "unit_ko": 20, "unit_en": 20, "source": 200}
"""Characters of a cell, as the columns of the database have them."""
MOST_ROWS = 200
MOST_BYTES = 500_000
CHECKED = {"yes": True, "no": False}
Words = str | Promise


class CostsError(RefusedError):
    """The file has to be mended; `bad` says where. Nothing was published."""

    def __init__(self, words: Words, bad: Sequence[BadRow] = ()) -> None:
        super().__init__(words, "budgeting.costs", status=422)
        self.bad = tuple(bad)


def _amount(written: str) -> int:
    digits = re.sub(r"[,\s원₩]", "", written)
    return int(digits) if digits.isascii() and digits.isdecimal() else 0


def _item(row: Mapping[str, str], order: int) -> CostItem | Words:
    """A row of the file, or what is wrong with it."""
    cells = {name: text.clean_line(row[name]) for name in COLUMNS}
    for name, most in LONGEST.items():
        if not 0 < len(cells[name]) <= most:
            return _("Fill in “%(column)s”, with at most %(most)s characters.") % {
                "column": name,
                "most": most,
            }
    low, high = _amount(cells["low"]), _amount(cells["high"])
    if not 0 < low <= high <= AMOUNT_MAX:
        return _("“low” and “high” are whole won above 0, the low one first.")
    try:
        as_of = date.fromisoformat(cells["as_of"])
    except ValueError:
        return _("“as_of” is the day of the source, written as 2026-03-31.")
    if as_of > clock.today():
        return _("“as_of” is the day of the source, written as 2026-03-31.")
    if cells["checked"].lower() not in CHECKED:
        return _("“checked” is yes or no: whether your office compared the row with its source.")
    words = {name: cells[name] for name in LONGEST}
    is_checked = CHECKED[cells["checked"].lower()]
    return CostItem(order=order, low=low, high=high, as_of=as_of, is_checked=is_checked, **words)


def read(content: bytes) -> list[CostItem]:
    """The rows of a CSV file, not saved yet.

    Raises:
        RefusedError: no text; or CostsError with every row that is wrong.
    """
    if len(content) > MOST_BYTES:
        raise CostsError(_("The file is too large: at most 500 kB and 200 rows."))
    written, _encoding = imports.decode(content)
    reader = csv.reader(io.StringIO(written, newline=""))
    names = [name.strip() for name in next(reader, [])]
    if missing := [column for column in COLUMNS if column not in names]:
        raise CostsError(_("The file lacks the columns %(columns)s.") % {"columns": ", ".join(missing)})
    found: list[CostItem] = []
    bad: list[BadRow] = []
    for cells in reader:
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(names):
            bad.append(BadRow(reader.line_num, _("The line has too few or too many cells.")))
            continue
        item = _item(dict(zip(names, cells, strict=True)), len(found) + 1)
        if isinstance(item, CostItem):
            found.append(item)
        else:
            bad.append(BadRow(reader.line_num, item))
    if bad:
        raise CostsError(_("Nothing is published yet. Mend these lines and send the file again."), bad)
    if not 0 < len(found) <= MOST_ROWS:
        raise CostsError(_("The file holds no row, or more than 200."))
    return found


@transaction.atomic
def publish(*, actor: Actor, host: Organisation, content: bytes) -> CostTable:
    """A table replaces the one before, which stays in the database and by its digest in the log.

    Raises:
        RefusedError: no mandate, or as `read`.
    """
    policy.require("budgeting.costs.publish", actor, host)
    items = read(content)
    digest = hashlib.sha256(content).hexdigest()
    table = CostTable.objects.create(host=host, at=clock.now(), by=actor.account, digest=digest)
    for item in items:
        item.table = table
    CostItem.objects.bulk_create(items)
    audit.record(
        actor=actor,
        action="budgeting.costs.publish",
        target=f"costs:{table.pk}",
        organisation=host,
        payload={"rows": len(items), "sha256": digest},
    )
    return table


def latest(host_id: int) -> CostTable | None:
    """The table of an office that counts now."""
    return CostTable.objects.filter(host=host_id).prefetch_related("items").first()
