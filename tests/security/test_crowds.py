"""A flood of nameless ideas, from whatever addresses: each costs its sender work or a wait, and serves once."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from madang.commons.matters.models import Matter
from madang.kernel import clock
from madang.kernel.web import crowding, once
from madang.services.square.web.writing import fingerprint
from tests import factories as make
from tests.security.test_uploads import send


def aged(seconds: int) -> str:
    with clock.at(clock.now() - timedelta(seconds=seconds)):
        return once.ticket()


def work_for(ticket: str, bits: int) -> str:
    return next(
        str(n)
        for n in range(1 << (bits + 8))
        if hashlib.sha256(f"{ticket}:{n}".encode()).hexdigest() < f"{1 << (256 - bits):064x}"
    )


_turns = count()


def file(*, client: Client | None = None, **fields: Any) -> Any:
    """Send the form with words of its own, so that nothing similar has to be confirmed."""
    title = f"{uuid.uuid4().hex[:8]} {next(_turns)}번 골목"
    body = f"{uuid.uuid4().hex} 밤에 어두워서 걷기가 무섭습니다."
    looked = fingerprint(title, body)
    return send(client=client or Client(), title=title, body=body, confirmed=looked, **fields)


@pytest.fixture
def crowd(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somewhere that has just taken in more nameless ideas than it does in calm."""
    make.process()
    monkeypatch.setattr(crowding, "LEAST_BITS", 8)
    monkeypatch.setattr(crowding, "NAMELESS", crowding.limits.Limit("test.nameless", 2, 600, "site"))
    monkeypatch.setattr(crowding, "WAITED", crowding.limits.Limit("test.waited", 2, 600, "site"))
    assert crowding.bits() == 0
    for _turn in range(2):
        assert file(ticket=aged(10)).status_code == 302
    assert crowding.bits() >= 8


def test_in_a_crowd_each_nameless_form_costs_work_or_a_wait(crowd: None) -> None:
    filed = Matter.objects.count()
    quick = aged(10)
    refused = file(ticket=quick)
    assert refused.status_code == 422
    page = refused.content.decode()
    assert "2분 뒤에 다시 보내거나" in page
    assert 'data-work="' in page and Matter.objects.count() == filed
    assert file(ticket=quick, work="1" * 39).status_code == 422

    worked = work_for(quick, crowding.bits())
    assert file(ticket=quick, work=worked).status_code == 302
    # The same work in another visit is worth nothing.
    assert file(ticket=quick, work=worked).status_code in (409, 422)
    assert Matter.objects.count() == filed + 1

    # Without scripts: two minutes, and of those only some.
    for _turn in range(2):
        assert file(ticket=aged(crowding.WAIT_SECONDS + 1)).status_code == 302
    assert file(ticket=aged(crowding.WAIT_SECONDS + 1)).status_code == 429
    assert Matter.objects.count() == filed + 3


def test_an_account_is_not_asked_and_a_program_without_one_waits(crowd: None) -> None:
    filed = Matter.objects.count()
    client = Client()
    client.force_login(make.UserFactory())
    assert "data-work" not in client.get("/ideas/new/test/").content.decode()
    assert file(client=client, ticket=aged(10)).status_code == 302
    answer = Client().post(
        "/api/v1/ideas",
        {"process": "test", "title": "밤길에 등을 놓아 주세요", "body": "어둡습니다. " * 8},
        content_type="application/json",
    )
    assert answer.status_code == 429 and int(answer["Retry-After"]) > 0
    assert Matter.objects.count() == filed + 1


@given(ticket=st.text(max_size=60), word=st.text(max_size=40), bits=st.integers(1, 24))
def test_work_is_worth_its_zero_bits(ticket: str, word: str, bits: int) -> None:
    ticket, word = (text.encode("utf-8", "replace").decode() for text in (ticket, word))
    digest = hashlib.sha256(f"{ticket}:{word}".encode()).digest()
    written = "".join(f"{byte:08b}" for byte in digest)
    assert crowding.has_worked(ticket, word, bits) == written.startswith("0" * bits)
