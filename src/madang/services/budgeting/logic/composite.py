"""Korea's weighted composites: shares of the votes of committee, e-vote and survey, weighted, then greedy.

Each part of a project is its share of all votes of that source; the composite is the weighted sum, in percent and
exact. From the highest composite down, whatever still fits is chosen.
"""

from __future__ import annotations

from fractions import Fraction

from madang.services.budgeting.logic.election import Election, Outcome
from madang.services.budgeting.logic.faults import CountError, Said
from madang.services.budgeting.logic.greedy import greedy
from madang.services.budgeting.logic.pabulib import NUMBER
from madang.services.budgeting.logic.weights import EVOTE, KNOWN, Weights


def weights_of(text: str) -> Weights:
    """Known weights by their key, or new ones written `committee=45,evote=45,survey=10`."""
    for known in KNOWN:
        if known.key == text:
            return known
    parts = []
    for piece in text.split(","):
        name, _, share = piece.partition("=")
        match = NUMBER.fullmatch(share.strip())
        if not name.strip() or match is None or match[1]:
            _refuse(text)
        parts.append((name.strip().lower(), Fraction(share.strip().replace(",", "."))))
    if sum(share for _, share in parts) != 100 or len({name for name, _ in parts}) != len(parts):
        _refuse(text)
    return Weights(text, "", tuple(parts), "given with the count", True)


def _refuse(text: str) -> None:
    keys = ", ".join(known.key for known in KNOWN)
    raise CountError(
        Said(
            "weights",
            f"The weights “{text[:60]}” will not do. Give {keys}, or parts that add up to 100, such as committee=45,evote=45,survey=10.",
            f"가중치 “{text[:60]}”을(를) 쓸 수 없어요. {keys} 중 하나나, 합이 100인 committee=45,evote=45,survey=10 꼴로 적어 주세요.",
        )
    )


def composite(election: Election, rank: list[int], weights: Weights) -> Outcome:
    """Raises CountError when a part has no column, no number for a project, or nobody's vote."""
    parts: dict[str, list[Fraction]] = {}
    for name, _ in weights.parts:
        if name == EVOTE:
            parts[name] = [Fraction(score, election.point_unit) for score in election.scores()]
        else:
            parts[name] = _column(election, name)
        if not sum(parts[name]):
            raise CountError(
                Said(
                    "part_empty",
                    f"Nobody has a vote in the part {name}. Fill the column, or give weights without it.",
                    f"{name} 부분에 표가 하나도 없어요. 열을 채우거나 이 부분이 없는 가중치를 써 주세요.",
                )
            )
    total = [Fraction(0)] * len(election.projects)
    for name, share in weights.parts:
        whole = sum(parts[name])
        for c, score in enumerate(parts[name]):
            total[c] += share * score / whole
    outcome = greedy(election, rank, total)
    for c, entry in enumerate(outcome.why):
        entry.pop("wins_with_score", None)
        entry["parts"] = {
            name: {"votes": str(parts[name][c]), "of": str(sum(parts[name])), "weight": str(share)}
            for name, share in weights.parts
        }
    outcome.facts["weights"] = {
        "key": weights.key,
        "since": weights.since,
        "parts": {name: str(share) for name, share in weights.parts},
        "source": weights.source,
        "checked": weights.checked,
    }
    return outcome


def _column(election: Election, name: str) -> list[Fraction]:
    found = []
    for project in election.projects:
        text = project.columns.get(name, "")
        match = NUMBER.fullmatch(text)
        if match is None or match[1]:
            missing = name not in project.columns
            raise CountError(
                Said(
                    "part_missing",
                    f"The composite needs a column {name} with a number for every project"
                    + (
                        ", which PROJECTS does not have"
                        if missing
                        else f"; project {project.id} has “{text[:20]}”"
                    )
                    + ". Add it, or give --weights with the parts that the file has.",
                    f"가중 합산에는 모든 사업의 {name} 숫자 열이 필요해요"
                    + (
                        "(PROJECTS에 이 열이 없어요)"
                        if missing
                        else f"(사업 {project.id}의 값: “{text[:20]}”)"
                    )
                    + ". 열을 넣거나 --weights로 파일에 있는 부분만 적어 주세요.",
                    project.line,
                )
            )
        found.append(Fraction(text.replace(",", ".")))
    return found
