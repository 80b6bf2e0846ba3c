"""The one-file witness, and the log that asks it: real processes, real sockets."""

from __future__ import annotations

import hashlib
import http.client
import json
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from madang.commons.ledger import witnessing
from madang.commons.ledger.errors import ForkedError, WitnessAheadError
from madang.commons.ledger.logic.cosign import WitnessKey, cosignatures, with_lines
from madang.commons.ledger.logic.merkle import EMPTY_ROOT
from madang.commons.ledger.logic.note import Checkpoint, NoteError, SignerKey
from madang.commons.ledger.logic.policy import Policy
from madang.commons.ledger.store import Store
from tests.ledger.ledger_support import ORIGIN, SqliteRows, leaf, new_log, run
from tests.ledger.witness_support import Running, send, write_policy

Start = Callable[..., Running]


@pytest.fixture
def start() -> Iterator[Start]:
    running: list[Running] = []

    def begin(*arguments: object, **more: object) -> Running:
        running.append(Running(*arguments, **more))  # type: ignore[arg-type]
        return running[-1]

    yield begin
    for each in running:
        each.kill()


def grown(folder: Path, count: int = 5) -> tuple[Store, SqliteRows]:
    store, rows = new_log(folder)
    grow(store, rows, count)
    return store, rows


def grow(store: Store, rows: SqliteRows, count: int, first: int = 0) -> None:
    rows.add([leaf(first + number) for number in range(count)])
    run(store, rows)


def note_of(store: Store) -> str:
    published = store.checkpoint()
    assert published
    return published[0]


def test_the_protocol_answer_by_answer(tmp_path: Path, start: Start) -> None:
    store, rows = grown(tmp_path)
    witness = start(tmp_path / "w", str(store.verifier))
    note = note_of(store)
    hashed = hashlib.sha256(ORIGIN.encode()).hexdigest()
    monitor = f"{witness.url}/{hashed}/checkpoint"
    assert send(monitor)[0] == 404
    status, _, line = witness.add(store, 0)
    assert status == 200
    key = WitnessKey.parse(witness.key)
    assert list(cosignatures(with_lines(note, line.splitlines()), [key])) == [key]
    assert send(monitor)[2] == note + line

    assert witness.add(store, 0)[:3] == (409, "text/x.tlog.size", "5\n")
    assert witness.add(store, 5)[0] == 200, "the same state again is cosigned again"
    grow(store, rows, 300)
    assert witness.add(store, 4)[0] == 409
    proof = store.tree(305).consistency(5)
    assert len(proof) > 2
    assert witness.post(f"old 5\n\n{note_of(store)}")[0] == 422, "no proof"
    body = f"old 5\n{'A' * 43}=\n\n{note_of(store)}"
    assert witness.post(body)[0] == 422, "a wrong proof"
    assert witness.post(f"old 306\n\n{note_of(store)}")[0] == 400, "old size above the new one"
    assert witness.add(store, 5)[0] == 200

    stranger = SignerKey.generate("other.example/log")
    assert (
        witness.post(f"old 0\n\n{stranger.sign(Checkpoint(stranger.name, 1, EMPTY_ROOT).text())}")[0] == 404
    )
    thief = SignerKey.generate(ORIGIN)
    assert witness.post(f"old 305\n\n{thief.sign(Checkpoint(ORIGIN, 306, EMPTY_ROOT).text())}")[0] == 403
    broken = note_of(store)[:-12] + ("A" if note_of(store)[-12] != "A" else "B") + note_of(store)[-11:]
    assert witness.post(f"old 305\n\n{broken}")[0] == 403, "the log's name under a wrong signature"
    for bad in (
        "",
        "old\n\nx",
        f"old 01\n\n{note}",
        f"old 5\nnot base64\n\n{note}",
        f"old 5 {note}",
        f"old 5\n{'A' * 44}\n" * 1 + f"{'A' * 43}=\n" * 64 + f"\n{note}",
        b"old 5\n\n\xff\xfe",
        f"old 5\n\n{note.replace('—', '-')}",
    ):
        assert witness.post(bad)[0] == 400, bad
    assert witness.post(f"old 305\n\n{note_of(store)}", path="/other")[0] == 404
    assert witness.post(b"x" * 70_000)[0] == 413
    connection = http.client.HTTPConnection(witness.url.removeprefix("http://"), timeout=20)
    connection.putrequest("POST", "/add-checkpoint")
    connection.endheaders()
    assert connection.getresponse().status == 411
    connection.close()
    assert witness.add(store, 305)[0] == 200, "nothing of all that was remembered"


