"""A city enters its own categories, fields and routing rules: from rows, all of them or none, also as a dry run."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madang.kernel import clock, places, policy
from madang.kernel.actors import Actor, system
from madang.kernel.domain import audit
from madang.kernel.models import Organisation, Rule
from madang.services.casework.domain import types
from madang.services.casework.enums import LISTS, CaseType, Datatype, PlaceNeed
from madang.services.casework.logic import sheets
from madang.services.casework.logic.sheets import RowError
from madang.services.casework.models import Category, CategoryField, Center, RoutingRule

PROBLEMS: dict[str, str | Promise] = {
    "code": _("%(column)s: “%(value)s” is not a code. Use letters, figures, dots and dashes."),
    "missing": _("%(column)s is empty. Fill it in."),
    "flag": _("%(column)s: write 1 or 0, not “%(value)s”."),
    "choice": _("%(column)s: “%(value)s” is not one of the words that are known. See the example file."),
    "number": _("%(column)s: “%(value)s” is not a whole number."),
    "date": _("%(column)s: “%(value)s” is not a day. Write it like 2026-11-29."),
    "values": _("%(column)s: write the choices as key=Korean|English;key=Korean|English, each key once."),
    "values_needed": _("%(column)s: a list needs its choices."),
    "category": _("%(column)s: there is no category “%(value)s”. Enter it first."),
    "office": _("%(column)s: there is no office “%(value)s” today."),
    "district": _("%(column)s: there is no district “%(value)s”."),
    "rule": _("%(column)s: a rule from %(value)s or later is there already. Begin after it."),
    "earlier": _("%(column)s: a rule of %(value)s or later is there already. Begin after it."),
}


@dataclass
class Entered:
    """What entering did, or would do. With one bad row nothing is kept."""

    added: int = 0
    changed: int = 0
    same: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)
    is_kept: bool = False


Row = Mapping[str, str]
COLUMNS: dict[str, tuple[str, ...]] = {
    "categories": ("code", "name_ko"),
    "fields": ("category", "code", "datatype", "description_ko"),
    "routes": ("office",),
    "types": ("code", "amount", "unit", "source", "valid_from"),
}
"""The columns that a table cannot do without."""

ALL: dict[str, tuple[str, ...]] = {
    "categories": (
        "code", "group_ko", "group_en", "name_ko", "name_en", "description_ko", "description_en", "keywords",
        "default_type", "place", "may_be_public", "may_be_anonymous", "is_active", "order",
    ),
    "fields": (
        "category", "code", "datatype", "required", "is_variable", "is_public", "order", "description_ko",
        "description_en", "hint_ko", "hint_en", "values",
    ),
    "routes": ("category", "district", "office", "valid_from", "valid_to", "source"),
    "types": (
        "code", "amount", "unit", "article", "article_en", "source", "checked", "means_ko", "means_en", "remedy_ko",
        "remedy_en", "appeal_days", "valid_from",
    ),
}  # fmt: skip
"""Every column of a table, in the order of its file."""


def enter(
    *, actor: Actor, center: Center, table: str, rows: Iterable[tuple[int, Row]], is_trial: bool = False
) -> Entered:
    """Enter rows of a table (`categories`, `fields`, `routes` or `types`), each with its line in the file.

    A row with a known code changes it; a route for a category and district that has one ends the earlier one the day
    before it begins. What is missing in the file stays as it is.

    Raises:
        RefusedError: 403, only an administrator of the center's government may.
    """
    policy.require("casework.center.enter", actor, center)
    one = {"categories": _category, "fields": _field, "routes": _route, "types": _type}[table]
    made = Entered()
    with transaction.atomic():
        for line, row in rows:
            try:
                what = one(center, row, line)
            except RowError as wrong:
                text = PROBLEMS[wrong.code] % {"column": wrong.column, "value": wrong.value[:60]}
                made.bad.append((line, text))
            else:
                setattr(made, what, getattr(made, what) + 1)
        if is_trial or made.bad:
            transaction.set_rollback(True)
            return made
        made.is_kept = True
        audit.record(
            actor=actor,
            action=f"casework.center.enter_{table}",
            target=center.reference,
            is_public=True,
            organisation=center.host,
            payload={"added": made.added, "changed": made.changed},
        )
    return made


def _put(find: Callable[[], Any], wanted: dict[str, Any], make: Callable[[], Any]) -> str:
    found = find()
    if found is not None and sheets.same(found, wanted):
        return "same"
    row = found or make()
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save()
    return "changed" if found is not None else "added"


def _category(center: Center, row: Row, line: int) -> str:
    code = sheets.code_cell(row, "code")
    name_ko = sheets.cell(row, "name_ko", needed=True, most=60)
    wanted = {
        "name_ko": name_ko,
        "name_en": sheets.cell(row, "name_en", most=80) or name_ko,
        "description_ko": sheets.cell(row, "description_ko", most=300),
        "description_en": sheets.cell(row, "description_en", most=400),
        "keywords": sheets.cell(row, "keywords", most=300),
        "group_ko": sheets.cell(row, "group_ko", most=40),
        "group_en": sheets.cell(row, "group_en", most=60) or sheets.cell(row, "group_ko", most=40),
        "default_type": sheets.choice(row, "default_type", CaseType.values, CaseType.OTHER),
        "place": sheets.choice(row, "place", PlaceNeed.values, PlaceNeed.OPTIONAL),
        "may_be_public": sheets.flag(row, "may_be_public", usual=True),
        "may_be_anonymous": sheets.flag(row, "may_be_anonymous", usual=True),
        "is_active": sheets.flag(row, "is_active", usual=True),
        "order": sheets.whole(row, "order", usual=min(line, 9999)),
    }
    rows = center.categories.filter(code=code)
    return _put(rows.first, wanted, lambda: Category(center=center, code=code))


def _known(center: Center, row: Row) -> Category:
    code = sheets.cell(row, "category", needed=True)
    found = center.categories.filter(code=code).first()
    if found is None:
        raise RowError("category", "category", code)
    return found


def _field(center: Center, row: Row, line: int) -> str:
    category, code = _known(center, row), sheets.code_cell(row, "code")
    datatype = sheets.choice(row, "datatype", Datatype.values, Datatype.STRING)
    values = sheets.values(row, "values")
    if datatype in LISTS and not values:
        raise RowError("values_needed", "values")
    description = sheets.cell(row, "description_ko", needed=True, most=200)
    wanted = {
        "datatype": datatype,
        "required": sheets.flag(row, "required", usual=False),
        "is_variable": sheets.flag(row, "is_variable", usual=True),
        "is_public": sheets.flag(row, "is_public", usual=False),
        "order": sheets.whole(row, "order", usual=min(line, 9999)),
        "description_ko": description,
        "description_en": sheets.cell(row, "description_en", most=300) or description,
        "hint_ko": sheets.cell(row, "hint_ko", most=200),
        "hint_en": sheets.cell(row, "hint_en", most=300),
        "values": values if datatype in LISTS else [],
    }
    rows = category.fields.filter(code=code)
    return _put(rows.first, wanted, lambda: CategoryField(category=category, code=code))


def _route(center: Center, row: Row, _line: int) -> str:
    category = _known(center, row) if sheets.cell(row, "category") else None
    district = sheets.cell(row, "district")
    if district and places.district(district) is None:
        raise RowError("district", "district", district)
    begins, ends = sheets.day(row, "valid_from") or clock.today(), sheets.day(row, "valid_to")
    if ends is not None and ends < begins:
        raise RowError("date", "valid_to", ends.isoformat())
    code = sheets.cell(row, "office", needed=True)
    office = Organisation.objects.filter(code=code).exclude(valid_to__lt=begins).first()
    if office is None:
        raise RowError("office", "office", code)
    source = sheets.cell(row, "source", most=200)
    rules = RoutingRule.objects.filter(center=center, category=category, district=district)
    last = rules.order_by("-valid_from").first()
    if last is not None:
        if last.office_id == office.pk and last.valid_to == ends:
            return "same"
        if last.valid_from >= begins:
            raise RowError("earlier", "valid_from", last.valid_from.isoformat())
        if last.valid_to is None or last.valid_to >= begins:
            last.valid_to = begins - timedelta(days=1)
            last.save(update_fields=["valid_to"])
    RoutingRule.objects.create(
        center=center,
        category=category,
        district=district,
        office=office,
        valid_from=begins,
        valid_to=ends,
        source=source,
    )
    return "changed" if last is not None else "added"


UNITS = ("working_hours", "days", "calendar_days", "weeks", "months")


def _type(_center: Center, row: Row, _line: int) -> str:
    """A type's rule from a day on: always a new version, never a change of what was in force."""
    case_type = sheets.choice(row, "code", CaseType.values, "")
    amount, begins = sheets.whole(row, "amount"), sheets.day(row, "valid_from")
    if not amount:
        raise RowError("number", "amount", sheets.cell(row, "amount"))
    if begins is None:
        raise RowError("missing", "valid_from")
    texts = {
        name: sheets.cell(row, name)
        for name in ("article", "article_en", "means_ko", "means_en", "remedy_ko", "remedy_en")
    }
    wanted = {
        "code": case_type,
        "amount": str(amount),
        "unit": sheets.choice(row, "unit", UNITS, "days"),
        "source": sheets.cell(row, "source", needed=True, most=300),
        "checked": "1" if sheets.flag(row, "checked", usual=False) else "0",
        "appeal_days": str(sheets.whole(row, "appeal_days") or ""),
        **texts,
    }
    last = Rule.objects.filter(code=types.code_of(case_type)).order_by("-version").first()
    made = types.enact(actor=system("casework.enter"), rows=[wanted], valid_from=begins)
    if not made:
        return "same"
    if last is not None and last.valid_from >= begins:
        raise RowError("rule", "valid_from", last.valid_from.isoformat())
    return "changed" if last is not None else "added"
