from __future__ import annotations

import html
import io
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation

from madang.commons.ledger import api, wording
from madang.commons.ledger.errors import WitnessAheadError
from madang.commons.ledger.logic.audit import audit
from madang.commons.ledger.logic.cosign import WitnessKey
from madang.commons.ledger.logic.note import Checkpoint
from madang.commons.ledger.sequencer import sequence, store
from madang.kernel.models import Outbox
from tests.ledger.test_api import act

pytestmark = pytest.mark.django_db


def filed() -> str:
    outbox = act()
    sequence()
    text = api.receipt(Outbox.objects.get(pk=outbox.pk))
    assert text
    return text


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_page_before_and_after_the_first_entry(client: Client, language: str) -> None:
    address = "/ledger/" if language == "ko" else "/en/ledger/"
    assert client.get(address).status_code == 200
    filed()
    page = client.get(address).content.decode()
    published = api.latest_checkpoint()
    assert published
    assert html.escape(published[0]) in page
    assert api.public_key() in html.unescape(page)
    assert "<script>" not in page
    assert " style=" not in page.partition("<main")[2].partition("</main")[0]


def test_a_pasted_receipt_is_checked_without_javascript(client: Client) -> None:
    text = filed()
    with translation.override("en"):
        good, bad = str(wording.OUTCOMES["included"][0]), str(wording.OUTCOMES["wrong"][0])
    answer = client.post("/en/ledger/", {"receipt": text.replace("\n", "\r\n")})
    assert answer.status_code == 200
    page = html.unescape(answer.content.decode()).partition("data-verify-result")[2].partition("<form")[0]
    assert good in page
    assert bad not in page
    assert "ID-2607-00001" in page
    answer = client.post(
        "/en/ledger/", {"receipt": text.replace("number ID-2607-00001", "number ID-2607-00002")}
    )
    page = html.unescape(answer.content.decode()).partition("data-verify-result")[2].partition("<form")[0]
    assert bad in page
    assert good not in page


def test_a_receipt_file_is_checked(client: Client) -> None:
    upload = SimpleUploadedFile("receipt.txt", filed().encode("utf-8-sig"))
    page = html.unescape(client.post("/en/ledger/", {"file": upload}).content.decode())
    result = page.partition("data-verify-result")[2].partition("<form")[0]
    with translation.override("en"):
        assert str(wording.OUTCOMES["included"][0]) in result


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"receipt": "  \n"},
        {"receipt": "x" * 100_001},
        {"file": SimpleUploadedFile("a.txt", b"\xff\xfe\x00")},
        {"file": SimpleUploadedFile("a.txt", b"x" * 400_001)},
    ],
    ids=["nothing", "blank", "long", "binary", "big"],
)
def test_errors_name_the_field_and_keep_what_was_typed(client: Client, given: dict[str, object]) -> None:
    answer = client.post("/en/ledger/", given)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert list(form.errors)
    if given.get("receipt", "").strip():  # type: ignore[attr-defined]
        assert str(given["receipt"]) in answer.content.decode()


@pytest.mark.parametrize(
    "text", ["x", "<script>alert(1)</script>", "madang-receipt/v1\nnumber <b>\n", "\0\x1b"]
)
def test_hostile_text_gets_a_calm_answer(client: Client, text: str) -> None:
    answer = client.post("/en/ledger/", {"receipt": text})
    assert answer.status_code in (200, 422)
    assert "<script>alert" not in answer.content.decode()


def test_an_outsider_can_audit_the_log_over_http(client: Client) -> None:
    assert client.get("/ledger/checkpoint").status_code == 404
    for number in range(300):
        act(number)
    sequence(limit=200)
    sequence()
    key = client.get("/ledger/key")
    assert key.content.decode().strip() == api.public_key()

    def fetch(path: str) -> bytes | None:
        answer = client.get(f"/ledger/{path}")
        return answer.content if answer.status_code == 200 else None

    assert audit(fetch, [store().verifier]).size == 300
    point = client.get("/ledger/checkpoint")
    assert point["Content-Type"] == "text/plain; charset=utf-8"
    assert point["Cache-Control"] == "no-cache"
    tile = client.get("/ledger/tile/0/000")
    assert tile["Content-Type"] == "application/octet-stream"
    assert "immutable" in tile["Cache-Control"]
    assert tile["Access-Control-Allow-Origin"] == "*"