def test_an_empty_log_has_one_root(tmp_path: Path, start: Start) -> None:
    store, _ = new_log(tmp_path)
    key = store.signer
    witness = start(tmp_path / "w", str(key.verifier))
    wrong = key.sign(Checkpoint(ORIGIN, 0, b"\1" * 32).text())
    assert witness.post(f"old 0\n\n{wrong}")[0] == 422
    assert (
        witness.post(f"old 0\n{'A' * 43}=\n\n{key.sign(Checkpoint(ORIGIN, 0, EMPTY_ROOT).text())}")[0] == 422
    )
    assert witness.post(f"old 0\n\n{key.sign(Checkpoint(ORIGIN, 0, EMPTY_ROOT).text())}")[0] == 200


def test_a_killed_witness_remembers_what_it_cosigned(tmp_path: Path, start: Start) -> None:
    store, rows = grown(tmp_path)
    witness = start(tmp_path / "w", str(store.verifier))
    assert witness.add(store, 0)[0] == 200
    witness.kill()
    again = start(tmp_path / "w", str(store.verifier))
    assert again.key == witness.key
    forged, other = fork(store, tmp_path / "fork", 5)
    assert again.add(forged, 5)[0] == 422
    assert again.add(forged, 0)[0] == 409
    grow(forged, other, 3, 90)
    assert again.add(forged, 5)[0] == 422
    grow(store, rows, 1)
    assert again.add(store, 5)[0] == 200


def test_two_witnesses_do_not_share_a_memory(tmp_path: Path, start: Start) -> None:
    store, _ = grown(tmp_path)
    witness = start(tmp_path / "w", str(store.verifier))
    with pytest.raises(AssertionError, match="another witness works"):
        start(tmp_path / "w", str(store.verifier))
    assert witness.add(store, 0)[0] == 200


def test_racing_requests_never_get_two_roots_of_one_size(tmp_path: Path, start: Start) -> None:
    """Forks and sizes in a heap, from many clients at once: what was cosigned is one history."""
    store, _ = grown(tmp_path, 1)
    witness = start(tmp_path / "w", str(store.verifier))
    notes = []
    for size in range(1, 7):
        for root in (b"\1" * 32, b"\2" * 32):
            notes.append(store.signer.sign(Checkpoint(ORIGIN, size, root).text()))
    barrier = threading.Barrier(12)

    def ask(note: str) -> tuple[str, int]:
        barrier.wait()
        return note, witness.post(f"old 0\n\n{note}")[0]

    with ThreadPoolExecutor(12) as pool:
        answers = list(pool.map(ask, notes))
    assert sorted(status for _, status in answers) == [200] + [409] * 11


def fork(store: Store, folder: Path, size: int) -> tuple[Store, SqliteRows]:
    """Another history under the same key, as an operator would make it for somebody else."""
    forged, rows = new_log(folder)
    forged.folder.mkdir()
    shutil.copy(store.folder / "key", forged.folder / "key")
    grow(forged, rows, size, 1000)
    return forged, rows


def test_the_log_collects_cosignatures(tmp_path: Path, start: Start) -> None:
    store, rows = grown(tmp_path)
    witnesses = [start(tmp_path / f"w{n}", str(store.verifier), f"witness.example/{n}") for n in range(3)]
    write_policy(store, witnesses, "2")
    rules = witnessing.policy(store)
    assert rules
    assert witnessing.ask(store)
    for count in (1, 400):
        grow(store, rows, count)
        assert witnessing.ask(store)
    assert [seen.answer for seen in witnessing.states(store).values()] == ["ok"] * 3
    assert {seen.size for seen in witnessing.states(store).values()} == {406}
    witnessed = witnessing.newest_note(store, "witnessed")
    assert witnessed
    assert witnessed[1].size == 406
    assert len(cosignatures(witnessed[0], rules.keys)) == 3
    assert note_of(store).count("—") == 1, "the log's own file stays its own"

    for each in witnesses[1:]:
        each.kill()
    grow(store, rows, 1)
    witnessing.ask(store)
    assert [seen.answer for seen in witnessing.states(store).values()] == ["ok", "down", "down"]
    late = witnessing.newest_note(store)
    witnessed = witnessing.newest_note(store, "witnessed")
    assert late
    assert witnessed
    assert (late[1].size, witnessed[1].size) == (407, 406), "one of three is not enough"


