"""The front door of notices: follow a thing, tell its followers, read what one was told; feeds and calendars."""

from madang.commons.notices.asking import send_due
from madang.commons.notices.calendars import Item as CalendarItem
from madang.commons.notices.calendars import response as calendar
from madang.commons.notices.calling import Answered, CallError
from madang.commons.notices.calling import get as fetch
from madang.commons.notices.calling import post as call
from madang.commons.notices.deadlines import register_dates, register_own_dates
from madang.commons.notices.domain.following import (
    erase_address,
    erase_person,
    follow,
    follow_many,
    forget_thing,
    merge_followers,
    unfollow,
)
from madang.commons.notices.domain.hooks import has_hooks
from madang.commons.notices.domain.telling import mark_read, tell
from madang.commons.notices.feeds import Entry as FeedEntry
from madang.commons.notices.feeds import response as feed
from madang.commons.notices.kinds import register_kind
from madang.commons.notices.logic.targets import problem as address_problem
from madang.commons.notices.polling import follows_after, told_since
from madang.commons.notices.queries import (
    Followed,
    Told,
    followed_by,
    followers_count,
    inbox,
    is_following,
    own_data,
    unread_count,
)
from madang.commons.notices.replying import register_reply_address

__all__ = [
    "Answered",
    "CalendarItem",
    "CallError",
    "FeedEntry",
    "Followed",
    "Told",
    "address_problem",
    "calendar",
    "call",
    "erase_address",
    "erase_person",
    "feed",
    "fetch",
    "follow",
    "follow_many",
    "followed_by",
    "followers_count",
    "follows_after",
    "forget_thing",
    "has_hooks",
    "inbox",
    "is_following",
    "mark_read",
    "merge_followers",
    "own_data",
    "register_dates",
    "register_kind",
    "register_own_dates",
    "register_reply_address",
    "send_due",
    "tell",
    "told_since",
    "unfollow",
    "unread_count",
]