def test_only_published_tiles_are_shown(client: Client) -> None:
    filed()
    (store().folder / "tile/0/000.p/2").write_bytes(bytes(64))
    (store().folder / "tile/0/000").write_bytes(bytes(8192))
    for path in (
        "0/000.p/2",
        "0/000",
        "1/000.p/1",
        "../key",
        "0/../../key",
        "entries/000.p/1/../../../../key",
        "x",
    ):
        assert client.get(f"/ledger/tile/{path}").status_code == 404
    assert client.get("/ledger/tile/0/000.p/1").status_code == 200
    assert client.get("/ledger/key").content.startswith(store().origin.encode())
    assert client.post("/ledger/checkpoint").status_code == 405


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("ledger", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_checks_a_receipt_offline(tmp_path: Path, django_assert_num_queries) -> None:
    text, key = filed(), api.public_key()
    path, key_file = tmp_path / "receipt.txt", tmp_path / "key"
    path.write_text(text)
    key_file.write_text(key)
    with django_assert_num_queries(0), translation.override("en"):
        for given in (["--key", key], ["--key", str(key_file)]):
            assert str(wording.OUTCOMES["included"][0]) in run("verify", str(path), *given)
        unanchored = run("verify", str(path))
        assert key in unanchored, "without a key the command says which one it used"
        assert "genuine" not in unanchored
        path.write_text(text.replace("ID-2607-00001", "ID-2607-00009"))
        with pytest.raises(CommandError, match="Something is wrong"):
            run("verify", str(path), "--key", key)
        path.write_bytes(b"\xff")
        with pytest.raises(CommandError, match="not a whole receipt"):
            run("verify", str(path))
        with pytest.raises(CommandError, match="cannot be read"):
            run("verify", str(tmp_path / "none"))
        with pytest.raises(CommandError, match="not the public key"):
            run("verify", str(path), "--key", "log+1+2")


@pytest.mark.parametrize(
    ("language", "words"), [("ko", "공개 기록에 올라 있어요"), ("en", "in the public log")]
)
def test_the_command_answers_in_both_languages(tmp_path: Path, language: str, words: str) -> None:
    path = tmp_path / "receipt.txt"
    path.write_text(filed())
    assert words in run("--language", language, "verify", str(path), "--key", api.public_key())


def test_the_command_sequences_audits_and_tells_the_state() -> None:
    act()
    assert run("sequence").startswith("1 ")
    assert run("audit").startswith("1 ")
    assert store().origin in run("status")
    tile = store().folder / "tile/entries/000.p/1"
    tile.write_bytes(tile.read_bytes().replace(b"idea", b"ides"))
    with pytest.raises(CommandError):
        run("audit")


def test_every_step_that_a_check_can_end_in_has_words() -> None:
    for name in wording.STEPS:
        assert name.count(".") in (1, 2)
    with translation.override("ko"):
        for words in wording.STEPS.values():
            assert any("가" <= letter <= "힣" for letter in str(words)), words
        for title, text, _tone, _icon in wording.OUTCOMES.values():
            assert any("가" <= letter <= "힣" for letter in f"{title}{text}")
        for words in wording.PROBLEMS.values():
            assert any("가" <= letter <= "힣" for letter in str(words)), words


def test_two_states_are_compared_without_javascript(client: Client) -> None:
    filed()
    old = api.latest_checkpoint()
    assert old
    for number in range(5):
        act(number + 2)
    sequence()
    answer = client.post("/en/ledger/", {"old": old[0].replace("\n", "\r\n"), "new": ""})
    assert answer.context["grown"]["found"].code == "right"
    assert "its first 1 entries are the same in the state with 6 entries" in answer.content.decode()
    answer = client.post("/en/ledger/", {"old": "9", "new": ""})
    assert "The log has 6 entries" in answer.content.decode()
    answer = client.post("/en/ledger/", {"old": "", "new": "3"})
    assert answer.status_code == 422


def test_the_command_compares_copies_and_audits_a_copy(tmp_path: Path) -> None:
    filed()
    note = api.latest_checkpoint()
    assert note
    (tmp_path / "old").write_text(note[0])
    for number in range(300):
        act(number + 2)
    sequence()
    assert "301 " in run("consistency", str(tmp_path / "old"))
    assert run("consistency", "5", "200").count("\n") > 4
    with pytest.raises(CommandError):
        run("consistency", "5", "900")
    run("copy", str(tmp_path / "copy"))
    run("copy", str(tmp_path / "copy.zip"))
    names = {path.relative_to(tmp_path / "copy").as_posix() for path in (tmp_path / "copy").rglob("*")}
    assert "key.pub" in names
    assert not names & {"key", "rows", "signed", "lock"}
    log = ["--log", str(tmp_path / "copy"), "--key", api.public_key()]
    assert run("audit", *log).startswith("301 ")
    assert "301 " in run("consistency", str(tmp_path / "old"), *log)
    with pytest.raises(CommandError, match="--key"):
        run("audit", "--log", str(tmp_path / "copy"))
    with pytest.raises(CommandError):
        run("copy", str(tmp_path / "copy"))


@pytest.mark.parametrize("address", ["/ledger/verify.html", "/en/ledger/verify.html"])
def test_the_page_for_offline_use_is_one_file(client: Client, address: str) -> None:
    filed()
    answer = client.get(address)
    page = answer.content.decode()
    assert "attachment" in answer["Content-Disposition"]
    assert "<!--" not in page
    assert "src=" not in page.partition("<script")[0]
    assert "<link" not in page
    assert html.escape(api.public_key()) in page
    assert "default-src 'none'" in html.unescape(page)


def test_the_page_tells_what_witnesses_saw(client: Client) -> None:
    filed()
    folder = store().folder
    assert client.get("/ledger/policy").status_code == client.get("/ledger/witnessed").status_code == 404
    raw = WitnessKey("witness.example/w", b"\1" * 32)
    (folder / "policy").write_text(f"witness w {raw}\nquorum w\n")
    page = client.get("/en/ledger/").content.decode()
    assert "witness.example/w" in page
    assert "Too few witnesses" in page
    assert client.get("/ledger/policy").content.decode().startswith(f"log {api.public_key()}\n")
    (folder / "witnesses").write_text('{"w": {"size": 1, "at": 1790000000, "answer": "forked", "known": 1}}')
    assert "has seen another history" in client.get("/en/ledger/").content.decode()
    assert client.get("/ledger/witness.py").content.startswith(b"#!/usr/bin/env python3")


def test_evidence_outside_stops_the_log_and_is_said(client: Client) -> None:
    filed()
    log = store()
    other = log.signer.sign(Checkpoint(log.origin, 1, b"\1" * 32).text())
    (log.folder / "evidence").write_text(other)
    assert api.status().problem == "forked"
    assert "another history of this log" in client.get("/en/ledger/").content.decode()
    (log.folder / "evidence").write_text(log.signer.sign(Checkpoint(log.origin, 50, b"\1" * 32).text()))
    assert api.status().problem == "witness-ahead"
    act(2)
    with pytest.raises(WitnessAheadError):
        sequence()
    with pytest.raises(CommandError):
        run("status")
    assert log.head().size == 1