def test_a_witness_that_has_forgotten_or_is_new_is_brought_up(tmp_path: Path, start: Start) -> None:
    store, rows = grown(tmp_path)
    witness = start(tmp_path / "w", str(store.verifier))
    write_policy(store, [witness])
    witnessing.ask(store)
    (store.folder / "witnesses").write_text("no longer readable")
    grow(store, rows, 5)
    witnessing.ask(store)
    assert witnessing.states(store)["w0"].size == 10


def test_a_piece_of_the_log_that_one_witness_needs_and_nobody_can_read_is_not_its_fault(
    tmp_path: Path, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    store, rows = grown(tmp_path, 300)
    witnesses = [start(tmp_path / f"w{n}", str(store.verifier), f"witness.example/{n}") for n in range(2)]
    write_policy(store, witnesses[:1], "any")
    witnessing.ask(store)  # the first has seen 300 entries, the second none
    grow(store, rows, 400, 300)
    write_policy(store, witnesses, "any")
    needed = store.folder / "tile/0/001"  # for the way from 300, and for none from nothing
    needed.rename(tmp_path / "aside")
    needed.mkdir()  # as on a disk that fails: there, but not to be read
    witnessing.ask(store)
    states = witnessing.states(store)
    assert (states["w0"].answer, states["w1"].answer) == ("unasked", "ok")
    assert states["w0"].size >= 300, "what it cosigned before stays on record"
    assert "w0 was not asked" in caplog.text and "Traceback" not in caplog.text
    assert witnessing.newest_note(store, "witnessed")


def test_what_fails_with_one_witness_keeps_no_other_waiting(tmp_path: Path, start: Start) -> None:
    store, _ = grown(tmp_path)
    witnesses = [start(tmp_path / f"w{n}", str(store.verifier), f"witness.example/{n}") for n in range(2)]
    write_policy(store, witnesses)
    policy = witnessing.policy(store)
    assert policy

    def work(witness: object) -> str:
        if witness is policy.witnesses["w0"]:
            raise RuntimeError("whatever it may be")
        return "well"

    found = dict(witnessing._each(store, list(policy.witnesses.values()), work, 600))
    assert isinstance(found[policy.witnesses["w0"]], RuntimeError)
    assert found[policy.witnesses["w1"]] == "well"


@pytest.mark.parametrize(
    "seen",
    [{"size": "many"}, {"known": None}, {"size": -4}, {"answer": "never heard of"}, {"answer": []}, {"at": 1.5}],
)  # fmt: skip
def test_a_record_that_somebody_edited_is_forgotten(
    tmp_path: Path, start: Start, seen: dict[str, object]
) -> None:
    store, _ = grown(tmp_path)
    write_policy(store, [start(tmp_path / "w", str(store.verifier))])
    (store.folder / "witnesses").write_text(json.dumps({"w0": seen}))
    assert witnessing.states(store) == {}
    witnessing.ask(store)
    assert witnessing.states(store)["w0"].answer == "ok"


def test_evidence_that_finds_no_room_stops_a_log_that_was_restored(tmp_path: Path, start: Start) -> None:
    store, rows = grown(tmp_path)
    write_policy(store, [start(tmp_path / "w", str(store.verifier))])
    shutil.copytree(store.folder, tmp_path / "old")
    grow(store, rows, 2)
    witnessing.ask(store)
    old = Store(tmp_path / "old", ORIGIN)
    (old.folder / "evidence").mkdir()  # nothing can be written under this name
    with pytest.raises(OSError, match="evidence"):
        witnessing.look_back(old)
    (old.folder / "evidence").rmdir()
    witnessing.look_back(old)
    with pytest.raises(WitnessAheadError):
        old.heed_evidence()


def test_a_witness_that_hangs_delays_nobody(tmp_path: Path, start: Start) -> None:
    store, rows = grown(tmp_path)
    quick = start(tmp_path / "w", str(store.verifier))
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        other = SignerKey.generate("witness.example/deaf").verifier
        key = WitnessKey(other.name, other.public)
        (store.folder / "policy").write_text(
            f"witness deaf {key} http://127.0.0.1:{deaf.getsockname()[1]}\n"
            f"witness quick {quick.key} {quick.url}\ngroup g any deaf quick\nquorum g\n"
        )
        held = threading.Thread(target=witnessing.ask, args=(store, 0.6))
        held.start()
        grow(store, rows, 1)
        assert store.head().size == 6, "publishing goes on"
        held.join()
        assert witnessing.states(store)["deaf"].answer == "down"
        assert witnessing.states(store)["quick"].answer == "ok"
        assert witnessing.newest_note(store, "witnessed")


def test_a_witness_that_lies_is_not_believed(tmp_path: Path, start: Start) -> None:
    """It names a larger size, but cannot show one that our key signed: the log goes on."""
    store, rows = grown(tmp_path)
    witness = start(tmp_path / "w", str(store.verifier))
    write_policy(store, [witness])
    liar = tmp_path / "w" / f"{hashlib.sha256(ORIGIN.encode()).hexdigest()}.json"
    thief = SignerKey.generate(ORIGIN)
    note = thief.sign(Checkpoint(ORIGIN, 999, b"\1" * 32).text())
    root = "A" * 43 + "="
    liar.write_text(f'{{"size": 999, "root": "{root}", "time": 1, "note": {note!r}}}'.replace("'", '"'))
    witnessing.ask(store)
    assert witnessing.states(store)["w0"].answer == "ahead"
    assert not (store.folder / "evidence").exists()
    grow(store, rows, 1)
    assert store.head().size == 6


def test_a_log_that_forks_is_refused_and_stops(tmp_path: Path, start: Start) -> None:
    store, rows = grown(tmp_path)
    witness = start(tmp_path / "w", str(store.verifier))
    write_policy(store, [witness])
    witnessing.ask(store)
    forged, other = fork(store, tmp_path / "fork", 8)
    shutil.copy(store.folder / "policy", forged.folder / "policy")
    shutil.copy(store.folder / "witnesses", forged.folder / "witnesses")
    witnessing.ask(forged)
    assert witnessing.states(forged)["w0"].answer == "forked"
    assert witnessing.newest_note(forged) is None
    other.add([leaf(1)])
    before = forged.fetch("checkpoint")
    with pytest.raises(ForkedError):
        run(forged, other)
    assert forged.fetch("checkpoint") == before
    grow(store, rows, 1)
    witnessing.ask(store)
    assert witnessing.states(store)["w0"].size == 6, "the true log goes on"


def test_a_restored_log_that_is_older_than_what_was_seen_signs_nothing(tmp_path: Path, start: Start) -> None:
    store, rows = grown(tmp_path)
    witness = start(tmp_path / "w", str(store.verifier))
    write_policy(store, [witness])
    shutil.copytree(tmp_path, tmp_path / "backup", ignore=shutil.ignore_patterns("w", "backup"))
    grow(store, rows, 7)
    witnessing.ask(store)

    old, old_rows = Store(tmp_path / "backup/ledger", ORIGIN), SqliteRows(tmp_path / "backup/rows.sqlite3")
    witnessing.look_back(old)
    old_rows.add([leaf(77)])
    before = old.fetch("checkpoint")
    for _ in range(2):
        with pytest.raises(WitnessAheadError):
            run(old, old_rows)
    assert old.fetch("checkpoint") == before
    # The newer files come back, from wherever a copy of the public log was kept: the log goes on.
    for name in ("tile", "checkpoint", "signed"):
        shutil.copytree(store.folder / name, old.folder / name, dirs_exist_ok=True) if name == "tile" else (
            shutil.copy(store.folder / name, old.folder / name)
        )
    from madang.commons.ledger.append import advance

    assert advance(old, old_rows, limit=10, accept_lost_rows=True).checkpoint.size == 13
    witnessing.ask(old)
    assert witnessing.states(old)["w0"].size == 13


def test_wrong_cosignatures_are_no_cosignatures(tmp_path: Path, start: Start) -> None:
    store, _ = grown(tmp_path)
    witness = start(tmp_path / "w", str(store.verifier))
    note, key = note_of(store), WitnessKey.parse(witness.key)
    line = witness.add(store, 0)[2].strip()
    assert cosignatures(note, [key]) == {}
    for position in (-3, -60, -92):
        changed = line[:position] + ("A" if line[position] != "A" else "B") + line[position + 1 :]
        with pytest.raises(NoteError):
            cosignatures(with_lines(note, [changed]), [key])
    assert Policy.parse(f"witness a {witness.key}\nquorum a\n").met_by({key})
