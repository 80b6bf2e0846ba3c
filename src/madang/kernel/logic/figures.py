"""The numbers of the plan: targets, index goals with their readings, the poll, figures of the footnotes.

Shares are percentages as `Decimal`; ranks count from 1, the best.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from madang.kernel.logic.promises import Text


@dataclass(frozen=True, slots=True)
class Target:
    """A share promised in numbers, in per cent of `denominator`. The source is `sentence`."""

    key: str
    project: int
    name: Text
    denominator: Text
    sentence: Text
    baseline_year: int
    baseline: Decimal
    year: int
    value: Decimal

    @property
    def ref(self) -> str:
        return f"target:{self.key}"


class GoalStatus(StrEnum):
    """What can be said of an index goal."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_DECIDABLE = "not_decidable"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Part:
    """Rank in one topic of an index."""

    name: Text
    rank: int


@dataclass(frozen=True, slots=True)
class Observation:
    """One published reading. `value` in the unit of its series; `of` is the number of countries ranked.

    `year` orders readings, `period` is what the publisher calls it. `checked`: seen in the sources named,
    not only recalled. `disputed`: sources conflict, or the figure may not stand beside the others.
    """

    period: str
    year: int
    value: Decimal | None = None
    rank: int | None = None
    of: int | None = None
    mean: Decimal | None = None
    sources: tuple[str, ...] = ()
    checked: bool = False
    disputed: bool = False
    official: bool = True
    baseline: bool = False
    parts: tuple[Part, ...] = ()
    note: Text | None = None

    @property
    def known(self) -> bool:
        """False where a reading is known to exist but its figures were not found."""
        return self.value is not None or self.rank is not None

    @property
    def relative_rank(self) -> Fraction | None:
        """Rank divided by the number of countries, so that fields of different size can be compared."""
        return Fraction(self.rank, self.of) if self.rank is not None and self.of else None


@dataclass(frozen=True, slots=True)
class Series:
    """Readings of ONE instrument in time order. Two series are never joined by a line."""

    key: str
    name: Text
    unit: str
    official: bool
    observations: tuple[Observation, ...]
    note: Text | None = None

    @property
    def ref(self) -> str:
        return f"series:{self.key}"

    @property
    def latest(self) -> Observation | None:
        """The last reading whose figures are known."""
        return next((o for o in reversed(self.observations) if o.known), None)


@dataclass(frozen=True, slots=True)
class IndexGoal:
    """Rank promised in an international index: `rank_limit` or better in `year`.

    The English gives no year; it is that of the Korean original, as is `band`. The first series is the
    instrument the plan itself used; the goal is judged on that one alone.
    """

    key: str
    name: Text
    sentence: Text
    band: Text
    rank_limit: int
    year: int
    status: GoalStatus
    status_since: int
    status_text: Text
    series: tuple[Series, ...]

    @property
    def ref(self) -> str:
        return f"index:{self.key}"

    @property
    def baseline(self) -> Observation:
        """The reading that the plan started from."""
        return next(o for o in self.series[0].observations if o.baseline)


@dataclass(frozen=True, slots=True)
class Keyword:
    """A keyword that the plan lists under a group, with its share of the whole poll."""

    name: Text
    share: Decimal


@dataclass(frozen=True, slots=True)
class PollGroup:
    """`remainder` is the part of `share` that the plan shows only as "...". Both in per cent of the poll."""

    key: str
    name: Text
    share: Decimal
    keywords: tuple[Keyword, ...]
    remainder: Decimal


@dataclass(frozen=True, slots=True)
class Poll:
    """The opinion poll. Whether its shares count answers or keywords is not stated (see its note)."""

    question: Text
    website: str
    start: date
    end: date
    participants: int
    overview: tuple[Text, ...]
    groups: tuple[PollGroup, ...]
    implications: tuple[Text, ...]

    ref = "poll"


@dataclass(frozen=True, slots=True)
class Figure:
    """A number from a footnote, as printed there. `year` is None where the footnote names none."""

    key: str
    footnote: int
    label: Text
    year: int | None = None
    value: Decimal | None = None
    unit: str = ""
    mean: Decimal | None = None
    rank: int | None = None
    of: int | None = None

    @property
    def ref(self) -> str:
        return f"figure:{self.key}"
