"""Every rule against a naive one on random small elections, and the second program against the first."""

from __future__ import annotations

import io
import json
import random
from contextlib import redirect_stdout
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.services.budgeting.fast import Steps
from madang.services.budgeting.logic import recount
from madang.services.budgeting.logic.count import RULES, Settings, count, document
from madang.services.budgeting.logic.count_command import written
from madang.services.budgeting.logic.election import Election
from madang.services.budgeting.logic.greedy import greedy
from madang.services.budgeting.logic.knapsack import knapsack
from madang.services.budgeting.logic.pabulib import read
from madang.services.budgeting.logic.phragmen import phragmen
from madang.services.budgeting.logic.shares import COMPLETIONS, equal_shares
from madang.services.budgeting.logic.shares_run import follow, run
from madang.services.budgeting.logic.shares_steps import raise_shares
from madang.services.budgeting.logic.shares_table import prepare
from madang.services.budgeting.logic.ties import ORDERS, ranks
from tests.budgeting import naive
from tests.budgeting.made import election, elections, text

MANY = settings(max_examples=150, deadline=None)
SOME = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
UTILITIES = st.sampled_from(["cost", "cardinality"])


@MANY
@given(elections(), UTILITIES, st.sampled_from(ORDERS))
def test_equal_shares_buys_what_the_naive_way_buys(one: Election, utility: str, order: str) -> None:
    rank = ranks(one, order)
    mine = equal_shares(one, rank, utility, "none", 1)
    assert mine.winners == naive.shares(one, rank, utility, Fraction(one.budget, one.voters))


@MANY
@given(elections(with_points=True))
def test_points_as_utility(one: Election) -> None:
    rank = ranks(one, "id")
    mine = equal_shares(one, rank, "points", "none", 1)
    assert mine.winners == naive.shares(one, rank, "points", Fraction(one.budget, one.voters))


@SOME
@given(elections(), UTILITIES, st.integers(1, 3), st.booleans(), st.booleans())
def test_skipping_steps_changes_nothing(
    one: Election, utility: str, step: int, exhaustive: bool, compiled: bool
) -> None:
    """The share jumps, by compiled code or without; the naive way tries every step."""
    rank = ranks(one, "id")
    winners, steps = naive.add1(one, rank, utility, step, exhaustive)
    raised = raise_shares(one, utility, step, rank, exhaustive, Steps(0) if compiled else None)
    free = prepare(one, utility).free
    assert (set(raised.trace.bought) | set(free), raised.steps) == (set(winners), steps)


@settings(max_examples=25, deadline=None)
@given(elections(most_cost=4), UTILITIES, st.integers(100, 400), st.booleans())
def test_long_jumps_change_nothing(one: Election, utility: str, fine: int, compiled: bool) -> None:
    """Amounts so large that thousands of steps of 1 lie between two outcomes."""
    for project in one.projects:
        project.cost *= fine
    one.budget *= fine
    rank = ranks(one, "id")
    winners, steps = naive.add1(one, rank, utility, 1, False)
    raised = raise_shares(one, utility, 1, rank, False, Steps(0) if compiled else None)
    assert (set(raised.trace.bought) | set(prepare(one, utility).free), raised.steps) == (set(winners), steps)


