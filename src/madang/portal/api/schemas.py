"""The shapes that version 1 answers with. A field is only ever added; descriptions are translated on the way out."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_noop as _
from ninja import Field, Schema


class FieldProblem(Schema):
    field: str
    message: str


class Problem(Schema):
    """A refusal (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    code: str = Field(description=_("Stable across languages; programs look here."))
    errors: list[FieldProblem]


class Bilingual(Schema):
    ko: str
    en: str


class Office(Schema):
    code: str
    name: Bilingual


class Category(Schema):
    slug: str
    title: Bilingual


class File(Schema):
    name: str
    content_type: str
    size: int
    sha256: str


class Links(Schema):
    api: str
    page: str


class IdeaCard(Schema):
    number: str = Field(description=_("Public number, such as ID-2611-00042-7."))
    kind: str = Field(description=_("idea; question or complaint when it was given another kind."))
    title: str
    excerpt: str
    language: str
    state: str
    origin: str = Field(description=_("individual, organised or agency."))
    author: str = Field(description=_("The name shown; empty when there is none."))
    filed_at: datetime
    process: str
    space: str
    category: Category | None
    place: str
    supports: int
    imported_likes: int = Field(description=_("Likes on the imported page; they start no clock here."))
    threshold: int = Field(description=_("Supports from which an answer is owed, by the rules of filing."))
    comments: int
    responsible: Office
    due_at: datetime | None = Field(description=_("When the answer is due; null while no clock runs."))
    is_late: bool
    disposition: str
    has_answer: bool
    has_effect: bool
    merged_into: str
    links: Links


class StepOfPath(Schema):
    label: str = Field(description=_("In the language of the request."))
    state: str = Field(description=_("done, now, late, skipped or todo."))
    note: str


class Idea(IdeaCard):
    body: str = Field(description=_("Plain text; empty for imported files, whose source is named."))
    channel: str
    rule: str
    qualified_at: datetime | None
    discussion_ends_at: datetime | None
    ended_at: datetime | None
    transfers: int
    files: list[File]
    source: str
    path: list[StepOfPath] = Field(description=_("The way from filing to effect."))
    ledger_index: int | None = Field(
        description=_("Place of the filing in the public log; null for the first seconds.")
    )


class IdeaPage(Schema):
    items: list[IdeaCard]
    next: str | None = Field(description=_("Send it as cursor for the next page; null at the end."))


class Act(Schema):
    at: datetime
    action: str
    target: str
    actor_kind: str = Field(description=_("system, official, person or anonymous."))
    office: Office | None
    before: str
    after: str
    reason_code: str
    reason: str
    ledger_index: int | None = Field(description=_("Place in the public log; null for the first seconds."))


class History(Schema):
    number: str
    items: list[Act]


class Answer(Schema):
    version: int
    office: Office
    disposition: str
    reason: str
    next_step: str
    owner: Office | None
    promised_on: date | None
    published_at: datetime


class Report(Schema):
    at: datetime
    state: str
    text: str
    evidence_url: str


class Dispute(Schema):
    at: datetime
    state: str
    reason: str
    evidence_url: str
    reply: str
    decision: str


class Effect(Schema):
    reference: str
    what: str
    owner: Office
    promised_on: date | None
    state: str
    done_on: date | None
    reports: list[Report]
    disputes: list[Dispute]


class Answers(Schema):
    number: str
    items: list[Answer]
    effects: list[Effect]


class Comment(Schema):
    id: str = Field(alias="reference", description=_("Send it as parent to reply."))
    stance: str
    body: str = Field(description=_("Empty when moderation took it down."))
    language: str
    author: str
    is_official: bool
    office: Office | None
    at: datetime
    hidden_reason: str


class Thread(Comment):
    replies: list[Comment]


class ThreadPage(Schema):
    items: list[Thread]
    next: str | None = Field(description=_("Send it as cursor for the next page; null at the end."))


class Filed(Schema):
    number: str
    code: str = Field(description=_("Opens the idea later. It is sent only now; keep it."))
    receipt: str = Field(description=_("The signed receipt; anyone can check it without this site."))
    filed_at: datetime
    threshold: int
    discussion_ends_at: datetime | None
    links: Links


class Support(Schema):
    number: str
    supported: bool
    changed: bool = Field(description=_("Whether this request made the difference."))
    supports: int = Field(description=_("The last count; it is a moment behind."))
    threshold: int


class Rules(Schema):
    code: str
    version: int
    valid_from: date
    valid_to: date | None
    source: str
    checked: bool = Field(description=_("Whether the source was verified."))
    body: dict[str, Any] = Field(
        description=_("The rule as data: threshold, discussion_days, answer and more.")
    )


class Process(Schema):
    slug: str
    title: Bilingual
    summary: Bilingual
    space: str
    space_title: Bilingual
    host: Office
    phase: Bilingual
    phase_ends_at: datetime | None
    filing: str = Field(description=_("anyone, or account: people with an account."))
    can_support: bool
    can_comment: bool
    categories: list[Category]
    rule: Rules | None


class Processes(Schema):
    items: list[Process]


class ProjectCard(Schema):
    number: int
    commitment: int
    title: Bilingual
    starred: bool
    services: list[str]
    status: str = Field(
        description=_("not_started, under_way, delivered, verified or reversed; from evidence only.")
    )
    evidence: str = Field(description=_("What the status rests on, in the language of the request."))


class Project(ProjectCard):
    english_is_verbatim: bool = Field(description=_("Whether the English title is the plan's own words."))
    points: list[Bilingual]
    notes: list[Bilingual] = Field(description=_("Known defects of the source."))


class Commitment(Schema):
    number: int
    strategy: int
    pledge: Bilingual


class PlanOverview(Schema):
    title: Bilingual
    issued: Bilingual
    commitments: list[Commitment]
    projects: list[ProjectCard]


class OriginFigure(Schema):
    origin: str
    filed: int = Field(description=_("The denominator: public ideas filed here."))
    answered: int
    effect: int
    answered_share: float | None = Field(
        description=_("answered ÷ filed, 0 to 1; null when nothing was filed.")
    )
    effect_share: float | None


class OriginFigures(Schema):
    source: str
    at: datetime
    rows: list[OriginFigure]


class Checkpoint(Schema):
    origin: str
    size: int
    root: str = Field(description=_("Root hash, base64."))
    note: str = Field(description=_("The signed note as published."))
    public_key: str


class Proof(Schema):
    index: int
    size: int
    root: str
    hashes: list[str]
    checkpoint: str
    tlog_proof: str


class Leaf(Schema):
    number: str
    leaf: str = Field(description=_("The public entry: canonical JSON with digests and commitments only."))
    leaf_hash: str = Field(description=_("RFC 6962 leaf hash, hexadecimal."))
    proof: Proof | None = Field(description=_("Null until the log has taken it in (seconds)."))


class Hit(Schema):
    reference: str
    kind: str
    title: str
    snippet: str = Field(description=_("Safe HTML; the words looked for stand in mark elements."))
    happened_at: datetime
    url: str


class Hits(Schema):
    items: list[Hit]
    total: int
    relaxed: bool = Field(description=_("Nothing had all the words; these have some of them."))
    next: str | None = Field(description=_("Send it as cursor for the next page; null at the end."))


class Matter(Schema):
    number: str | None = Field(description=_("Null for what is private."))
    kind: str
    title: str
    state: str
    disclosure: str
    filed_at: datetime
    responsible: Office
    due_at: datetime | None
    disposition: str
    ended_at: datetime | None
    merged_into: str
    receipt: str = Field(description=_("The signed receipt; anyone can check it without this site."))


class Following(Schema):
    number: str
    following: bool
    changed: bool = Field(description=_("Whether this request made the difference."))


class TokenInUse(Schema):
    name: str
    scopes: list[str]
    expires_at: datetime


class Me(Schema):
    name: str = Field(description=_("The name others see."))
    language: str
    token: TokenInUse | None = Field(description=_("The token of this request; null with a session."))


class OwnMatter(Schema):
    number: str | None = Field(description=_("Null for what is private."))
    kind: str
    title: str
    state: str
    disclosure: str
    filed_at: datetime
    responsible: Office
    due_at: datetime | None = Field(description=_("When the answer is due; null while no clock runs."))
    is_late: bool
    disposition: str
    ended_at: datetime | None


class OwnMatters(Schema):
    items: list[OwnMatter]
    next: str | None = Field(description=_("Send it as cursor for the next page; null at the end."))


class Follow(Schema):
    reference: str
    why: str = Field(description=_("author, supporter, commenter or follower."))
    since: datetime


class Follows(Schema):
    items: list[Follow]
    next: str | None = Field(description=_("Send it as cursor for the next page; null at the end."))


class Notice(Schema):
    id: int
    reference: str = Field(description=_("Empty when it is no longer public."))
    kind: str
    title: str
    sentence: str = Field(description=_("What happened, in the language of the request."))
    url: str
    at: datetime
    is_read: bool


class Notices(Schema):
    items: list[Notice]
    next: str | None = Field(
        description=_("Send it as cursor, now or later, for what was told since; null before the first.")
    )


class Space(Schema):
    slug: str
    title: Bilingual
    summary: Bilingual
    host: Office
    is_archive: bool
    source: str
    processes: list[str]


class Spaces(Schema):
    items: list[Space]


class Offices(Schema):
    items: list[Office]


class FigureLink(Schema):
    slug: str
    title: str
    api: str
    csv: str


class FigureList(Schema):
    items: list[FigureLink]


class Figures(Schema):
    slug: str
    title: str
    note: str = Field(description=_("What is counted, and the denominators."))
    source: str
    at: datetime | None
    columns: list[str]
    rows: list[list[str | int | float | None]]
