"""Web hooks hear of cases: that a public one was filed, given to an office, answered; of private ones only its author's."""

from __future__ import annotations

import json
from typing import Any

import pytest

from madang.commons.notices.domain import hooks
from madang.commons.notices.models import HookDelivery
from madang.kernel import actors
from tests.casework.open311.support import case, center
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def messages(hook: Any) -> list[tuple[str, str]]:
    rows = HookDelivery.objects.filter(hook=hook).order_by("pk").values_list("kind", "body")
    return [(kind, json.loads(body)["data"]["reference"]) for kind, body in rows]


def test_hooks_hear_of_public_cases_and_of_private_ones_only_their_authors() -> None:
    where, author, stranger = center(), UserFactory(), UserFactory()
    everything, own = (
        hooks.create(actor=actors.person(who), url=f"https://example.org/{who.pk}", scope=scope)
        for who, scope in ((stranger, "public"), (author, "followed"))
    )
    public = case(where, actor=actors.person(UserFactory()))
    private = case(where, actor=actors.person(author), is_public=False)
    assert sorted(messages(everything)) == [
        ("casework.filed", public.case.reference),
        ("matters.assigned", public.case.reference),
    ]
    assert messages(own) == [("matters.assigned", private.case.reference)]
