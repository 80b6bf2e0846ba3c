"""What the square says about itself to the storey above: plain frozen values, public content only.

Moments are aware and in UTC. Texts of the institution carry both languages; words of people stay in theirs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Bilingual:
    """A text of the institution."""

    ko: str
    en: str


@dataclass(frozen=True, slots=True)
class OfficeRef:
    """An office by its stable code."""

    code: str
    name: Bilingual


@dataclass(frozen=True, slots=True)
class CategoryRef:
    slug: str
    title: Bilingual


@dataclass(frozen=True, slots=True)
class FileRef:
    """A file as published; `sha256` is of the bytes that are served."""

    name: str
    content_type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaCard:
    """One idea in a list. `due_at` is None while no clock runs or it is paused."""

    number: str
    kind: str
    title: str
    excerpt: str
    language: str
    state: str
    origin: str
    author: str
    filed_at: datetime
    process: str
    space: str
    category: CategoryRef | None
    place: str
    supports: int
    imported_likes: int
    threshold: int
    comments: int
    responsible: OfficeRef
    due_at: datetime | None
    is_late: bool
    disposition: str
    has_answer: bool
    has_effect: bool
    merged_into: str


@dataclass(frozen=True, slots=True)
class StepRow:
    """One place on the way of an idea; `label` and `note` in the language of the request."""

    label: str
    state: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdeaWhole(IdeaCard):
    """An idea with its words and the rules it was filed under."""

    body: str
    channel: str
    rule: str
    qualified_at: datetime | None
    discussion_ends_at: datetime | None
    ended_at: datetime | None
    transfers: int
    files: tuple[FileRef, ...]
    source: str
    path: tuple[StepRow, ...]
    ledger_index: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One official act. `ledger_index` is None until the public log has taken it in (seconds)."""

    at: datetime
    action: str
    target: str
    actor_kind: str
    office: OfficeRef | None
    before: str
    after: str
    reason_code: str
    reason: str
    ledger_index: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """A published answer; the highest version stands."""

    version: int
    office: OfficeRef
    disposition: str
    reason: str
    next_step: str
    owner: OfficeRef | None
    promised_on: date | None
    published_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportRow:
    at: datetime
    state: str
    text: str
    evidence_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeRow:
    """Somebody says that what was reported as done is not done; how that stands."""

    at: datetime
    state: str
    reason: str
    evidence_url: str
    reply: str
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectRow:
    """What an adopted idea changes, and how that stands."""

    reference: str
    what: str
    owner: OfficeRef
    promised_on: date | None
    state: str
    done_on: date | None
    reports: tuple[ReportRow, ...]
    disputes: tuple[DisputeRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentRow:
    """A comment. One that moderation took down keeps its place and reason and loses words and name."""

    reference: str
    stance: str
    body: str
    language: str
    author: str
    is_official: bool
    office: OfficeRef | None
    at: datetime
    hidden_reason: str
    replies: tuple[CommentRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleRow:
    """The version of the rules that a filing of today is under. `body` is the rule as written."""

    code: str
    version: int
    valid_from: date
    valid_to: date | None
    source: str
    checked: bool
    body: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SpaceRow:
    """A space with the slugs of its processes."""

    slug: str
    title: Bilingual
    summary: Bilingual
    host: OfficeRef
    is_archive: bool
    source: str
    processes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessRow:
    """A process that takes in ideas now, and what its present phase allows."""

    slug: str
    title: Bilingual
    summary: Bilingual
    space: str
    space_title: Bilingual
    host: OfficeRef
    phase: Bilingual
    phase_ends_at: datetime | None
    filing: str
    can_support: bool
    can_comment: bool
    categories: tuple[CategoryRef, ...]
    rule: RuleRow | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledIdea:
    """What filing gives back; `code` is known only now, `receipt` is the signed file."""

    number: str
    code: str
    receipt: str
    filed_at: datetime
    threshold: int
    discussion_ends_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupportState:
    """`supports` is the last tally (a second behind); `changed` says whether this call made a difference."""

    number: str
    supported: bool
    changed: bool
    supports: int
    threshold: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningVoteRow:
    """One vote as it was given; a later one of the same member replaces it. `by_rule`: an author, or put out by a challenge.

    `reason` is empty where moderation took it down.
    """

    at: datetime
    choice: str
    reason: str
    hidden_reason: str
    by_rule: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeRow:
    """A challenged conflict of interest. `why` is empty where moderation took it down."""

    claim: str
    at: datetime
    by: str
    why: str
    hidden_reason: str
    state: str
    due_at: datetime
    decided_at: datetime | None
    decided_by: str
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningSeatRow:
    """A seat with a vote on a candidate. `word` is what counts: for, against, recused, silent, left; empty while open."""

    name: str
    title: Bilingual
    word: str
    votes: tuple[PlanningVoteRow, ...]
    challenges: tuple[ChallengeRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateRow:
    """What somebody proposed to a planning group. `why` is empty where moderation took it down."""

    reference: str
    number: int
    space: str
    idea: str
    title: str
    state: str
    proposed_by: str
    proposed_at: datetime
    why: str
    hidden_reason: str
    due_at: datetime
    in_favour: int
    against: int
    recused: int
    silent: int
    left: int
    needed: int
    decided_at: datetime | None
    decision: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CandidateWhole(CandidateRow):
    """A candidate with every vote."""

    seats: tuple[PlanningSeatRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberRow:
    name: str
    title: Bilingual
    since: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningTermsRow:
    """The numbers of a planning group, as the rule in force has them."""

    vote_days: int
    decide_days: int
    forum_days: int
    quorum: int
    again_days: int
    each: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanningRow:
    """The planning group of a space: who sits in it, its terms of today, and its candidates, the latest first."""

    space: str
    members: tuple[MemberRow, ...]
    terms: PlanningTermsRow
    candidates: tuple[CandidateRow, ...]
