"""What became of cases that other servers took: asked for, kept as it was said, shown with its source, moving nothing here.

The other side is our own server at a second center, which is held against the schemas elsewhere; where it has to answer
what no good server answers, a bare one that says what it is told to.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madang.commons.matters.domain import handling
from madang.commons.notices.models import Event
from madang.kernel import actors, clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit, Role
from madang.services.casework.domain import forwarding, hearing, peers
from madang.services.casework.models import Case, Center, Forward, Peer, PeerService, PeerWord, ReceivedUpdate
from madang.services.casework.open311.logic import hearing as logic
from madang.services.casework.open311.logic import passing
from tests.casework.made import office
from tests.casework.open311.support import HOLE, LEAFLET, case, center, key
from tests.casework.test_parts import answered
from tests.factories import UserFactory, official
from tests.square.test_web_items import content

pytestmark = pytest.mark.django_db(transaction=True)
State = Forward.State
SOON, LATER = timedelta(minutes=6), timedelta(hours=2)


class Other(ThreadingHTTPServer):
    """A server that says what it is told to and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.status, self.more, self.body = 200, {}, b"[]"
        super().__init__(("127.0.0.1", 0), _Answering)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v2"

    def says(self, number: str = "7", **fields: Any) -> None:
        self.status, self.more = 200, {}
        self.body = json.dumps([{"service_request_id": number, "status": "open", **fields}]).encode()


