"""Things to follow, some public and some not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from madang.commons.notices.kinds import _kinds
from madang.kernel import manifest
from madang.kernel.models import User


@pytest.fixture
def public(monkeypatch) -> set[str]:
    """References of kind `thing` that have a public page now; tests add and take away."""
    shown = {"thing:a", "thing:b", "thing:c"}

    def resolve(references) -> dict[str, manifest.Link]:
        return {one: manifest.Link(f"제목 {one}", f"/things/{one}/") for one in references if one in shown}

    feature = manifest.Feature(name="things", label="things", resolve={"thing": resolve})
    monkeypatch.setitem(manifest._features, "things", feature)
    monkeypatch.setitem(_kinds, "thing.answered", lambda data: f"답변 {data.get('office', '')}".strip())
    return shown


@pytest.fixture
def person(db) -> Callable[..., User]:
    made: list[User] = []

    def one(**fields) -> User:
        made.append(User.objects.create_user(f"reader{len(made)}@example.org", "pass-word-2026", **fields))
        return made[-1]

    return one
