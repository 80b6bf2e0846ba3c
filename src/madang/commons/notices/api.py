"""The front door of notices: follow a thing, tell its followers, read what one was told."""

from madang.commons.notices.domain.following import follow, follow_many, merge_followers, unfollow
from madang.commons.notices.domain.telling import mark_read, tell
from madang.commons.notices.kinds import register_kind
from madang.commons.notices.queries import (
    Followed,
    Told,
    followed_by,
    followers_count,
    inbox,
    is_following,
    unread_count,
)

__all__ = [
    "Followed",
    "Told",
    "follow",
    "follow_many",
    "followed_by",
    "followers_count",
    "inbox",
    "is_following",
    "mark_read",
    "merge_followers",
    "register_kind",
    "tell",
    "unfollow",
    "unread_count",
]
