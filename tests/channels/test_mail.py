"""Mail in: a real mailbox over IMAP, letters back over SMTP, and nothing filed before its sender says so."""

from __future__ import annotations

import base64
import imaplib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core import mail as outgoing
from django.db import connection
from django.test import Client
from django.urls import reverse

from madang.commons.channels import mailbox
from madang.commons.channels.domain import answering, mail
from madang.commons.channels.models import Entry, Message
from madang.commons.channels.web.common import why
from madang.commons.matters.models import Attachment, Contact, Matter
from madang.kernel import clock, ids
from tests import factories as make
from tests.security.conftest import picture

aiosmtpd_controller = pytest.importorskip("aiosmtpd.controller", reason="aiosmtpd is not installed")
pytestmark = pytest.mark.django_db

SENDER = "grandma@example.org"
TITLE = "버스 정류장에 의자를 놓아 주세요"
BODY = "어르신들이 오래 서서 기다립니다. 의자 두 개면 됩니다."


def letter(
    body: str = BODY, *, subject: str = TITLE, sender: str = SENDER, to: str = "", **headers: str
) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, to or "madang+test@haedam.example", subject
    headers.setdefault("Message_ID", f"<{ids.new_code()}@example.org>")
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(body)
    return made


@pytest.fixture(autouse=True)
def _address(settings) -> None:
    settings.MAILBOX_ADDRESS = "madang@haedam.example"


def last_link() -> str:
    return urlsplit(re.search(r"https?://\S+/in/\S+", outgoing.outbox[-1].body)[0]).path


def take_in(made: EmailMessage, **options: int) -> Message:
    mail.keep(raw=made.as_bytes(), **options)
    answering.answer()
    return Message.objects.order_by("-pk").first()


# --- whose address it is -------------------------------------------------------------------------------


def test_an_account_that_somebody_began_with_her_address_does_not_file_for_her(hall):
    """Signing up with another's address gives a name beside her words only to who has shown the code from the mail."""
    from allauth.account.models import EmailAddress

    squatter = make.UserFactory(email=SENDER, name="남의 이름")
    address = EmailAddress.objects.create(user=squatter, email=SENDER, verified=False, primary=True)
    take_in(letter())
    Client().post(last_link(), {"answer": "yes"})
    matter = Matter.objects.get()
    assert matter.author is None
    assert "남의 이름" not in Client().get(reverse("item", args=[matter.number])).content.decode()
    address.verified = True
    address.save()
    take_in(letter(subject="공원에 그늘을 늘려 주세요"))
    Client().post(last_link(), {"answer": "yes"})
    assert Matter.objects.latest("pk").author == squatter


@pytest.mark.parametrize("sender", ["madang@haedam.example", "Madang+test@Haedam.example"])
def test_our_own_mailbox_as_the_sender_is_not_answered(hall, sender):
    row = take_in(letter(sender=sender))
    assert (row.state, row.reason, row.body) == ("ignored", "own address", "")
    assert outgoing.outbox == []


def test_twenty_megabytes_are_told_to_be_too_much_and_nothing_is_kept(hall):
    row = take_in(letter(), size=20_000_000)
    assert (row.state, row.letter) == ("told", "large")
    assert not row.files.exists()


def test_headers_in_cp949_without_saying_so_are_no_rubbish(hall):
    raw = (
        b"From: \xb1\xe8\xc3\xb6\xbc\xf6 <grandma@example.org>\r\nTo: madang+test@haedam.example\r\n"
        b"Message-ID: <cp949@example.org>\r\nSubject: =?ks_c_5601-1987?B?"
        + base64.b64encode(TITLE.encode("cp949"))
        + b"?=\r\nContent-Type: text/plain; charset=ks_c_5601-1987\r\n\r\n"
        + BODY.encode("cp949")
    )
    mail.keep(raw=raw)
    row = Message.objects.get()
    assert (row.state, row.sender, row.title, row.body) == ("asked", SENDER, TITLE, BODY)


# --- the whole way -------------------------------------------------------------------------------------


