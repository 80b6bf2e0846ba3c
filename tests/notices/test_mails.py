"""Mails: what they say, once each, against a real mail server that refuses first."""

from __future__ import annotations

import email
import socket
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default

import pytest
from django.core import mail

from madang.commons.notices import api
from madang.commons.notices.domain import delivering, following
from madang.commons.notices.logic import backoff
from madang.commons.notices.models import Delivery, Event, Follow
from madang.kernel import clock

aiosmtpd_controller = pytest.importorskip("aiosmtpd.controller", reason="aiosmtpd is not installed")


class Mailbox:
    """What the server does with the next recipients, and what it took in."""

    def __init__(self) -> None:
        self.answers: list[str] = []
        self.taken: list[EmailMessage] = []
        self.refused = 0

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:  # noqa: N802
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        else:
            self.refused += 1
        return answer

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802
        message = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 taken"


@pytest.fixture
def server(settings):
    """A real SMTP server on a free port, and Django told to use it."""
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = aiosmtpd_controller.Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.PUBLIC_URL = "https://madang.example"
    yield box
    controller.stop()


def waiting(address: str = "kim@example.org", reference: str = "thing:a", **fields) -> Delivery:
    api.follow(reference=reference, address=address, **{"why": "follower"} | fields)
    api.tell(reference=reference, kind="thing.answered", title="통학로 <신호>", data={"office": "교통과"})
    return Delivery.objects.latest("pk")


def test_a_refused_mail_is_tried_again_and_arrives_once(db, public, server) -> None:
    row = waiting()
    server.answers = ["451 try later", "421 busy"]
    now = clock.now()
    with clock.at(now):
        assert delivering.deliver() == 0
    row.refresh_from_db()
    assert (row.state, row.attempts, row.next_at) == ("waiting", 1, now + timedelta(minutes=1))
    assert "451" in row.last_error
    with clock.at(now + timedelta(seconds=59)):
        assert delivering.deliver() == 0
    assert server.refused == 1  # not due yet
    with clock.at(now + timedelta(seconds=61)):
        assert delivering.deliver() == 0
    with clock.at(now + timedelta(minutes=7)):
        assert delivering.deliver() == 1
        assert delivering.deliver() == 0
    with clock.at(now + timedelta(days=3)):
        assert delivering.deliver() == 0
    row.refresh_from_db()
    assert (row.state, row.attempts) == ("sent", 3)
    assert len(server.taken) == 1


def test_an_address_that_does_not_exist_is_not_tried_again(db, public, server) -> None:
    first, second = waiting("no@example.org"), waiting("yes@example.org", "thing:b")
    server.answers = ["550 no such mailbox"]
    assert delivering.deliver() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state) == ("failed", "sent")


def test_a_server_that_is_down_for_a_day_loses_nothing(db, public, settings) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        closed = probe.getsockname()[1]
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", closed
    row = waiting()
    moment = start = clock.now()
    while True:
        with clock.at(moment):
            delivering.deliver()
        row.refresh_from_db()
        if row.state != "waiting":
            break
        assert row.next_at > moment
        moment = row.next_at
    assert row.state == "given_up"
    assert moment - start > timedelta(hours=24)
    assert row.attempts == len(backoff.MINUTES) + 1


def test_a_server_that_is_down_is_asked_once_a_batch(db, public, settings, monkeypatch) -> None:
    from django.core.mail.backends import smtp

    asked = []

    def refuse(self) -> None:
        asked.append(self.timeout)
        raise ConnectionRefusedError

    monkeypatch.setattr(smtp.EmailBackend, "open", refuse)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    for number in range(5):
        waiting(f"p{number}@example.org")
    assert delivering.deliver() == 0
    assert asked == [delivering.TIMEOUT]
    assert set(Delivery.objects.values_list("state", "attempts")) == {("waiting", 1)}


def test_killed_between_sending_and_marking(db, public, server, monkeypatch) -> None:
    row = waiting()
    real = delivering._finish

    def dies(*args) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(delivering, "_finish", dies)
    now = clock.now()
    with clock.at(now), pytest.raises(KeyboardInterrupt):
        delivering.deliver()
    monkeypatch.setattr(delivering, "_finish", real)
    with clock.at(now + timedelta(minutes=9)):
        assert delivering.deliver() == 0  # still claimed
    with clock.at(now + timedelta(minutes=11)):
        assert delivering.deliver() == 1
        assert delivering.deliver() == 0
    row.refresh_from_db()
    assert row.state == "sent"
    assert len(server.taken) == 2
    assert server.taken[0]["Message-ID"] == server.taken[1]["Message-ID"]


def test_killed_between_claiming_and_sending(db, public, server, monkeypatch) -> None:
    waiting()
    now = clock.now()
    with clock.at(now):
        assert len(delivering._claim()) == 1  # and then nothing more happens
        assert delivering._claim() == []
    with clock.at(now + timedelta(minutes=11)):
        assert delivering.deliver() == 1
    assert len(server.taken) == 1


