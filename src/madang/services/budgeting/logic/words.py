"""Why a project won or lost, as sentences in Korean and English, from what the rules noted in numbers."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from madang.services.budgeting.logic.election import Election


def sentences(election: Election, rule: str, entry: dict[str, Any]) -> tuple[str, str]:
    """(Korean, English) for one project of an outcome."""
    ko, en = _reason(election, rule, entry)
    more = _more(election, entry)
    return " ".join([ko, *(one for one, _ in more)]), " ".join([en, *(one for _, one in more)])


AFTER_WON = {"(으)로": "으로", "을(를)": "을", "이(가)": "이"}
"""Particles as they follow 원; after another currency both forms stand."""


def amount(election: Election, units: Fraction | int | str, particle: str = "") -> tuple[str, str]:
    """(Korean with its particle, English) for an amount of smallest units; ≈ where two decimals do not say it exactly."""
    exact = Fraction(units) / election.unit
    shown = round(exact, 2)
    text = f"{shown.numerator:,}" if shown.denominator == 1 else f"{float(shown):,.2f}"
    about, currency = "" if shown == exact else "≈", election.meta.get("currency", "")
    if currency == "KRW":
        return f"{about}{text}원{AFTER_WON.get(particle, particle)}", f"{about}₩{text}"
    named = f"{about}{text} {currency}".rstrip()
    return f"{named}{particle}", named


def _reason(election: Election, rule: str, entry: dict[str, Any]) -> tuple[str, str]:
    reason = entry["reason"]
    cost_ko, cost = amount(election, entry["cost"])
    if reason == "won" and rule == "equal-shares":
        full, part = entry["paid_in_full"], entry["paid_all_they_had"]
        price_ko, price = amount(election, entry["price"], "을(를)" if full == 1 else "씩")
        ko = f"{_turn(entry['round'])} 선정됐어요. 지지자 {full}명이 {price_ko} 냈어요."
        en = f"Number {entry['round']} to be chosen. {full} supporter{'' if full == 1 else 's'} paid {price}{'' if full == 1 else ' each'}."
        if part:
            ko += f" 나머지 {part}명은 남은 몫을 모두 냈어요."
            en += f" The other {part} paid all that they had left."
        return ko, en
    if reason == "won" and rule == "phragmen":
        people = sum(row["people"] for row in entry["paid"])
        return (
            f"{_turn(entry['round'])} 선정됐어요. 지지자 {people}명이 모은 돈이 비용 {cost_ko}에 닿았어요.",
            f"Number {entry['round']} to be chosen, when {'its one supporter' if people == 1 else f'{people} supporters together'} had its cost of {cost}.",
        )
    if reason == "won" and rule == "knapsack":
        return (
            "합이 가장 큰 사업 묶음에 들어 있어요.",
            "Part of the set with the largest sum that fits the budget.",
        )
    if reason == "won":
        left_ko, left = amount(election, entry["left_before"], "(으)로")
        return (
            f"{entry['place']}위예요. 차례가 왔을 때 남은 예산 {left_ko} 비용 {amount(election, entry['cost'], '을(를)')[0]} 댈 수 있었어요.",
            f"Place {entry['place']}. At its turn {left} was left, enough for its cost of {cost}.",
        )
    if reason == "does_not_fit":
        left_ko, left = amount(election, entry["left_before"], "(으)로")
        return (
            f"{entry['place']}위예요. 차례가 왔을 때 남은 예산이 {left_ko}, 비용 {cost_ko}에 모자랐어요.",
            f"Place {entry['place']}. At its turn {left} was left, less than its cost of {cost}.",
        )
    if reason == "supporters_short":
        left_ko, left = amount(election, entry["supporters_left"])
        short_ko, short = amount(election, entry["short"])
        return (
            f"지지자 {entry['score']}명에게 남은 몫은 모두 {left_ko}이에요. 비용 {cost_ko}보다 {short_ko}만큼 적어요.",
            f"Its {entry['score']} {'supporter has' if entry['score'] == 1 else 'supporters have'} {left} left{'' if entry['score'] == 1 else ' together'}, {short} short of its cost of {cost}.",
        )
    if reason == "stopped" and rule == "phragmen":
        if "stopped_by" not in entry:
            return "집계가 여기까지 오지 않았어요.", "The count did not come to it."
        left_ko, left = amount(election, entry["left"])
        return (
            f"다음 차례인 사업 {entry['stopped_by']}이(가) 남은 예산 {left_ko}에 들어가지 않아 집계가 끝났어요. 그때까지 지지자들이 비용을 모으지 못했어요.",
            f"The count ended because project {entry['stopped_by']}, next in turn, did not fit the {left} left. Its supporters did not have its cost by then.",
        )
    plain = {
        "no_votes": ("아무도 고르지 않았어요.", "Nobody chose it."),
        "too_dear": (f"비용 {amount(election, entry['cost'], '이(가)')[0]} 전체 예산보다 커요.", f"Its cost of {cost} is more than the whole budget."),
        "below_threshold": ("최소 득표 기준에 못 미쳤어요.", "It is below the minimum score."),
        "stopped": ("앞선 사업이 예산에 들어가지 않아 집계가 끝났어요.", "The count ended at a project further up that did not fit."),
        "other_set": ("합이 더 큰 사업 묶음이 있어요.", "Another set of projects has a larger sum."),
        "free": ("비용이 없고 지지자가 있어요.", "It costs nothing and has supporters."),
        "filled": ("남은 예산을 득표순으로 쓸 때 선정됐어요.", "Chosen when the rest was spent by votes."),
    }  # fmt: skip
    return plain[reason]


def _turn(place: int) -> str:
    return "첫 번째로" if place == 1 else f"{place}번째로"


def _more(election: Election, entry: dict[str, Any]) -> list[tuple[str, str]]:
    """What it would have needed."""
    found: list[tuple[str, str]] = []
    if entry["reason"] in ("won", "free", "filled"):
        return found
    cheap = entry.get("wins_at_cost")
    if cheap:
        shown_ko, shown = amount(election, cheap)
        found.append(
            (
                f"다른 것이 그대로라면 비용 {shown_ko} 이하에서 선정됐을 거예요.",
                f"All else equal it would have won at a cost of {shown} or less.",
            )
        )
    scored = election.vote_type not in ("approval", "choose-1")
    score = entry.get("wins_with_score")
    if score is not None:
        found.append(
            (
                f"{'점수가' if scored else '득표가'} {score} 이상이었다면 선정됐을 거예요.",
                f"With {'a score of ' if scored else ''}{score}{'' if scored else ' votes'} or more it would have won.",
            )
        )
    votes = entry.get("more_votes")
    if votes:
        found.append(
            (
                f"몫을 이 사업에만 쓰는 지지자가 {votes}명 더 있으면 비용을 댈 수 있어요.",
                f"{votes} more {'supporter who spends her' if votes == 1 else 'supporters who spend their'} share on nothing else could pay for it.",
            )
        )
    return found