@dataclass
class Box:
    """A mailbox on a real IMAP server, a process of its own."""

    port: int

    @property
    def url(self) -> str:
        return f"imap://me:secret@127.0.0.1:{self.port}/INBOX"

    def put(self, raw: bytes) -> None:
        with imaplib.IMAP4("127.0.0.1", self.port) as server:
            server.login("me", "secret")
            status, _ = server.append("INBOX", "", None, raw)
            assert status == "OK"

    def unseen(self) -> int:
        with imaplib.IMAP4("127.0.0.1", self.port) as server:
            server.login("me", "secret")
            server.select("INBOX")
            return len((server.uid("SEARCH", "UNSEEN")[1][0] or b"").split())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def box() -> Iterator[Box]:
    port = free_port()
    program = Path(sys.executable).with_name("pymap")
    command = [str(program), "--host", "127.0.0.1", "--port", str(port), "--no-tls", "dict"]
    server = subprocess.Popen(
        [*command, "--demo-user", "me", "--demo-password", "secret"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    for _try in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            time.sleep(0.05)
    yield Box(port)
    server.terminate()
    server.wait(20)


def test_from_the_mailbox_to_the_receipt(hall, box, settings):
    """IMAP in, SMTP out: asked, confirmed, filed with the same rights, receipt sent."""
    got: list[bytes] = []

    class Handler:
        async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
            got.append(envelope.content)
            return "250 OK"

    controller = aiosmtpd_controller.Controller(Handler(), hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", controller.port
        box.put(letter().as_bytes())
        assert mailbox.read(box.url) == 1
        assert mailbox.read(box.url) == box.unseen() == 0
        assert answering.answer() == 1
        assert not Matter.objects.exists()
        asked = letters_text(got[-1])
        link = urlsplit(re.search(r"https?://\S+/in/\S+", asked)[0]).path
        client = Client()
        page = client.get(link).content.decode()
        assert TITLE in page
        assert BODY in page
        assert not Matter.objects.exists()  # mail programs open links by themselves
        client.post(link, {"answer": "yes"})
        client.post(link, {"answer": "yes"})
        matter = Matter.objects.get()
        assert (matter.channel, matter.title, matter.body) == ("email", TITLE, BODY)
        contact = Contact.objects.get(matter=matter)
        assert (contact.email, contact.confirmed_at is not None) == (SENDER, True)
        assert answering.answer() == 1
        receipt = letters_text(got[-1])
        code = re.search(r"(\w{4}-){4}\w{4}", receipt)[0]
        assert ids.code_hash(code) == matter.code_hash
        assert matter.number in receipt
        row = Message.objects.get()
        assert (row.title, row.body, row.sealed_code, row.filed_as) == ("", "", "", matter.reference)
        assert "이메일 접수" in Client().get(reverse("item", args=[matter.number])).content.decode()
    finally:
        controller.stop()


def letters_text(raw: bytes) -> str:
    import email
    from email.policy import default

    return email.message_from_bytes(raw, policy=default).get_body(("plain",)).get_content()


def test_what_is_too_large_is_not_fetched_and_its_sender_is_told(hall, box, monkeypatch):
    monkeypatch.setattr(mail, "LARGEST", 50_000)
    box.put(letter("가" * 60_000).as_bytes())
    assert mailbox.read(box.url) == 1
    row = Message.objects.get()
    assert (row.letter, row.body) == ("large", "")
    assert row.size > 50_000
    answering.answer()
    assert outgoing.outbox[0].to == [SENDER]
    assert not Matter.objects.exists()


CHILD = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from django.db import connection
settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = sys.argv[1]
from madang.commons.channels import mailbox
from madang.commons.channels.domain import mail
keep, left = mail.keep, int(sys.argv[3])
def killed(**what):
    global left
    when = sys.argv[4]
    left -= 1
    if left == 0 and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    new = keep(**what)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return new
mail.keep = killed
mailbox.read(sys.argv[2])
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("at", "when"), [(1, "before"), (1, "after"), (3, "after"), (4, "before")])
def test_a_reader_killed_in_the_middle_loses_nothing_and_takes_nothing_twice(hall, box, at, when):
    for number in range(5):
        box.put(letter(f"{BODY} {number}", sender=f"person{number}@example.org").as_bytes())
    name = str(connection.settings_dict["NAME"])
    child = subprocess.run(
        [sys.executable, "-c", CHILD, name, box.url, str(at), when],
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "madang.conf.settings",
            "PYTHONPATH": "src",
            "MADANG_MAILBOX_ADDRESS": "madang@haedam.example",
        },
        check=False,
    )
    assert child.returncode == -signal.SIGKILL
    assert Message.objects.count() == (at if when == "after" else at - 1)
    mailbox.read(box.url)
    assert box.unseen() == 0
    assert sorted(Message.objects.values_list("body", flat=True)) == [
        f"{BODY} {number}" for number in range(5)
    ]


# --- who is answered, and who is not ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"Return_Path": "<>"},
        {"List_Id": "<news.example.org>"},
        {"sender": "MAILER-DAEMON@example.org"},
        {"sender": "no-reply@example.org"},
    ],
)
def test_machines_are_never_answered(hall, headers):
    row = take_in(letter(**headers))
    assert (row.state, row.title, row.body) == ("ignored", "", "")
    assert outgoing.outbox == []


