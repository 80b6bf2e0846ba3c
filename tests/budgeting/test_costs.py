"""Rough unit costs: an office publishes its own table with sources, whole or not at all; residents add up a range."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from madang.kernel import clock
from madang.kernel.models import Audit
from madang.services.budgeting.models import CostItem, CostTable, Proposal
from tests.budgeting import proposals_made as m
from tests.factories import UserFactory, official

pytestmark = pytest.mark.django_db
HEAD = "name_ko,name_en,unit_ko,unit_en,low,high,source,as_of,checked"
LAMP = "보안등,Street lamp,개,lamp,"
DESK, PAGE = "/en/desk/budget/haedam-2027/costs/", "/en/budget/rounds/haedam-2027/costs/"
FORM = "/en/budget/rounds/haedam-2027/propose/"


def sent(client: Client, *lines: str, head: str = HEAD) -> Any:
    content = "\n".join((head, *lines)).encode()
    with clock.at(m.DURING):
        return client.post(DESK, {"file": SimpleUploadedFile("costs.csv", content)})


def desk() -> Client:
    m.a_round()
    client = Client()
    client.force_login(m.holder("facilitator", m.host()))
    return client


def test_a_table_is_published_with_its_sources_and_its_digest_is_in_the_log() -> None:
    client = desk()
    assert "not published unit costs" in Client().get(PAGE).content.decode()
    done = sent(
        client,
        LAMP + '"1,200,000",1500000,시험 출처,2026-01-31,no',
        "나무,Tree,그루,tree,5,5,시험 출처,2026-01-31,yes",
    )
    assert done.url == PAGE
    page = Client().get(PAGE).content.decode()
    assert "Street lamp" in page and "시험 출처" in page and page.count("not checked") == 1
    table = CostTable.objects.get()
    said = Audit.objects.get(action="budgeting.costs.publish")
    assert said.is_public and said.payload["data"] == {"rows": 2, "sha256": table.digest}
    # The file that is offered can be published again.
    again = Client().get("/budget/rounds/haedam-2027/costs.csv").content
    with clock.at(m.DURING):
        client.post(DESK, {"file": SimpleUploadedFile("costs.csv", again)})
    assert CostTable.objects.count() == 2
    rows = CostItem.objects.order_by("table", "order").values_list("low", "high")
    assert list(rows) == [(1_200_000, 1_500_000), (5, 5)] * 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (LAMP + "5,4,출처,2026-01-31,no", "the low one first"),
        (LAMP + "0,4,출처,2026-01-31,no", "the low one first"),
        (LAMP + "1.5,4,출처,2026-01-31,no", "the low one first"),
        (LAMP + "4,5,,2026-01-31,no", "source"),
        (LAMP + "4,5,출처,2026.1.31,no", "as_of"),
        (LAMP + "4,5,출처,2027-01-31,no", "as_of"),
        (LAMP + "4,5,출처,2026-01-31,", "checked"),
        (LAMP + "4,5", "too few"),
    ],
)
def test_a_line_that_is_wrong_publishes_nothing(line: str, said: str) -> None:
    client = desk()
    page = sent(client, LAMP + "4,5,출처,2026-01-31,yes", line)
    shown = page.content.decode()
    assert page.status_code == 422 and said in shown and ">3</th>" in shown
    assert not CostTable.objects.exists() and not CostItem.objects.exists()
    assert sent(client, "x", head="a").status_code == sent(client).status_code == 422


def test_only_the_office_of_the_round_publishes() -> None:
    desk()
    for user, status in ((m.holder("approver", m.host()), 403), (official("facilitator", m.office()), 404)):
        client = Client()
        client.force_login(user)
        assert sent(client, LAMP + "4,5,출처,2026-01-31,yes").status_code == status
    assert not CostTable.objects.exists()


def test_a_resident_adds_up_a_range_and_loses_no_word() -> None:
    sent(desk(), LAMP + "1000000,1500000,출처,2026-01-31,no", "나무,Tree,그루,tree,5,5,출처,2026-01-31,yes")
    client, (lamp, tree) = Client(), CostItem.objects.all()
    client.force_login(UserFactory())
    fields = {"kind": "project", "title": m.TITLE, "body": m.BODY, "pot": "city", f"many_{lamp.pk}": "3"}
    with clock.at(m.DURING):
        assert "not checked" in client.get(FORM).content.decode()
        page = client.post(FORM, fields | {"add_up": "1"}).content.decode()
        assert "Together roughly ₩3,000,000 – ₩4,500,000" in page and m.TITLE in page
        assert not Proposal.objects.exists()
        wrong = client.post(FORM, fields | {f"many_{tree.pk}": "-2"})
        assert wrong.status_code == 422 and "as a whole number" in wrong.content.decode()
        assert client.post(FORM, fields).status_code == 302
    assert Proposal.objects.get().amount is None  # what was added up is not her amount
