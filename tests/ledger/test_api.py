"""The sequencer and the front door over the real outbox table."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, transaction

from madang.commons.ledger import api, jobs
from madang.commons.ledger.errors import BusyError, EntryError
from madang.commons.ledger.logic.audit import audit
from madang.commons.ledger.logic.note import VerifierKey
from madang.commons.ledger.logic.proof import TlogProof
from madang.commons.ledger.sequencer import sequence, store
from madang.kernel import clock
from madang.kernel.actors import system
from madang.kernel.domain.audit import record
from madang.kernel.models import Audit, Outbox

AT = datetime(2026, 7, 3, 9, 12, 44, 123456, tzinfo=UTC)


def act(number: int = 1, **more: object) -> Outbox:
    return record(
        actor=system("test"),
        action="square.idea.file",
        target=f"idea:ID-2607-{number:05d}",
        at=AT,
        payload={"title": "골목 가로등을 밝게"},
        **more,
    )


@pytest.mark.django_db
def test_from_act_to_proof() -> None:
    outbox = act()
    assert api.receipt_proof(outbox.pk) is None
    promised = api.receipt(outbox)
    assert promised
    verdict = api.verify_receipt(promised)
    assert (verdict.ok, verdict.included) == (True, False)
    for number in range(2, 20):
        act(number)
    assert sequence().added == 19
    outbox.refresh_from_db()
    assert outbox.index == 0
    proof = api.receipt_proof(outbox.pk)
    assert proof
    assert (proof["index"], proof["size"]) == (0, 19)
    key = VerifierKey.parse(api.public_key())
    TlogProof.parse(proof["tlog_proof"]).verify(bytes.fromhex(outbox.leaf_hash), [key])
    text = api.receipt(outbox)
    assert text
    assert text.startswith(promised.partition("--- end")[0]), "the promise stays the same"
    act(20)
    sequence()
    verdict = api.verify_receipt(text)
    assert verdict.included
    assert [step.status for step in verdict.steps] == ["passed"] * 6 + ["skipped"] + ["passed"] * 2
    assert verdict.receipt
    assert verdict.receipt.number == "ID-2607-00001"
    assert verdict.receipt.filed_at == AT.replace(microsecond=0)


@pytest.mark.django_db
def test_every_row_once_and_in_order_of_id() -> None:
    rows = [act(number) for number in range(30)]
    for limit in (7, 100, 100):
        sequence(limit=limit)
    assert list(Outbox.objects.order_by("pk").values_list("index", flat=True)) == list(range(30))
    tree = store().tree(30)
    assert [tree.entry(index) for index in range(30)] == [bytes(row.leaf) for row in rows]
    assert audit(store().fetch, [store().verifier]).size == 30


@pytest.mark.django_db
def test_a_row_that_commits_late_is_not_missed() -> None:
    early = act(1)
    row = Outbox.objects.get(pk=early.pk)
    early.delete()
    act(2)
    sequence()
    row.save(force_insert=True)
    sequence()
    row.refresh_from_db()
    assert row.index == 1
    assert Outbox.objects.filter(index__isnull=True).count() == 0


@pytest.mark.django_db
def test_a_lost_place_is_written_again() -> None:
    rows = [act(number) for number in range(5)]
    sequence()
    Outbox.objects.update(index=None)
    done = sequence()
    assert (done.added, done.repaired) == (0, 5)
    for place, row in enumerate(rows):
        row.refresh_from_db()
        assert row.index == place


@pytest.mark.django_db
def test_status_tells_what_waits_and_what_is_wrong() -> None:
    assert api.status().ok
    outbox = act()
    with clock.at(AT + timedelta(seconds=59)):
        status = api.status()
        assert (status.ok, status.waiting, status.size) == (True, 1, 0)
    with clock.at(AT + timedelta(seconds=61)):
        assert api.status().problem == "late"
    sequence()
    with clock.at(AT + timedelta(seconds=61)):
        status = api.status()
        assert (status.ok, status.waiting, status.size) == (True, 0, 1)
    Outbox.objects.filter(pk=outbox.pk).update(index=7)
    assert api.status().problem == "ledger-behind"
    Outbox.objects.filter(pk=outbox.pk).delete()
    assert api.status().problem == "database-behind"
    (store().folder / "checkpoint").write_text("x")
    assert api.status().problem == "damaged"


@pytest.mark.django_db
def test_a_row_that_was_tampered_with_is_neither_promised_nor_published() -> None:
    outbox = act()
    Outbox.objects.filter(pk=outbox.pk).update(leaf=b"{}")
    outbox.refresh_from_db()
    with pytest.raises(EntryError):
        api.promise(outbox)
    with pytest.raises(EntryError):
        sequence()
    assert store().head().size == 0


@pytest.mark.django_db
def test_after_erasure_there_is_no_receipt_and_the_log_still_verifies() -> None:
    outbox = act()
    sequence()
    text = api.receipt(outbox)
    assert text
    Audit.objects.update(salt=None, payload=None)
    outbox = Outbox.objects.get(pk=outbox.pk)
    assert api.receipt(outbox) is None
    assert api.receipt_proof(outbox.pk)
    assert audit(store().fetch, [store().verifier]).size == 1
    assert api.verify_receipt(text).included, "who kept the receipt can still open the entry"


@pytest.mark.django_db
def test_the_log_holds_no_words() -> None:
    act()
    sequence()
    for path in store().folder.rglob("*"):
        if path.is_file():
            assert "가로등".encode() not in path.read_bytes()


@pytest.mark.django_db
def test_the_job_leaves_the_work_to_the_other_sequencer() -> None:
    act()
    with store().lock():
        with pytest.raises(BusyError):
            sequence()
        jobs.run()
    jobs.run()
    assert store().head().size == 1


@pytest.mark.django_db
def test_sequencing_costs_the_same_queries_for_1_and_100_rows(django_assert_max_num_queries) -> None:
    act(0)
    with django_assert_max_num_queries(9):
        sequence()
    for number in range(1, 101):
        act(number)
    with django_assert_max_num_queries(9):
        sequence()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="the advisory lock is PostgreSQL's")
def test_the_advisory_lock_lets_one_in() -> None:
    from madang.commons.ledger.sequencer import _advisory_lock

    refused: list[bool] = []

    def other() -> None:
        try:
            with _advisory_lock():
                refused.append(False)
        except BusyError:
            refused.append(True)
        finally:
            connection.close()

    with _advisory_lock(), transaction.atomic():
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert refused == [True]
