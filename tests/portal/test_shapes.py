"""Shapes of answers that are read off plain values."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from madang.portal.api.shapes import shape


@dataclass(frozen=True)
class Inner:
    number: int


@dataclass(frozen=True)
class Outer:
    name: str
    rows: tuple[Inner, ...]
    last: Inner | None


def test_each_field_is_there_with_its_type_and_what_it_means() -> None:
    inner = shape(Inner, "Inner", says={"number": "From 1."})
    found = shape(Outer, "Outer", parts={Inner: inner}).model_json_schema()
    assert found["required"] == ["name", "rows", "last"]
    assert found["properties"]["rows"]["items"] == {"$ref": "#/$defs/Inner"}
    assert found["properties"]["last"]["anyOf"] == [{"$ref": "#/$defs/Inner"}, {"type": "null"}]
    assert found["$defs"]["Inner"]["properties"]["number"]["description"] == "From 1."


def test_nothing_is_described_that_is_not_there() -> None:
    with pytest.raises(TypeError, match="Inner has no nubmer"):
        shape(Inner, "Inner", says={"nubmer": "From 1."})
