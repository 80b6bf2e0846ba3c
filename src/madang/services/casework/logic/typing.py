"""What type a case seems to be, from its words. A proposal that its author confirms or changes. Plain Python."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proposed:
    """A type, and the words that led to it; without words it is the usual type of the category."""

    type: str
    because: tuple[str, ...] = ()


# The first that is found decides; what is about rights comes before what is about comfort.
CUES: tuple[tuple[str, str], ...] = (
    (
        "information",
        r"정보\s?공개|자료를?\s?공개|문서를?\s?(?:보여|열람)|freedom of information|disclos(?:e|ure)",
    ),
    ("waste", r"예산\s?낭비|세금\s?낭비|혈세|waste of (?:public )?money|wasted budget"),
    ("regulation", r"규제(?:를|가|개선|완화)?|red tape|regulat(?:ion|ory)"),
    ("passive", r"소극\s?행정|민원을?\s?(?:미루|무시|방치)|답변을?\s?(?:안|미루)|passive administration"),
    ("hazard", r"위험|다칠|다쳤|무너|붕괴|감전|싱크홀|추락|침수|dangerous|hazard|collapse"),
    ("grievance", r"부당|위법|억울|불친절|취소해\s?달라|unfair|unlawful|unjust"),
    ("query_law", r"법령|조례|법률|법적으로|해석|제\d+조|statute|ordinance|legal(?:ly)?"),
    (
        "query_procedure",
        r"어떻게|어디서|절차|신청\s?방법|문의|알고\s?싶|궁금|how (?:do|can) i|where (?:do|can) i",
    ),
    ("suggestion", r"제안|건의|개선해|늘려\s?주|만들어\s?주|suggest|improve|propose"),
)


def propose(title: str, body: str, *, usual: str = "") -> Proposed:
    """The type that the words point to; else the usual one of the category, else `other`."""
    words = f"{title}\n{body}".lower()
    for case_type, cue in CUES:
        found = tuple(dict.fromkeys(match.group(0) for match in re.finditer(cue, words)))
        if found:
            return Proposed(case_type, found[:3])
    return Proposed(usual or "other")
