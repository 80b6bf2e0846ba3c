"""What can and what cannot be concluded from the published table of the plan's poll. Everything here is computed
from the eleven shares and the number of participants, which is all that was ever published.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise, product
from math import ceil, comb, floor
from typing import Any

from madang.kernel.logic.figures import Keyword, Poll
from madang.kernel.logic.intervals import holm, order_test, rank_intervals, wilson

LEVEL = 0.95


def conclusions(poll: Poll) -> dict[str, Any]:
    """For a page. Counts are what the shares would be if one answer had one code: `count` is the nearest number,
    `count_range` all that round to the printed share. NUMBERS.md shows the whole."""
    of = poll.participants
    keywords = [keyword for group in poll.groups for keyword in group.keywords]
    ranked = sorted(keywords, key=lambda keyword: -keyword.share)
    counts = [_nearest(keyword.share, of) for keyword in ranked]
    ahead = [[count] * len(counts) for count in counts]
    alone, together = (rank_intervals(ahead, LEVEL, together=both) for both in (False, True))
    listed = sum((keyword.share for keyword in keywords), Decimal(0))
    whole = sum((group.share for group in poll.groups), Decimal(0))
    return {
        "participants": of,
        "unit": None,
        "sample": "self_selected",
        "interval": {"method": "wilson", "level": LEVEL, "about": "who came and how it was coded"},
        "groups": [
            {
                "key": group.key,
                "name": {"ko": group.name.ko, "en": group.name.en},
                **_share(group.share, of),
                "listed": len(group.keywords),
                "unlisted": _number(
                    group.share - sum((keyword.share for keyword in group.keywords), Decimal(0))
                ),
            }
            for group in poll.groups
        ],
        "keywords": [
            {
                "name": {"ko": keyword.name.ko, "en": keyword.name.en},
                **_share(keyword.share, of),
                "printed_rank": 1 + sum(other.share > keyword.share for other in ranked),
                "rank": list(alone[at]),
                "rank_together": list(together[at]),
            }
            for at, keyword in enumerate(ranked)
        ],
        "sum_of_groups": _number(whole),
        "listed": _number(listed),
        "unlisted": _number(whole - listed),
        "largest_unlisted": max(
            poll.groups,
            key=lambda group: group.share - sum((keyword.share for keyword in group.keywords), Decimal(0)),
        ).key,
        "order": _order(ranked, of),
        "tied": _tied(ranked, of),
        "rounding": _rounding([group.share for group in poll.groups] + [k.share for k in keywords]),
        "one_group_an_answer": _fits(poll),
    }


def _share(share: Decimal, of: int) -> dict[str, Any]:
    count = _nearest(share, of)
    low, high = wilson(count, of, LEVEL)
    return {
        "percent": _number(share),
        "count": count,
        "count_range": list(_range(share, of)),
        "low": round(low, 6),
        "high": round(high, 6),
    }


def _nearest(share: Decimal, of: int) -> int:
    return floor(Fraction(share) * of / 100 + Fraction(1, 2))


def _range(share: Decimal, of: int) -> tuple[int, int]:
    """All counts that may stand behind a printed share: half a unit of its last printed decimal to each side."""
    half = Fraction(1, 2) if share == share.to_integral_value() else Fraction(1, 20)
    low, high = ((Fraction(share) + side) * of / 100 for side in (-half, half))
    return ceil(low), ceil(high) - 1


def _order(ranked: Sequence[Keyword], of: int) -> list[dict[str, Any]]:
    """Each keyword against the next. `sure` reads the test by itself; `sure_together` allows for all comparisons that
    could be made among the keywords; `sure_despite_rounding` takes the two counts within their ranges that are
    nearest to each other."""
    counts = [_nearest(keyword.share, of) for keyword in ranked]
    pairs = [(i, j) for i in range(len(counts)) for j in range(i + 1, len(counts))]
    raised = dict(zip(pairs, holm([order_test(counts[i], counts[j])["p"] for i, j in pairs]), strict=True))
    found = []
    for at, (first, second) in enumerate(pairwise(ranked)):
        test = order_test(counts[at], counts[at + 1])
        least = order_test(
            max(_range(first.share, of)[0], _range(second.share, of)[1]), _range(second.share, of)[1]
        )
        found.append(
            {
                "ranks": [at + 1, at + 2],
                "z": round(test["z"], 6),
                "p": round(test["p"], 6),
                "sure": test["p"] < 1 - LEVEL,
                "sure_together": raised[at, at + 1] < 1 - LEVEL,
                "sure_despite_rounding": least["p"] < 1 - LEVEL,
            }
        )
    return found


def _tied(ranked: Sequence[Keyword], of: int) -> list[list[int]]:
    """Runs of ranks in which no neighbours can be told apart, each test read by itself."""
    runs, run = [], [1]
    for step in _order(ranked, of):
        if step["sure"]:
            runs.append(run)
            run = []
        run.append(step["ranks"][1])
    return [[run[0], run[-1]] for run in [*runs, run] if len(run) > 1]


def _rounding(shares: Sequence[Decimal]) -> dict[str, Any]:
    """Were all shares rounded to one decimal, a tenth of them would end in .0 by chance. `chance`: of at least as
    many whole numbers as there are."""
    whole = sum(share == share.to_integral_value() for share in shares)
    size = len(shares)
    chance = (
        sum(comb(size, k) * Fraction(9) ** (size - k) for k in range(whole, size + 1)) / Fraction(10) ** size
    )
    return {"shares": size, "whole_numbers": whole, "chance": float(f"{float(chance):.3g}")}


def _fits(poll: Poll) -> dict[str, Any]:
    """All whole numbers of answers, one group for each, that give the printed group shares to a tenth. That there are
    some does not show that answers were counted: shares of mentions would fit as well."""
    spans = []
    for group in poll.groups:
        tenths = [Fraction(group.share) + side * Fraction(1, 20) for side in (-1, 1)]
        low, high = (edge * poll.participants / 100 for edge in tenths)
        spans.append(range(ceil(low), ceil(high)))
    ways = [list(way) for way in product(*spans) if sum(way) == poll.participants]
    return {"ways": ways, "mentions_fit_too": True}


def _number(share: Decimal) -> str:
    """As it was printed: "22", "44.3"."""
    return format(share.normalize(), "f")