class _Answering(BaseHTTPRequestHandler):
    server: Other

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.server.headers.append(dict(self.headers))
        self.send_response(self.server.status)
        for name, value in self.server.more.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.server.body)))
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def other(settings: Any) -> Iterator[Other]:
    settings.HOOKS_LOCAL = True
    made = Other()
    threading.Thread(target=made.serve_forever, args=(0.05,), daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def admin(where: Center) -> Any:
    return actors.person(official(Role.ADMIN, where.host))


def server(here: Center, url: str, *, api_key: str = "k", name: str = "달마루", reports_as: str = "") -> Peer:
    found = peers.keep(
        actor=admin(here), center=here, name=name, url=url, jurisdiction="dalmaru", api_key=api_key, reports_as=reports_as,
    )  # fmt: skip
    peers.match(actor=admin(here), peer=found, category=here.categories.get(code=HOLE), service_code="POT")
    return found


def sent(here: Center, peer: Peer, number: str = "7", **more: Any) -> Forward:
    """A case that the other side has taken under this number."""
    made = forwarding.put(actor=admin(here), case=case(here, **more).case, peer=peer)
    now = clock.now()
    Forward.objects.filter(pk=made.pk).update(
        state=State.SENT, next_at=None, finished_at=now, their_id=number, ask_at=now
    )
    made.refresh_from_db()
    return made


def test_what_a_real_server_says_is_heard_until_it_has_ended(live_server: Any, settings: Any) -> None:
    settings.HOOKS_LOCAL = True
    here, there = center("haedam"), center("dalmaru")
    peer = server(here, f"{live_server.url}/open311/v2", api_key=key("cases:relay"))
    Peer.objects.filter(pk=peer.pk).update(jurisdiction="dalmaru")
    PeerService.objects.update(service_code=HOLE)
    made = case(here).case
    forwarding.put(actor=admin(here), case=made, peer=peer)
    assert forwarding.send_due() == 1
    assert hearing.ask_due() == 0  # not at once: it has only just got it
    with clock.at(clock.now() + SOON):
        assert hearing.ask_due() == 1
    row = Forward.objects.get()
    word = PeerWord.objects.get()
    assert (row.their_status, word.status, row.trouble) == ("open", "open", "")
    assert "도로과" in word.agency
    over = Case.objects.get(center=there)
    road = over.matter.responsible
    officer, head = (actors.person(official(role, road)) for role in (Role.OFFICER, Role.APPROVER))
    answered(over.matter, officer, head)
    with clock.at(clock.now() + LATER):
        assert hearing.ask_due() == 1
    row.refresh_from_db()
    assert (row.their_status, row.ask_at, row.is_over) == ("closed", None, True)
    made.matter.refresh_from_db()
    assert made.matter.state == "assigned"  # nobody answered ours


def test_a_token_becomes_a_number_first(live_server: Any, settings: Any) -> None:
    settings.HOOKS_LOCAL = True
    here = center("haedam")
    center("dalmaru")
    peer = server(here, f"{live_server.url}/open311/v2", api_key=key("cases:relay"))
    PeerService.objects.update(service_code=HOLE)
    forwarding.put(actor=admin(here), case=case(here, is_public=False).case, peer=peer)
    assert forwarding.send_due() == 1
    row = Forward.objects.get()
    assert (row.their_id, bool(row.their_token)) == ("", True)
    with clock.at(clock.now() + SOON):
        assert hearing.ask_due() == 1
    row.refresh_from_db()
    assert row.their_id
    assert row.their_status == "open"


def test_asking_again_changes_nothing_until_something_else_is_said(other: Other) -> None:
    here = center("haedam")
    row = sent(here, server(here, other.url), number="7 가/../x")
    other.says("7 가/../x", updated_datetime="2026-11-30T10:00:00+09:00", status_notes="살펴봅니다")
    now = clock.now()
    for hours in range(5):
        other.says(
            "7 가/../x", updated_datetime=f"2026-11-30T1{hours}:00:00+09:00", status_notes="살펴봅니다"
        )
        with clock.at(now + timedelta(hours=2 * hours)):
            assert hearing.ask_due() == (1 if not hours else 0)
            assert hearing.ask_due() == 0  # not due again
    assert len(other.asked) == 5
    assert other.asked[0] == "/v2/requests/7%20%EA%B0%80%2F..%2Fx.json?jurisdiction_id=dalmaru"
    assert not [one for one in other.headers if "k" in (one.get("Authorization"), one.get("api_key"))]
    assert PeerWord.objects.count() == 1
    assert Audit.objects.filter(action="casework.case.heard").count() == 1
    assert Event.objects.filter(kind="casework.updated_elsewhere", reference=row.case.reference).count() == 1
    row.refresh_from_db()
    assert row.heard_at is not None and row.heard_at > now + timedelta(hours=7)
    other.says("7 가/../x", status_notes="메웠습니다", status="CLOSED", media_url="https://a.kr/1.jpg")
    with clock.at(now + timedelta(hours=20)):
        assert hearing.ask_due() == 1
    with clock.at(now + timedelta(days=2)):
        assert hearing.ask_due() == 0
    assert len(other.asked) == 6
    assert [one.status for one in PeerWord.objects.all()] == ["closed", "open"]


def test_a_server_that_is_down_is_asked_ever_less_often(other: Other) -> None:
    here = center("haedam")
    peer = server(here, other.url)
    for number in ("1", "2", "3"):
        sent(here, peer, number)
    other.status, other.body = 503, b""
    moment = clock.now()
    for minutes in hearing.SILENCE[:3]:
        before = len(other.asked)
        with clock.at(moment):
            assert hearing.ask_due() == 0
            assert hearing.ask_due() == 0
        assert len(other.asked) == before + 1  # one case stands for all of them
        peer.refresh_from_db()
        assert peer.ask_after == moment + timedelta(minutes=minutes)
        moment = peer.ask_after
    assert peer.silences == 3
    other.says("1")
    with clock.at(moment):
        assert hearing.ask_due() == 1  # the first is heard; the others are not known by that name
    peer.refresh_from_db()
    assert (peer.silences, peer.silent_since, peer.ask_after) == (0, None, None)


def test_nobody_at_the_other_end_is_silence_too(settings: Any) -> None:
    settings.HOOKS_LOCAL = True
    here = center("haedam")
    row = sent(here, server(here, "http://127.0.0.1:9/v2"))
    assert hearing.ask_due() == 0
    row.refresh_from_db()
    assert (row.state, row.trouble, row.their_status) == ("sent", "later", "")


def test_a_few_at_a_time(other: Other) -> None:
    here = center("haedam")
    peer = server(here, other.url)
    for number in range(7):
        sent(here, peer, str(number))
    hearing.ask_due()
    assert len(other.asked) == hearing.AT_ONCE
    hearing.ask_due()
    assert len(other.asked) == 7


def test_what_is_never_ended_is_asked_for_a_year_and_then_no_more(other: Other) -> None:
    here = center("haedam")
    row = sent(here, server(here, other.url))
    other.says()
    Forward.objects.filter(pk=row.pk).update(asked=len(hearing.REST))
    assert hearing.ask_due() == 1
    row.refresh_from_db()
    assert row.ask_at is None
    assert sum(hearing.REST) > 365 * 1440
    hearing.ask_now(actor=admin(here), forward=row)
    assert hearing.ask_due() == 0
    assert len(other.asked) == 2


NONSENSE = [
    (200, b"<html>Welcome</html>"),
    (200, b""),
    (200, b"\xff\xfe\x00"),
    (200, b"null"),
    (200, b"7"),
    (200, b'{"a": [[[['),
    (200, b"[" * 60_000),
    (200, b'[{"service_request_id": "8", "status": "closed"}]'),
    (200, b'[{"service_request_id": "7"}]'),
    (200, b'[{"service_request_id": "7", "status": {"a": 1}}]'),
    (200, b'[{"service_request_id": ["7"], "status": "closed"}]'),
    (200, b'[{"service_request_id": "7", "status": "closed", "status_notes": "' + b"x" * 2_000_000 + b'"}]'),
    (403, b'[{"code": 403, "description": "no"}]'),
    (301, b""),
    (500, b"x"),
    (404, b"{}"),
]


@pytest.mark.parametrize(("status", "body"), NONSENSE)
def test_nonsense_is_not_taken_for_a_state(other: Other, status: int, body: bytes) -> None:
    here = center("haedam")
    row = sent(here, server(here, other.url))
    other.status, other.body = status, body
    assert hearing.ask_due() == 0
    row.refresh_from_db()
    assert row.trouble in ("nonsense", "unknown", "later")
    assert (row.state, row.their_status, row.heard_at) == ("sent", "", None)
    assert not PeerWord.objects.exists()


def test_a_redirect_to_a_machine_inside_is_not_followed(other: Other) -> None:
    here, inside = center("haedam"), Other()
    threading.Thread(target=inside.serve_forever, args=(0.05,), daemon=True).start()
    inside.says()
    sent(here, server(here, other.url))
    other.status, other.more, other.body = 302, {"Location": f"{inside.url}/requests/7.json"}, b""
    assert hearing.ask_due() == 0
    assert len(other.asked) == 1
    assert inside.asked == []
    inside.shutdown()
    inside.server_close()


@pytest.mark.parametrize("url", ["", "https://169.254.169.254/v2", "https://192.168.0.1/v2"])
def test_an_address_that_has_become_one_inside_is_not_called(other: Other, settings: Any, url: str) -> None:
    here = center("haedam")
    row = sent(here, server(here, other.url))
    Peer.objects.update(url=url or other.url)
    settings.HOOKS_LOCAL = False
    assert hearing.ask_due() == 0
    row.refresh_from_db()
    assert (row.trouble, other.asked) == ("later", [])


def test_signs_that_no_database_takes_do_not_stop_the_rest(other: Other) -> None:
    here = center("haedam")
    sent(here, server(here, other.url))
    other.says(
        status_notes="가\x00나\ud800\u202e다", agency_responsible="부\x00서", media_url="javascript:alert(1)",
        updated_datetime="9999-12-31T23:59:59Z", expected_datetime="0001-01-01T00:00:00+14:00",
    )  # fmt: skip
    assert hearing.ask_due() == 1
    word = PeerWord.objects.get()
    assert (word.notes, word.agency, word.media_url) == ("가나다", "부서", "")
    assert (word.said_at, word.expected_at) == (None, None)


def test_what_is_taken_back_or_erased_is_asked_for_no_more(other: Other) -> None:
    here = center("haedam")
    peer = server(here, other.url)
    row, gone = sent(here, peer), sent(here, peer, "8")
    row.case.matter.state, row.case.matter.ended_at = "withdrawn", clock.now()
    row.case.matter.save(update_fields=["state", "ended_at"])
    forwarding.forget(gone.case_id)
    assert hearing.ask_due() == 0
    assert other.asked == []


def test_what_is_taken_back_before_it_was_sent_is_not_sent(other: Other) -> None:
    here = center("haedam")
    filed = case(here).case
    row = forwarding.put(actor=admin(here), case=filed, peer=server(here, other.url))
    author = actors.Actor(user=filed.matter.author, receipts=frozenset({filed.pk}))
    handling.withdraw(actor=author, matter=filed.matter)
    row.refresh_from_db()
    assert (row.state, row.next_at) == (Forward.State.DROPPED, None)
    assert forwarding.send_due() == 0 and other.asked == []


def test_who_may_not_ask_changes_nothing(other: Other) -> None:
    here = center("haedam")
    row = sent(here, server(here, other.url))
    Forward.objects.update(ask_at=None)
    for who in (
        actors.person(None),
        actors.person(UserFactory()),
        actors.person(official(Role.TRIAGE, center("x").host)),
    ):
        with pytest.raises(RefusedError) as refusal:
            hearing.ask_now(actor=who, forward=row)
        assert refusal.value.status == 403
    assert Forward.objects.get().ask_at is None
    waits = forwarding.put(actor=admin(here), case=case(here).case, peer=row.peer)
    with pytest.raises(RefusedError) as refusal:
        hearing.ask_now(actor=admin(here), forward=waits)
    assert refusal.value.status == 409


# --- pages ----------------------------------------------------------------------------------------------------


def browser(user: Any) -> Client:
    made = Client()
    made.force_login(user)
    return made


def test_the_office_passes_on_from_the_page_of_the_case_once() -> None:
    here = center("haedam")
    made = case(here).case
    officer = browser(official(Role.OFFICER, made.matter.responsible))
    page, act = f"/desk/cases/{made.pk}/", f"/desk/cases/{made.pk}/pass_on/"
    assert "다른 시스템으로 넘기기" not in officer.get(page).content.decode()  # nobody offers it
    peer = server(here, "https://311.example.kr/v2")
    service = PeerService.objects.get()
    shown = officer.get(page).content.decode()
    assert "다른 시스템으로 넘기기" in shown and "달마루 · POT" in shown
    assert officer.post(act, {"pass_on-service": "999"}).status_code == 422
    assert officer.get(act).status_code == 405
    assert officer.post(act, {"pass_on-service": service.pk}).status_code == 302
    assert officer.post(act, {"pass_on-service": service.pk}).status_code == 409
    row = Forward.objects.get()
    assert (row.peer, row.service_code, row.case) == (peer, "POT", made)
    shown = officer.get(page).content.decode()
    assert "다른 시스템으로 넘기기" not in shown and "대기 중" in shown
    Forward.objects.update(
        state=State.SENT, next_at=None, finished_at=clock.now(), their_id="DM-77", ask_at=clock.now()
    )
    shown = officer.get(page).content.decode()
    assert "DM-77" in shown and "아직 들은 것이 없어요" in shown
    assert officer.post(f"/desk/outbox/{row.pk}/ask/").status_code == 302


def test_others_do_not_pass_on_and_do_not_ask() -> None:
    here = center("haedam")
    server(here, "https://311.example.kr/v2")
    made = case(here).case
    _office, officer, _head = office("elsewhere")
    act, sends = f"/desk/cases/{made.pk}/pass_on/", {"pass_on-service": PeerService.objects.get().pk}
    assert (
        "다른 시스템으로 넘기기" not in browser(officer.user).get(f"/desk/cases/{made.pk}/").content.decode()
    )
    assert browser(officer.user).post(act, sends).status_code == 403
    assert browser(UserFactory()).post(act, sends).status_code == 404
    assert Client().post(act, sends).status_code == 302
    assert not Forward.objects.exists()
    row = sent(here, Peer.objects.get())
    Forward.objects.update(ask_at=None)
    assert browser(officer.user).post(f"/desk/outbox/{row.pk}/ask/").status_code == 403
    assert Forward.objects.get().ask_at is None


def test_neither_an_ended_case_nor_one_without_a_place_is_offered() -> None:
    here = center("haedam")
    server(here, "https://311.example.kr/v2")
    user = browser(official(Role.TRIAGE, here.host))
    leaflet = case(here, code=LEAFLET).case
    gone = case(here).case
    gone.matter.state = "withdrawn"
    gone.matter.ended_at = clock.now()
    gone.matter.save(update_fields=["state", "ended_at"])
    for one in (leaflet, gone):
        assert 'id="act-pass_on"' not in user.get(f"/desk/cases/{one.pk}/").content.decode()


def test_what_is_said_stands_at_the_desk_and_for_its_author_alone(other: Other) -> None:
    here = center("haedam")
    who, author = UserFactory(email="dalmaru@example.kr"), UserFactory()
    peer = server(here, other.url, reports_as=who.email)
    row = sent(here, peer, actor=actors.person(author))
    other.says(
        status_notes="<script>나쁨</script> 11월에 고칩니다", media_url="http://photos.example.kr/1.jpg"
    )
    assert hearing.ask_due() == 1
    ReceivedUpdate.objects.create(
        case=row.case, holder=who, update_id="1", status="FIXED", description="메웠습니다", said_at=clock.now(),
        media_url="https://photos.example.kr/2.jpg",
    )  # fmt: skip
    ReceivedUpdate.objects.create(
        case=row.case, holder=UserFactory(), update_id="2", status="OPEN", description="낯선 이의 말", said_at=clock.now(),
    )  # fmt: skip
    address = f"/cases/{row.case.ref}/"
    seen = browser(author).get(address).content.decode()
    assert "다른 시스템이 알려 온 내용" in seen and "11월에 고칩니다" in seen and "달마루" in seen
    assert "메웠습니다" in seen and "고쳤다고 함" in seen and "낯선 이의 말" not in seen
    assert "<script>나쁨" not in seen and "&lt;script&gt;나쁨" in seen
    assert 'href="http://photos.example.kr/1.jpg" rel="noopener noreferrer nofollow ugc"' in seen
    assert 'src="http' not in seen  # no browser of ours loads anything from there
    for stranger in (Client(), browser(UserFactory())):
        page = stranger.get(address).content.decode()
        assert "11월에 고칩니다" not in page and "메웠습니다" not in page
    desk = browser(official(Role.OFFICER, row.case.matter.responsible)).get(f"/desk/cases/{row.case_id}/")
    text = desk.content.decode()
    assert all(one in text for one in ("11월에 고칩니다", "메웠습니다", "낯선 이의 말", "127.0.0.1"))
    assert 'src="http' not in text
    assert (
        "closed" in str(desk.context["elsewhere"]["rows"][0]["forward"].their_status) or row.case.matter.state
    )


def test_of_a_private_case_its_author_is_shown_nothing_by_itself(other: Other) -> None:
    here, author = center("haedam"), UserFactory()
    row = sent(here, server(here, other.url), actor=actors.person(author), is_public=False)
    other.says(status_notes="살펴봅니다")
    assert hearing.ask_due() == 1
    assert "살펴봅니다" not in browser(author).get(f"/cases/{row.case.ref}/").content.decode()
    desk = browser(official(Role.OFFICER, row.case.matter.responsible)).get(f"/desk/cases/{row.case_id}/")
    assert "살펴봅니다" in desk.content.decode()


def test_the_pages_need_the_same_queries_for_one_word_and_for_thirty(other: Other) -> None:
    here = center("haedam")
    row = sent(here, server(here, other.url))
    user = browser(official(Role.OFFICER, row.case.matter.responsible))
    counts = []
    for many in (1, 30):
        for number in range(many):
            PeerWord.objects.create(forward=row, status="open", notes=f"{many} {number}", at=clock.now())
        with CaptureQueriesContext(connection) as found:
            assert user.get(f"/desk/cases/{row.case_id}/").status_code == 200
        counts.append(len(found))
    assert counts[0] == counts[1]


def test_a_picture_that_came_with_a_case_from_elsewhere_is_a_link_at_the_desk() -> None:
    from tests.casework.open311.support import post, report

    here = center("haedam")
    post(
        "/requests.json", api_key=key("cases:relay"), media_url="https://photos.example.kr/a.jpg", **report()
    )
    made = Case.objects.get(center=here)
    page = browser(official(Role.OFFICER, made.matter.responsible)).get(f"/desk/cases/{made.pk}/")
    assert 'href="https://photos.example.kr/a.jpg" rel="noopener noreferrer' in page.content.decode()


# --- what leaves ----------------------------------------------------------------------------------------------


def test_the_address_of_a_photo_leaves_only_while_everybody_may_open_it(picture: Any) -> None:
    here = center("haedam")
    peer = server(here, "https://311.example.kr/v2")
    for is_public in (True, False):
        made = case(here, uploads=(picture(),), is_public=is_public).case
        row = forwarding.put(actor=admin(here), case=made, peer=peer)
        url = forwarding.fields_of(row)["media_url"]
        assert bool(url) == is_public
        if url:
            assert content(Client().get("/" + url.split("/", 3)[3])).startswith(b"\x89PNG")
            made.matter.disclosure = "hidden"
            made.matter.save(update_fields=["disclosure"])
            row.case.matter.refresh_from_db()
            assert forwarding.fields_of(row)["media_url"] == ""


# --- reading answers ------------------------------------------------------------------------------------------

XML = (
    '<?xml version="1.0"?><service_requests><request><service_request_id>6</service_request_id><status>closed</status>'
    "</request><request><service_request_id>7</service_request_id><status>Open</status><status_notes/>"
    "<agency_responsible>A &amp; B</agency_responsible><media_url>https://a.kr/x</media_url></request></service_requests>"
)


def test_xml_is_read_too_and_the_right_one_of_several() -> None:
    heard = logic.hear(200, XML.encode(), "7", clock.SEOUL)
    assert heard.said == logic.Said("open", agency="A & B", media_url="https://a.kr/x")
    assert logic.hear(200, XML.encode(), "9", clock.SEOUL).outcome == "nonsense"


def test_an_answer_of_a_real_city_is_read(shared_data: Any) -> None:
    body = (shared_data / "open311" / "requests_many.xml").read_bytes()
    said = logic.hear(200, body, "101005420892", clock.SEOUL).said
    assert said is not None
    assert (said.status, said.agency) == ("open", "311 Toronto")
    assert said.notes.startswith("In progress")
    assert said.expected_at is not None and said.said_at is None


def test_a_number_that_is_a_number_is_one() -> None:
    body = b'[{"service_request_id": 7, "status": "open"}]'
    assert logic.hear(200, body, "7", clock.SEOUL).outcome == "said"


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("https://a.kr/1.jpg?x=1", True),
        ("http://a.kr/1.jpg", True),
        ("HTTP://a.kr/1.jpg", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.kr/1.jpg", False),
        ("/etc/passwd", False),
        ("https://", False),
        ("https://user:pass@a.kr/", False),
        ("https://a.kr/a b", False),
        ("https://a.kr:0/", False),
        ("https://a.kr:99999/", False),
        ("https://[::1/", False),
        ("ftp://a.kr/1.jpg", False),
        ("https://a.kr/" + "x" * 500, False),
    ],
)
def test_a_link_leads_to_the_web_and_nowhere_else(written: str, kept: bool) -> None:
    assert bool(logic.address(written)) is kept


@pytest.mark.parametrize(
    "answer", ['{"errors": {"code": 1}}', '{"errors": 7}', "[" * 20_000, '{"errors": [[]]}']
)
def test_refusals_in_no_known_form_are_refusals_all_the_same(answer: str) -> None:
    assert passing.hear(400, answer.encode()) == passing.Heard("refused")
