"""Web hooks against a real receiver, checked with another implementation of the contract."""

from __future__ import annotations

import json
import socket
import threading
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.test import Client

from madang.commons.notices import api, calling
from madang.commons.notices.domain import hooks, posting
from madang.commons.notices.logic import backoff, targets
from madang.commons.notices.models import Follow, Hook, HookDelivery, Notice
from madang.kernel import actors, clock
from madang.kernel.errors import RefusedError
from madang.kernel.models import Audit

standardwebhooks = pytest.importorskip("standardwebhooks")


class Receiver(ThreadingHTTPServer):
    """Answers as told: a status, or a silence of some seconds."""

    daemon_threads = True

    def __init__(self) -> None:
        self.taken: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[int] = []
        self.release = threading.Event()
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/in"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.taken.append((dict(self.headers), body))
        if self.path == "/hang":
            self.server.release.wait(20)
            return
        status = self.server.answers.pop(0) if self.server.answers else 204
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def receiver(settings):
    settings.HOOKS_LOCAL = True
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield server
    server.release.set()
    server.shutdown()
    server.server_close()


def tell(reference: str = "thing:a") -> None:
    api.tell(reference=reference, kind="thing.answered", title="통학로", data={"office": "교통과"})


def verified(hook: Hook, taken: tuple[dict[str, str], bytes]) -> dict[str, object]:
    headers, body = taken
    return standardwebhooks.Webhook(hooks.secret(hook)).verify(body, headers)


def test_a_message_is_signed_and_tells_what_happened(person, public, receiver) -> None:
    user = person()
    actor = actors.person(user)
    api.follow(reference="thing:a", user=user, why="follower")
    hook = hooks.create(actor=actor, url=receiver.url)
    tell()
    tell("thing:b")  # not followed
    assert posting.post() == 1
    assert posting.post() == 0
    said = verified(hook, receiver.taken[0])
    assert said["type"] == "thing.answered"
    assert said["data"]["reference"] == "thing:a"
    assert said["data"]["title"] == "통학로"
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        headers, body = receiver.taken[0]
        verified(hook, (headers, body.replace(b"thing:a", b"thing:b")))
    assert Audit.objects.filter(action="notices.hook.created", is_public=False).count() == 1


def test_every_attempt_is_the_same_message(person, public, receiver) -> None:
    user = person()
    hook = hooks.create(actor=actors.person(user), url=receiver.url, scope="public")
    receiver.answers = [500, 302]
    now = clock.now()
    tell()
    with clock.at(now + timedelta(seconds=1)):
        assert posting.post() == 0
        assert posting.post() == 0  # not due yet
    with clock.at(now + timedelta(seconds=10)):
        assert posting.post() == 0  # a redirect is no delivery and is not followed
    with clock.at(now + timedelta(minutes=2)):
        assert posting.post() == 1
    assert len({headers["webhook-id"] for headers, _body in receiver.taken}) == 1
    assert len({body for _headers, body in receiver.taken}) == 1
    assert len(receiver.taken) == 3
    assert verified(hook, receiver.taken[0])
    row = HookDelivery.objects.get()
    assert (row.state, row.attempts, row.status) == ("sent", 3, 204)


