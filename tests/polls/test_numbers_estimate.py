"""What a machine coded is corrected by what people found in an audit, and its doubt is carried on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from madang.kernel.logic.intervals import wilson
from madang.services.polls.logic import table
from madang.services.polls.logic.codebook import MULTI, plan_book
from madang.services.polls.logic.estimate import Audited, estimate, one_share
from tests.polls.plan_rows import rows

BOOK = plan_book()
codes = st.lists(st.sampled_from(BOOK.code_keys()), min_size=1, max_size=3, unique=True)


def test_all_read_by_people_is_the_table() -> None:
    found = estimate(BOOK, [row.codes for row in rows()], [], [])
    made = table.build(BOOK, rows(), times=0)
    lines = {line["key"]: line for group in made["groups"] for line in (group, *group["codes"])}
    assert found["denominator"] == 2143
    for row in found["rows"]:
        if row["kind"] in ("group", "keyword"):
            line = lines[row["key"]]
            assert (row["share"], row["percent"]) == (line["share"], line["percent"])
            assert (row["low"], row["high"]) == pytest.approx((line["low"], line["high"]), abs=2e-6)
            assert (row["coding"], row["rogan_gladen"]) == (None, None)
    assert [row["kind"] for row in found["rows"][-2:]] == ["other", "not_codable"]


@given(
    st.lists(codes, max_size=15),
    st.lists(st.tuples(codes, codes), min_size=1, max_size=15),
    st.lists(codes, max_size=15),
)
def test_any_input_gives_shares(known: list, audit: list, rest: list) -> None:
    for label in ("single", "multi"):
        found = estimate(BOOK, known, [Audited(*one) for one in audit], rest, label=label)
        assert found["denominator"] == len(known) + len(audit) + len(rest)
        for row in found["rows"]:
            assert 0 <= row["low"] <= row["share"] + 1e-6
            assert row["share"] - 1e-6 <= row["high"] <= 1
        if label == "single" and not any(row["clipped"] for row in found["rows"]):
            top = [row["share"] for row in found["rows"] if row["group"] is None]
            assert sum(top) == pytest.approx(1, abs=1e-5)


def test_a_rest_without_an_audit_is_refused() -> None:
    with pytest.raises(ValueError, match="drawn at random"):
        estimate(BOOK, [["other"]], [], [["other"]], label=MULTI)


@pytest.mark.parametrize(
    ("finds", "leaves_out", "share"), [(0.7, 0.95, 0.22), (0.5, 0.9, 0.08), (0.95, 0.99, 0.44)]
)
def test_the_interval_holds_what_it_promises(finds: float, leaves_out: float, share: float) -> None:
    """2,143 answers, 300 known, 300 audited, the machine wrong as given: over 600 repetitions the true share (of all people
    of that kind) lies in the 95 % interval in about 95 % of them, and the plain share of the machine is off."""
    random = np.random.default_rng(7)
    held, held_beside = 0, []
    estimates, machines = [], []
    for _ in range(600):
        truth = random.random(2143) < share
        machine = np.where(truth, random.random(2143) < finds, random.random(2143) > leaves_out)
        audit = slice(300, 600)
        cells = tuple(
            int(((truth[audit] == one) & (machine[audit] == two)).sum())
            for one, two in ((1, 1), (1, 0), (0, 1), (0, 0))
        )
        found = one_share(int(truth[:300].sum()), 300, cells, int(machine[600:].sum()), 1543)
        held += found["low"] <= share <= found["high"]
        if beside := found["rogan_gladen"]:
            held_beside.append(beside["low"] <= share <= beside["high"])
        estimates.append(found["share"])
        machines.append(found["machine"])
    assert 0.93 <= held / 600 <= 0.985
    assert len(held_beside) > 570
    assert np.mean(held_beside) >= 0.92
    assert np.mean(estimates) == pytest.approx(share, abs=0.003)
    if finds < 0.9:
        assert abs(np.mean(machines) - share) > 0.005


def test_the_machine_widens_the_interval() -> None:
    """As many answers, a part of them coded by a machine that errs: never narrower than read by people."""
    sure = wilson(220, 1000)
    found = one_share(44, 200, (40, 10, 6, 144), 130, 600)
    assert found["high"] - found["low"] > sure[1] - sure[0]
    assert found["coding"][0] < found["share"] < found["coding"][1]


def test_a_machine_that_cannot_tell_is_not_divided_by() -> None:
    assert one_share(0, 0, (5, 5, 50, 50), 100, 200)["rogan_gladen"] is None
    assert one_share(0, 0, (0, 0, 5, 50), 10, 200)["rogan_gladen"] is None
