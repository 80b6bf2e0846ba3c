"""The front door of notices: follow a thing, tell its followers, read what one was told."""

from madang.commons.notices.domain.following import (
    erase_address,
    erase_person,
    follow,
    forget_thing,
    merge_followers,
    own_data,
    unfollow,
)
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
    "erase_address",
    "erase_person",
    "follow",
    "followed_by",
    "followers_count",
    "forget_thing",
    "inbox",
    "is_following",
    "mark_read",
    "merge_followers",
    "own_data",
    "register_kind",
    "tell",
    "unfollow",
    "unread_count",
]
