"""What is unusual about a step, on trails of every kind. Properties, not examples."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from madang.services.budgeting.domain.trail import ORDER, Told, above, out_of_order, total

DAY = date(2026, 9, 1)
MONEY = ORDER[:4]
amounts = st.integers(0, 10**13)
steps = st.builds(
    lambda kind, day, amount: Told(kind, DAY + timedelta(days=day), amount if kind in MONEY else None),
    st.sampled_from(ORDER),
    st.integers(-400, 400),
    amounts,
)
trails = st.lists(steps, max_size=8)


@given(st.lists(amounts, max_size=20))
def test_payments_come_to_their_sum_in_any_number_of_pieces(paid: list[int]) -> None:
    rows = [Told("executed", DAY, amount) for amount in paid]
    assert total(rows, "executed") == (sum(paid) if paid else None)
    assert total(rows, "enacted") is None


@given(trails, steps, amounts)
def test_a_smaller_amount_never_goes_further_beyond_unless_it_lowers_what_was_enacted(
    rows: list[Told], new: Told, decided: int
) -> None:
    less = Told(new.kind, new.on_date, new.amount // 2 if new.amount is not None else None)
    assert above(rows, new, decided=decided) >= 0
    if new.kind != "enacted":
        assert above(rows, less, decided=decided) <= above(rows, new, decided=decided)


@given(trails, amounts, amounts, amounts)
def test_payments_stay_within_what_was_enacted_to_the_last_won(
    rows: list[Told], decided: int, enacted: int, paid: int
) -> None:
    before = [row for row in rows if row.kind not in ("enacted", "executed")]
    before += [Told("enacted", DAY, enacted), Told("executed", DAY, min(paid, enacted))]
    left = enacted - min(paid, enacted)
    assert above(before, Told("executed", DAY, left), decided=decided) == 0
    assert above(before, Told("executed", DAY, left + 1), decided=decided) == 1


@given(st.lists(st.integers(0, 300), min_size=5, max_size=5), st.permutations(range(5)))
def test_steps_on_rising_days_are_usual_in_their_order_and_in_no_other(
    gaps: list[int], told: list[int]
) -> None:
    days = [DAY + timedelta(days=sum(gaps[: n + 1])) for n in range(5)]
    whole = [Told(kind, day, 1 if kind in MONEY else None) for kind, day in zip(ORDER, days, strict=True)]
    usual = all(not out_of_order([whole[k] for k in told[:n]], whole[told[n]]) for n in range(5))
    place = {ORDER[step]: n for n, step in enumerate(told)}
    kept = (
        place["proposed"] < place["enacted"] < place["executed"] < place["result"]
        and place["enacted"] < place["contracted"]
    )
    assert usual is kept


@given(trails, steps)
def test_nothing_is_usual_once_a_project_was_stopped(rows: list[Told], new: Told) -> None:
    assert out_of_order([*rows, Told("stopped", DAY)], new)