@pytest.mark.parametrize(("language", "said"), [("ko", "자동 답장"), ("en", "an automatic reply")])
def test_the_desk_reads_in_words_why_a_mail_was_not_answered(hall, sign_in, language, said):
    take_in(letter(Auto_Submitted="auto-replied"))
    prefix = "" if language == "ko" else "/en"
    page = sign_in(hall.triage).get(prefix + reverse("channels_mails")).content.decode()
    assert said in page and "auto-submitted" not in page


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("mail server: TimeoutError", "메일 서버가 받지 않음(TimeoutError)"),
        ("carrier: OSError", "문자 사업자가 받지 않음(OSError)"),
        ("이 제안의 토론이 끝났어요.", "이 제안의 토론이 끝났어요."),
        ("", ""),
    ],
)
def test_a_code_becomes_words_and_a_sentence_stays(stored, said):
    assert why(stored) == said


def test_our_own_letters_answer_no_letters(hall):
    take_in(letter())
    ours = outgoing.outbox[0].message().as_bytes()
    mail.keep(raw=ours.replace(b"To: " + SENDER.encode(), b"To: madang+test@haedam.example"))
    answering.answer()
    assert len(outgoing.outbox) == 1


def test_a_flood_of_one_sender_is_not_answered_and_others_are(hall):
    for number in range(mail.PER_DAY + 3):
        take_in(letter(f"{BODY} {number}"))
    take_in(letter(sender="other@example.org"))
    assert [message.to[0] for message in outgoing.outbox].count(SENDER) == mail.PER_DAY
    assert outgoing.outbox[-1].to == ["other@example.org"]


def test_a_spoofed_mail_files_nothing_and_spreads_nothing(hall):
    take_in(letter("최저가 대출 상담 지금 연락 주세요", subject="대출"))
    assert "대출" not in outgoing.outbox[0].body + outgoing.outbox[0].subject
    link = last_link()
    Client().post(link, {"answer": "no"})
    row = Message.objects.get()
    assert (row.state, row.sender, row.body) == ("disowned", "", "")
    assert Client().get(link).status_code == 410
    Client().post(link, {"answer": "yes"})
    assert not Matter.objects.exists()


def test_a_link_is_of_no_use_for_another_mail(hall):
    take_in(letter())
    link = last_link()
    wrong = link[:-4] + ("AAAA/" if link.endswith("/") else "AAAA")
    assert Client().post(wrong, {"answer": "yes"}).status_code in (404, 410)
    assert not Matter.objects.exists()


def test_who_has_an_account_files_as_herself_and_never_for_her_office(hall):
    person = make.official("triage", hall.host, email="nara@example.org", name="나라")
    hall.process.cells.update(filing="account")
    take_in(letter(sender="Nara@example.org"))
    Client().post(last_link(), {"answer": "yes"})
    matter = Matter.objects.get()
    assert (matter.author, matter.channel) == (person, "email")
    assert not Contact.objects.exists()


# --- bad input -------------------------------------------------------------------------------------------


def test_a_mail_without_text_is_told_how(hall):
    made = letter("> 지난번 메일\n> 인용만 있습니다.")
    row = take_in(made)
    assert (row.state, row.letter) == ("told", "empty")
    assert not Entry.objects.exists()
    assert outgoing.outbox[0].to == [SENDER]


def test_a_mail_to_nowhere_is_told_the_addresses(hall):
    row = take_in(letter(to="madang+nowhere@haedam.example"))
    assert row.letter == "where"
    assert "madang+test@haedam.example" in outgoing.outbox[0].body


