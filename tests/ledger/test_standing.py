"""What the log lives on is gone or cannot be read: `/healthz` says which part is ill, in words and without a path."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from madang.commons.ledger import api, wording
from madang.commons.ledger.errors import KeyMissingError
from madang.commons.ledger.logic.note import SignerKey
from madang.commons.ledger.sequencer import _store, sequence, store
from madang.kernel import clock
from madang.kernel.models import Heartbeat
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
