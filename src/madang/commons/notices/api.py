"""The front door of notices: follow a thing, tell its followers, read what one was told."""

from madang.commons.notices.domain.following import follow, merge_followers, unfollow
from madang.commons.notices.domain.telling import mark_read, tell
from madang.commons.notices.kinds import register_kind
from madang.commons.notices.polling import follows_after, told_since
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
    "followed_by",
    "followers_count",
    "follows_after",
    "inbox",
    "is_following",
    "mark_read",
    "merge_followers",
    "register_kind",
    "tell",
    "told_since",
    "unfollow",
    "unread_count",
]