def test_after_the_phase_has_closed_the_sender_is_told_by_page_and_by_mail(hall):
    take_in(letter())
    link = last_link()
    hall.process.cells.update(can_file=False)
    answer = Client().post(link, {"answer": "yes"})
    assert answer.status_code == 403
    assert BODY in answer.content.decode()
    assert not Matter.objects.exists()
    answering.answer()
    assert "지금은" in outgoing.outbox[-1].body
    hall.process.cells.update(can_file=True)  # it opens again: the words are still there
    Client().post(link, {"answer": "yes"})
    assert Matter.objects.get().title == TITLE


@pytest.mark.parametrize("charset", ["utf-8", "euc-kr", "cp949", "iso-2022-kr", "ks_c_5601-1987"])
def test_korean_in_any_set_of_characters(hall, charset):
    coded = BODY.encode("cp949" if charset == "ks_c_5601-1987" else charset)
    raw = (
        f"From: {SENDER}\r\nTo: madang+test@haedam.example\r\nSubject: hello bench\r\nMessage-ID: <c@x>\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
    ).encode() + coded
    mail.keep(raw=raw)
    assert Message.objects.get().body == BODY


def test_html_alone_is_read_as_words(hall):
    made = letter()
    made.set_content(
        f"<html><head><style>p{{}}</style><script>x()</script></head><body><p>{BODY}</p><blockquote>옛 메일</blockquote></body></html>",
        subtype="html",
    )
    assert take_in(made).body == BODY


@pytest.mark.parametrize(
    "tail",
    [
        "\n\n-- \n김어르신\n010-0000-0000",
        "\n\nOn Mon, 2 Nov 2026 at 10:00, Madang wrote:\n> hello",
        "\n\n2026년 11월 2일 (월) 오전 10:00, 마당님이 작성:\n> 안녕하세요",
        "\n\n-----Original Message-----\nFrom: Madang\n안녕하세요",
        "\n나의 iPhone에서 보냄",
    ],
)
def test_quotes_and_signatures_stay_out(hall, tail):
    row = take_in(letter(BODY + tail, subject=f"Re: {TITLE}"))
    assert (row.title, row.body) == (TITLE, BODY)


def test_files_come_along_cleaned_and_what_does_not_fit_is_named(hall):
    made = letter()
    photo = picture("사진.png")
    made.add_attachment(photo.read(), maintype="image", subtype="png", filename="사진.png")
    made.add_attachment(b"MZ program", maintype="application", subtype="octet-stream", filename="virus.exe")
    row = take_in(made)
    assert len(row.left_out) == 1
    assert "virus.exe" in outgoing.outbox[0].body
    Client().post(last_link(), {"answer": "yes"})
    assert Attachment.objects.get().content_type == "image/png"
    assert not Message.objects.get().files.exists()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\xfe\x00garbage",
        b"From: =?utf-8?b?//8=?= <\r\nSubject: =?x-unknown?q?a?=\r\n\r\nx",
        b"Content-Type: multipart/mixed\r\n\r\n--x",
        b"From: a@b.kr\r\nContent-Type: text/plain; charset=no-such-thing\r\n\r\n\xb0\xa1",
    ],
)
def test_no_mail_stops_the_reader(hall, raw):
    assert mail.keep(raw=raw) is True
    assert mail.keep(raw=raw) is False
    answering.answer()
    assert not Matter.objects.exists()


def test_unconfirmed_words_are_erased_after_fourteen_days(hall):
    take_in(letter())
    link = last_link()
    with clock.at(clock.now() + timedelta(days=mail.DAYS, hours=1)):
        assert mail.forget() == 1
        assert Client().get(link).status_code == 410
    row = Message.objects.get()
    assert (row.state, row.sender, row.body) == ("expired", "", "")


def test_the_coordinator_sees_what_failed_and_tries_again_without_reading_it(hall, sign_in, monkeypatch):
    from django.core.mail import EmailMessage as Outgoing

    def refuse(self, fail_silently=False):
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        patched.setattr(Outgoing, "send", refuse)
        for pause in (*answering.PAUSES, 0):
            with clock.at(clock.now() + timedelta(minutes=pause * 2)):
                take_in(letter()) if not Message.objects.exists() else answering.answer()
    Message.objects.update(letter_at=None)
    client = sign_in(hall.triage)
    page = client.get(reverse("channels_mails")).content.decode()
    assert "ConnectionRefusedError" in page
    assert BODY not in page
    assert SENDER not in page
    client.post(reverse("channels_mails"))
    assert answering.answer() == 1
    assert sign_in(hall.operators[0]).get(reverse("channels_mails")).status_code == 403
