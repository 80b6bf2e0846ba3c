"""Words for rules of counting, in the language of the reader."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Method:
    """A way to count, as people choose it. `key` is how it stands in addresses: rule, utility, completion."""

    key: str
    rule: str
    utility: str
    completion: str
    label: str | Promise
    about: str | Promise
    weights: str = ""

    @property
    def grows(self) -> bool:
        """Whether it lets shares grow step by step."""
        return self.completion.startswith("add1")


GREEDY = Method(
    "greedy",
    "greedy",
    "cost",
    "none",
    _("Most votes first"),
    _("Projects are funded from the most votes down; one that costs more than what is left is skipped."),
)
METHODS: tuple[Method, ...] = (
    GREEDY,
    Method(
        "equal-shares.cost.add1",
        "equal-shares",
        "cost",
        "add1",
        _("Equal shares"),
        _(
            "Every voter holds an equal part of the money and pays with it for projects she voted for. Large groups cannot take all."
        ),
    ),
    Method(
        "equal-shares.cardinality.add1",
        "equal-shares",
        "cardinality",
        "add1",
        _("Equal shares, each project counts alike"),
        _("The same, but a voter is served by the number of her projects, not by what they cost."),
    ),
    Method(
        "equal-shares.cost.add1-until-exhaustive",
        "equal-shares",
        "cost",
        "add1-until-exhaustive",
        _("Equal shares, stopped at the first full budget"),
        _("Shares grow only until nothing more fits. The variant alone can change who wins."),
    ),
    Method(
        "equal-shares.cost.none",
        "equal-shares",
        "cost",
        "none",
        _("Equal shares without completion"),
        _("Shares do not grow: money for which no group of voters can pay together stays unspent."),
    ),
    Method(
        "phragmen",
        "phragmen",
        "cost",
        "none",
        _("Phragmén"),
        _("Voters earn money over time; as soon as the voters of a project can pay for it, it is bought."),
    ),
    Method(
        "knapsack",
        "knapsack",
        "cost",
        "none",
        _("Most votes in all"),
        _("The set of projects within the budget that has the most votes together."),
    ),
)
COMPOSITE = Method(
    "composite.committee-50",
    "composite",
    "cost",
    "none",
    _("Votes and delegation, half each"),
    _(
        "A project has its share of all votes and its share of all marks of the delegation, half and half; the highest sum comes first."
    ),
    "committee=50,evote=50",
)
"""Only for rounds with a delegation, whose marks are the part of the committee; no other file has them."""
OFFERED = (*METHODS, COMPOSITE)
BY_KEY = {method.key: method for method in OFFERED}

SCORED = ("greedy", "knapsack", COMPOSITE.key)
"""Methods that look at points and ranks; to the others a project on a ballot is a project on a ballot."""

TIE_ORDERS: dict[str, str | Promise] = {
    "cost": _("The one that costs less comes first, then the one whose number is first as text."),
    "votes": _("The one with more votes comes first, then the one that costs less, then the number."),
    "id": _("The one whose number comes first as text."),
}
"""Orders of `logic.ties` that a round may choose; the place in the file would mean nothing to a voter."""


def fits(ballot: str, method: str) -> bool:
    """Whether a method uses all that such a ballot says: points and ranks are not asked for to be ignored."""
    return method in BY_KEY and (ballot not in ("points", "ranking") or method in SCORED)
