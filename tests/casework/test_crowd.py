"""A flood of nameless cases: each costs its sender work or a wait; nothing typed is lost, and nobody signed in waits."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from madang.kernel.web import crowding
from madang.services.casework.models import Case, Joining
from tests.casework import made
from tests.factories import UserFactory
from tests.security.test_crowds import aged, work_for

pytestmark = pytest.mark.django_db
WAITS = "2분 뒤에 다시 보내거나"


@pytest.fixture
def case(monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case that others may join, where more came in without a name than in calm."""
    monkeypatch.setattr(crowding, "LEAST_BITS", 8)
    monkeypatch.setattr(crowding, "NAMELESS", crowding.limits.Limit("test.nameless", 2, 600, "site"))
    monkeypatch.setattr(crowding, "WAITED", crowding.limits.Limit("test.waited", 1, 600, "site"))
    town = made.center()
    made.category(town, "lamp", name_ko="보안등")
    for _turn in range(2):
        assert file(Client()).status_code == 302
    assert crowding.bits() >= 8
    return made.case(town, is_public=True)


def file(client: Client, **fields: Any) -> Any:
    words = {
        "title": "배움길 등이 꺼졌어요",
        "body": "골목이 캄캄해서 밤에 걷기 어렵습니다.",
        "address": "배움길 31",
    }
    sent = {"category": "lamp", "disclosure": "private", "case_type": "other", "naming": "named", "file": "1"}
    return client.post(reverse("case_new"), words | sent | {"ticket": aged(10)} | fields)


def test_a_nameless_case_costs_work_or_a_wait(case: Case) -> None:
    before = Case.objects.count()
    refused = file(Client())
    page = refused.content.decode()
    assert refused.status_code == 422 and WAITS in page and Case.objects.count() == before
    assert f'data-work="{crowding.bits()}"' in page and "배움길 31" in page
    ticket = aged(10)
    assert file(Client(), ticket=ticket, work=work_for(ticket, crowding.bits())).status_code == 302
    assert file(Client(), ticket=aged(crowding.WAIT_SECONDS + 1)).status_code == 302
    assert file(Client(), ticket=aged(crowding.WAIT_SECONDS + 1)).status_code == 429
    assert Case.objects.count() == before + 2


def test_who_is_signed_in_neither_works_nor_waits(case: Case) -> None:
    client = Client()
    client.force_login(UserFactory(), backend="django.contrib.auth.backends.ModelBackend")
    assert "data-work" not in client.get(reverse("waste_new")).content.decode()
    assert file(client).status_code == 302


def test_joining_and_reports_ask_it_too(case: Case) -> None:
    client, address = Client(), reverse("case_join", args=[case.ref])
    assert "data-work" in client.get(address).content.decode()
    refused = client.post(address, {"ticket": aged(10), "words": "우리 골목도 그래요."})
    assert refused.status_code == 422 and WAITS in refused.content.decode()
    assert "우리 골목도 그래요." in refused.content.decode() and not Joining.objects.exists()
    for name in ("waste_new", "regulation_new"):
        assert "data-work" in client.get(reverse(name)).content.decode()
