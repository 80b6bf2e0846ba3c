"""What is one's own: matters, follows, notices, the token."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_noop as _
from ninja import Field, Schema

from madang.portal.api.schemas.common import Office


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
