"""The pages of the outbox: a server is entered, a table kept, a case passed on and taken out; others find nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.kernel import actors
from madang.kernel.models import Role
from madang.services.casework.domain import forwarding
from madang.services.casework.models import Forward, Peer, PeerService
from tests.casework.open311.support import HOLE, case, center
from tests.factories import UserFactory, official

pytestmark = pytest.mark.django_db
PEER = {"name": "달마루", "url": "https://311.example.kr/open311/v2", "api_key": "k-1", "is_active": "on"}


def browser(user: Any) -> Client:
    made = Client()
    made.force_login(user)
    return made


def test_the_way_through_the_pages() -> None:
    where = center()
    admin = browser(official(Role.ADMIN, where.host))
    wrong = admin.post("/desk/outbox/server/", {**PEER, "url": "http://192.168.0.1/"})
    assert wrong.status_code == 422
    assert "달마루" in wrong.content.decode()
    assert "k-1" not in wrong.content.decode()
    page = admin.post("/desk/outbox/server/", PEER)["Location"]
    admin.post(f"{page}services/", {"category": HOLE, "service_code": "POT", "is_automatic": ""})
    assert PeerService.objects.get().service_code == "POT"
    admin.post(page, {**PEER, "name": "달마루시", "api_key": ""})
    assert (Peer.objects.get().name, Peer.objects.get().api_key) == ("달마루시", "k-1")
    assert "k-1" not in admin.get(page).content.decode()
    made = case(where)
    peer = Peer.objects.get().pk
    assert admin.post("/desk/outbox/", {"ref": "CP-0", "peer": peer}).status_code == 422
    assert admin.post("/desk/outbox/", {"ref": made.case.ref.lower(), "peer": peer}).status_code == 302
    row = Forward.objects.get()
    assert made.case.ref in admin.get("/desk/outbox/?state=waiting").content.decode()
    twice = admin.post("/desk/outbox/", {"ref": made.case.ref, "peer": peer})
    assert twice.status_code == 409
    assert admin.post(f"/desk/outbox/{row.pk}/drop/").status_code == 302
    assert admin.post(f"/desk/outbox/{row.pk}/again/").status_code == 409
    assert Forward.objects.get().state == "dropped"


def test_others_find_nothing_and_change_nothing() -> None:
    where = center()
    browser(official(Role.ADMIN, where.host)).post("/desk/outbox/server/", PEER)
    peer = Peer.objects.get().pk
    row = forwarding.put(
        actor=actors.person(official(Role.TRIAGE, where.host)), case=case(where).case, peer=Peer.objects.get(), service_code="A"
    )  # fmt: skip
    other = browser(official(Role.ADMIN, center("other").host))
    assert other.get(f"/desk/outbox/server/{peer}/").status_code == 404
    assert other.post(f"/desk/outbox/server/{peer}/", PEER).status_code == 404
    assert (
        other.post(
            f"/desk/outbox/server/{peer}/services/", {"category": HOLE, "service_code": "X"}
        ).status_code
        == 404
    )
    assert other.post(f"/desk/outbox/{row.pk}/drop/").status_code == 403
    assert "파인 도로" not in other.get("/desk/outbox/").content.decode()
    assert browser(UserFactory()).get("/desk/outbox/").status_code == 403
    assert Client().get("/desk/outbox/").status_code == 302
    assert Forward.objects.get().state == "waiting"
    assert not PeerService.objects.exists()


def test_a_list_needs_the_same_queries_for_one_and_for_thirty() -> None:
    where = center()
    user = official(Role.ADMIN, where.host)
    admin = browser(user)
    admin.post("/desk/outbox/server/", PEER)
    admin.get("/desk/outbox/")  # says that the server is kept, once
    counts = []
    for many in (1, 28):
        for _one in range(many):
            forwarding.put(
                actor=actors.person(user), case=case(where).case, peer=Peer.objects.get(), service_code="A"
            )
        with CaptureQueriesContext(connection) as found:
            assert admin.get("/desk/outbox/").status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_the_page_for_developers_is_there_without_a_center_too() -> None:
    assert Client().get("/open311/").status_code == 200
    center()
    page = Client().get("/en/open311/").content.decode()
    assert "haedam" in page
    assert HOLE in page
