"""What the plan's own table says and does not say, against figures worked out apart from the code."""

from __future__ import annotations

from madang.kernel import plan
from madang.services.polls.logic.plan_poll import conclusions


def test_what_is_behind_the_dots() -> None:
    found = conclusions(plan.load().poll)
    assert (found["sum_of_groups"], found["listed"], found["unlisted"]) == ("100", "66.6", "33.4")
    assert [group["unlisted"] for group in found["groups"]] == ["9", "22.3", "2.1"]
    assert found["largest_unlisted"] == "quality-of-life"
    assert found["unit"] is None
    assert found["sample"] == "self_selected"


def test_ranks_two_to_five_are_tied_and_the_cut_after_five_holds_only_by_itself() -> None:
    found = conclusions(plan.load().poll)
    assert found["tied"] == [[2, 5], [6, 8]]
    cut = found["order"][4]
    assert (cut["sure"], cut["sure_together"], cut["sure_despite_rounding"]) == (True, False, False)
    first = found["order"][0]
    assert (first["sure"], first["sure_together"], first["sure_despite_rounding"]) == (True, True, True)
    assert [keyword["rank_together"] for keyword in found["keywords"][:5]] == [[1, 1], *[[2, 5]] * 3, [2, 7]]


def test_intervals_are_those_of_the_reference() -> None:
    found = conclusions(plan.load().poll)
    spans = [(round(100 * group["low"], 1), round(100 * group["high"], 1)) for group in found["groups"]]
    assert spans == [(20.3, 23.8), (42.2, 46.4), (31.7, 35.7)]


def test_how_it_was_rounded_and_what_counts_fit() -> None:
    found = conclusions(plan.load().poll)
    assert (found["rounding"]["shares"], found["rounding"]["whole_numbers"]) == (11, 8)
    assert 1e-6 < found["rounding"]["chance"] < 1.5e-6  # binomial tail of 8 or more in 11 at one tenth
    assert [472, 949, 722] in found["one_group_an_answer"]["ways"]
    assert all(sum(way) == 2143 for way in found["one_group_an_answer"]["ways"])
    fair = found["keywords"][0]
    assert fair["count_range"] == [290, 310]
