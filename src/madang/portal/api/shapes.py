"""Shapes of answers read off the plain values that a service hands out: each field is written down once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from ninja import Field, Schema
from pydantic import create_model


def shape(
    value: type, name: str, *, parts: Mapping[Any, Any] | None = None, says: Mapping[str, str] | None = None
) -> Any:
    """The shape of a frozen value, under the name that the description of the API gives it.

    Args:
        parts: what stands for the types of fields that are values themselves.
        says: what a field means, where its name does not say so; marked for translation by the caller.

    Raises:
        TypeError: something is described that the value does not have.
    """
    hints, known, described = get_type_hints(value), parts or {}, says or {}
    names = [one.name for one in fields(value)]
    if lost := described.keys() - set(names):
        raise TypeError(f"{value.__name__} has no {', '.join(sorted(lost))}")
    made: dict[str, Any] = {
        one: (_kind(hints[one], known), Field(description=described.get(one))) for one in names
    }
    return create_model(name, __base__=Schema, **made)


def _kind(hint: Any, known: Mapping[Any, Any]) -> Any:
    """The type in an answer: of a row of values a list, of a value its shape."""
    origin, inside = get_origin(hint), get_args(hint)
    if origin is tuple:
        return list[_kind(inside[0], known)]  # type: ignore[misc]
    if origin in (Union, UnionType):
        return Union[tuple(_kind(one, known) for one in inside)]  # noqa: UP007 - made of a list
    return known.get(hint, hint)
