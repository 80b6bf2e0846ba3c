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
BY_KEY = {method.key: method for method in METHODS}
