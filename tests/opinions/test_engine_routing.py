"""What is shown next, what groups stand for, and writing what can be read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.commons.opinions.logic import draws, meaning, routing
from madang.commons.opinions.logic.polis_files import read_folder
from madang.commons.opinions.logic.polis_writing import WrittenStatement, WrittenVote, files_of


def test_priorities_are_the_formula() -> None:
    agreed, passed, seen = np.array([0, 3, 40, 1]), np.array([0, 1, 2, 7]), np.array([0, 7, 50, 9])
    expected = [
        ((1 - (p + 1) / (n + 2)) * ((a + 1) / (n + 2)) * (1 + 8 * 2 ** (-n / 5))) ** 2
        for a, p, n in zip(agreed.tolist(), passed.tolist(), seen.tolist(), strict=True)
    ]
    assert routing.priorities(agreed, passed, seen) == pytest.approx(expected, rel=1e-12)


def test_draws_follow_the_odds_and_the_seed() -> None:
    odds = np.array([1.0, 0.0, 3.0, 6.0])
    drawn = [routing.next_statement(odds, [], seed=3, turn=turn) for turn in range(5000)]
    shares = np.bincount(drawn, minlength=4) / 5000
    assert shares == pytest.approx([0.1, 0.0, 0.3, 0.6], abs=0.03)
    assert drawn == [routing.next_statement(odds, [], seed=3, turn=turn) for turn in range(5000)]


@given(st.lists(st.floats(0, 9), max_size=8), st.sets(st.integers(0, 8)), st.integers(0, 99))
def test_only_what_is_unanswered_and_has_odds_is_drawn(odds: list[float], done: set[int], seed: int) -> None:
    drawn = routing.next_statement(np.array(odds), done, seed=seed)
    left = {at for at, odd in enumerate(odds) if odd > 0 and at not in done}
    assert drawn in left if left else drawn is None


def test_the_generator_is_splitmix() -> None:
    """Its published first words for the state 1234567 (Vigna's reference program)."""
    gamma, word = 0x9E3779B97F4A7C15, (1 << 64) - 1
    state = np.array([(1234567 + turn * gamma) & word for turn in (1, 2, 3)], np.uint64)
    assert draws._mixed(state).tolist() == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_the_tests_of_two_shares_by_hand() -> None:
    """30 of 40 agree inside, 10 of 60 outside."""
    counts = np.zeros((2, 1, 3), np.int64)
    counts[0, 0], counts[1, 0] = (10, 0, 30), (50, 0, 10)
    first, second = meaning.representative_of(counts)
    one, two, pooled = 31 / 41, 11 / 61, 42 / 102
    z = (one - two) / (pooled * (1 - pooled) * (1 / 41 + 1 / 61)) ** 0.5
    assert (first[0].vote, first[0].count, first[0].seen) == (1, 30, 40)
    assert first[0].z == pytest.approx(z)
    assert first[0].z_half == pytest.approx(2 * 41**0.5 * (31 / 41 - 0.5))
    assert first[0].share == pytest.approx(31 / 42)
    assert first[0].others == pytest.approx(11 / 62)
    assert second[0].vote == -1
    assert meaning.common_of(counts) == []
    assert meaning.dividing_of(counts)[0].z == pytest.approx(z)


def test_consensus_is_the_product_of_the_groups() -> None:
    counts = np.zeros((2, 2, 3), np.int64)
    counts[0, 0], counts[1, 0] = (2, 0, 18), (1, 0, 9)
    counts[0, 1], counts[1, 1] = (0, 0, 60), (9, 0, 1)
    (found,) = meaning.common_of(counts)
    assert (found.statement, found.vote) == (0, 1)
    assert found.together == pytest.approx(19 / 22 * 10 / 12)
    assert found.least == pytest.approx(10 / 12)


@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.integers(0, 3), st.sampled_from([-1, 0, 1])), min_size=1, max_size=30
    )
)
def test_what_is_written_is_read_back(tmp_path_factory, cast: list[tuple[int, int, int]]) -> None:
    folder: Path = tmp_path_factory.mktemp("written")
    texts = ["자전거 도로, “넓게”", '=1+1\n두 번째 "줄"', " 끝 ", "c"]
    statements = [WrittenStatement(str(at), text, "1", 1 - at % 2, 5) for at, text in enumerate(texts)]
    votes = [WrittenVote(str(who), str(what), how, 1000 + at) for at, (who, what, how) in enumerate(cast)]
    for name, text in files_of(statements, votes, groups={"1": 0}, summary={"topic": "길"}).items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    made = read_folder(folder)
    assert made.votes == [(vote.person, vote.statement, vote.value) for vote in votes]
    assert [one.text for one in made.statements.values()] == [text.strip() for text in texts]
    assert made.summary["topic"] == "길"
    assert {note.key for note in made.notes} <= {"repeated-votes", "assumed-sign"}
    assert all(sign.agree == 1 for sign in made.signs)
