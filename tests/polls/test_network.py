"""Groups, places, resampling and the network: found where they were planted, the same every time."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from madang.services.polls.logic import louvain, places, resampling
from madang.services.polls.logic.analysis import Answer, Settings, analyse

EDGES = st.dictionaries(st.sampled_from(list(combinations(range(7), 2))), st.integers(1, 9), max_size=14)


def test_two_cliques_with_a_bridge_are_two_groups() -> None:
    edges = dict.fromkeys(combinations(range(4), 2), 5) | dict.fromkeys(combinations(range(4, 9), 2), 5)
    assert louvain.groups(9, {**edges, (3, 4): 1}) == [0] * 4 + [1] * 5


@given(EDGES)
def test_modularity_is_its_definition_and_no_word_gains_by_leaving(edges: dict[tuple[int, int], int]) -> None:
    belongs = louvain.groups(7, edges)

    def by_definition(groups: list[int]) -> float:
        double = 2 * sum(edges.values())
        weight = {**edges, **{(b, a): w for (a, b), w in edges.items()}}
        degree = [sum(weight.get((a, b), 0) for b in range(7)) for a in range(7)]
        return (
            sum(
                weight.get((a, b), 0) / double - degree[a] * degree[b] / double**2
                for a, b in product(range(7), repeat=2)
                if groups[a] == groups[b]
            )
            if double
            else 0.0
        )

    assert abs(louvain.modularity(7, edges, belongs) - by_definition(belongs)) < 1e-6
    assert by_definition(belongs) >= by_definition(list(range(7))) - 1e-12
    assert belongs == louvain.groups(7, dict(reversed(edges.items())))


@given(EDGES)
def test_words_are_drawn_inside_the_frame_and_not_on_each_other(edges: dict[tuple[int, int], int]) -> None:
    drawn = places.lay_out(louvain.groups(7, edges), {pair: weight / 9 for pair, weight in edges.items()})
    assert all(-1 <= x <= 1 and -1 <= y <= 1 for x, y in drawn)
    assert all(abs(a[0] - b[0]) + abs(a[1] - b[1]) > 0.02 for a, b in combinations(drawn, 2))


def test_draws_follow_poisson_and_depend_on_the_person_alone() -> None:
    _, digests = resampling.person_numbers([f"p{at}" for at in range(20_000)])
    drawn = resampling.weights(digests, 3, 10)
    found = Counter(drawn.ravel().tolist())
    for times, share in {0: 0.36788, 1: 0.36788, 2: 0.18394, 3: 0.06131, 4: 0.01533}.items():
        assert abs(found[times] / drawn.size - share) < 0.005
    assert (resampling.weights(digests[::-1], 3, 10)[::-1] == drawn).all()
    assert (resampling.weights(digests, 4, 10) != drawn).any()
    numbers, names = resampling.person_numbers(["a", "b", "a"])
    assert (numbers.tolist(), len(names)) == ([0, 1, 0], 2)
    assert np.array_equal(names[:1], resampling.person_numbers(["a"])[1])


def test_an_edge_that_hangs_on_one_busy_person_is_not_drawn() -> None:
    texts = [("버스와 지하철", f"many{at}") for at in range(40)]
    texts += [(f"도서관과 놀이터 {at}", "busy") for at in range(12)]
    texts += [
        (f"{word} {at}번", f"one{at}{word}")
        for at in range(6)
        for word in ("공원", "학교", "도서관", "놀이터")
    ]
    answers = [Answer(str(at), text, person) for at, (text, person) in enumerate(texts)]
    found = analyse(answers, Settings(resamples=100))["network"]
    assert [(edge["from"], edge["to"], edge["stability"]) for edge in found["edges"]] == [
        ("버스", "지하철", 1.0)
    ]
    assert (found["tried"], found["unstable"]) == (2, 1)
    assert {node["word"] for node in found["nodes"]} == {"버스", "지하철"}