def test_what_the_mail_says(db, public, server) -> None:
    row = waiting(why="author", language="ko")
    delivering.deliver()
    (letter,) = server.taken
    token = row.follow.token
    assert letter["To"] == "kim@example.org"
    assert "통학로 <신호>" in letter["Subject"]
    assert "교통과" in letter["Subject"]
    assert letter["List-Unsubscribe"].strip() == f"<https://madang.example/stop/{token}/>"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter["Message-ID"].endswith("@madang.example>")
    assert str(row.pk) != letter["Message-ID"].strip("<>").partition("@")[0]
    plain = letter.get_body(("plain",)).get_content()
    html = letter.get_body(("html",)).get_content()
    assert "통학로 <신호>" in plain
    assert "https://madang.example/things/thing:a/" in plain
    assert f"https://madang.example/stop/{token}/" in plain
    assert "통학로 &lt;신호&gt;" in html
    assert 'lang="ko"' in html
    assert "style=" not in html


def test_language_of_the_reader(person, public, server) -> None:
    user = person(language="en")
    api.follow(reference="thing:a", user=user, why="supporter")
    api.follow(reference="thing:a", address="kim@example.org", why="supporter", language="ko")
    api.tell(reference="thing:a", kind="thing.unheard", title="Crossing")
    assert delivering.deliver() == 2
    letters = {str(letter["To"]): letter for letter in server.taken}
    english = letters[user.email].get_body(("plain",)).get_content()
    korean = letters["kim@example.org"].get_body(("plain",)).get_content()
    assert "You support this." in english
    assert "/en/stop/" in english
    assert "공감하신 글이에요." in korean
    assert "/en/" not in korean


def test_the_author_of_a_private_thing_gets_no_public_link(person, public, server) -> None:
    user = person()
    api.follow(reference="thing:secret", user=user, why="author")
    api.follow(reference="thing:secret", address="kim@example.org", why="author", language="en")
    api.tell(reference="thing:secret", kind="thing.answered", title="가")
    assert delivering.deliver() == 2
    letters = {str(letter["To"]): letter.get_body(("plain",)).get_content() for letter in server.taken}
    assert "https://madang.example/my/notices/" in letters[user.email]
    assert "receipt code" in letters["kim@example.org"]
    assert all("/things/" not in letter for letter in letters.values())


def test_stopped_or_hidden_while_it_waited(person, public) -> None:
    stopped, hidden, quiet, author = (
        waiting("stop@example.org", "thing:a"),
        waiting("reader@example.org", "thing:b"),
        None,
        waiting("author@example.org", "thing:c", why="author"),
    )
    user = person()
    api.follow(reference="thing:c", user=user, why="follower")
    api.tell(reference="thing:c", kind="thing.answered", title="가", not_user=None)
    quiet = Delivery.objects.get(address=user.email)
    user.mail_notices = False
    user.save()
    following.stop(stopped.follow.token)
    public.clear()
    delivering.deliver()
    for row in (stopped, hidden, quiet, author):
        row.refresh_from_db()
    assert [row.state for row in (stopped, hidden, quiet, author)] == [
        "given_up",
        "given_up",
        "given_up",
        "sent",
    ]
    assert {letter.to[0] for letter in mail.outbox} == {"author@example.org"}


def test_one_mail_that_cannot_be_written_does_not_hold_up_the_rest(db, public, monkeypatch) -> None:
    from madang.commons.notices import kinds

    def broken(data) -> str:
        raise KeyError("office")

    monkeypatch.setitem(kinds._kinds, "thing.broken", broken)
    api.follow(reference="thing:a", address="kim@example.org", why="follower")
    api.tell(reference="thing:a", kind="thing.broken", title="가")
    api.tell(reference="thing:a", kind="thing.answered", title="나")
    assert delivering.deliver() == 1
    assert set(Delivery.objects.values_list("state", flat=True)) == {"waiting", "sent"}


def test_a_title_cannot_add_headers(db, public) -> None:
    api.follow(reference="thing:a", address="kim@example.org", why="follower")
    api.tell(reference="thing:a", kind="thing.answered", title="가\r\nBcc: other@example.org")
    assert delivering.deliver() == 1
    assert mail.outbox[0].recipients() == ["kim@example.org"]
    assert "\n" not in mail.outbox[0].subject


def test_finished_mails_are_forgotten_after_a_month(db, public) -> None:
    waiting("a@example.org")
    delivering.deliver()
    waiting("b@example.org", "thing:b")
    with clock.at(clock.now() + timedelta(days=29)):
        assert delivering.forget() == 0
    with clock.at(clock.now() + timedelta(days=31)):
        assert delivering.forget() == 1
    assert Delivery.objects.get().address == "b@example.org"
    assert Event.objects.count() == 2
    assert Follow.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_send_the_same_mail(public, server) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    for number in range(30):
        api.follow(reference="thing:a", address=f"p{number}@example.org", why="follower")
    api.tell(reference="thing:a", kind="thing.answered", title="가")

    def work(_: int) -> int:
        try:
            return delivering.deliver()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(work, range(3))) == 30
    assert len({str(letter["To"]) for letter in server.taken}) == len(server.taken) == 30
