"""What the log lives on is gone or cannot be read: `/healthz` says which part is ill, in words and without a path."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from madang.commons.ledger import api, wording
from madang.commons.ledger.errors import KeyMissingError
from madang.commons.ledger.logic.note import SignerKey
from madang.commons.ledger.sequencer import _store, sequence, store
from madang.kernel import clock
from madang.kernel.models import Audit, Heartbeat, Outbox
from madang.kernel.web import once
from tests import factories as make
from tests.ledger.test_api import act

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder() -> Path:
    """A log with three entries, and a worker that is alive."""
    for number in range(3):
        act(number)
    sequence()
    Heartbeat.objects.create(name="worker", at=clock.now())
    return store().folder


def barred(path: Path) -> None:
    """Nobody can read a folder as a file, root neither."""
    path.unlink()
    path.mkdir()


def told(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/healthz")
    text = answer.content.decode()
    assert str(settings.HOME) not in text and "/ledger" not in text and os.sep + "tmp" not in text
    return answer.status_code, answer.json()


def test_all_is_well(client: Client, folder: Path) -> None:
    assert told(client) == (
        200,
        {"status": "ok", "database": "ok", "worker": "ok", "ledger": "ok", "witnesses": "ok"},
    )


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda folder: (folder / "key").unlink(), "key-missing"),
        (lambda folder: (folder / "key").write_text("no key"), "key-missing"),
        (lambda folder: barred(folder / "key"), "unreadable"),
        (lambda folder: barred(folder / "key.pub"), "unreadable"),
        (
            lambda folder: (folder / "key.pub").write_text(str(SignerKey.generate("other").verifier)),
            "damaged",
        ),
        (lambda folder: barred(folder / "checkpoint"), "unreadable"),
        (lambda folder: barred(folder / "signed"), "unreadable"),
        (lambda folder: (folder / "lost").write_text("many"), "damaged"),
        (lambda folder: shutil.rmtree(folder / "tile"), "damaged"),
        (lambda folder: shutil.rmtree(folder / "tile" / "entries"), "damaged"),
        (shutil.rmtree, "key-missing"),
    ],
)
def test_what_the_log_lives_on_is_named(
    client: Client, folder: Path, harm: Callable[[Path], object], code: str
) -> None:
    assert api.public_key()  # a process that runs holds the keys in memory
    harm(folder)
    status, parts = told(client)
    assert (status, parts["status"], parts["witnesses"]) == (503, "degraded", "ok")
    assert parts["ledger"] == f"{code}: {api.words(code)}"
    assert client.get("/ledger/").status_code == 200
    with pytest.raises(CommandError, match=api.words(code)):
        call_command("ledger", "status")


def test_a_process_that_starts_without_the_folder_makes_no_second_key(folder: Path) -> None:
    """The database knows that there was a log: nothing is promised or signed under a key of which nobody has heard."""
    shutil.rmtree(folder)
    _store.cache_clear()
    waiting = act(7)
    with pytest.raises(KeyMissingError):
        api.promise(waiting)
    with pytest.raises(KeyMissingError):
        sequence()
    assert not (folder / "key").exists() and not (folder / "checkpoint").exists()


def test_a_tile_that_cannot_be_read_is_named(client: Client, folder: Path) -> None:
    for path in (folder / "tile" / "0").rglob("*"):
        if path.is_file():
            barred(path)
    assert told(client)[1]["ledger"].startswith("unreadable: A file of the log")


@pytest.mark.parametrize("content", ["witness nobody", "", None])
def test_a_list_of_witnesses_that_cannot_be_read_is_named(
    client: Client, folder: Path, content: str | None
) -> None:
    (folder / "policy").write_text(content or "")
    if content is None:
        barred(folder / "policy")
    status, parts = told(client)
    assert (status, parts["ledger"]) == (503, "ok")
    assert parts["witnesses"] == f"policy-unreadable: {api.words('policy-unreadable')}"
    assert str(wording.PROBLEMS["policy-unreadable"]) in client.get("/ledger/").content.decode()


def test_a_list_that_vanished_is_not_the_same_as_none(client: Client, folder: Path) -> None:
    (folder / "witnesses").write_text('{"paper": {"size": 3, "at": 1, "answer": "ok", "known": 3}}\n')
    status, parts = told(client)
    assert (status, parts["witnesses"].split(":")[0]) == (503, "policy-missing")
    (folder / "policy").write_text("quorum none\n")
    assert told(client)[0] == 200


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_and_file_that_needs_a_log_which_cannot_be_read_is_calm(
    client: Client, folder: Path, language: str
) -> None:
    (folder / "checkpoint").write_text("no longer what was signed")
    for address in ("/ledger/checkpoint", "/ledger/tile/0/000.p/3"):
        answer = client.get(address, headers={"Accept-Language": language})
        assert (answer.status_code, answer["Retry-After"]) == (503, "60"), address
    barred(folder / "key.pub")
    store().__dict__.pop("verifier", None)
    prefix = "/en" if language == "en" else ""
    typed = {"receipt": "이것은 어디에서 받은 영수증인가요"}
    before = [Audit.objects.count(), Outbox.objects.count()]
    answer = client.post(f"{prefix}/ledger/", typed)
    page = answer.content.decode()
    assert answer.status_code == 503
    assert typed["receipt"] in page
    assert (
        "What was filed stays filed" if language == "en" else "이미 제출된 것은 그대로 남아 있어요"
    ) in page
    assert str(folder) not in page
    assert [Audit.objects.count(), Outbox.objects.count()] == before
    answer = client.get("/ledger/key")
    assert answer.status_code == 503


def test_whoever_files_while_the_log_cannot_sign_still_gets_her_code(client: Client, folder: Path) -> None:
    make.process()
    with clock.at(clock.now() - timedelta(minutes=1)):
        ticket = once.ticket()
    typed = {
        "ticket": ticket, "title": "골목 가로등을 고쳐 주세요", "origin": "individual",
        "body": "밤에 골목이 어두워서 걷기가 무섭습니다. 등을 고쳐 주세요.",
    }  # fmt: skip
    (folder / "key").rename(folder / "aside")
    store().__dict__.pop("signer", None)
    answer = client.post("/ideas/new/test/", typed, follow=True)
    assert answer.status_code == 200
    code = answer.context["code"]
    assert code and code in answer.content.decode()
    assert client.get(reverse("filed_file")).status_code == 503
    assert client.post("/receipt/", {"code": code}, follow=True).status_code == 200
    told = client.post("/api/v1/receipt", {"code": code}, content_type="application/json")
    assert (told.status_code, told.json()["receipt"]) == (200, "")
    (folder / "aside").rename(folder / "key")
    written = client.get(reverse("filed_file"))
    assert (written.status_code, written["Content-Type"]) == (200, "text/plain; charset=utf-8")
