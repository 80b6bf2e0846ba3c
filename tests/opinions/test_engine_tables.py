"""The tables of whole numbers: any order, any shard, no trace of what was taken out."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madang.commons.opinions.logic.ballots import ballots_of
from madang.commons.opinions.logic.tables import Tables, merged, tables_of

PEOPLE, STATEMENTS = 9, 6
votes = st.lists(
    st.tuples(st.integers(0, PEOPLE - 1), st.integers(0, STATEMENTS - 1), st.sampled_from([-1, 0, 1])),
    max_size=60,
)


def from_scratch(cast: list[tuple[int, int, int]], compiled: bool = False) -> Tables:
    person, statement, value = zip(*cast, strict=True) if cast else ((), (), ())
    made = ballots_of(person, statement, value, people=PEOPLE, statements=STATEMENTS)
    return tables_of(made, compiled=compiled)


def one_by_one(cast: list[tuple[int, int, int]]) -> tuple[Tables, list[dict[int, int]]]:
    tables, ballots = Tables.empty(STATEMENTS), [dict[int, int]() for _ in range(PEOPLE)]
    for person, statement, value in cast:
        tables.change(ballots[person], statement, value)
        ballots[person][statement] = value
    return tables, ballots


def by_hand(ballots: list[dict[int, int]]) -> Tables:
    """The definition, written out."""
    tables = Tables.empty(STATEMENTS)
    for ballot in ballots:
        tables.people += bool(ballot)
        for j, one in ballot.items():
            for k, two in ballot.items():
                tables.both[j, k] += 1
                tables.left[j, k] += one
                tables.product[j, k] += one * two
    return tables


@given(votes)
def test_vote_by_vote_from_scratch_and_by_hand_are_the_same(cast: list[tuple[int, int, int]]) -> None:
    tables, ballots = one_by_one(cast)
    assert tables == from_scratch(cast) == by_hand(ballots)
    assert tables.digest() == from_scratch(cast).digest()


@given(votes, st.randoms(use_true_random=False))
def test_final_votes_in_any_order_and_any_shard(cast: list[tuple[int, int, int]], random) -> None:
    whole, ballots = one_by_one(cast)
    final = [(who, what, how) for who, ballot in enumerate(ballots) for what, how in ballot.items()]
    random.shuffle(final)
    assert one_by_one(final)[0] == whole
    shard = [random.randrange(3) for _ in range(PEOPLE)]
    parts = [from_scratch([vote for vote in final if shard[vote[0]] == at]) for at in range(3)]
    assert merged(parts) == whole
    assert whole - parts[0] == parts[1] + parts[2]


@given(votes, st.sets(st.integers(0, PEOPLE - 1)))
def test_erasure_leaves_no_trace(cast: list[tuple[int, int, int]], gone: set[int]) -> None:
    tables, ballots = one_by_one(cast)
    for person in gone:
        tables.erase(ballots[person])
    never = from_scratch([vote for vote in cast if vote[0] not in gone])
    assert tables == never
    assert tables.digest() == never.digest()


@given(votes)
def test_withdrawing_every_vote_leaves_empty_tables(cast: list[tuple[int, int, int]]) -> None:
    tables, ballots = one_by_one(cast)
    for ballot in ballots:
        for statement in list(ballot):
            tables.change(ballot, statement, None)
            del ballot[statement]
    assert tables == Tables.empty(STATEMENTS)


@settings(max_examples=20)
@given(votes, st.lists(st.integers(0, 3), min_size=PEOPLE, max_size=PEOPLE))
def test_the_compiled_way_counts_the_same(cast: list[tuple[int, int, int]], times: list[int]) -> None:
    assert from_scratch(cast, compiled=True) == from_scratch(cast)
    person, statement, value = zip(*cast, strict=True) if cast else ((), (), ())
    made = ballots_of(person, statement, value, people=PEOPLE, statements=STATEMENTS)
    often = np.array(times)
    repeated = tables_of(made.rows(np.repeat(np.arange(PEOPLE), often)))
    assert (
        tables_of(made, times=often, compiled=True)
        == tables_of(made, times=often, compiled=False)
        == repeated
    )


def test_more_people_than_a_field_of_the_packed_word_can_count() -> None:
    people = 40_000
    made = ballots_of(
        np.repeat(np.arange(people), 2), np.tile([0, 1], people), np.tile([1, 1], people), statements=2
    )
    tables = tables_of(made, compiled=True)
    assert tables == tables_of(made, compiled=False)
    assert tables.product.tolist() == [[people, people], [people, people]]


def test_the_digest_is_of_the_bytes_that_its_description_names() -> None:
    tables = from_scratch([(0, 0, 1), (0, 1, -1)])
    numbers = [STATEMENTS, 1]
    for table, whole in ((tables.both, False), (tables.left, True), (tables.product, False)):
        for at, row in enumerate(table.tolist()):
            numbers += row if whole else row[at:]
    raw = b"madang-opinions-tables-1\0" + b"".join(
        number.to_bytes(8, "little", signed=True) for number in numbers
    )
    assert tables.digest() == hashlib.sha256(raw).hexdigest()
    assert tables.digest() != from_scratch([(0, 0, 1), (0, 1, 1)]).digest()


def test_statements_are_added_at_the_end() -> None:
    tables = from_scratch([(0, 0, 1)])
    tables.grow(STATEMENTS + 2)
    tables.change({0: 1}, STATEMENTS + 1, -1)
    assert tables.left[STATEMENTS + 1, 0] == -1
    assert tables.left[0, STATEMENTS + 1] == 1
    with pytest.raises(ValueError, match="do not fit"):
        tables + Tables.empty(STATEMENTS)


@pytest.mark.parametrize(
    ("votes", "complaint"),
    [
        (([0], [0], [2]), "a vote is"),
        (([0], [5], [1]), "statement must"),
        (([0, 1], [0], [1]), "equally long"),
    ],
)
def test_what_is_no_vote_is_refused(votes, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        ballots_of(*votes, people=2, statements=2)
