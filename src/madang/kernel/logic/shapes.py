"""Reads what `json` returns into frozen dataclasses by their annotations, strictly.

An unknown or missing field raises TypeError, a value of the wrong kind TypeError or ValueError: a slip in a
data file stops the reading instead of showing up on a page.
"""

from collections.abc import Callable, Mapping
from dataclasses import is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from types import MappingProxyType, NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints


def read(wanted: Any, raw: Any, special: dict[type, Callable[[Any], Any]] | None = None) -> Any:
    """`raw` as the type `wanted`.

    Known types: dataclass, tuple[X, ...], Mapping[str, X], X | None, Decimal, date, Enum, str, int, bool.

    `special` gives a reader of its own to a type. Decimals come as JSON numbers parsed with
    `parse_float=Decimal` or as whole numbers, never as binary floats.
    """
    special = special or {}
    if wanted in special:
        return special[wanted](raw)
    origin, arguments = get_origin(wanted), get_args(wanted)
    if origin is UnionType:
        inner = [a for a in arguments if a is not NoneType]
        return None if raw is None else read(inner[0], raw, special)
    if origin is tuple:
        return tuple(read(arguments[0], item, special) for item in _of(list, raw))
    if origin is Mapping:
        return MappingProxyType(
            {key: read(arguments[1], item, special) for key, item in _of(dict, raw).items()}
        )
    if isinstance(wanted, type) and is_dataclass(wanted):
        hints = get_type_hints(wanted)
        known = {
            name: read(hints[name], item, special) for name, item in _of(dict, raw).items() if name in hints
        }
        unknown = set(raw) - set(hints)
        if unknown:
            raise TypeError(f"{wanted} has no field {sorted(unknown)}")
        return wanted(**known)
    if wanted is Decimal:
        return raw if isinstance(raw, Decimal) else Decimal(_of(int, raw))
    if wanted is date:
        return date.fromisoformat(_of(str, raw))
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return wanted(raw)
    return _of(wanted, raw)


def _of(kind: Any, raw: Any) -> Any:
    """`raw`, if it is exactly of this kind: a bool is no int here."""
    if type(raw) is not kind:
        raise TypeError(f"expected {kind.__name__}, not {raw!r}")
    return raw
