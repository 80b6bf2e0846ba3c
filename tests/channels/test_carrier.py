"""The carrier by the published contract, against a carrier in a process of its own."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import checks
from django.test import Client
from django.urls import reverse

from madang.commons.channels import carrier, providers
from madang.commons.channels.domain import texts
from madang.commons.channels.logic import signing
from madang.commons.channels.models import Text
from madang.commons.matters.models import Matter
from madang.kernel import clock
from tests import factories as make

pytestmark = pytest.mark.django_db
TOKEN = "a-token-of-the-test"
SECRET = "whsec_bWFkYW5nLWV4YW1wbGUtc2VjcmV0LW9mLTMyLWJ5dGVzIQ=="
DOCS = Path(__file__).resolve().parents[2] / "docs/reference/text-message-contract.md"
WAITED = {"1429": 429, "1503": 503, "2429": 429}
SERVER = Path(__file__).with_name("carrier_server.py")


@dataclass
class Line:
    """A carrier that runs: where, and what it was told."""

    url: str
    log: Path

    def rows(self) -> list[dict[str, Any]]:
        return [json.loads(row) for row in self.log.read_text().splitlines()] if self.log.exists() else []


@pytest.fixture
def start(settings, tmp_path) -> Iterator[Callable[..., Line]]:
    running: list[subprocess.Popen[str]] = []

    def started(*certificate: str) -> Line:
        log = tmp_path / f"calls-{len(running)}"
        command = [sys.executable, "-I", str(SERVER), str(log), TOKEN, *certificate]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        assert process.stdout is not None
        port = int(process.stdout.readline())
        scheme = "https" if certificate else "http"
        settings.SMS_URL = f"{scheme}://127.0.0.1:{port}/v1/messages?line=2"
        return Line(settings.SMS_URL, log)

    settings.SMS_PROVIDER, settings.SMS_TOKEN, settings.SMS_SECRET = "http", TOKEN, SECRET
    settings.SMS_NUMBER, settings.SMS_TIMEOUT = "1522-0000", 5.0
    yield started
    for process in running:
        process.kill()
        process.wait()
        process.stdout.close()  # type: ignore[union-attr]


def told(words: str, sender: str, name: str = "one") -> int:
    """The site is told of a message by a signed call; the answer."""
    body = json.dumps({"from": sender, "text": words}).encode()
    moment = int(clock.now().timestamp())
    headers = {
        "webhook-id": name,
        "webhook-timestamp": str(moment),
        "webhook-signature": signing.sign(signing.key_of(SECRET), name, moment, body),
    }
    client = Client(enforce_csrf_checks=True)
    hook = reverse("texts_hook")
    return client.post(hook, body, content_type="application/json", headers=headers).status_code


def later(*minutes: int) -> None:
    now = clock.now()
    for many in minutes:
        with clock.at(now + timedelta(minutes=many)):
            texts.answer()


def test_a_message_comes_in_signed_and_its_answer_goes_out_by_the_contract(hall, start):
    line = start()
    idea = make.idea(hall.process)
    assert told(f"공감 {idea.matter.number}", "010-2345-6789") == 200
    assert told(f"공감 {idea.matter.number}", "010-2345-6789") == 409
    texts.answer()
    (row,) = line.rows()
    assert (row["status"], row["broken"]) == (202, "")
    assert (row["from"], row["to"]) == ("1522-0000", "+821023456789")
    assert idea.matter.number in row["text"]
    kept = Text.objects.get()
    assert (kept.sealed_reply, kept.reply_at, kept.reason) == ("", None, "")


@pytest.mark.parametrize("last", ["0429", "0503", "0401", "0302", "0504"])
def test_what_the_carrier_does_not_take_now_goes_later_under_the_same_key(hall, start, last):
    line = start()
    told("도움", f"010-2345-{last}")
    texts.answer()
    assert (Text.objects.get().reason, bool(Text.objects.get().sealed_reply)) == (
        "carrier: AnswerError",
        True,
    )
    later(2)
    rows = line.rows()
    assert [row["broken"] for row in rows] == ["", ""]
    assert rows[1]["status"] == (409 if last == "0504" else 202)
    assert rows[0]["key"] == rows[1]["key"]
    assert Text.objects.get().sealed_reply == ""
    later(10, 60)
    assert len(line.rows()) == 2


@pytest.mark.parametrize(
    ("last", "minutes"), [("1429", 10), ("1503", 10), ("2429", 60), ("3429", 0), ("1401", 0)]
)
def test_a_carrier_that_says_how_long_is_left_alone_so_long_and_at_most_an_hour(hall, start, last, minutes):
    line = start()
    told("도움", f"010-2345-{last}", "one")
    texts.answer()
    told("도움", "010-2345-6789", "two")
    waits = Text.objects.order_by("pk")[0].reply_at - clock.now()
    if not minutes:  # no such wish, or none that can be read: the usual pause
        assert timedelta(seconds=30) < waits <= timedelta(minutes=1)
        return
    assert timedelta(minutes=minutes - 1) < waits <= timedelta(minutes=minutes, seconds=2)
    assert len(line.rows()) == 1
    later(minutes + 1)
    assert sorted(row["status"] for row in line.rows()) == [202, 202, WAITED[last]]
    assert not Text.objects.filter(sealed_reply__gt="").exists()


def test_what_waits_behind_it_waits_too_and_the_last_try_stays_the_last(hall, start):
    line = start()
    told("도움", "010-2345-1429", "one")
    told("도움", "010-2345-6789", "two")
    told("도움", "010-2345-6780", "three")
    Text.objects.filter(digest=Text.objects.order_by("pk")[2].digest).update(
        reply_at=None, reason="carrier: x"
    )
    texts.answer()
    assert [row["status"] for row in line.rows()] == [429], "the second is not sent into a full line"
    given_up = Text.objects.get(reply_at=None)
    later(5)
    assert len(line.rows()) == 1
    later(11)
    assert [row["status"] for row in line.rows()] == [429, 202, 202]
    assert Text.objects.get(pk=given_up.pk).sealed_reply, "nobody revives what was given up"


@pytest.mark.parametrize("last", ["0422", "0400"])
def test_what_will_never_go_is_not_tried_again_and_shown_at_the_desk(hall, start, sign_in, last):
    line = start()
    told("도움", f"010-2345-{last}")
    texts.answer()
    later(2, 10, 60)
    assert len(line.rows()) == 1
    page = sign_in(hall.triage).get(reverse("channels_texts")).content.decode()
    assert int(last) == int(Text.objects.get().reason.split()[-1])
    assert "보내지 못한" in page or "보내지 못했" in page


def test_a_carrier_that_never_ends_its_answer_is_left(hall, start, settings):
    line = start()
    settings.SMS_TIMEOUT = 0.5
    told("도움", "010-2345-0000")
    began = time.monotonic()
    texts.answer()
    assert time.monotonic() - began < 5
    assert len(line.rows()) == 1
    assert (Text.objects.get().reason, bool(Text.objects.get().sealed_reply)) == (
        "carrier: TimeoutError",
        True,
    )


def test_nobody_at_the_other_end_is_tried_again(hall, start, settings):
    line = start()
    settings.SMS_URL = "http://127.0.0.1:9/v1/messages?line=2"
    told("도움", "010-2345-6789")
    texts.answer()
    assert Text.objects.get().reason == "carrier: ConnectionRefusedError"
    settings.SMS_URL = line.url
    later(2)
    assert [row["status"] for row in line.rows()] == [202]


def test_a_certificate_that_nobody_has_signed_gets_no_token(hall, start, tmp_path, monkeypatch):
    pem, key = tmp_path / "pem", tmp_path / "key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=carrier",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(pem)],
        check=True, capture_output=True,
    )  # fmt: skip
    line = start(str(pem), str(key))
    told("도움", "010-2345-6789")
    texts.answer()
    assert Text.objects.get().reason == "carrier: SSLCertVerificationError"
    assert line.rows() == []
    monkeypatch.setenv("SSL_CERT_FILE", str(pem))  # a machine whose list holds it
    later(2)
    assert [row["status"] for row in line.rows()] == [202]


def test_calls_without_the_secret_change_nothing(hall, start, settings):
    start()
    settings.SMS_SECRET = "whsec_" + "QUFB" * 8
    before = settings.SMS_SECRET
    body = b'{"from":"010-2345-6789","text":"SUPPORT"}'
    moment = str(int(clock.now().timestamp()))
    made = signing.sign(signing.key_of(SECRET), "x", int(moment), body)
    for secret in (before, "", "whsec_short"):
        settings.SMS_SECRET = secret
        headers = {"webhook-id": "x", "webhook-timestamp": moment, "webhook-signature": made}
        answer = Client().post(reverse("texts_hook"), body, content_type="application/json", headers=headers)
        assert answer.status_code == 401
    assert not Text.objects.exists()
    assert not Matter.objects.exists()


def test_the_example_of_the_contract_is_signed_as_it_says():
    text = DOCS.read_text()
    example = re.search(
        r"webhook-id: (\S+)\nwebhook-timestamp: (\d+)\nwebhook-signature: (\S+)\n\n(.+)\n", text
    )
    assert example is not None
    name, moment, signature, body = example.groups()
    secret = re.search(r"`(whsec_\S+)`, for trying", text)
    assert secret is not None
    assert signing.sign(signing.key_of(secret[1]), name, int(moment), body.encode()) == signature
    for status in carrier.NEVER | {carrier.KNOWN}:
        assert str(status) in text
    assert ", ".join(str(pause) for pause in texts.PAUSES[:-1]) in text


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SMS_URL", "", "https://"),
        ("SMS_URL", "http://carrier.example/", "unless it is this machine"),
        ("SMS_URL", "https://me:pass@carrier.example/", "password"),
        ("SMS_URL", "ftp://carrier.example/", "https://"),
        ("SMS_URL", "https://[", "no address"),
        ("SMS_TOKEN", "two words", "without spaces"),
        ("SMS_TOKEN", "a\r\nX-Other: 1", "without spaces"),
        ("SMS_SECRET", "whsec_QUFB", "24 to 64"),
        ("SMS_NUMBER", "", "SMS_NUMBER"),
    ],
)
def test_wrong_settings_are_said_at_the_start(settings, start, name, value, says):
    settings.SMS_URL = "https://carrier.example/messages"
    assert [one for one in checks.run_checks() if one.id == "channels.E001"] == []
    setattr(settings, name, value)
    (said,) = [one for one in checks.run_checks() if one.id == "channels.E001"]
    assert says in said.msg
    with pytest.raises(OSError, match="MADANG_SMS"):
        providers.current().send(to="+821023456789", words="x", key="0" * 64)
