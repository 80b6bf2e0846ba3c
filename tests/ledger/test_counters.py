"""Running numbers in the entries: no gap, no double, and what is missing is named."""

from __future__ import annotations

import io
import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction

from madang.commons.ledger import api
from madang.commons.ledger.logic.counting import Counts
from madang.commons.ledger.sequencer import sequence, store
from madang.kernel.actors import system
from madang.kernel.domain import audit
from madang.kernel.models import ActCount, Outbox
from tests.ledger.test_api import AT, act


def numbers(action: str = "square.idea.file") -> list[int]:
    leaves = [json.loads(bytes(row.leaf)) for row in Outbox.objects.order_by("pk")]
    return [leaf["n"] for leaf in leaves if leaf["act"] == action]


@pytest.mark.django_db
def test_each_kind_is_counted_by_itself() -> None:
    for _ in range(3):
        act()
    audit.record(actor=system("test"), action="square.idea.hide", target="idea:1", at=AT)
    assert numbers() == [1, 2, 3]
    assert numbers("square.idea.hide") == [1]
    assert json.loads(bytes(Outbox.objects.order_by("pk").last().leaf))["v"] == 2  # type: ignore[union-attr]


@pytest.mark.django_db
def test_many_at_once_are_numbered_in_order_with_few_queries(django_assert_num_queries) -> None:
    act()
    actions = ["b.c.d", "square.idea.file", "b.c.d", "a.b.c", "square.idea.file"]
    pairs = [audit.build(actor=system("test"), action=name, target="x:1", at=AT) for name in actions]
    with django_assert_num_queries(7):  # a savepoint, two inserts, a number for each of three kinds
        audit.record_many(pairs)
    assert [numbers(name) for name in ("square.idea.file", "b.c.d", "a.b.c")] == [[1, 2, 3], [1, 2], [1]]


@pytest.mark.django_db
def test_what_is_rolled_back_leaves_no_gap() -> None:
    act()
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        act()
        raise ZeroDivisionError
    act()
    assert numbers() == [1, 2]


@pytest.mark.django_db(transaction=True)
def test_acts_that_race_get_numbers_without_gap_or_double() -> None:
    start = threading.Barrier(4)

    def work(worker: int) -> None:
        start.wait()
        try:
            for turn in range(6):
                kinds = ["x.y.a", "x.y.b"] if worker % 2 else ["x.y.b", "x.y.a"]
                pairs = [
                    audit.build(actor=system("test"), action=kind, target="x:1", at=AT) for kind in kinds
                ]
                try:
                    with transaction.atomic():
                        audit.record_many(pairs)
                        if turn == 3:
                            raise ZeroDivisionError
                except ZeroDivisionError:
                    pass
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    for kind in ("x.y.a", "x.y.b"):
        assert numbers(kind) == list(range(1, 21)), "ids and numbers run alike"
    sequence()
    counts = Counts()
    tree = store().tree(40)
    for index in range(40):
        counts.take(index, tree.entry(index))
    assert counts.faults == []


def test_what_is_missing_doubled_or_unnumbered_is_named() -> None:
    counts = Counts()
    entries = [
        {"act": "a"},
        *({"act": "a", "n": n} for n in (1, 3, 3, 7)),
        {"act": "a"},
        {"act": "b", "n": 0},
    ]
    for index, entry in enumerate([*entries, {"act": "c", "n": True}, "no act"]):
        counts.take(index, json.dumps(entry).encode())
    counts.take(9, b"\xff")
    assert counts.faults == ["a: missing 2, 4-6", "a: twice 3", "without a number: entry 5, 6, 7"]
    assert counts.unnumbered == 4


@pytest.mark.django_db
def test_the_audit_names_an_act_that_the_operator_left_out() -> None:
    rows = [act() for _ in range(4)]
    rows[1].delete()
    sequence()
    with pytest.raises(CommandError, match=r"square\.idea\.file: missing 2"):
        call_command("ledger", "audit", stdout=io.StringIO())
    assert api.status().ok, "the tree itself is whole"


@pytest.mark.django_db
def test_entries_from_before_the_numbers_stay_valid() -> None:
    old = act()
    leaf = audit.canonical({"act": "square.idea.file", "v": 1})
    Outbox.objects.filter(pk=old.pk).update(
        leaf=leaf, leaf_hash=audit.hashlib.sha256(b"\0" + leaf).hexdigest()
    )
    ActCount.objects.all().delete()
    act()
    sequence()
    out = io.StringIO()
    call_command("ledger", "audit", stdout=out)
    assert "square.idea.file 1-1" in out.getvalue()


@pytest.mark.django_db
def test_after_lost_rows_the_numbers_go_on_behind_the_published_ones() -> None:
    for _ in range(3):
        act()
    sequence()
    # A database from before the last two acts.
    for row in Outbox.objects.order_by("-pk")[:2]:
        row.delete()
    ActCount.objects.update(last=1)
    assert api.status().problem == "database-behind"
    sequence(accept_lost_rows=True)
    act()
    assert numbers() == [1, 4]
    sequence()
    call_command("ledger", "audit", stdout=io.StringIO())


@pytest.mark.django_db
def test_rows_with_the_same_ids_and_other_content_are_noticed() -> None:
    rows = [act(number) for number in range(3)]
    sequence()
    kept = bytes(rows[0].leaf)
    Outbox.objects.filter(pk=rows[2].pk).update(
        index=None, leaf=kept, leaf_hash=audit.hashlib.sha256(b"\0" + kept).hexdigest()
    )
    assert api.status().problem == "database-behind"
