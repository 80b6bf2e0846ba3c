"""The outbox: kept while the other side is down, forwarded when it is back, filed there once. The other side is our own
server, which is held against the schemas elsewhere, at a second center."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from madang.commons.notices import api as notices
from madang.kernel import actors, clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Role
from madang.services.casework.domain import forwarding, peers
from madang.services.casework.models import Case, Center, Forward, Peer, ReceivedUpdate
from madang.services.casework.open311.logic import passing
from tests.casework.open311.support import HOLE, LEAFLET, case, center, key, picture, post
from tests.factories import UserFactory, official

pytestmark = pytest.mark.django_db(transaction=True)
State = Forward.State


@pytest.fixture
def here(settings: Any) -> Center:
    settings.HOOKS_LOCAL = True
    return center("haedam")


def admin(where: Center) -> Any:
    return actors.person(official(Role.ADMIN, where.host))


def server(
    here: Center, url: str, *, automatic: bool = False, api_key: str = "", reports_as: str = ""
) -> Peer:
    found = peers.keep(
        actor=admin(here), center=here, name="달마루", url=url, jurisdiction="dalmaru", api_key=api_key or "k",
        reports_as=reports_as,
    )  # fmt: skip
    peers.match(
        actor=admin(here),
        peer=found,
        category=here.categories.get(code=HOLE),
        service_code=HOLE,
        is_automatic=automatic,
    )
    return found


def test_a_case_goes_over_and_its_number_comes_back(here: Center, live_server: Any, settings: Any) -> None:
    settings.PUBLIC_URL = live_server.url
    there = center("dalmaru")
    peer = server(here, f"{live_server.url}/open311/v2", api_key=key("cases:relay"))
    upload = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    made = case(
        here, uploads=(upload,), actor=actors.person(UserFactory(name="홍길동", email="gildong@example.kr"))
    )
    forwarding.put(actor=admin(here), case=made.case, peer=peer)
    assert forwarding.send_due() == 1
    row = Forward.objects.get()
    over = Case.objects.get(center=there)
    assert (row.state, row.their_id, row.status) == (State.SENT, over.ref, 200)
    assert over.matter.body.startswith("파인 도로")
    assert over.point == made.case.point
    assert over.received.media_url.startswith(live_server.url)
    assert "gildong" not in str(over.matter.__dict__) + str(over.__dict__)
    assert forwarding.send_due() == 0


def test_while_the_other_side_is_down_it_is_kept_and_goes_later(here: Center, live_server: Any) -> None:
    there = center("dalmaru")
    peer = server(here, "http://127.0.0.1:9/open311/v2", api_key=key("cases:relay"))
    forwarding.put(actor=admin(here), case=case(here).case, peer=peer)
    assert forwarding.send_due() == 0
    row = Forward.objects.get()
    assert (row.state, row.attempts, row.problem) == (State.WAITING, 1, "connection")
    assert forwarding.send_due() == 0  # not at once again
    assert Forward.objects.get().attempts == 1
    Peer.objects.update(url=f"{live_server.url}/open311/v2")
    with clock.at(clock.now() + timedelta(minutes=2)):
        assert forwarding.send_due() == 1
    assert Case.objects.filter(center=there).count() == 1


def test_a_line_that_breaks_after_filing_files_once(here: Center, live_server: Any, monkeypatch: Any) -> None:
    there = center("dalmaru")
    peer = server(here, f"{live_server.url}/open311/v2", api_key=key("cases:relay"))
    forwarding.put(actor=admin(here), case=case(here).case, peer=peer)
    real = notices.call

    def broken(*arguments: Any, **named: Any) -> Any:
        real(*arguments, **named)
        raise notices.CallError("timeout")

    monkeypatch.setattr(notices, "call", broken)
    assert forwarding.send_due() == 0
    monkeypatch.setattr(notices, "call", real)
    with clock.at(clock.now() + timedelta(hours=3)):
        assert forwarding.send_due() == 1
    assert Case.objects.filter(center=there).count() == 1
    assert Forward.objects.get().state == State.SENT


def test_a_refusal_ends_it_with_the_other_sides_reason_and_again_begins_anew(
    here: Center, live_server: Any
) -> None:
    center("dalmaru")
    peer = server(here, f"{live_server.url}/open311/v2", api_key="wrong")
    made = forwarding.put(actor=admin(here), case=case(here).case, peer=peer)
    forwarding.send_due()
    row = Forward.objects.get()
    assert (row.state, row.status) == (State.REFUSED, 403)
    assert "api_key" in row.problem
    peers.keep(actor=admin(here), center=here, name=peer.name, url=peer.url, jurisdiction="dalmaru",
               api_key=key("cases:relay"), peer=peer)  # fmt: skip
    forwarding.again(actor=admin(here), forward=made)
    assert forwarding.send_due() == 1


def test_after_nine_days_it_is_given_up_and_says_so(here: Center) -> None:
    peer = server(here, "http://127.0.0.1:9/open311/v2")
    forwarding.put(actor=admin(here), case=case(here).case, peer=peer)
    moment, tries = clock.now(), 0
    while Forward.objects.get().state == State.WAITING and tries < 30:
        with clock.at(moment):
            forwarding.send_due()
            moment = Forward.objects.get().next_at or moment
            tries += 1
    row = Forward.objects.get()
    assert (row.state, row.next_at, tries) == (State.GIVEN_UP, None, len(forwarding.PAUSES) + 1)
    assert row.finished_at - row.made_at > timedelta(days=8)


def test_what_belongs_over_there_goes_by_itself_but_not_back(here: Center, live_server: Any) -> None:
    who = UserFactory(email="dalmaru@example.kr")
    server(here, f"{live_server.url}/open311/v2", automatic=True, reports_as="dalmaru@example.kr")
    made = case(here)
    assert Forward.objects.get().case == made.case
    case(here, code=LEAFLET)
    assert Forward.objects.count() == 1
    post("/requests.json", api_key=key("cases:relay", user=who), service_code=HOLE, lat="37.5", long="127",
         description="달마루에서 온 신고예요", jurisdiction_id="haedam")  # fmt: skip
    assert Forward.objects.count() == 1


def test_the_other_side_reports_back_on_what_it_was_sent(here: Center, live_server: Any) -> None:
    center("dalmaru")
    who = UserFactory(email="dalmaru@example.kr")
    peer = server(here, f"{live_server.url}/open311/v2", api_key=key("cases:relay"), reports_as=who.email)
    made = case(here)
    sent = {
        "service_request_id": made.case.ref, "update_id": "7", "status": "FIXED", "description": "메웠습니다",
        "updated_datetime": clock.now().isoformat(), "jurisdiction_id": "haedam", "api_key": key("cases:relay", user=who),
    }  # fmt: skip
    post("/servicerequestupdates.json", expect=403, **sent)
    forwarding.put(actor=admin(here), case=made.case, peer=peer)
    post("/servicerequestupdates.json", **sent)
    assert ReceivedUpdate.objects.get().status == "FIXED"


def test_what_is_not_public_here_is_not_published_there(here: Center, live_server: Any) -> None:
    there = center("dalmaru")
    peer = server(here, f"{live_server.url}/open311/v2", api_key=key("cases:relay"))
    forwarding.put(actor=admin(here), case=case(here, is_public=False).case, peer=peer)
    assert forwarding.send_due() == 1
    assert not Case.objects.get(center=there).matter.is_public
    row = Forward.objects.get()
    assert (row.their_id, bool(row.their_token)) == ("", True)


def test_who_may_not_and_what_cannot_changes_nothing(here: Center) -> None:
    peer = server(here, "http://127.0.0.1:9/open311/v2")
    made = case(here).case
    for who in (
        actors.person(None),
        actors.person(UserFactory()),
        actors.person(official(Role.TRIAGE, center("x").host)),
    ):
        with pytest.raises(RefusedError) as refusal:
            forwarding.put(actor=who, case=made, peer=peer)
        assert refusal.value.status == 403
    with pytest.raises(RefusedError):
        forwarding.put(actor=admin(here), case=case(here, code=LEAFLET).case, peer=peer, service_code="A")
    assert not Forward.objects.exists()
    forwarding.put(actor=admin(here), case=made, peer=peer)
    with pytest.raises(RefusedError):
        forwarding.put(actor=admin(here), case=made, peer=peer)
    assert Forward.objects.count() == 1
    forwarding.drop(actor=admin(here), forward=Forward.objects.get())
    forwarding.put(actor=admin(here), case=made, peer=peer)
    assert Forward.objects.count() == 2


@pytest.mark.parametrize(
    "url", ["http://192.168.0.1/v2", "https://169.254.169.254/latest", "ftp://a.kr", "https://user:x@a.kr"]
)
def test_addresses_inside_a_network_are_refused(here: Center, settings: Any, url: str) -> None:
    settings.HOOKS_LOCAL = False
    with pytest.raises(RefusedError):
        server(here, url)
    assert not Peer.objects.exists()


def test_the_key_of_the_other_side_does_not_lie_open(here: Center) -> None:
    from django.db import connection

    server(here, "http://127.0.0.1:9/open311/v2", api_key="very-secret")
    with connection.cursor() as cursor:
        cursor.execute("select api_key from casework_peer")
        assert "very-secret" not in str(cursor.fetchall())
    assert Peer.objects.get().api_key == "very-secret"


@pytest.mark.parametrize(
    ("status", "answer", "heard"),
    [
        (200, '[{"service_request_id":"7"}]', passing.Heard("taken", "7")),
        (201, "<service_requests><request><service_request_id>7</service_request_id></request></service_requests>",
         passing.Heard("taken", "7")),
        (200, '[{"token":"t","service_request_id":null}]', passing.Heard("taken", "", "t")),
        (200, "<html>Welcome</html>", passing.Heard("later", why="no_number")),
        (200, "[]", passing.Heard("later", why="no_number")),
        (400, '[{"code":400,"description":"no"}]', passing.Heard("refused", why="no")),
        (403, "<errors><error><code>403</code><description>A &amp; B</description></error></errors>",
         passing.Heard("refused", why="A & B")),
        (404, "gone", passing.Heard("refused")),
        (503, "", passing.Heard("later")),
        (429, "{}", passing.Heard("later")),
        (200, '{"a": [[[[', passing.Heard("later", why="no_number")),
    ],
)  # fmt: skip
def test_what_an_answer_means(status: int, answer: str, heard: passing.Heard) -> None:
    assert passing.hear(status, answer.encode()) == heard
