"""A city's own tables as rows of text, in the columns in which `entering` takes them back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from madang.kernel.models import Rule
from madang.services.casework.domain import types
from madang.services.casework.domain.entering import ALL
from madang.services.casework.enums import CaseType
from madang.services.casework.models import Category, CategoryField, Center, RoutingRule

Cells = dict[str, str]


def _written(value: Any) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)


def _category(row: Category) -> Cells:
    return {name: _written(getattr(row, name)) for name in ALL["categories"]}


def _field(row: CategoryField) -> Cells:
    own = {name: _written(getattr(row, name)) for name in ALL["fields"] if name not in ("category", "values")}
    values = ";".join(f"{one['key']}={one['ko']}|{one['en']}" for one in row.values)
    return {**own, "category": row.category.code, "values": values}


def _route(row: RoutingRule) -> Cells:
    return {
        "category": row.category.code if row.category else "",
        "district": row.district,
        "office": row.office.code,
        "valid_from": row.valid_from.isoformat(),
        "valid_to": row.valid_to.isoformat() if row.valid_to else "",
        "source": row.source,
    }


def _type(row: Rule) -> Cells:
    body = row.body
    texts = {
        f"{name}_{language}": str(body.get(name, {}).get(language, ""))
        for name in ("means", "remedy")
        for language in ("ko", "en")
    }
    return {
        "code": row.code.removeprefix(types.code_of("")),
        "amount": str(body["answer"]["amount"]),
        "unit": str(body["answer"]["unit"]),
        "article": str(body.get("article", "")),
        "article_en": str(body.get("article_en", "")),
        "source": row.source,
        "checked": _written(row.checked),
        "appeal_days": _written(body.get("appeal_days")),
        "valid_from": row.valid_from.isoformat(),
        **texts,
    }


def _types(_center: Center) -> list[Cells]:
    """The last version of each type, in the order of the types."""
    codes = [types.code_of(one) for one in CaseType.values]
    last = {row.code: row for row in Rule.objects.filter(code__in=codes).order_by("version")}
    return [_type(last[code]) for code in codes if code in last]


TABLES: dict[str, Callable[[Center], list[Cells]]] = {
    "categories": lambda center: [_category(row) for row in center.categories.all()],
    "fields": lambda center: [
        _field(row)
        for row in CategoryField.objects.filter(category__center=center)
        .select_related("category")
        .order_by("category__order", "category__code", "order", "code")
    ],
    "routes": lambda center: [
        _route(row)
        for row in center.routes.select_related("category", "office").order_by(
            "category__order", "category__code", "district", "valid_from"
        )
    ],
    "types": _types,
}


def rows(center: Center, table: str) -> list[list[str]]:
    """The rows of a table, each in the order of its columns (`entering.ALL`)."""
    return [[cells.get(name, "") for name in ALL[table]] for cells in TABLES[table](center)]
