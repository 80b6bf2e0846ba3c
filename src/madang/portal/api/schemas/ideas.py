"""Ideas with their way, answers and comments."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_noop as _
from ninja import Field, Schema

from madang.portal.api.schemas.common import Category, File, Links, Office


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
