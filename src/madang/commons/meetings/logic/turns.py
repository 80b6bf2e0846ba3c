"""Whose turn it is to speak: the stated rule, as a function anybody can rerun."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Waiting:
    """Somebody who waits. `place` is the order of asking; `who` tells people apart, None for a card of nobody known."""

    place: int
    stance: str
    who: int | None


def ordered(
    waiting: Sequence[Waiting], *, rule: str, spoken: Collection[int], last_stance: str = ""
) -> list[Waiting]:
    """Those who wait, in the order in which they will be called.

    Args:
        rule: `asked` (order of asking), `first` (who has not spoken yet goes before who has), `alternate` (after a
            speaker for comes one against and the other way round; who is neither comes when that side is empty, or
            when nobody has spoken for either side yet, in the order of asking).
        spoken: `who` of those who have spoken in this meeting.
        last_stance: of the last speaker who was for or against.

    Ties are always broken by the order of asking.
    """
    line = sorted(waiting, key=lambda one: one.place)
    if rule == "first":
        return sorted(line, key=lambda one: (one.who in spoken if one.who is not None else False, one.place))
    if rule != "alternate":
        return line
    result: list[Waiting] = []
    stance = last_stance
    while line:
        wanted = {"for": "against", "against": "for"}.get(stance, "")
        following = next((one for one in line if one.stance == wanted), None) if wanted else None
        if following is None and wanted:
            following = next((one for one in line if one.stance == "other"), None)
        following = following or line[0]
        line.remove(following)
        result.append(following)
        stance = following.stance if following.stance != "other" else stance
    return result
