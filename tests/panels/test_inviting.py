"""Invitations by mail, against a real mail server that refuses first; silence; and the next lot by itself."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from madang.commons.panels.domain import inviting, making, preparing, seats
from madang.commons.panels.models import Panel, Round, Seat
from madang.kernel import clock
from tests.factories import UserFactory, actor
from tests.notices.test_mails import server  # noqa: F401 - a real SMTP server
from tests.panels.support import ROLES, House, csv_of, people

pytestmark = pytest.mark.django_db


def drawn(house: House, phones: int = 0) -> Round:
    """A lot whose people have mail addresses, except the first of the register."""
    rows = people(60)
    for at, row in enumerate(rows[phones:]):
        row[2] = f"resident{at}@example.org"
    panel = house.panel()
    preparing.upload(actor=house.officer, panel=panel, data=csv_of(rows))
    panel.refresh_from_db()
    panel = preparing.take(actor=house.officer, panel=panel, roles=ROLES, age="")
    return house.throw_all(house.open(house.freeze(house.make(house.bounded(panel)))))


def link(text: str) -> str:
    found = re.search(r"https://madang\.example(/panels/invitation/[^\s]+:[^\s]+/)", text)
    assert found is not None, text
    return found[1]


def test_each_of_the_drawn_gets_one_mail_and_answers_by_its_link(server) -> None:  # noqa: F811
    drawn(House())
    assert inviting.send() == 10 and inviting.send() == 0
    assert len({mail["To"] for mail in server.taken}) == 10
    assert not Seat.objects.filter(mailed_at=None).exists()
    mail = server.taken[0]
    text = mail.get_content()
    assert "추첨" in mail["Subject"] and "drawn by lot" in text and mail["Auto-Submitted"] == "auto-generated"
    path, client = link(text), Client()
    # Mail programs open links: that answers nothing.
    assert client.get(path).status_code == 200 and client.head(path).status_code == 200
    assert set(Seat.objects.values_list("state", flat=True)) == {"invited"}
    client.post(path, {"answer": "accept"})
    assert Seat.objects.filter(state="accepted").count() == 1
    page = client.get(path).content.decode()
    assert Seat.objects.get(state="accepted").candidate.name not in page
    client.post(path, {"answer": "decline"})
    assert Seat.objects.filter(state="declined").count() == 1
    assert client.post(path, {"answer": "accept"}).status_code == 409


def test_a_refused_mail_is_put_off_and_arrives_once(server) -> None:  # noqa: F811
    round_ = drawn(House())
    Seat.objects.exclude(pk=round_.seats.first().pk).update(mail_at=None)
    server.answers = ["451 try later"]
    now = clock.now()
    with clock.at(now):
        assert inviting.send() == 0
        assert inviting.send() == 0
    seat = Seat.objects.get(mail_tries=1)
    assert (seat.mail_at, seat.mailed_at, server.refused) == (now + timedelta(minutes=1), None, 1)
    assert "451" in seat.mail_trouble
    with clock.at(now + timedelta(seconds=61)):
        assert inviting.send() == 1
    with clock.at(now + timedelta(days=9)):
        assert inviting.send() == 0
    assert len(server.taken) == 1


def test_a_mail_is_put_off_before_it_leaves(server, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    """Whoever is killed while sending repeats it minutes later, under the same name."""
    round_ = drawn(House())
    Seat.objects.exclude(pk=round_.seats.first().pk).update(mail_at=None)
    compose = inviting.compose

    def killed(seat: Seat) -> None:
        compose(seat).send()
        raise KeyboardInterrupt

    now = clock.now()
    with clock.at(now):
        monkeypatch.setattr(inviting, "compose", killed)
        with pytest.raises(KeyboardInterrupt):
            inviting.send()
        monkeypatch.setattr(inviting, "compose", compose)
        assert inviting.send() == 0
    with clock.at(now + timedelta(minutes=2)):
        assert inviting.send() == 1 and inviting.send() == 0
    assert len({mail["Message-ID"] for mail in server.taken}) == 1 and len(server.taken) == 2


def test_an_address_that_does_not_exist_is_told_and_not_tried_again(server) -> None:  # noqa: F811
    house = House()
    drawn(house)
    server.answers = ["550 no such mailbox"]
    assert inviting.send() == 9
    lost = Seat.objects.get(mailed_at=None)
    assert lost.mail_at is None and "550" in lost.mail_trouble
    client = Client()
    client.force_login(house.preparer)
    assert "550" in client.get("/desk/panels/test/").content.decode()


def test_a_phone_number_gets_no_mail_and_an_answer_by_phone_stops_it(server) -> None:  # noqa: F811
    house = House()
    round_ = drawn(house, phones=60)
    assert inviting.send() == 0 and not server.taken
    seat = round_.seats.select_related("round__panel").first()
    assert seat is not None and seat.mail_at is None
    Seat.objects.filter(pk=seat.pk).update(mail_at=clock.now())
    seats.note(actor=house.officer, seat=seat, step="accept")
    assert inviting.send() == 0 and not server.taken


def test_wrong_and_ended_links_open_nothing(server) -> None:  # noqa: F811
    house = House()
    round_ = drawn(house)
    seat = round_.seats.first()
    assert seat is not None
    token = inviting.token_of(seat)
    for wrong in (token[:-1], token + "x", "x", "MQ:x"):
        assert Client().post(f"/panels/invitation/{wrong}/", {"answer": "accept"}).status_code == 410
    assert set(Seat.objects.values_list("state", flat=True)) == {"invited"}
    seats.close(actor=house.officer, panel=round_.panel, reason="끝났습니다.")
    assert Client().get(f"/panels/invitation/{token}/").status_code == 410
    assert inviting.send() == 0 and not server.taken


def test_the_silent_give_back_and_the_next_lot_is_ordered_once(server) -> None:  # noqa: F811
    house = House()
    round_ = drawn(house)
    assert inviting.send() == 10
    panel = round_.panel
    rows = list(round_.seats.select_related("round__panel"))
    for seat in rows[:8]:
        seats.answer(seat=seat, accepts=seat.pk != rows[0].pk)
    late = clock.now() + timedelta(days=panel.reply_days)
    with clock.at(late - timedelta(minutes=5)):
        assert inviting.lapse_silent() == 0 and inviting.order_replacements() == 0
    with clock.at(late + timedelta(minutes=5)):
        assert inviting.lapse_silent() == 2
        assert inviting.order_replacements() == 1 and inviting.order_replacements() == 0
        assert making.make_ordered() == 1
    again = Round.objects.get(number=2)
    assert (again.state, again.size, again.prepared_by) == ("prepared", 3, None)
    assert [one.user for one in again.witnesses.all()] == house.witnesses
    assert not set(again.people) & {seat.candidate_id for seat in rows}
    done = house.throw_all(house.open(house.freeze(again)))
    assert done.seats.filter(mail_at__isnull=False).count() == 3
    # What the approver gave up is not ordered by itself again.
    for seat in done.seats.select_related("round__panel"):
        seats.answer(seat=seat, accepts=False)
    assert inviting.order_replacements() == 1
    from madang.commons.panels.domain import lots

    lots.void(actor=actor(house.approver), round_=Round.objects.get(number=3), reason="아직 아니에요.")
    assert inviting.order_replacements() == 0
    assert Panel.objects.get().state == "seated"


def test_a_person_outside_cannot_lapse_a_seat(server) -> None:  # noqa: F811
    seat = drawn(House()).seats.select_related("round__panel").first()
    from madang.kernel.errors import RefusedError

    with pytest.raises(RefusedError):
        seats.note(actor=actor(UserFactory()), seat=seat, step="lapse", reason="x")
    assert Seat.objects.get(pk=seat.pk).state == "invited"
