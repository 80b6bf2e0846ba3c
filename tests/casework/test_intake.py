"""A case by phone, on paper, by mail and at a kiosk: the same call, the same rights, private as cases are."""

from __future__ import annotations

import pytest
from django.test import Client

from madang.commons.channels import api as channels
from madang.commons.channels.domain import taking
from madang.commons.matters.models import Matter
from madang.kernel import actors
from madang.kernel.models import Role
from madang.kernel.templatetags.ui import seoul_text
from madang.services.casework import intake
from madang.services.casework.models import Case, Center
from tests.casework import made
from tests.factories import UserFactory, official

pytestmark = pytest.mark.django_db
WORDS = channels.Words(
    "가로등이 꺼졌어요", "배움길 31 앞 골목이 어두워서 위험합니다.", "김하나", "hana@example.kr"
)


@pytest.fixture
def town() -> Center:
    return made.center()


@pytest.mark.parametrize("channel", ["phone", "paper", "email", "kiosk", "sms"])
def test_by_any_means_it_is_a_private_case_with_receipt_and_clock(town: Center, channel: str) -> None:
    target = channels.find(f"{intake.NAME}:case-{town.code}")
    operator = actors.person(official(Role.OPERATOR, town.host)) if channel in ("phone", "paper") else None
    entry, taken = taking.take(
        key=f"{channel}:1", channel=channel, target=target, words=WORDS, operator=operator
    )
    assert taken is not None and taken.code and taken.number == ""
    case = Case.objects.select_related("matter").get()
    assert case.matter.channel == channel and not case.matter.is_public and case.matter.due_at is not None
    assert entry.reference == case.reference and case.matter.author is None
    again = taking.take(key=f"{channel}:1", channel=channel, target=target, words=WORDS, operator=operator)
    assert again == (entry, None) and Matter.objects.count() == 1


def test_a_known_person_on_the_phone_files_in_her_own_name(town: Center) -> None:
    person = UserFactory()
    target = channels.find(f"{intake.NAME}:case-{town.code}")
    operator = actors.person(official(Role.OPERATOR, town.host))
    taking.take(key="phone:2", channel="phone", target=target, words=WORDS, operator=operator, person=person)
    assert Matter.objects.get().author == person


def test_the_operator_is_asked_for_a_case_and_reads_aloud_that_it_is_not_public(
    client: Client, town: Center
) -> None:
    client.force_login(official(Role.OPERATOR, town.host))
    key = f"{intake.NAME}:case-{town.code}"
    page = client.get("/en/desk/channels/call/", {"target": key}).content.decode()
    assert "What happened, and what do you need?" in page and "Your words are public" not in page
    form = {
        "ticket": "abc", "target": key, "title": WORDS.title, "body": WORDS.body, "name": "", "email": "",
        "consented": "1", "read_back": "1",
    }  # fmt: skip
    assert client.post("/en/desk/channels/call/", form).status_code == 302
    assert client.post("/en/desk/channels/call/", form).status_code == 302
    assert Case.objects.count() == 1
    receipt = client.get("/en/desk/channels/receipt/").content.decode()
    assert "Not public: no number" in receipt
    due = seoul_text(Matter.objects.get().due_at, "due")
    assert due and "Answer by</dt>" in receipt and due in receipt, "told as to whoever files by herself"


def test_a_center_that_is_closed_or_unknown_takes_nothing(town: Center) -> None:
    target = channels.find(f"{intake.NAME}:case-{town.code}")
    Center.objects.update(is_open=False)
    with pytest.raises(Exception, match="."):
        taking.take(key="mail:1", channel="email", target=target, words=WORDS)
    with pytest.raises(Exception, match="."):
        channels.find(f"{intake.NAME}:case-nowhere")
    assert not Matter.objects.exists()
