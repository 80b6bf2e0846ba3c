"""The grid as a document: parts, differences, checks. No database."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from madang.services.square.logic import checks, grid

SEOUL = ZoneInfo("Asia/Seoul")
NOW = datetime(2027, 3, 10, 12, tzinfo=SEOUL)


def day(n: int) -> str:
    return (NOW + timedelta(days=n)).isoformat()


def phase(start: int | None, end: int | None, title: str = "단계") -> dict[str, Any]:
    return {
        "title_ko": title,
        "title_en": title,
        "starts_at": None if start is None else day(start),
        "ends_at": None if end is None else day(end),
        "is_narrative": True,
    }


def process(**more: Any) -> dict[str, Any]:
    rule = {"threshold": 10, "discussion_days": 30, "answer": {"amount": 30, "unit": "calendar_days"}}
    return {
        "title_ko": "제안",
        "title_en": "Ideas",
        "rule": rule | more.pop("rule", {}),
        "source": "Ordinance 1",
        "valid_from": None,
        **more,
    }


def document(**more: Any) -> grid.Document:
    """Two phases one after the other, one process: filing in the first, support in both."""
    made: grid.Document = {
        "space": {"title_ko": "광장", "title_en": "Square"},
        "phases": {"one": phase(20, 40, "하나"), "two": phase(40, 90, "둘")},
        "processes": {"ideas": process()},
        "categories": {"ideas": {"road": {"title_ko": "길", "title_en": "Roads"}}},
        "cells": {
            "ideas": {
                "one": {"file": "account", "support": "account", "comment": True},
                "two": {"file": "", "support": "account", "comment": True},
            }
        },
    }
    return made | more


def codes(made: grid.Document, **around: Any) -> list[str]:
    known = {"now": NOW, "today": NOW.date(), "notice_days": 7}
    return [one.code for one in checks.check(made, checks.Around(**(known | around)))]


def test_a_sound_grid_has_no_findings() -> None:
    assert codes(document()) == []


def test_each_error_is_named_and_errors_come_first() -> None:
    assert codes(dict(grid.EMPTY)) == ["words.korean", "words.english", "phases.none", "processes.none"]
    assert codes(document(phases={"one": phase(20, 50), "two": phase(40, 90)})) == ["phases.overlap"]
    assert codes(document(phases={"one": phase(20, None), "two": phase(40, 90)})) == ["phases.open_end"]
    assert codes(document(phases={"one": phase(20, 30), "two": phase(40, 90)})) == ["phases.gap"]
    two_open = document(phases={"one": phase(None, 20), "two": phase(None, 90)})
    assert "phases.open_start" in codes(two_open)
    assert codes(document(cells={})) == ["cells.none"]
    blank = document(space={"title_ko": "광장", "title_en": "", "summary_ko": "말"})
    assert codes(blank) == ["words.english", "words.summary"]


def test_what_can_be_filed_must_be_supportable() -> None:
    nobody = {"ideas": {"one": {"file": "account", "support": "", "comment": True}}}
    assert codes(document(cells=nobody)) == ["cells.no_support"]
    later = {"ideas": {"one": {"file": "account"}, "two": {"support": "account"}}}
    assert codes(document(cells=later)) == ["cells.support_later"]
    lower = {"ideas": {"one": {"file": "resident", "support": "account"}, "two": {"support": "resident"}}}
    assert codes(document(cells=lower)) == ["cells.level"]


def test_rules_are_held_against_law_and_history() -> None:
    def ruled(**rule: Any) -> grid.Document:
        return document(processes={"ideas": process(rule=rule)})

    assert codes(ruled(threshold=0)) == ["threshold.none"]
    assert codes(ruled(threshold=300), history=[0, 0, 269]) == ["threshold.unreachable"]
    assert codes(ruled(threshold=269), history=[0, 0, 269]) == []
    assert codes(ruled(answer={"amount": 2, "unit": "months"})) == ["answer.long"]
    assert codes(ruled(answer={"amount": 3, "unit": "days"})) == ["answer.short"]
    assert codes(ruled(answer={})) == ["answer.none"]
    assert codes(ruled(discussion_days=None)) == ["discussion.endless"]
    assert codes(ruled(discussion_days=60)) == ["discussion.cut"]
    assert codes(document(), answers=False, retypes=False) == ["office.none", "rules.retype"]
    assert codes(document(phases={"one": phase(3, 40), "two": phase(40, 90)})) == ["notice.short"]


def test_only_the_future_may_change() -> None:
    live = document(phases={"one": phase(-10, 10), "two": phase(10, 90)})
    assert codes(live, live=live) == []

    def amended(address: grid.Address, value: dict[str, Any] | None) -> list[str]:
        return codes(grid.changed(live, address, value), live=live)

    assert "past.phase_gone" in amended(("phases", "one"), None)
    assert "past.phase" in amended(("phases", "one"), phase(-5, 10))
    assert "past.end" in amended(("phases", "one"), phase(-10, -1))
    assert "past.cell" in amended(("cells", "ideas", "one"), {"file": "anyone", "support": "account"})
    assert "past.new_phase" in amended(("phases", "new"), phase(-30, -20))
    assert amended(("cells", "ideas", "two"), {"support": "resident"}) == []
    assert amended(("phases", "one"), phase(-10, 9)) == ["phases.gap"]
    assert amended(("phases", "two"), phase(10, 120)) == []
    rule = process(rule={"threshold": 20})
    assert "past.rule" in amended(("processes", "ideas"), rule)
    assert "past.rule" in amended(("processes", "ideas"), rule | {"valid_from": "2027-03-10"})
    soon = amended(("processes", "ideas"), rule | {"valid_from": "2027-03-11"})
    assert soon == ["notice.short"]
    assert amended(("processes", "ideas"), rule | {"valid_from": "2027-04-01"}) == []


def test_what_holds_ideas_cannot_be_taken_out() -> None:
    live = document()
    used = frozenset({("processes", "ideas"), ("categories", "ideas", "road")})
    without = grid.changed(live, ("processes", "ideas"), None)
    assert "used.process" in codes(without, live=live, used=used)
    assert "used.process" not in codes(without, live=live)
    assert codes(grid.changed(live, ("categories", "ideas", "road"), None), live=live, used=used) == [
        "used.category"
    ]


def test_the_first_change_is_what_notice_is_given_of() -> None:
    live = document(phases={"one": phase(-10, 10), "two": phase(10, 90)})
    assert checks.first_change(live, live, NOW) is None
    later = grid.changed(live, ("cells", "ideas", "two"), {"support": "resident"})
    assert checks.first_change(later, live, NOW) == NOW + timedelta(days=10)
    shorter = grid.changed(live, ("phases", "one"), phase(-10, 4))
    assert checks.first_change(shorter, live, NOW) == NOW + timedelta(days=4)
    opened = document(phases={"one": phase(None, 90)})
    assert checks.first_change(opened, None, NOW) == NOW
    ruled = grid.changed(
        live, ("processes", "ideas"), process(rule={"threshold": 20}, valid_from="2027-03-12")
    )
    assert checks.first_change(ruled, live, NOW) == datetime(2027, 3, 12, tzinfo=SEOUL)


def test_taking_out_a_phase_takes_its_cells() -> None:
    without = grid.changed(document(), ("phases", "two"), None)
    assert set(without["cells"]["ideas"]) == {"one"}
    assert grid.read(without).cell("ideas", "two") == grid.NOTHING
    gone = grid.changed(document(), ("processes", "ideas"), None)
    assert gone["cells"] == {} and gone["categories"] == {}


def test_a_changed_copy_leaves_the_first_as_it_was() -> None:
    first = document()
    kept = grid.mark(first)
    grid.changed(first, ("cells", "ideas", "one"), {"file": ""})
    assert grid.mark(first) == kept


keys = st.sampled_from(["a", "b", "c"])
parts = st.fixed_dictionaries({"title_ko": st.text(max_size=3), "order": st.integers(0, 3)})
documents = st.fixed_dictionaries(
    {
        "space": parts,
        "phases": st.dictionaries(keys, parts, max_size=3),
        "processes": st.dictionaries(keys, parts, max_size=3),
        "categories": st.dictionaries(keys, st.dictionaries(keys, parts, max_size=2), max_size=2),
        "cells": st.dictionaries(keys, st.dictionaries(keys, parts, max_size=2), max_size=2),
    }
)


@given(documents, documents)
def test_differences_lead_from_one_document_to_the_other(before: Any, after: Any) -> None:
    """Applying every difference gives the other document, but for values that say nothing."""
    made = before
    for change in grid.differences(before, after):
        if change.field:
            part = {**(grid.part(made, change.address) or {}), change.field: change.after}
            made = grid.changed(made, change.address, part)
        elif change.after is None and len(change.address) > 1:
            held = made
            for key in change.address[:-1]:
                held = held.get(key, {})
            held.pop(change.address[-1], None)
        else:
            made = grid.changed(made, change.address, change.after)
    assert grid.differences(made, after) == []
    assert grid.differences(after, after) == []


def test_dates_read_as_seoul_days() -> None:
    read = grid.read(document(processes={"ideas": process(valid_from="2027-04-01")}))
    assert read.processes[0].valid_from == date(2027, 4, 1)
    assert read.phase_at(NOW) is None
    following = read.next_phase(NOW)
    assert following is not None and following.key == "one"