def test_killed_between_sending_and_marking(person, public, receiver, monkeypatch) -> None:
    hooks.create(actor=actors.person(person()), url=receiver.url, scope="public")
    tell()
    real = posting._mark

    def dies(*args: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(posting, "_mark", dies)
    now = clock.now()
    with clock.at(now), pytest.raises(KeyboardInterrupt):
        posting.post()
    monkeypatch.setattr(posting, "_mark", real)
    with clock.at(now + timedelta(minutes=6)):
        assert posting.post() == 1
    ids = [headers["webhook-id"] for headers, _body in receiver.taken]
    assert ids == [ids[0]] * 2


def test_after_a_day_in_vain_it_is_switched_off_and_its_owner_told(person, public, receiver) -> None:
    user = person()
    actor = actors.person(user)
    hook = hooks.create(actor=actor, url=receiver.url, scope="public")
    tell()
    receiver.answers = [503] * (len(backoff.HOOK_SECONDS) + 1)
    start = moment = clock.now() + timedelta(seconds=1)
    for _ in range(len(backoff.HOOK_SECONDS) + 1):
        with clock.at(moment):
            posting.post()
        row = HookDelivery.objects.get()
        moment = max(moment, row.next_at)
    hook.refresh_from_db()
    assert (row.state, hook.state) == ("failed", "disabled")
    assert moment - start > timedelta(days=1)
    assert Notice.objects.get(user=user).event.kind == "notices.hook_disabled"
    assert receiver.answers == []
    with clock.at(moment):
        tell()
        assert posting.post() == 0  # nothing is made for it while it is off
        hooks.resume(actor=actor, hook=hook)
        assert posting.post() == 1
    ids = {headers["webhook-id"] for headers, _body in receiver.taken}
    assert len(ids) == 1


def test_a_receiver_that_wants_no_more(person, public, receiver) -> None:
    hook = hooks.create(actor=actors.person(person()), url=receiver.url, scope="public")
    receiver.answers = [410]
    tell()
    posting.post()
    hook.refresh_from_db()
    assert hook.state == "disabled"


def test_one_that_hangs_holds_up_nobody(person, public, receiver, monkeypatch) -> None:
    monkeypatch.setattr(calling, "TOTAL", 1.0)
    monkeypatch.setattr(calling.post, "__kwdefaults__", {**calling.post.__kwdefaults__, "total": 1.0})
    hooks.create(actor=actors.person(person()), url=receiver.url.replace("/in", "/hang"), scope="public")
    hooks.create(actor=actors.person(person()), url=receiver.url, scope="public")
    for _ in range(3):
        tell()
    assert posting.post() == 3
    rows = HookDelivery.objects.filter(hook__url__endswith="/hang").order_by("pk")
    assert [(row.state, row.attempts) for row in rows] == [("waiting", 1), ("waiting", 0), ("waiting", 0)]
    assert rows[0].last_error == "timeout"


def test_a_new_secret_signs_beside_the_one_before(person, public, receiver) -> None:
    actor = actors.person(person())
    hook = hooks.create(actor=actor, url=receiver.url, scope="public")
    before = hooks.secret(hook)
    hook = hooks.rotate(actor=actor, hook=hook)
    assert hooks.secret(hook) != before
    hooks.trial(actor=actor, hook=hook)
    assert posting.post() == 1
    headers, body = receiver.taken[0]
    for secret in (before, hooks.secret(hook)):
        assert standardwebhooks.Webhook(secret).verify(body, headers)["type"] == "notices.trial"
    with clock.at(clock.now() + timedelta(days=2)):
        assert len(hooks.keys(hook)) == 1


def test_what_is_not_public_goes_to_its_author_alone(person, public, receiver) -> None:
    author, other = person(), person()
    api.follow(reference="thing:secret", user=author, why="author")
    api.follow(reference="thing:secret", user=other, why="supporter")
    hooks.create(actor=actors.person(other), url=receiver.url, scope="public")
    mine = hooks.create(actor=actors.person(author), url=receiver.url + "?mine")
    tell("thing:secret")
    assert HookDelivery.objects.get().hook == mine
    tell("thing:a")
    public.clear()
    posting.post()
    assert len(receiver.taken) == 1
    assert set(HookDelivery.objects.values_list("state", flat=True)) == {"sent", "dropped"}
    assert HookDelivery.objects.get(state="dropped").body == ""


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "::1", "10.0.0.8", "172.16.3.4", "192.168.1.1", "169.254.169.254", "fe80::1", "fd00::1",
        "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "0.0.0.0", "::",  # noqa: S104
        "224.0.0.1", "100.64.0.1",
        "255.255.255.255", "fe80::1%eth0", "no address",
    ],
)  # fmt: skip
def test_addresses_that_are_never_called(address: str) -> None:
    assert not targets.may_connect(address)


