"""What the file says was funded (`selected`), beside what was counted, and what explains a difference."""

from __future__ import annotations

from typing import Any

from madang.services.budgeting.logic.election import Election, Outcome
from madang.services.budgeting.logic.greedy import greedy


def variant(election: Election) -> tuple[bool, int]:
    """How the file's own greedy rule goes: whether it skips what does not fit, and its least score."""
    rule = election.meta.get("rule", "").lower()
    threshold = 0
    if "threshold" in rule:
        written = election.meta.get("min_project_score_threshold", "")
        threshold = int(written) * election.point_unit if written.isdecimal() else 0
    return "no-skip" not in rule, threshold


def compare(election: Election, rule: str, outcome: Outcome, rank: list[int]) -> dict[str, Any] | None:
    """None where the file does not say what was funded."""
    marks = [project.columns.get("selected", "") for project in election.projects]
    if not any(marks):
        return None
    funded = {c for c, mark in enumerate(marks) if mark == "1"}
    counted = set(outcome.winners)
    found: dict[str, Any] = {
        "rule": election.meta.get("rule", ""),
        "selected": [election.projects[c].id for c in sorted(funded)],
        "same": funded == counted,
        "only_counted": [election.projects[c].id for c in sorted(counted - funded)],
        "only_selected": [election.projects[c].id for c in sorted(funded - counted)],
        "explanation": [],
    }
    if funded != counted:
        found["explanation"] = [
            {"ko": ko, "en": en} for ko, en in _reasons(election, rule, outcome, rank, funded)
        ]
    return found


def _reasons(
    election: Election, rule: str, outcome: Outcome, rank: list[int], funded: set[int]
) -> list[tuple[str, str]]:
    theirs = election.meta.get("rule", "") or "unknown"
    found = []
    if not theirs.lower().startswith(rule.replace("-", "")):
        found.append(
            (f"파일에는 다른 규칙({theirs})으로 정했다고 적혀 있어요.", f"The file says that another rule decided ({theirs}).")
        )  # fmt: skip
    if rule == "greedy":
        for skip, ko, en in (
            (True, "들어가지 않는 사업을 건너뛰면", "Going on after a project that does not fit"),
            (False, "들어가지 않는 첫 사업에서 멈추면", "Stopping at the first project that does not fit"),
        ):
            if set(greedy(election, rank, skip=skip).winners) == funded:
                found.append((f"{ko} 파일의 결과와 같아요.", f"{en} gives the file's result."))
    differ = funded ^ set(outcome.winners)
    scores = election.scores()
    for group in outcome.ties:
        if differ & set(group):
            ids = ", ".join(election.projects[c].id for c in group)
            found.append((f"동점 사업: {ids}. 순서는 동점 규칙이 정했어요.", f"Projects that stood equal: {ids}. The tie order decided."))  # fmt: skip
    spent = sum(election.projects[c].cost for c in funded)
    if spent > election.budget:
        found.append(
            (f"파일에서 선정된 사업의 비용은 {election.money(spent)}(으)로 예산을 넘어요.", f"What the file selects costs {election.money(spent)}, more than the budget.")
        )  # fmt: skip
    named = [election.projects[c].id for c in sorted(differ & funded) if not scores[c]]
    if named:
        found.append(
            (f"표 없이 선정된 사업: {', '.join(named)}.", f"Selected without votes: {', '.join(named)}.")
        )
    rest = election.budget - spent
    named = [election.projects[c].id for c in sorted(differ - funded) if election.projects[c].cost <= rest]
    if named and rule == "greedy":
        found.append(
            (f"남은 예산에 들어가는데도 파일에서는 선정되지 않은 사업: {', '.join(named)}. 손으로 바꾼 것으로 보여요.",
             f"Fits the rest of the budget, yet the file does not select it: {', '.join(named)}. Changed by hand, it seems.")
        )  # fmt: skip
    if not found:
        found.append(("파일에 적힌 것만으로는 설명되지 않아요. 손으로 바꾼 것일 수 있어요.", "Nothing in the file explains it; it may have been changed by hand."))  # fmt: skip
    return found