@settings(max_examples=60, deadline=None)
@given(
    st.integers(0, 10**9),
    UTILITIES,
    st.sampled_from(COMPLETIONS),
    st.sampled_from(["1", "7", "1000"]),
    st.booleans(),
)
def test_compiled_code_writes_the_same_result(
    seed: int, utility: str, completion: str, step: str, in_won: bool
) -> None:
    """Every price, tie and reason. Costs repeat, and some projects have the same supporters, so that much is equal."""
    chance = random.Random(seed)
    many, voters = chance.randint(2, 14), chance.randint(2, 80)
    kinds = chance.choice([[1, 2, 3, 5], range(1, 60)])
    costs = [chance.choice(list(kinds)) * (1_000_000 if in_won else 10) for _ in range(many)]
    pull = [chance.random() ** 2 for _ in range(many)]
    ballots = [sorted({*chance.choices(range(many), pull, k=chance.randint(1, 4))}) for _ in range(voters)]
    twin = chance.randrange(many)
    ballots = [[*one, many] if twin in one else one for one in ballots]
    content = text([*costs, costs[twin]], ballots, sum(costs) * chance.randint(10, 70) // 100 or 1).encode()
    used = Settings("equal-shares", utility, completion, step if in_won else "1")
    plain = written(document(read(content), used))
    assert written(document(read(content), used, Steps(0))) == plain


@MANY
@given(elections(), UTILITIES, st.integers(1, 40))
def test_what_follow_claims_holds_for_every_share_between(one: Election, utility: str, more: int) -> None:
    table, rank = prepare(one, utility), ranks(one, "id")
    base = run(table, one.budget, rank)
    if follow(table, one.budget + more, base, rank) is not None:
        for extra in range(more + 1):
            assert set(run(table, one.budget + extra, rank).bought) == set(base.bought)


@MANY
@given(elections(), st.sampled_from(ORDERS))
def test_phragmen_buys_what_the_naive_way_buys(one: Election, order: str) -> None:
    rank = ranks(one, order)
    assert phragmen(one, rank).winners == naive.phragmen(one, rank)


@MANY
@given(elections(), UTILITIES)
def test_the_knapsack_is_the_best_of_all_sets(one: Election, utility: str) -> None:
    mine = knapsack(one, ranks(one, "id"), utility)
    costs, votes = [project.cost for project in one.projects], one.votes()
    worth = [v * (c if utility == "cost" else 1) for v, c in zip(votes, costs, strict=True)]
    fits = [
        group
        for size in range(len(costs) + 1)
        for group in combinations(range(len(costs)), size)
        if sum(costs[c] for c in group) <= one.budget
    ]
    assert tuple(sorted(mine.winners)) in fits
    assert sum(worth[c] for c in mine.winners) == max(sum(worth[c] for c in group) for group in fits)


@MANY
@given(elections())
def test_greedy_says_truly_what_would_have_been_needed(one: Election) -> None:
    rank, scores = ranks(one, "id"), one.votes()
    mine = greedy(one, rank)
    for c, entry in enumerate(mine.why):
        wanted = entry.get("wins_with_score")
        if wanted is not None:
            raised = [*scores[:c], wanted, *scores[c + 1 :]]
            lower = [*scores[:c], wanted - 1, *scores[c + 1 :]]
            assert c in greedy(one, rank, raised).winners
            assert wanted - 1 < scores[c] or c not in greedy(one, rank, lower).winners


@MANY
@given(elections(), UTILITIES)
def test_the_cost_at_which_a_loser_would_win_is_true(one: Election, utility: str) -> None:
    rank = ranks(one, "id")
    mine = equal_shares(one, rank, utility, "none", 1)
    for c, entry in enumerate(mine.why):
        if entry.get("wins_at_cost"):
            before, one.projects[c].cost = one.projects[c].cost, entry["wins_at_cost"]
            assert c in equal_shares(one, rank, utility, "none", 1).winners
            one.projects[c].cost = before


@MANY
@given(elections(), UTILITIES)
def test_what_was_paid_adds_up_to_the_cost(one: Election, utility: str) -> None:
    mine = equal_shares(one, ranks(one, "id"), utility, "none", 1)
    for c in mine.winners:
        entry = mine.why[c]
        if entry["reason"] == "won":
            assert entry["paid_in_full"] + entry["paid_all_they_had"] == one.votes()[c]
            assert Fraction(entry["price"]) * entry["paid_in_full"] <= one.projects[c].cost


@SOME
@given(
    st.lists(st.integers(0, 20), min_size=1, max_size=5),
    st.data(),
    st.sampled_from([rule for rule in RULES if rule != "composite"]),
    st.sampled_from(COMPLETIONS),
    UTILITIES,
    st.sampled_from(ORDERS),
)
def test_the_second_program_agrees(
    costs: list[int], data: st.DataObject, rule: str, completion: str, utility: str, order: str
) -> None:
    names = st.lists(st.integers(0, len(costs) - 1), unique=True)
    content = text(costs, data.draw(st.lists(names, min_size=1, max_size=7)), data.draw(st.integers(1, 40)))
    agree(content.encode(), Settings(rule, utility, completion, "1", order))


def agree(content: bytes, used: Settings) -> None:
    """The second program gets the winners and the digest of the first."""
    with TemporaryDirectory() as name:
        file, result = Path(name) / "vote.pb", Path(name) / "result.json"
        file.write_bytes(content)
        result.write_bytes(written(document(read(content), used)))
        out = io.StringIO()
        with redirect_stdout(out):
            assert recount.main([str(file), "--against", str(result)]) == 0, out.getvalue()


def test_the_second_program_notices_a_changed_result(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    content = text([5, 5], [[0], [0], [1]], 5).encode()
    (tmp_path / "a.pb").write_bytes(content)
    result = document(read(content), Settings())
    result["winners"] = ["p1"]
    (tmp_path / "r.json").write_text(json.dumps(result))
    assert recount.main([str(tmp_path / "a.pb"), "--against", str(tmp_path / "r.json")]) == 1
    assert "DIFFER" in capsys.readouterr().out


def test_the_second_program_shares_no_code() -> None:
    assert "madang." not in Path(recount.__file__).read_text(encoding="utf-8")


def test_composites_weigh_shares_of_each_part() -> None:
    """Seoul 2015: committee 45, e-vote 45, survey 10. p1 has fewest votes and wins by the committee."""
    one = election(
        [10, 10], [[0], [0], [0], [1]], 10, columns={"committee": [1, 9], "survey": [5, 5], "school": [1, 1]}
    )
    outcome = count(one, Settings("composite", weights="seoul-2015"))
    assert [one.projects[c].id for c in outcome.winners] == ["p1"]
    assert Fraction(outcome.why[0]["score"]) == 45 * Fraction(1, 10) + 45 * Fraction(3, 4) + 10 * Fraction(
        1, 2
    )
    assert outcome.facts["weights"]["checked"] is False
    content = text([10, 10], [[0], [1], [0]], 10, columns={"committee": [1, 9], "survey": [5, 5]}).encode()
    agree(content, Settings("composite", weights="seoul-2015"))


def test_rankings_and_points_are_counted() -> None:
    ranking = election([5, 5], [[1, 0], [1, 0], [0]], 5, "ordinal", meta={"max_length": "2"})
    assert ranking.scores() == [4, 4]
    scored = election([5, 5], [[0, 1], [1]], 5, "scoring", [["-1", "2"], ["1.5"]])
    assert (scored.scores(), scored.point_unit) == ([-10, 35], 10)
    assert [scored.projects[c].id for c in count(scored, Settings("greedy")).winners] == ["p1"]
    agree(text([5, 5], [[0, 1], [1]], 5, "scoring", [["-1", "2"], ["1.5"]]).encode(), Settings("greedy"))


def test_a_tie_is_declared() -> None:
    one = election([5, 5], [[0], [1]], 5)
    result = document(one, Settings("greedy"))
    assert result["ties"] == [["p0", "p1"]]
    assert result["winners"] == ["p0"]
    assert document(one, Settings("equal-shares"))["settings"]["tie_order"]["ko"]