def test_addresses_of_the_internet_are_called() -> None:
    assert targets.may_connect("93.184.216.34")
    assert targets.may_connect("2606:2800:220:1:248:1893:25c8:1946")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/", "https://127.0.0.1/", "https://[::1]/", "https://localhost/", "https://10.1.2.3/",
        "https://user:word@example.org/", "https://example.org/#part", "ftp://example.org/", "https:///x", "example",
        "https://intranet/", "https://printer.local/", "https://example.org:99999/",
    ],
)  # fmt: skip
def test_an_address_that_cannot_be_registered_changes_nothing(person, url: str) -> None:
    with pytest.raises(RefusedError) as refused:
        hooks.create(actor=actors.person(person()), url=url)
    assert refused.value.status == 422
    assert not Hook.objects.exists()
    assert not Follow.objects.exists()
    assert not Audit.objects.exists()


def test_a_name_that_turns_inward_is_not_connected_to(monkeypatch) -> None:
    """The name gave a public address when it was registered; now it gives one of the operator's own network."""
    asked: list[str] = []

    def inward(host: str, port: int, **_: object) -> list[object]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.8", port))]

    def never(*args: object, **_: object) -> None:
        raise AssertionError("connected")

    monkeypatch.setattr(socket, "getaddrinfo", inward)
    monkeypatch.setattr(socket, "create_connection", never)
    with pytest.raises(calling.CallError, match="private_address"):
        calling.post("https://rebound.example.org/", b"{}", {})
    assert asked == ["rebound.example.org"]


def test_bytes_that_drip_in_do_not_lengthen_the_time() -> None:
    """Each byte comes in time, the answer never: the whole is bounded, not the single wait."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        done = threading.Event()

        def drip() -> None:
            line, _ = listening.accept()
            with line:
                while not done.wait(0.05):
                    try:
                        line.sendall(b"H")
                    except OSError:
                        return

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        began = time.monotonic()
        with pytest.raises(calling.CallError):
            calling.post(f"http://127.0.0.1:{listening.getsockname()[1]}/", b"{}", {}, local=True, total=0.5)
        assert time.monotonic() - began < 30
        done.set()
        thread.join(5)


def test_the_pages(client, person, receiver, public) -> None:
    user, other = person(), person()
    assert client.get("/my/hooks/").status_code == 302
    client.force_login(user)
    bad = client.post("/my/hooks/", {"url": "ftp://example.org", "scope": "public"})
    assert bad.status_code == 422
    assert "https://로 시작하는" in bad.content.decode()
    assert 'value="ftp://example.org"' in bad.content.decode()
    made = client.post("/my/hooks/", {"url": receiver.url, "scope": "public"})
    hook = Hook.objects.get()
    assert made["Location"] == f"/my/hooks/{hook.name}/"
    assert hooks.secret(hook) in client.get(made["Location"]).content.decode()
    client.post(made["Location"], {"what": "trial"})
    assert posting.post() == 1
    assert json.loads(receiver.taken[0][1])["type"] == "notices.trial"
    assert "시험 메시지" in client.get(made["Location"]).content.decode()
    assert client.post(made["Location"], {"what": "nothing"}).status_code == 404
    stranger = Client()
    stranger.force_login(other)
    assert stranger.get(made["Location"]).status_code == 404
    assert stranger.post(made["Location"], {"what": "delete"}).status_code == 404
    assert Hook.objects.exists()
    client.post(made["Location"], {"what": "rotate"})
    hook.refresh_from_db()
    assert hook.generation == 2
    assert client.post(made["Location"], {"what": "delete"})["Location"] == "/my/hooks/"
    assert not Hook.objects.exists()
    assert not HookDelivery.objects.exists()
