"""The pages: a whole ceremony by form, what is shown to whom, and what nobody is shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from madang.commons.ledger.sequencer import sequence
from madang.commons.panels import verify_lot
from madang.commons.panels.domain import making
from madang.commons.panels.models import Panel, Seat
from madang.kernel.models import User
from tests.factories import UserFactory
from tests.panels.support import House, csv_of, people

pytestmark = pytest.mark.django_db


def as_(user: User | None) -> Client:
    client = Client()
    if user is not None:
        client.force_login(user)
    return client


def post(client: Client, name: str, *args: Any, status: int = 302, **data: Any) -> Any:
    answer = client.post(reverse(name, args=args), data)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer


def test_a_whole_ceremony_by_form() -> None:
    house = House()
    desk, approver = as_(house.preparer), as_(house.approver)
    post(
        desk, "desk_panels", host=house.host.pk, slug="walk", title_ko="걷기", title_en="Walk", purpose_ko="길",
        purpose_en="Way", size=10, youngest=18, min_cell=1, reply_days=14,
    )  # fmt: skip
    rows = [*people(60), ["주민0", *people(1)[0][1:]], ["주민x", "1990-02-30", "010-9", "남", "동", "자가"]]
    post(desk, "desk_panel_register", "walk", file=SimpleUploadedFile("a.csv", csv_of(rows)))
    page = desk.get(reverse("desk_panel_columns", args=["walk"])).content.decode()
    assert "주민0" in page
    columns = dict(
        zip((f"column-{at}" for at in range(6)), ("name", "birth", "contact", *["feature"] * 3), strict=True)
    )
    shown = post(desk, "desk_panel_columns", "walk", status=200, do="read", **columns).content.decode()
    assert "1990-02-30" in shown and "2번째 줄" in shown
    post(desk, "desk_panel_columns", "walk", do="take", **columns)
    panel = Panel.objects.get()
    assert (panel.candidates.count(), panel.register_bad) == (60, 2)

    quotas = list(panel.quotas.all())
    plan: dict[str, Any] = {"source": "시험 수치"}
    for row in quotas:
        plan |= {f"population-{row.pk}": 300, f"low-{row.pk}": 0, f"high-{row.pk}": 10}
    proposed = post(desk, "desk_panel_plan", "walk", status=200, do="propose", **plan).content.decode()
    assert f'name="low-{quotas[0].pk}" value="5"' in proposed
    assert not Panel.objects.get().source
    post(desk, "desk_panel_plan", "walk", do="save", **plan)

    names = "\n".join(user.email for user in house.witnesses)
    post(desk, "desk_panel_prepare", "walk", witnesses=names)
    assert desk.get("/desk/panels/walk/making/").json() == {"ready": False}
    assert "data-wait" in desk.get("/desk/panels/walk/").content.decode()
    # A second click, and a register or quotas changed meanwhile, are refused.
    post(desk, "desk_panel_prepare", "walk", status=409, witnesses=names)
    post(desk, "desk_panel_plan", "walk", status=409, do="save", **plan)
    assert panel.rounds.count() == 1
    assert making.make_ordered() == 1 and making.make_ordered() == 0
    assert desk.get("/desk/panels/walk/making/").json() == {"ready": True}
    assert Client().get(reverse("panel", args=["walk"])).status_code == 404
    post(desk, "desk_panel_freeze", "walk", status=403)
    post(approver, "desk_panel_freeze", "walk")
    while sequence().added:
        pass
    post(desk, "desk_panel_open", "walk")
    for at, user in enumerate(house.witnesses):
        wrong = post(as_(user), "panel_dice", "walk", 1, status=422, dice="123")
        assert 'value="123"' in wrong.content.decode()
        post(as_(user), "panel_dice", "walk", 1, dice=f"{at + 1}" * 5 + " " + "6" * 5)
    assert Panel.objects.get().state == "seated"
    for address in (
        "/panels/",
        "/panels/walk/",
        "/panels/walk/1/check/",
        "/en/panels/walk/",
        "/desk/panels/walk/",
    ):
        client = desk if "desk" in address else Client()
        assert client.get(address).status_code == 200, address
    assert Client().get("/panels/walk/1/check/").content.decode().count("· 틀림") == 0
    made = verify_lot.parse(Client().get("/panels/walk/1/lot.json").content.decode())
    assert {step.status for step in verify_lot.check(made)} == {"passed"}
    assert b"def check(" in Client().get("/panels/verify_lot.py").content


def test_no_public_page_names_a_drawn_person() -> None:
    round_ = House().drawn()
    for address in ("/panels/test/", "/panels/test/1/check/", "/panels/test/1/lot.json", "/panels/"):
        text = Client().get(address).content.decode()
        assert "주민" not in text.replace("주민등록", "").replace("주민이", "").replace(
            "주민 ", ""
        ) or address.endswith("/")
        for seat in round_.seats.select_related("candidate"):
            assert seat.candidate.contact not in text and seat.code not in text
            assert f">{seat.candidate.name}<" not in text


def test_the_desk_is_for_the_host_only() -> None:
    house = House()
    house.drawn()
    for user in (house.witnesses[0], UserFactory()):
        assert as_(user).get("/desk/panels/test/").status_code == 403
    from tests.factories import OrganisationFactory, official

    other = official("approver", OrganisationFactory(code="elsewhere"))
    assert as_(other).get("/desk/panels/test/").status_code == 404
    post(as_(other), "desk_panel_close", "test", status=404, reason="x")
    assert Client().get("/desk/panels/test/").status_code == 302


def test_an_invitation_is_answered_with_its_code_and_without_an_account() -> None:
    seat = House().drawn().seats.first()
    assert seat is not None
    client = Client()
    assert client.post("/panels/invitation/", {"code": "AAAA-AAAA-AAAA-AAAA-AAAA"}).status_code == 422
    opened = client.post("/panels/invitation/", {"code": seat.code.lower()})
    assert opened.status_code == 200 and seat.candidate.name not in opened.content.decode()
    assert Seat.objects.get(pk=seat.pk).state == "invited"
    client.post("/panels/invitation/", {"code": seat.code, "answer": "accept"})
    assert Seat.objects.get(pk=seat.pk).state == "accepted"
    client.post("/panels/invitation/", {"code": seat.code, "answer": "decline"})
    assert Seat.objects.get(pk=seat.pk).state == "declined"
    assert client.post("/panels/invitation/", {"code": seat.code, "answer": "accept"}).status_code == 409


@pytest.mark.parametrize("data", [b"", b"\x00\x01\x02", b"\xff\xfe\x00", b"a,a\n1,2", b"only header"])
def test_a_file_that_is_no_register_is_refused_on_the_page(data: bytes) -> None:
    house = House()
    house.panel()
    file = SimpleUploadedFile("register.csv", data)
    answer = post(as_(house.preparer), "desk_panel_register", "test", status=422, file=file)
    assert 'role="alert"' in answer.content.decode() or "error" in answer.content.decode()
    assert Panel.objects.get().upload == ""


def test_a_shortage_is_told_on_the_desk() -> None:
    house = House()
    rows = people(60)
    for row in rows:
        row[3] = "남"
    rows[0][3] = "여"
    panel = house.registered(rows)
    plan: dict[str, Any] = {"source": "x"}
    for row in panel.quotas.all():
        exact = 5 if row.feature == "성별" else None
        plan |= {f"population-{row.pk}": 1, f"low-{row.pk}": exact or 0, f"high-{row.pk}": exact or 10}
    told = post(
        as_(house.preparer), "desk_panel_plan", "test", status=422, do="save", **plan
    ).content.decode()
    assert "성별, 여: 5–5에서 1–5로" in told and "성별, 남: 5–5에서 5–9로" in told


def test_lists_need_the_same_queries_for_one_row_and_many(django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    house = House()
    first = house.frozen()
    Client().get("/panels/")
    with CaptureQueriesContext(connection) as one:
        Client().get("/panels/")
    for number in range(12):
        panel = house.panel(slug=f"more-{number}")
        copy = {
            "size": first.size,
            "state": "frozen",
            "people": [],
            "frozen": first.frozen,
            "digest": "",
            "method": "",
        }
        panel.rounds.create(
            number=1,
            prepared_at=first.prepared_at,
            prepared_by=house.preparer,
            seconds=0,
            entry=first.entry,
            **copy,
        )
    with CaptureQueriesContext(connection) as many:
        assert json.dumps(Client().get("/panels/").content.decode()).count("more-") >= 12
    assert len(one) == len(many)
